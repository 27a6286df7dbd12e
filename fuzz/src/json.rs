//! Texts as the JSON of many messages: what is read is written and read again as the same, by every way to write it; what
//! a message known by its descriptor reads is the same; a mistake has its place in the text; and memory keeps to a bound.
//! And bytes as messages: what has a form in JSON is read from it.

use std::str;

use protocall::json::{JsonError, JsonReader, JsonWriter};
use protocall::{DecodeOptions, DynamicMessage, EncodeOptions, Json, Message, Reflect};
use serde::{Deserialize, Serialize};

use crate::schema::each_message;
use crate::{heap, place};

/// The message by the first byte of an input; how it is read and written by the second.
const EXAMINED: &[fn(Way, &[u8])] = &each_message!(examine);

/// The most bytes of memory for each byte of a text, and for all texts. A message of a list takes three bytes, `{},`.
const FOR_EACH_BYTE: usize = 160;
const FOR_ALL: usize = 32 * 1024;

/// What the target does with an input.
pub fn run(data: &[u8]) {
    let [choice, way, rest @ ..] = data else { return };
    EXAMINED[usize::from(*choice) % EXAMINED.len()](Way(*way), rest);
}

/// What prints a message of one type, if the bytes are one.
type Printed = fn(&[u8]) -> Option<String>;

/// The message of that number as JSON, for seeds.
pub(crate) fn of(choice: usize, bytes: &[u8]) -> Option<String> {
    fn of<M: Message + Json>(bytes: &[u8]) -> Option<String> {
        M::decode(bytes).ok()?.to_json().ok()
    }
    let each: &[Printed] = &each_message!(of);
    each[choice](bytes)
}

#[derive(Clone, Copy)]
struct Way(u8);

impl Way {
    fn has(self, bit: u8) -> bool {
        self.0 & 1 << bit != 0
    }

    fn is_binary(self) -> bool {
        self.has(0)
    }

    fn reads_plainly(self) -> bool {
        !self.has(1) && !self.has(2)
    }

    fn reader(self) -> JsonReader {
        let reader = JsonReader::new().ignore_unknown(self.has(1));
        if self.has(2) { reader.max_depth(u32::from(self.0 >> 5)) } else { reader }
    }

    fn writer(self) -> JsonWriter {
        JsonWriter::new()
            .defaults(self.has(3))
            .proto_names(self.has(4))
            .enum_numbers(self.has(5))
            .pretty(self.has(6))
    }
}

fn examine<M: Json + Message + Serialize + for<'de> Deserialize<'de>>(way: Way, data: &[u8]) {
    if way.is_binary() {
        return from_binary::<M>(way, data);
    }
    let Ok(text) = str::from_utf8(data) else { return };
    let reader = way.reader();
    // Descriptors are made once, when they are first needed.
    drop(reader.read::<M>(text));
    let (read, peak) = heap::peak(|| reader.read::<M>(text));
    assert!(peak <= FOR_ALL + text.len() * FOR_EACH_BYTE, "{peak} bytes for {} of {}", text.len(), M::NAME);
    by_descriptor::<M>(&reader, text, &read);
    if way.reads_plainly() && !may_round(text) {
        by_serde::<M>(text, read.as_ref().ok());
    }
    match read {
        Ok(message) => {
            comes_back(&message, &JsonWriter::new());
            comes_back(&message, &way.writer());
        }
        Err(error) => has_a_place(&error, text),
    }
}

/// What has a form in JSON comes back, though perhaps in another form where `Any` is concerned, and without what is
/// unknown.
fn from_binary<M: Json + Message>(way: Way, data: &[u8]) {
    let Ok(message) = M::decode(data) else { return };
    let Ok(text) = way.writer().write(&message) else { return };
    let read = M::from_json(&text).unwrap_or_else(|error| panic!("{error} in {text}"));
    comes_back(&read, &way.writer());
}

fn comes_back<M: Json + Message>(message: &M, writer: &JsonWriter) {
    let text = writer.write(message).unwrap_or_else(|error| panic!("{}: {error}", M::NAME));
    let read = M::from_json(&text).unwrap_or_else(|error| panic!("{error} in {text}"));
    assert_eq!(written(&read), written(message), "{} by {text}", M::NAME);
}

/// The same message, known by its descriptor only.
fn by_descriptor<M: Json + Message>(reader: &JsonReader, text: &str, read: &Result<M, JsonError>) {
    let mut dynamic = DynamicMessage::new(M::default().descriptor());
    match (reader.merge(&mut dynamic, text), read) {
        (Ok(()), Ok(read)) => {
            let bytes = dynamic.reflect().encode_to_vec();
            let same: M = DecodeOptions::new().partial(true).decode(&bytes).expect("it is well-formed");
            assert_eq!(written(&same), written(read), "{}", M::NAME);
        }
        (by_descriptor, read) => assert_eq!(by_descriptor.err().as_ref(), read.as_ref().err(), "{}", M::NAME),
    }
}

/// Whether a number may be there that serde's formats have as a double, and rounded: it has a fraction and many digits, or an
/// exponent. A text is read exactly.
fn may_round(text: &str) -> bool {
    let is_part = |sign: char| sign.is_ascii_digit() || ".eE+-".contains(sign);
    text.split(|sign: char| !is_part(sign)).any(|number| {
        let digits = number.bytes().filter(u8::is_ascii_digit).count();
        digits > 0 && (number.contains(['e', 'E']) || number.contains('.') && digits > 15)
    })
}

/// serde's own ways to a message, which differ in what they borrow and in the order that they show fields in.
fn by_serde<M: Message + Serialize + for<'de> Deserialize<'de>>(text: &str, message: Option<&M>) {
    let Some(message) = message else {
        return assert!(serde_json::from_str::<M>(text).is_err(), "serde reads what is refused: {}", M::NAME);
    };
    let from_reader: M = serde_json::from_reader(text.as_bytes()).expect("it was read from the text");
    assert_eq!(written(&from_reader), written(message), "{}", M::NAME);
    let value: serde_json::Value = serde_json::from_str(text).expect("it is JSON");
    let from_value: M = serde_json::from_value(value).expect("it was read from the text");
    // Extensions are kept in the order that they come in, which is another one there.
    let shown = |message: &M| serde_json::to_value(message).expect("it was read");
    assert_eq!(shown(&from_value), shown(message), "{}", M::NAME);
}

fn has_a_place(error: &JsonError, text: &str) {
    assert!(!error.message().is_empty() && error.to_string().contains(error.message()));
    // The place of the last sign that was read: nought where the text breaks off behind a line.
    let column = error.column().max(1);
    place::exists((error.line(), column), text).unwrap_or_else(|what| panic!("{error}: {what}"));
}

fn written<M: Message>(message: &M) -> Vec<u8> {
    EncodeOptions::new().deterministic(true).encode_to_vec(message)
}
