//! What is written as text is read back, whatever the message is, and protoc reads and writes the same; nothing that is
//! read as text makes the parser panic.

use std::path::{Path, PathBuf};

use protocall::text::{TextReader, TextWriter};
use protocall::{DecodeOptions, DynamicMessage, EncodeOptions, Message, Reflect, Text};
use protocall_tests::drawn::{Dice, fill};
use protocall_tests::program::workspace;
use protocall_tests::torture::Protoc;

mod schema {
    protocall::include_proto!([
        "proto/kinds.proto",
        "proto/legacy.proto",
        "proto/extended.proto",
        "proto/every_shape.proto",
        "proto/text.proto",
    ]);
}
use schema::extended::v1::{Extended, Twin};
use schema::kinds::v1::{Choice, Explicit, Lists, Maps, Plain, Tree, Unpacked};
use schema::legacy::v1::Record;
use schema::shapes::v1::Every;
use schema::test::v1::Order;

const SEEDS: u64 = 100;
const SEEDS_OF_PROTOC: u64 = 6;
const DEPTH: u32 = 3;

fn ways() -> [TextWriter; 3] {
    [
        TextWriter::new(),
        TextWriter::new().one_line(true).short_lists(true),
        TextWriter::new().ascii(true).expand_any(false).indent(0),
    ]
}

fn drawn<M: Reflect + Default>(seed: u64) -> M {
    let mut message = M::default();
    fill(&mut message, &mut Dice::new(seed), DEPTH);
    message
}

/// Bytes that are the same for equal messages, and for a NaN.
fn bytes(message: &impl Message) -> Vec<u8> {
    EncodeOptions::new().deterministic(true).encode_to_vec(message)
}

fn comes_back<M: Message + Text>(message: &M) {
    for writer in ways() {
        let text = writer.write(message);
        let read = M::from_text(&text).unwrap_or_else(|error| panic!("{error} of {}:\n{text}", M::NAME));
        assert_eq!(bytes(&read), bytes(message), "{text}");
        let mut dynamic = DynamicMessage::new(message.descriptor());
        TextReader::new().merge(&mut dynamic, &text).unwrap_or_else(|error| panic!("{error} of:\n{text}"));
        assert_eq!(writer.write(&dynamic), text);
    }
}

/// Changes a text in some places and reads it: either it is refused or it comes back.
fn survives_damage<M: Message + Text>(text: &str, dice: &mut Dice) {
    const SIGNS: [char; 16] =
        ['{', '}', '<', '[', ']', ':', '"', '\\', '0', '.', '-', '#', 'é', '/', 'x', '\n'];
    let mut signs: Vec<char> = text.chars().collect();
    for _ in 0..=dice.below(3) {
        let at = dice.below(signs.len() + 1);
        match dice.below(3) {
            0 => signs.truncate(at),
            1 => signs.insert(at, SIGNS[dice.below(SIGNS.len())]),
            _ => drop(signs.drain(at..signs.len().min(at + 3))),
        }
    }
    let damaged: String = signs.into_iter().collect();
    if let Ok(message) = M::from_text(&damaged) {
        comes_back(&message);
    }
}

fn holds<M: Message + Text>() {
    for seed in 0..SEEDS {
        let message = drawn::<M>(seed);
        comes_back(&message);
        survives_damage::<M>(&message.to_text(), &mut Dice::new(!seed));
    }
}

/// Runs one line for each message.
macro_rules! each_message {
    ($check:ident: $($message:ty),*) => {
        $($check::<$message>();)*
    };
}

#[test]
fn every_message_comes_back() {
    each_message!(holds: Plain, Explicit, Lists, Unpacked, Choice, Maps, Tree, Record, Every, Twin, Order);
}

#[test]
fn extensions_come_back() {
    for seed in 0..SEEDS {
        let twin: Twin = drawn(seed);
        let extended = Extended::decode(&bytes(&twin)).unwrap();
        for writer in ways() {
            let text = writer.write(&extended);
            let read = Extended::from_text(&text).unwrap_or_else(|error| panic!("{error} of:\n{text}"));
            assert_eq!(bytes(&Twin::decode(&bytes(&read)).unwrap()), bytes(&twin), "{text}");
        }
    }
}

fn schema_of(message: &str) -> (PathBuf, &'static str) {
    let file = match message.split('.').next() {
        Some("kinds") => "kinds.proto",
        Some("legacy") => "legacy.proto",
        Some("extended") => "extended.proto",
        Some("shapes") => "every_shape.proto",
        _ => "text.proto",
    };
    (workspace().join("tests/proto"), file)
}

fn agrees_with_protoc<M: Message + Text>() {
    let protoc = Protoc::installed();
    let (folder, file) = schema_of(M::NAME);
    let schema: (&Path, &str) = (&folder, file);
    for seed in 0..SEEDS_OF_PROTOC {
        let message = drawn::<M>(seed);
        let text = ways()[seed as usize % 3].write(&message);
        let theirs =
            protoc.encode(schema, M::NAME, &text).unwrap_or_else(|error| panic!("{error} of:\n{text}"));
        assert_eq!(bytes(&M::decode(&theirs).unwrap()), bytes(&message), "{text}");
        let text = protoc.decode(schema, M::NAME, &theirs).expect("these are protoc's own bytes");
        let read = M::from_text(&text).unwrap_or_else(|error| panic!("{error} of:\n{text}"));
        assert_eq!(bytes(&read), bytes(&message), "{text}");
    }
}

#[test]
fn protoc_reads_what_is_written_and_writes_what_is_read() {
    each_message!(agrees_with_protoc: Plain, Explicit, Lists, Choice, Maps, Tree, Record, Every, Twin, Order);
}

