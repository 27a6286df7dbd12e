//! A value that is always written: proto2's `required`, and the one member of a oneof that is set.

use crate::wire::{DecodeError, Input, Kind, Output};

/// Bytes of the field.
#[inline(always)]
pub fn len<K: Kind>(number: u32, value: &K::Value) -> usize {
    K::len(number, value)
}

/// Writes the field.
#[inline(always)]
pub fn put<K: Kind>(number: u32, value: &K::Value, out: &mut Output<'_>) {
    K::put(number, value, out);
}

/// Reads the field.
#[inline(always)]
pub fn merge<K: Kind>(number: u32, value: &mut K::Value, input: &mut Input<'_>) -> Result<(), DecodeError> {
    K::merge(number, value, input)
}
