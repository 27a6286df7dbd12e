//! Implicit presence: a plain value, written unless it is the type's zero. The scalars of proto3.

use crate::wire::{DecodeError, Input, Kind, Merge, Output};

/// Writes the field.
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn put<K: Kind>(number: u32, value: &K::Value, out: &mut Output<'_>) {
    if !K::is_default(value) {
        K::put(number, value, out);
    }
}

/// Reads the field.
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn merge<'a, K: Merge<'a>>(
    number: u32,
    value: &mut K::Value,
    input: &mut Input<'a, '_>,
) -> Result<(), DecodeError> {
    K::merge(number, value, input)
}
