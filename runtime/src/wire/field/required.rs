//! A value that is always written: proto2's `required`, and the one member of a oneof that is set.

use crate::wire::{Kind, Output};

/// Writes the field.
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn put<K: Kind>(number: u32, value: &K::Value, out: &mut Output<'_>) {
    K::put(number, value, out);
}
