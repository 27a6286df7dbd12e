//! Texts in the text format as many messages: what is read is written and read again as the same, by every way to write
//! it; what a message known by its descriptor reads is the same; a mistake has its place in the text; and memory keeps to
//! a bound. And bytes as messages: what is printed can be read.

use std::str;

use protocall::text::{TextError, TextReader, TextWriter};
use protocall::{DecodeOptions, DynamicMessage, EncodeOptions, Message, Reflect, Text};

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

/// The message of that number as text, for seeds.
pub(crate) fn of(choice: usize, bytes: &[u8]) -> Option<String> {
    fn of<M: Message + Text>(bytes: &[u8]) -> Option<String> {
        M::decode(bytes).ok().map(|message| message.to_text())
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

    fn reader(self) -> TextReader {
        let reader =
            TextReader::new().ignore_unknown(self.has(1)).partial(self.has(2)).field_numbers(self.has(3));
        if self.has(4) { reader.max_depth(u32::from(self.0 >> 5)) } else { reader }
    }

    fn writer(self) -> TextWriter {
        TextWriter::new()
            .one_line(self.has(4))
            .short_lists(self.has(5))
            .ascii(self.has(6))
            .expand_any(!self.has(7))
            .indent(usize::from(self.0 & 7))
    }
}

fn examine<M: Text + Message>(way: Way, data: &[u8]) {
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
    match read {
        Ok(message) => {
            comes_back(&message, &TextWriter::new());
            comes_back(&message, &way.writer());
        }
        Err(error) => has_a_place(&error, text),
    }
}

/// What is printed can be read, though `Any` may come in another form, and what is unknown is left out.
fn from_binary<M: Text + Message>(way: Way, data: &[u8]) {
    let Ok(message) = DecodeOptions::new().partial(true).decode::<M>(data) else { return };
    let text = way.writer().write(&message);
    let read: M = again(&text);
    comes_back(&read, &way.writer());
    // Those are for eyes only.
    assert!(text.len() <= way.writer().unknown_fields(true).write(&message).len());
}

fn again<M: Text>(text: &str) -> M {
    TextReader::new().partial(true).read(text).unwrap_or_else(|error| panic!("{error} in {text}"))
}

fn comes_back<M: Text + Message>(message: &M, writer: &TextWriter) {
    let text = writer.write(message);
    let read: M = again(&text);
    assert_eq!(written(&read), written(message), "{} by {text}", M::NAME);
    assert_eq!(writer.write(&read), text, "equal messages give equal texts");
}

/// The same message, known by its descriptor only.
fn by_descriptor<M: Text + Message>(reader: &TextReader, text: &str, read: &Result<M, TextError>) {
    let mut dynamic = DynamicMessage::new(M::default().descriptor());
    // A message that is there already may have its required fields.
    let reader = reader.clone().partial(true);
    match (reader.merge(&mut dynamic, text), read) {
        (Ok(()), Ok(read)) => {
            let bytes = dynamic.reflect().encode_to_vec();
            let same: M = DecodeOptions::new().partial(true).decode(&bytes).expect("it is well-formed");
            assert_eq!(written(&same), written(read), "{}", M::NAME);
        }
        (Ok(()), Err(error)) => assert!(error.message().starts_with("the required field"), "{error}"),
        (Err(error), Ok(_)) => panic!("{} has read what its descriptor refuses: {error}", M::NAME),
        (Err(one), Err(other)) => {
            assert!(one == *other || other.message().starts_with("the required field"), "{one}; {other}");
        }
    }
}

fn has_a_place(error: &TextError, text: &str) {
    assert!(!error.message().is_empty() && error.to_string().contains(error.message()));
    place::exists((error.line(), error.column()), text).unwrap_or_else(|what| panic!("{error}: {what}"));
}

fn written<M: Message>(message: &M) -> Vec<u8> {
    EncodeOptions::new().deterministic(true).encode_to_vec(message)
}
