//! Enums: the trait of every generated enum, and the kind that puts its number on the wire.

use std::fmt::Debug;
use std::marker::PhantomData;

use crate::wire::kind::{merge_packed_varints, packed_varints_len, put_packed_varints};
use crate::wire::{DecodeError, Input, Kind, Merge, Output, Packable, Varint, wire_type};

/// A Protocol Buffers enum: made by [`include_proto!`](crate::include_proto).
///
/// An open enum (proto3, and the default of editions) holds every number: those that its schema does not name are
/// `Unrecognized(number)`. A closed one (proto2) holds the named ones only; the others go to the message's unknown
/// fields.
pub trait Enumeration: Copy + Default + Debug + PartialEq + Send + Sync + 'static {
    /// The full name in the schema: `shop.v1.Order.Status`.
    const NAME: &'static str;

    /// The names and numbers of the schema, aliases too, in the order of their declaration.
    const VALUES: &'static [(&'static str, i32)];

    /// The value of `number`; `None` where the enum is closed and does not name it.
    fn from_number(number: i32) -> Option<Self>;

    /// The number on the wire.
    fn number(self) -> i32;

    /// The name in the schema, `STATUS_PENDING`; `None` for a number that the schema does not name.
    fn name(self) -> Option<&'static str> {
        let number = self.number();
        Self::VALUES.iter().find(|(_, value)| *value == number).map(|(name, _)| *name)
    }

    /// The value that the schema calls `name`.
    fn from_name(name: &str) -> Option<Self> {
        let (_, number) = Self::VALUES.iter().find(|(value, _)| *value == name)?;
        Self::from_number(*number)
    }
}

/// An enum on the wire: its number as a varint.
///
/// A closed enum is written by this kind and read by the shapes of `closed`, which know where the numbers go that
/// it does not name.
#[derive(Debug)]
pub struct Enum<E>(PhantomData<E>);

impl<E: Enumeration> Kind for Enum<E> {
    type Value = E;

    const WIRE: u32 = wire_type::VARINT;

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn is_default(value: &E) -> bool {
        value.number() == 0
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn put(number: u32, value: &E, out: &mut Output<'_>) {
        out.put_number(number << 3 | Self::WIRE, Self::to_wire(*value));
    }
}

impl<'a, E: Enumeration> Merge<'a> for Enum<E> {
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn merge(_: u32, value: &mut E, input: &mut Input<'a, '_>) -> Result<(), DecodeError> {
        *value = Self::from_wire(input.varint()?);
        Ok(())
    }
}

impl<E: Enumeration> Varint for Enum<E> {
    // Negative numbers are sign-extended to ten bytes, as int32.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn to_wire(value: E) -> u64 {
        value.number() as u64
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn from_wire(wire: u64) -> E {
        E::from_number(wire as i32).unwrap_or_default()
    }
}

impl<E: Enumeration> Packable for Enum<E> {
    fn packed_len(values: &[E]) -> usize {
        packed_varints_len::<Self>(values)
    }

    fn put_packed(values: &[E], out: &mut Output<'_>) {
        put_packed_varints::<Self>(values, out);
    }

    fn merge_packed(values: &mut Vec<E>, input: Input<'_, '_>) -> Result<(), DecodeError> {
        merge_packed_varints::<Self>(values, input)
    }
}
