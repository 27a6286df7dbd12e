//! The reading of closed enums: a number that the enum does not name goes to the message's unknown fields.
//! Called by generated code; the shapes are those of `wire::field`, which also write such fields.

use super::Enumeration;
use crate::wire::{DecodeError, Input, Merge, UnknownFields};

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

/// Plain values: `required` fields, which have not come if their number is unknown.
pub mod required {
    use super::{DecodeError, Enumeration, Input, UnknownFields, read};
    use crate::wire::field::required::Required;

    /// Reads the field.
    pub fn merge<E: Enumeration, const N: usize>(
        number: u32,
        (field, required): (&mut E, &mut Required<N>),
        input: &mut Input<'_, '_>,
        unknown: &mut UnknownFields,
    ) -> Result<(), DecodeError> {
        if let Some(value) = read(number, input, unknown)? {
            *field = value;
            required.see(number);
        }
        Ok(())
    }
}

/// Explicit presence.
pub mod optional {
    use super::{DecodeError, Enumeration, Input, UnknownFields, read};

    /// Reads the field.
    pub fn merge<E: Enumeration>(
        number: u32,
        field: &mut Option<E>,
        input: &mut Input<'_, '_>,
        unknown: &mut UnknownFields,
    ) -> Result<(), DecodeError> {
        if let Some(value) = read(number, input, unknown)? {
            *field = Some(value);
        }
        Ok(())
    }
}

/// Repeated, with a tag before each value.
pub mod repeated {
    use super::{DecodeError, Enumeration, Input, UnknownFields, read};

    /// Reads one value.
    pub fn merge<E: Enumeration>(
        number: u32,
        values: &mut Vec<E>,
        input: &mut Input<'_, '_>,
        unknown: &mut UnknownFields,
    ) -> Result<(), DecodeError> {
        values.extend(read::<E>(number, input, unknown)?);
        Ok(())
    }
}

/// Repeated, in one length-delimited field.
pub mod packed {
    use super::{DecodeError, Enumeration, Input, UnknownFields, read};

    /// Reads the values of the field.
    pub fn merge<E: Enumeration>(
        number: u32,
        values: &mut Vec<E>,
        input: &mut Input<'_, '_>,
        unknown: &mut UnknownFields,
    ) -> Result<(), DecodeError> {
        let mut packed = input.packed()?;
        while packed.remaining() > 0 {
            values.extend(read::<E>(number, &mut packed, unknown)?);
        }
        Ok(())
    }
}

/// Maps whose values are a closed enum.
pub mod map {
    use super::{DecodeError, Enumeration, Input, Merge, UnknownFields};
    use crate::wire::field::map::Map;
    use crate::wire::wire_type;

    /// Reads the entry behind the tag. One with a value that the enum does not name becomes an unknown field as a
    /// whole, as the specification wants.
    pub fn merge<'a, K: Merge<'a>, E: Enumeration>(
        number: u32,
        map: &mut impl Map<Key = K::Value, Value = E>,
        input: &mut Input<'a, '_>,
        unknown: &mut UnknownFields,
    ) -> Result<(), DecodeError> {
        let mut entry = input.nested()?;
        let whole = entry.rest();
        let (mut key, mut value) = (K::Value::default(), Some(E::default()));
        let mut ignored = UnknownFields::new();
        while let Some(tag) = entry.tag()? {
            match tag {
                tag if tag == 1 << 3 | K::WIRE => K::merge(1, &mut key, &mut entry)?,
                tag if tag == 2 << 3 | wire_type::VARINT => value = E::from_number(entry.varint()? as i32),
                tag => entry.unknown(tag, &mut ignored)?,
            }
        }
        match value {
            Some(value) => map.set(key, value),
            None => unknown.push_bytes(number, whole),
        }
        Ok(())
    }
}
