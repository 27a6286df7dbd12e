//! Values of every kind and shape, drawn from noise, as messages of the tests' schemas. Called by `round_trip`.

use std::collections::HashMap;
use std::hash::Hash;

use protocall::{Bytes, Enumeration};

use crate::noise::Noise;
use crate::schema::ours::{kinds::v1::*, legacy};

/// How deep messages are drawn.
const DEPTH: u32 = 6;

pub(crate) trait Draw: Sized {
    fn draw(noise: &mut Noise, depth: u32) -> Self;
}

/// Draws a value to be encoded.
pub(crate) fn draw<T: Draw>(noise: &mut Noise) -> T {
    T::draw(noise, DEPTH)
}

macro_rules! numbers {
    ($($number:ty: $make:expr;)*) => {$(
        impl Draw for $number {
            fn draw(noise: &mut Noise, _: u32) -> Self {
                let make: fn(u64) -> Self = $make;
                make(noise.number())
            }
        }
    )*};
}

numbers! {
    i32: |bits| bits as i32;
    i64: |bits| bits as i64;
    u32: |bits| bits as u32;
    u64: |bits| bits;
    f32: |bits| f32::from_bits(bits as u32);
    f64: f64::from_bits;
    bool: |bits| bits & 1 == 1;
}

impl Draw for Bytes {
    fn draw(noise: &mut Noise, _: u32) -> Self {
        noise.slice().into()
    }
}

impl Draw for String {
    fn draw(noise: &mut Noise, _: u32) -> Self {
        String::from_utf8_lossy(&noise.slice()).into_owned()
    }
}

impl<T: Draw> Draw for Option<T> {
    fn draw(noise: &mut Noise, depth: u32) -> Self {
        (depth > 0 && noise.bool()).then(|| T::draw(noise, depth - 1))
    }
}

impl<T: Draw> Draw for Vec<T> {
    fn draw(noise: &mut Noise, depth: u32) -> Self {
        let count = if depth == 0 { 0 } else { noise.below(5) };
        (0..count).map(|_| T::draw(noise, depth - 1)).collect()
    }
}

impl<K: Draw + Hash + Eq, V: Draw> Draw for HashMap<K, V> {
    fn draw(noise: &mut Noise, depth: u32) -> Self {
        let count = if depth == 0 { 0 } else { noise.below(4) };
        (0..count).map(|_| (K::draw(noise, 0), V::draw(noise, depth - 1))).collect()
    }
}

impl<T: Draw> Draw for Box<T> {
    fn draw(noise: &mut Noise, depth: u32) -> Self {
        Self::new(T::draw(noise, depth))
    }
}

/// Open enums hold every number, closed ones their own.
macro_rules! enums {
    ($($enumeration:ty),*) => {$(
        impl Draw for $enumeration {
            fn draw(noise: &mut Noise, _: u32) -> Self {
                Self::from_number(noise.number() as i32).unwrap_or_else(|| {
                    let (_, number) = Self::VALUES[usize::from(noise.byte()) % Self::VALUES.len()];
                    Self::from_number(number).expect("it is named")
                })
            }
        }
    )*};
}

enums!(Color, legacy::v1::Size, legacy::v1::Grade);

macro_rules! messages {
    ($($message:path { $($field:ident),* $(,)? })*) => {$(
        impl Draw for $message {
            fn draw(noise: &mut Noise, depth: u32) -> Self {
                let mut message = Self::default();
                $(message.$field = Draw::draw(noise, depth);)*
                while noise.below(8) == 7 {
                    // Numbers that no field here has.
                    message.unknown_fields.push_varint(1000 + u32::from(noise.byte()), noise.number());
                    message.unknown_fields.push_bytes(2000 + u32::from(noise.byte()), &noise.slice());
                }
                message
            }
        }
    )*};
}

messages! {
    Plain {
        v_double, v_float, v_int32, v_int64, v_uint32, v_uint64, v_sint32, v_sint64, v_fixed32, v_fixed64,
        v_sfixed32, v_sfixed64, v_bool, v_string, v_bytes, v_color,
    }
    Explicit {
        v_double, v_float, v_int32, v_int64, v_uint32, v_uint64, v_sint32, v_sint64, v_fixed32, v_fixed64,
        v_sfixed32, v_sfixed64, v_bool, v_string, v_bytes, v_color,
    }
    Lists {
        v_double, v_float, v_int32, v_int64, v_uint32, v_uint64, v_sint32, v_sint64, v_fixed32, v_fixed64,
        v_sfixed32, v_sfixed64, v_bool, v_string, v_bytes, v_color,
    }
    Unpacked {
        v_double, v_float, v_int32, v_int64, v_uint32, v_uint64, v_sint32, v_sint64, v_fixed32, v_fixed64,
        v_sfixed32, v_sfixed64, v_bool, v_string, v_bytes, v_color,
    }
    Choice { value }
    Maps {
        v_int32, v_int64, v_uint32, v_uint64, v_sint32, v_sint64, v_fixed32, v_fixed64, v_sfixed32, v_sfixed64,
        v_bool, v_string,
    }
    Tree { leaf, left, branches, named, right }
    legacy::v1::Record {
        id, size, sizes, packed_sizes, grade_of, either, inner, item, text, blob, ratio, on, offset, plain_size,
    }
    legacy::v1::record::Inner { depth, nested }
    legacy::v1::record::Item { name }
}

macro_rules! oneofs {
    ($($oneof:path { $($member:ident),* })*) => {$(
        impl Draw for $oneof {
            fn draw(noise: &mut Noise, depth: u32) -> Self {
                let members: &[fn(&mut Noise, u32) -> Self] =
                    &[$(|noise, depth| Self::$member(Draw::draw(noise, depth))),*];
                members[usize::from(noise.byte()) % members.len()](noise, depth)
            }
        }
    )*};
}

oneofs! {
    choice::Value {
        VDouble, VFloat, VInt32, VInt64, VUint32, VUint64, VSint32, VSint64, VFixed32, VFixed64, VSfixed32,
        VSfixed64, VBool, VString, VBytes, VColor, VPlain, VTree
    }
    tree::Right { Tree, Text, Plain }
    legacy::v1::record::Either { EitherSize, EitherText }
}
