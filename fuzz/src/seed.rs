//! First inputs for the targets: one well-formed message for each that `decode` examines, with every field of it; the
//! same as JSON and text, and phrases of them; schemas; and noise for the others. Called by the program `seeds`.

use std::fs;
use std::path::Path;

use prost_reflect::prost::Message as _;
use prost_reflect::{DynamicMessage, FieldDescriptor, Kind, MapKey, MessageDescriptor, Value};

use crate::decode::EXAMINED;
use crate::schema::descriptors;
use crate::{json, text, traffic};

/// How deep messages in messages are made.
const DEPTH: u32 = 2;

/// Names and contents of the seeds of `target`.
pub fn of(target: &str) -> Vec<(String, Vec<u8>)> {
    match target {
        "decode" => messages(),
        "json" => texts(json::of, (include_str!("../phrases/json.txt"), |phrase| format!("{{{phrase}}}"))),
        "text" => texts(text::of, (include_str!("../phrases/text.txt"), str::to_owned)),
        "proto" => schemas(),
        "frame" => traffic::frames(noise),
        "metadata" => traffic::headers(),
        "web" => traffic::web(),
        _ => (0..32).map(|number| (format!("noise{number}"), noise(number))).collect(),
    }
}

fn messages() -> Vec<(String, Vec<u8>)> {
    let mut seeds = Vec::new();
    let descriptors = descriptors();
    assert_eq!(descriptors.len(), EXAMINED.len());
    for (index, message) in (0u8..).zip(descriptors) {
        let mut whole = vec![index];
        for field in message.fields() {
            let mut one = DynamicMessage::new(message.clone());
            one.set_field(&field, value(&field, DEPTH));
            let bytes = one.encode_to_vec();
            whole.extend(&bytes);
            // A seed for each field of the small messages; those of the large ones are mostly the same.
            if message.fields().len() < 20 {
                seeds.push((format!("{}.{}", message.name(), field.name()), [&[index], &bytes[..]].concat()));
            }
        }
        seeds.push((message.name().to_owned(), whole));
    }
    seeds
}

/// How an input of `json` and `text` begins whose rest is a text, and one whose rest is a message.
const OF_TEXT: u8 = 0;
const OF_BYTES: u8 = 1;

/// All messages in the form that `write` gives them, as they are, and each phrase in those that it may be about.
fn texts(
    write: fn(usize, &[u8]) -> Option<String>,
    (phrases, whole): (&str, fn(&str) -> String),
) -> Vec<(String, Vec<u8>)> {
    let mut seeds = Vec::new();
    for (name, bytes) in messages() {
        let [choice, message @ ..] = &bytes[..] else { continue };
        if let Some(text) = write(usize::from(*choice), message) {
            seeds.push((name.clone(), [&[*choice, OF_TEXT], text.as_bytes()].concat()));
        }
        seeds.push((format!("{name}.bytes"), [&[*choice, OF_BYTES], message].concat()));
    }
    for (number, phrase) in phrases.lines().enumerate() {
        for choice in [11, 12, 13, 16] {
            let text = whole(phrase);
            seeds.push((format!("phrase{number}.{choice}"), [&[choice, OF_TEXT], text.as_bytes()].concat()));
        }
        // What has a form of its own stands by itself.
        let value = phrase.split_once(':').map_or(phrase, |(_, value)| value);
        for choice in 17..27 {
            seeds.push((format!("value{number}.{choice}"), [&[choice, OF_TEXT], value.as_bytes()].concat()));
        }
    }
    seeds
}

/// The schemas of this repository, those of its tests and those that Google's come with, as far as they are short.
fn schemas() -> Vec<(String, Vec<u8>)> {
    const LONGEST: usize = 4_000;
    let mut seeds = Vec::new();
    let mut open = ["macros", "tests/proto", "examples/proto"].map(|part| root().join(part)).to_vec();
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|end| end == "proto")
                && let Ok(schema) = fs::read(&path)
                && schema.len() <= LONGEST
            {
                let name = path.strip_prefix(root()).unwrap_or(&path).to_string_lossy().replace('/', ".");
                seeds.push((name, schema));
            }
        }
    }
    for (number, options) in include_str!("../phrases/options.txt").lines().enumerate() {
        let schema = format!("//! {options}\n{SMALL}");
        seeds.push((format!("options{number}"), schema.into_bytes()));
    }
    seeds
}

const SMALL: &str = r#"syntax = "proto3";
package shop.v1;
message Order { string id = 1; repeated Line lines = 2; map<string, int32> counts = 3; oneof discount { int32 percent = 4; Line line = 5; } Status status = 6; bytes blob = 7; }
message Line { string item = 1; optional uint32 count = 2; }
enum Status { STATUS_UNSPECIFIED = 0; STATUS_OPEN = 1; }
service Shop { rpc Place(Order) returns (Line); rpc Watch(stream Order) returns (stream Line); }
"#;

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

fn value(field: &FieldDescriptor, depth: u32) -> Value {
    if field.is_map() {
        let kind = field.kind();
        let entry = kind.as_message().expect("an entry is a message");
        let key = key(&single(&entry.map_entry_key_field().kind(), depth));
        return Value::Map([(key, single(&entry.map_entry_value_field().kind(), depth))].into());
    }
    let value = single(&field.kind(), depth);
    if field.is_list() { Value::List(vec![value.clone(), value]) } else { value }
}

fn key(value: &Value) -> MapKey {
    value.clone().into_map_key().expect("the kind is one of keys")
}

fn single(kind: &Kind, depth: u32) -> Value {
    match kind {
        Kind::Double => Value::F64(-1.5),
        Kind::Float => Value::F32(1.5),
        Kind::Int32 | Kind::Sint32 | Kind::Sfixed32 => Value::I32(-300),
        Kind::Int64 | Kind::Sint64 | Kind::Sfixed64 => Value::I64(1 << 40),
        Kind::Uint32 | Kind::Fixed32 => Value::U32(300),
        Kind::Uint64 | Kind::Fixed64 => Value::U64(1 << 60),
        Kind::Bool => Value::Bool(true),
        Kind::String => Value::String("schön".to_owned()),
        Kind::Bytes => Value::Bytes(vec![0, 255].into()),
        Kind::Enum(of) => Value::EnumNumber(of.values().last().map_or(0, |value| value.number())),
        Kind::Message(of) => Value::Message(nested(of, depth)),
    }
}

/// Of each message its first few fields; none below the depth.
fn nested(message: &MessageDescriptor, depth: u32) -> DynamicMessage {
    let mut made = DynamicMessage::new(message.clone());
    if depth > 0 {
        for field in message.fields().take(3) {
            made.set_field(&field, value(&field, depth - 1));
        }
    }
    made
}

/// The same bytes in every run.
fn noise(number: u64) -> Vec<u8> {
    let mut state = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let length = 8 << (number % 8);
    let next = |_| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 32) as u8
    };
    (0..length).map(next).collect()
}
