//! Repeated numbers in one length-delimited field. Read wherever a peer packs, whatever the schema says.

use crate::wire::{DecodeError, Input, Output, Packable, wire_type};

/// Writes the field.
pub fn put<K: Packable>(number: u32, values: &[K::Value], out: &mut Output<'_>) {
    if values.is_empty() {
        return;
    }
    let before = out.written();
    if out.is_counting() {
        out.count(K::packed_len(values));
    } else {
        K::put_packed(values, out);
    }
    out.put_varint((out.written() - before) as u64);
    out.put_tag(number, wire_type::LENGTH);
}

/// Reads the values of the field behind those that are there.
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn merge<K: Packable>(
    _: u32,
    values: &mut Vec<K::Value>,
    input: &mut Input<'_, '_>,
) -> Result<(), DecodeError> {
    K::merge_packed(values, input.packed()?)
}
