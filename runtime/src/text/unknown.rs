//! Fields that the schema does not name, as far as they can be told without it. Called by `write`.

use super::layout::Layout;
use super::string;
use crate::message::Message as _;
use crate::well_known::Empty;
use crate::wire::{UnknownField, UnknownValue};

/// How deep bytes are taken for messages because they look like some.
const GUESSES: u32 = 10;

/// Writes the fields by their numbers.
pub(super) fn put<'a>(fields: impl Iterator<Item = UnknownField<'a>>, out: &mut Layout<'_>) {
    fields.for_each(|field| put_field(field, GUESSES, out));
}

fn put_field(field: UnknownField<'_>, guesses: u32, out: &mut Layout<'_>) {
    let name = field.number.to_string();
    let number = |out: &mut Layout<'_>, shown: String| out.value(&name, |text| text.push_str(&shown));
    match field.value {
        UnknownValue::Varint(value) => number(out, value.to_string()),
        UnknownValue::Fixed32(value) => number(out, format!("{value:#010x}")),
        UnknownValue::Fixed64(value) => number(out, format!("{value:#018x}")),
        UnknownValue::Group(bytes) => put_block(&name, bytes, guesses, out),
        UnknownValue::Bytes(bytes) if guesses > 0 && !bytes.is_empty() && Empty::decode(bytes).is_ok() => {
            put_block(&name, bytes, guesses - 1, out);
        }
        UnknownValue::Bytes(bytes) => out.value(&name, |text| string::put_bytes(bytes, text)),
    }
}

fn put_block(name: &str, bytes: &[u8], guesses: u32, out: &mut Layout<'_>) {
    // Bytes of a group were read once, and those that are taken for a message just now.
    let inner = Empty::decode(bytes).unwrap_or_default().unknown_fields;
    out.block(name, |out| inner.iter().for_each(|field| put_field(field, guesses, out)));
}