/// Texts of `test.v1.Order` in the corners of the grammar.
const CORNERS: &[&str] = &[
    "i32: 0x10 u64: 010",
    "i32: - 5",
    "i32: -\n# x\n5",
    "i32: 08",
    "i32: 0x",
    "i32: 1.0",
    "i32: 1f",
    "i32: 2147483648",
    "i32: -2147483648",
    "i32: -0",
    "u64: -0",
    "u64: 18446744073709551616",
    "i32: 5on: true",
    "i32: 5[test.v1.note]: 'a'",
    "i32: 5,on: true;",
    "i32: 5,,on: true",
    ",i32: 5",
    "i32 5",
    "i32: [5]",
    "i32: +5",
    "d: 1. f: .5",
    "d: .5f",
    "d: 1e5f f: 1E-3",
    "d: 1e",
    "d: 01.5",
    "d: 010",
    "d: 0x10",
    "d: 00",
    "d: -inf f: Infinity",
    "d: nAn",
    "d: -nan",
    "d: infinit",
    "d: 1e999 f: 1e39",
    "d: 18446744073709551616",
    "d: 1.5.5",
    "d: - .5",
    "on: t",
    "on: True",
    "on: TRUE",
    "on: 01",
    "on: 0x0",
    "on: 2",
    "on: -1",
    "status: PAID",
    "status: 3",
    "status: -1",
    "status: 4",
    "status: LOST",
    "status: 'PAID'",
    "id: 'a' \"b\"'c'",
    "id: 'a\nb'",
    "id: 'a\tb'",
    r"blob: '\0\12\1234\xfg\x1f2\a\b\f\n\r\t\v\?\'\\'",
    r"id: '\u00e9\U0001f600'",
    r"id: '\u12'",
    r"id: '\U00110000'",
    r"id: '\ud83d\ude00'",
    r"id: '\400'",
    r"id: '\q'",
    r"id: '\x'",
    r"id: 'a",
    "id: a",
    "id: 'a'b",
    "blob: 'é'",
    "numbers: [1, 2] numbers: 3 numbers: []",
    "numbers: [1, 2,]",
    "numbers: [,]",
    "numbers [1]",
    "parts {} parts: <> parts [{}, <>] parts: [] parts: {id:'a'}",
    "parts { >",
    "parts {",
    "parts: 5",
    "named { key: 'a' } named { value {} } named [{key: 'a' value <i32: 1>}]",
    "named { key: 'a' key: 'b' }",
    "Detail { depth: 1 }",
    "detail { depth: 1 }",
    "DETAIL { depth: 1 }",
    "percent: 1 voucher: 'a'",
    "percent: 1 percent: 1",
    "detail {} detail {}",
    "[test.v1.note]: 'a' [test.v1.marks]: [1, 2]",
    "[ test . v1 . note ]: 'a'",
    "[test.v1.lost]: 'a'",
    "[test.v1.note]: 'a' [test.v1.note]: 'b'",
    "[test.v1.stricts] { x: 1 y: '' }",
    "[test.v1.stricts] { x: 1 }",
    "any { [type.googleapis.com/test.v1.Order] { i32: 5 } }",
    "any { [a.b/c-d/%2F/test.v1.Order]: < i32: 5 > }",
    "any { [type.googleapis.com/test.v1.Lost] {} }",
    "any { [/test.v1.Order] {} }",
    "any { type_url: 'a' value: 'b' }",
    "any { type_url: 'a' [a/test.v1.Order] {} }",
    "gone: 1 gone: 'a' 'b' gone: [1, {}] gone { a: 1 } gone: -inf",
    "away [{}]",
    "gone 1",
    "gone: -name",
    "20: 5",
    "lost: 1",
    "strict { x: 1 }",
    "strict { y: '' x: 1 }",
    "",
    "# nothing",
    "i32: 5 # end",
    "i32: 5 }",
    "\u{b}\u{c}\r\ti32: 5",
    "i32\u{a0}: 5",
    "id: '\0'",
];

/// Where protoc differs from the specification, and we do not.
const CORNERS_OF_PROTOC: &[&str] = &[
    // Surrogates stand for nothing, and there is no code point beyond U+10FFFF.
    r"id: '\ud83d\ude00'",
    r"id: '\U00110000'",
    // More than a byte holds.
    r"id: '\400'",
    // A list of messages needs no colon, and what is reserved may have any form.
    "away [{}]",
];

#[test]
fn protoc_takes_and_refuses_the_same() {
    let protoc = Protoc::installed();
    let (folder, file) = schema_of(Order::NAME);
    let mut different = Vec::new();
    for text in CORNERS {
        let theirs = protoc.encode((&folder, file), Order::NAME, text);
        // protoc does not ask for required fields here.
        let part = DecodeOptions::new().partial(true);
        let theirs =
            theirs.map(|encoded| part.decode::<Order>(&encoded).expect("protoc writes what it reads"));
        let theirs = theirs.map(|order| bytes(&order));
        let ours = TextReader::new().partial(true).read::<Order>(text).map(|order| bytes(&order));
        let same = match (&ours, &theirs) {
            (Ok(ours), Ok(theirs)) => ours == theirs,
            (ours, theirs) => ours.is_err() && theirs.is_err(),
        };
        if same == CORNERS_OF_PROTOC.contains(text) {
            different.push(format!("{text:?}: ours {ours:?}, protoc's {theirs:?}"));
        }
    }
    assert!(different.is_empty(), "{}", different.join("\n"));
}
