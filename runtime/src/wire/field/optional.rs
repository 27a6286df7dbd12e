//! Explicit presence: an `Option`, written when it is set, whatever its value. Messages, `optional` fields, and all
//! singular fields of proto2. Also the getters of such fields.

use crate::wire::{DecodeError, Input, Kind, Merge, Output};

/// Writes the field.
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn put<K: Kind>(number: u32, value: &Option<K::Value>, out: &mut Output<'_>) {
    if let Some(value) = value {
        K::put(number, value, out);
    }
}

/// Reads the field: into the value that is there, so that messages merge.
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn merge<'a, K: Merge<'a>>(
    number: u32,
    value: &mut Option<K::Value>,
    input: &mut Input<'a, '_>,
) -> Result<(), DecodeError> {
    if K::HEAP > 0 && value.is_none() {
        input.charge(K::HEAP, 0)?;
    }
    K::merge(number, value.get_or_insert_default(), input)
}

/// The number, bool or enum that is set, or `default`.
#[inline]
pub fn value<T: Copy>(value: Option<T>, default: T) -> T {
    value.unwrap_or(default)
}

/// The text that is set, or `default`.
#[inline]
pub fn text<'a, T: AsRef<str>>(value: &'a Option<T>, default: &'a str) -> &'a str {
    value.as_ref().map_or(default, T::as_ref)
}

/// The bytes that are set, or `default`.
#[inline]
pub fn bytes<'a, T: AsRef<[u8]>>(value: &'a Option<T>, default: &'a [u8]) -> &'a [u8] {
    value.as_ref().map_or(default, T::as_ref)
}
