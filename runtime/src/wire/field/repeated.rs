//! Repeated fields with a tag before each value: text, bytes, messages, and numbers that are not packed.

use crate::wire::{DecodeError, Input, Kind, Merge, Output, wire_type};

/// Writes the fields.
#[inline]
pub fn put<K: Kind>(number: u32, values: &[K::Value], out: &mut Output<'_>) {
    for value in values.iter().rev() {
        K::put(number, value, out);
    }
}

/// Reads the value behind the tag, and those whose tags follow at once. Each is decoded where it will stay.
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn merge<'a, K: Merge<'a>>(
    number: u32,
    values: &mut Vec<K::Value>,
    input: &mut Input<'a, '_>,
) -> Result<(), DecodeError> {
    input.apart(|input| run::<K>(number, values, input))
}

/// The most values that are counted ahead: of a long list's work the growing is a small part.
const RUN: usize = 64;

/// The first run exactly, since most lists are one; the others with the room to grow that keeps many short ones cheap.
#[cfg_attr(not(debug_assertions), inline(always))]
fn reserve<T>(values: &mut Vec<T>, run: usize) {
    if values.capacity() == 0 { values.reserve_exact(run) } else { values.reserve(run) }
}

#[inline(never)]
fn run<'a, K: Merge<'a>>(
    number: u32,
    values: &mut Vec<K::Value>,
    input: &mut Input<'a, '_>,
) -> Result<(), DecodeError> {
    let tag = number << 3 | K::WIRE;
    loop {
        if K::WIRE == wire_type::LENGTH && values.len() == values.capacity() {
            reserve(values, input.count_run(tag, RUN));
        }
        let before = input.remaining();
        values.push(K::Value::default());
        if let Some(value) = values.last_mut() {
            K::merge(number, value, input)?;
        }
        input.charge(size_of::<K::Value>() + K::HEAP, before - input.remaining())?;
        if !input.take_tag(tag) {
            return Ok(());
        }
    }
}
