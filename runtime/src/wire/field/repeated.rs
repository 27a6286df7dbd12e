//! Repeated fields with a tag before each value: text, bytes, messages, and numbers that are not packed.

use crate::wire::{DecodeError, Input, Kind, Output};

/// Bytes of the fields.
#[inline]
pub fn len<K: Kind>(number: u32, values: &[K::Value]) -> usize {
    values.iter().map(|value| K::len(number, value)).sum()
}

/// Writes the fields.
#[inline]
pub fn put<K: Kind>(number: u32, values: &[K::Value], out: &mut Output<'_>) {
    for value in values.iter().rev() {
        K::put(number, value, out);
    }
}

/// Reads the value behind the tag, and those whose tags follow at once. Each is decoded where it will stay.
#[inline]
pub fn merge<K: Kind>(
    number: u32,
    values: &mut Vec<K::Value>,
    input: &mut Input<'_>,
) -> Result<(), DecodeError> {
    loop {
        let before = input.remaining();
        values.push(K::Value::default());
        if let Some(value) = values.last_mut() {
            K::merge(number, value, input)?;
        }
        input.charge(size_of::<K::Value>() + K::HEAP, before - input.remaining())?;
        if !input.take_tag(number << 3 | K::WIRE) {
            return Ok(());
        }
    }
}
