//! What each proto type looks like on the wire. Named by generated code, called by the shapes in `field`.
//!
//! A kind is a type without values: `Sint32` says that an `i32` stands as a zigzag varint, `Fixed32` that a `u32`
//! stands as four bytes. Messages and enums join from the layer below.

use std::marker::PhantomData;

use bytes::Bytes;

use super::{DecodeError, Input, Output, varint_len, wire_type};

/// A proto type: the Rust value that holds it, and how the field that carries it is written.
pub trait Kind {
    /// The Rust type of a value.
    type Value: Default;

    /// The wire type of the field.
    const WIRE: u32;

    /// Bytes that a new value takes on the heap before anything is read into it.
    const HEAP: usize = 0;

    /// Whether `value` is the type's zero, which a field with implicit presence leaves out.
    fn is_default(value: &Self::Value) -> bool;

    /// Writes the whole field `number`: value, then tag (back to front).
    fn put(number: u32, value: &Self::Value, out: &mut Output<'_>);
}

/// A kind that is read from bytes which live for `'a`: owned values from any, those of views from what they borrow.
pub trait Merge<'a>: Kind {
    /// Reads the value behind the tag of the field `number` into `value`: scalars replace it, messages merge.
    fn merge(number: u32, value: &mut Self::Value, input: &mut Input<'a, '_>) -> Result<(), DecodeError>;
}

/// A kind whose repeated values may stand in one length-delimited field, one behind the other without tags.
pub trait Packable: Kind {
    /// Bytes of the values alone.
    fn packed_len(values: &[Self::Value]) -> usize;

    /// Writes the values alone.
    fn put_packed(values: &[Self::Value], out: &mut Output<'_>);

    /// Reads values up to the end of `input`.
    fn merge_packed(values: &mut Vec<Self::Value>, input: Input<'_, '_>) -> Result<(), DecodeError>;
}

/// How a kind's values become varints and back.
pub(crate) trait Varint: Kind {
    /// The varint of `value`.
    fn to_wire(value: Self::Value) -> u64;

