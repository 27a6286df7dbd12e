//! The reading of closed enums: a number that the enum does not name goes to the message's unknown fields.
//! Called by generated code for oneofs and maps; `read` has the other fields.

use super::Enumeration;
use crate::wire::field::map::Map;
use crate::wire::{DecodeError, Input, Merge, UnknownFields, wire_type};

/// Reads a number: the value of the enum, or `None` once it was kept as an unknown field.
fn read<E: Enumeration>(
    number: u32,
    input: &mut Input<'_, '_>,
    unknown: &mut UnknownFields,
) -> Result<Option<E>, DecodeError> {
    let wire = input.varint()?;
    // The cut to 32 bits is the specification's.
    let value = E::from_number(wire as i32);
    if value.is_none() {
        unknown.push_varint(number, wire);
    }
    Ok(value)
}

/// Reads a member of a oneof; one that the enum does not name leaves the oneof as it is.
pub fn set_member<E: Enumeration, O>(
    number: u32,
    slot: &mut Option<O>,
    (input, unknown): (&mut Input<'_, '_>, &mut UnknownFields),
    wrap: fn(E) -> O,
) -> Result<(), DecodeError> {
    if let Some(value) = read(number, input, unknown)? {
        *slot = Some(wrap(value));
    }
    Ok(())
}

/// Reads the entry behind the tag. One with a value that the enum does not name becomes an unknown field as a
/// whole, as the specification wants.
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn merge_map<'a, K: Merge<'a>, E: Enumeration>(
    number: u32,
    map: &mut impl Map<Key = K::Value, Value = E>,
    input: &mut Input<'a, '_>,
    unknown: &mut UnknownFields,
) -> Result<(), DecodeError> {
    input.apart(|input| merge_entry::<K, E>(number, map, input, unknown))
}

fn merge_entry<'a, K: Merge<'a>, E: Enumeration>(
    number: u32,
    map: &mut impl Map<Key = K::Value, Value = E>,
    input: &mut Input<'a, '_>,
    unknown: &mut UnknownFields,
) -> Result<(), DecodeError> {
    let mut entry = input.nested()?;
    let whole = entry.rest();
    let (mut key, mut value) = (K::Value::default(), Some(E::default()));
    while let Some(tag) = entry.tag()? {
        match tag {
            tag if tag == 1 << 3 | K::WIRE => K::merge(1, &mut key, &mut entry)?,
            tag if tag == 2 << 3 | wire_type::VARINT => value = E::from_number(entry.varint()? as i32),
            tag => entry.unknown(tag, None)?,
        }
    }
    match value {
        Some(value) => map.set(key, value),
        None => unknown.push_bytes(number, whole),
    }
    Ok(())
}
