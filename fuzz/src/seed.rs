//! First inputs for the targets: one well-formed message for each that `decode` examines, with every field of it, and
//! noise for the others. Called by the program `seeds`.

use prost_reflect::prost::Message as _;
use prost_reflect::{DynamicMessage, FieldDescriptor, Kind, MapKey, MessageDescriptor, Value};

use crate::decode::EXAMINED;
use crate::schema::descriptors;

/// How deep messages in messages are made.
const DEPTH: u32 = 2;

/// Names and contents of the seeds of `target`.
pub fn of(target: &str) -> Vec<(String, Vec<u8>)> {
    match target {
        "decode" => messages(),
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