    /// The value of a varint; bits beyond the type's width are cut off, as the specification wants.
    fn from_wire(wire: u64) -> Self::Value;
}

/// Declares a kind that stands as a varint: its doc, name and Rust type, and the two conversions.
macro_rules! varint_kind {
    ($doc:literal, $kind:ident, $value:ty, $to_wire:expr, $from_wire:expr) => {
        #[doc = $doc]
        #[derive(Debug)]
        pub struct $kind;

        impl Varint for $kind {
            #[cfg_attr(not(debug_assertions), inline(always))]
            fn to_wire(value: $value) -> u64 {
                let convert: fn($value) -> u64 = $to_wire;
                convert(value)
            }

            #[cfg_attr(not(debug_assertions), inline(always))]
            fn from_wire(wire: u64) -> $value {
                let convert: fn(u64) -> $value = $from_wire;
                convert(wire)
            }
        }

        impl Kind for $kind {
            type Value = $value;

            const WIRE: u32 = wire_type::VARINT;

            #[cfg_attr(not(debug_assertions), inline(always))]
            fn is_default(value: &$value) -> bool {
                *value == <$value>::default()
            }

            #[cfg_attr(not(debug_assertions), inline(always))]
            fn put(number: u32, value: &$value, out: &mut Output<'_>) {
                out.put_number(number << 3 | Self::WIRE, Self::to_wire(*value));
            }
        }

        impl<'a> Merge<'a> for $kind {
            #[cfg_attr(not(debug_assertions), inline(always))]
            fn merge(_: u32, value: &mut $value, input: &mut Input<'a, '_>) -> Result<(), DecodeError> {
                *value = Self::from_wire(input.varint()?);
                Ok(())
            }
        }

        impl Packable for $kind {
            fn packed_len(values: &[$value]) -> usize {
                packed_varints_len::<Self>(values)
            }

            fn put_packed(values: &[$value], out: &mut Output<'_>) {
                put_packed_varints::<Self>(values, out);
            }

            fn merge_packed(values: &mut Vec<$value>, input: Input<'_, '_>) -> Result<(), DecodeError> {
                merge_packed_varints::<Self>(values, input)
            }
        }
    };
}

varint_kind!("`int32`: negative numbers take ten bytes.", Int32, i32, |v| v as u64, |w| w as i32);
varint_kind!("`int64`.", Int64, i64, |v| v as u64, |w| w as i64);
varint_kind!("`uint32`.", Uint32, u32, |v| v.into(), |w| w as u32);
varint_kind!("`uint64`.", Uint64, u64, |v| v, |w| w);
varint_kind!("`bool`: any varint but 0 is true.", Bool, bool, |v| v.into(), |w| w != 0);
varint_kind!(
    "`sint32`: zigzag, so that small negative numbers are short.",
    Sint32,
    i32,
    |v| ((v << 1) ^ (v >> 31)) as u32 as u64,
    |w| ((w as u32 >> 1) as i32) ^ -(w as i32 & 1)
);
varint_kind!(
    "`sint64`: zigzag, so that small negative numbers are short.",
    Sint64,
    i64,
    |v| ((v << 1) ^ (v >> 63)) as u64,
    |w| ((w >> 1) as i64) ^ -(w as i64 & 1)
);

/// Bytes of packed varints.
pub(crate) fn packed_varints_len<K: Varint>(values: &[K::Value]) -> usize
where
    K::Value: Copy,
{
    values.iter().map(|value| varint_len(K::to_wire(*value))).sum()
}

/// Writes packed varints.
pub(crate) fn put_packed_varints<K: Varint>(values: &[K::Value], out: &mut Output<'_>)
where
    K::Value: Copy,
{
    for value in values.iter().rev() {
        out.put_any_varint(K::to_wire(*value));
    }
}

/// Reads packed varints. They are counted first, by their last bytes, so that the list grows once.
pub(crate) fn merge_packed_varints<K: Varint>(
    values: &mut Vec<K::Value>,
    input: Input<'_, '_>,
) -> Result<(), DecodeError> {
    values.reserve(input.count_varints());
    input.varints(|batch| values.extend(batch.iter().map(|wire| K::from_wire(*wire))))
}

/// Declares a kind of a fixed width: its doc, name and Rust type, how many bytes it takes, and its wire type.
macro_rules! fixed_kind {
    ($doc:literal, $kind:ident, $value:ty, $width:literal, $wire:expr) => {
        #[doc = $doc]
        #[derive(Debug)]
        pub struct $kind;

        impl Kind for $kind {
            type Value = $value;

            const WIRE: u32 = $wire;

            // By bytes, since -0.0 is not the default of a float, and a NaN is not equal to itself.
            #[cfg_attr(not(debug_assertions), inline(always))]
            fn is_default(value: &$value) -> bool {
                value.to_le_bytes() == [0; $width]
            }

            #[cfg_attr(not(debug_assertions), inline(always))]
            fn put(number: u32, value: &$value, out: &mut Output<'_>) {
                out.put_fixed(number << 3 | Self::WIRE, value.to_le_bytes());
            }
        }

        impl<'a> Merge<'a> for $kind {
            #[cfg_attr(not(debug_assertions), inline(always))]
            fn merge(_: u32, value: &mut $value, input: &mut Input<'a, '_>) -> Result<(), DecodeError> {
                *value = <$value>::from_le_bytes(input.array()?);
                Ok(())
            }
        }

        impl Packable for $kind {
            fn packed_len(values: &[$value]) -> usize {
                values.len() * $width
            }

            fn put_packed(values: &[$value], out: &mut Output<'_>) {
                for value in values.iter().rev() {
                    out.put_slice(&value.to_le_bytes());
                }
            }

            fn merge_packed(values: &mut Vec<$value>, input: Input<'_, '_>) -> Result<(), DecodeError> {
                // Not by `array` in a loop: this way the compiler makes one copy of it.
                let (whole, rest) = input.rest().as_chunks::<$width>();
                values.extend(whole.iter().map(|bytes| <$value>::from_le_bytes(*bytes)));
                if rest.is_empty() { Ok(()) } else { Err(DecodeError::Truncated) }
            }
        }
    };
}

fixed_kind!("`fixed32`.", Fixed32, u32, 4, wire_type::FIXED32);
fixed_kind!("`fixed64`.", Fixed64, u64, 8, wire_type::FIXED64);
fixed_kind!("`sfixed32`.", Sfixed32, i32, 4, wire_type::FIXED32);
fixed_kind!("`sfixed64`.", Sfixed64, i64, 8, wire_type::FIXED64);
fixed_kind!("`float`.", Float, f32, 4, wire_type::FIXED32);
fixed_kind!("`double`.", Double, f64, 8, wire_type::FIXED64);

/// Declares a kind of a length and as many bytes: its doc, name and Rust type, and how a value is read.
macro_rules! bytes_kind {
    ($doc:literal, $kind:ident $(<$lifetime:lifetime>)?, $value:ty, $read:expr) => {
        #[doc = $doc]
        #[derive(Debug)]
        pub struct $kind $(<$lifetime>(PhantomData<&$lifetime ()>))?;

        impl $(<$lifetime>)? Kind for $kind $(<$lifetime>)? {
            type Value = $value;

            const WIRE: u32 = wire_type::LENGTH;

            #[cfg_attr(not(debug_assertions), inline(always))]
            fn is_default(value: &$value) -> bool {
                value.is_empty()
            }

            #[cfg_attr(not(debug_assertions), inline(always))]
            fn put(number: u32, value: &$value, out: &mut Output<'_>) {
                out.put_bytes(number, value.as_ref());
            }
        }

        bytes_kind!(@merge $kind $(<$lifetime>)?, $value, $read);
    };
    (@merge $kind:ident, $value:ty, $read:expr) => {
        impl<'a> Merge<'a> for $kind {
            #[cfg_attr(not(debug_assertions), inline(always))]
            fn merge(_: u32, value: &mut $value, input: &mut Input<'a, '_>) -> Result<(), DecodeError> {
                let read: fn(&mut $value, &mut Input<'a, '_>) -> Result<(), DecodeError> = $read;
                read(value, input)
            }
        }
    };
    (@merge $kind:ident<$lifetime:lifetime>, $value:ty, $read:expr) => {
        impl<$lifetime> Merge<$lifetime> for $kind<$lifetime> {
            #[cfg_attr(not(debug_assertions), inline(always))]
            fn merge(_: u32, value: &mut $value, input: &mut Input<$lifetime, '_>) -> Result<(), DecodeError> {
                let read: fn(&mut $value, &mut Input<$lifetime, '_>) -> Result<(), DecodeError> = $read;
                read(value, input)
            }
        }
    };
}

bytes_kind!("`string`: must be UTF-8.", Str, String, |value, input| input.text_into(value));
bytes_kind!("`bytes`.", Raw, Bytes, |value, input| {
    *value = input.shared()?;
    Ok(())
});
bytes_kind!("`string` of a view.", StrView<'a>, &'a str, |value, input| {
    *value = input.text()?;
    Ok(())
});
bytes_kind!("`bytes` of a view.", RawView<'a>, &'a [u8], |value, input| {
    *value = input.slice()?;
    Ok(())
});
