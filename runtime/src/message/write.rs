//! The writing of messages whose size matters more than their speed: from field to field by a table of their places.
//! Called by generated code of files with `option optimize_for = CODE_SIZE`, one line per message.

use bytes::Bytes;

use crate::wire::Output;
use crate::wire::field::{implicit, optional, packed, repeated};
use crate::wire::kind::{
    Bool, Double, Fixed32, Fixed64, Float, Int32, Int64, Raw, Sfixed32, Sfixed64, Sint32, Sint64, Str,
    Uint32, Uint64,
};

/// A message as its fields are written.
pub trait Table {
    /// The field at `index`, counted from the one with the highest number. Fields that need their own types to be written
    /// are put into `out` at once.
    fn shown(&self, index: usize, out: &mut Output<'_>) -> Shown<'_>;
}

/// The number and value of a field, by its shape and kind.
// The variants are those of the kinds; `Optional…` is explicit presence, `List…` and `Packed…` are repeated.
#[allow(missing_docs)]
pub enum Shown<'s> {
    Bool(u32, &'s bool),
    Double(u32, &'s f64),
    Fixed32(u32, &'s u32),
    Fixed64(u32, &'s u64),
    Float(u32, &'s f32),
    Int32(u32, &'s i32),
    Int64(u32, &'s i64),
    Sfixed32(u32, &'s i32),
    Sfixed64(u32, &'s i64),
    Sint32(u32, &'s i32),
    Sint64(u32, &'s i64),
    Uint32(u32, &'s u32),
    Uint64(u32, &'s u64),
    Raw(u32, &'s Bytes),
    Str(u32, &'s String),
    OptionalBool(u32, &'s Option<bool>),
    OptionalDouble(u32, &'s Option<f64>),
    OptionalFixed32(u32, &'s Option<u32>),
    OptionalFixed64(u32, &'s Option<u64>),
    OptionalFloat(u32, &'s Option<f32>),
    OptionalInt32(u32, &'s Option<i32>),
    OptionalInt64(u32, &'s Option<i64>),
    OptionalSfixed32(u32, &'s Option<i32>),
    OptionalSfixed64(u32, &'s Option<i64>),
    OptionalSint32(u32, &'s Option<i32>),
    OptionalSint64(u32, &'s Option<i64>),
    OptionalUint32(u32, &'s Option<u32>),
    OptionalUint64(u32, &'s Option<u64>),
    OptionalRaw(u32, &'s Option<Bytes>),
    OptionalStr(u32, &'s Option<String>),
    ListBool(u32, &'s Vec<bool>),
    ListDouble(u32, &'s Vec<f64>),
    ListFixed32(u32, &'s Vec<u32>),
    ListFixed64(u32, &'s Vec<u64>),
    ListFloat(u32, &'s Vec<f32>),
    ListInt32(u32, &'s Vec<i32>),
    ListInt64(u32, &'s Vec<i64>),
    ListSfixed32(u32, &'s Vec<i32>),
    ListSfixed64(u32, &'s Vec<i64>),
    ListSint32(u32, &'s Vec<i32>),
    ListSint64(u32, &'s Vec<i64>),
    ListUint32(u32, &'s Vec<u32>),
    ListUint64(u32, &'s Vec<u64>),
    ListRaw(u32, &'s Vec<Bytes>),
    ListStr(u32, &'s Vec<String>),
    PackedBool(u32, &'s Vec<bool>),
    PackedDouble(u32, &'s Vec<f64>),
    PackedFixed32(u32, &'s Vec<u32>),
    PackedFixed64(u32, &'s Vec<u64>),
    PackedFloat(u32, &'s Vec<f32>),
    PackedInt32(u32, &'s Vec<i32>),
    PackedInt64(u32, &'s Vec<i64>),
    PackedSfixed32(u32, &'s Vec<i32>),
    PackedSfixed64(u32, &'s Vec<i64>),
    PackedSint32(u32, &'s Vec<i32>),
    PackedSint64(u32, &'s Vec<i64>),
    PackedUint32(u32, &'s Vec<u32>),
    PackedUint64(u32, &'s Vec<u64>),
    /// The field was written.
    Done,
    /// There are no more fields.
    End,
}

/// Writes the fields of a message.
pub fn put_shared(message: &dyn Table, out: &mut Output<'_>) {
    for index in 0.. {
        match message.shown(index, out) {
            Shown::End => return,
            Shown::Done => {}
            shown => put(shown, out),
        }
    }
}

fn put(shown: Shown<'_>, out: &mut Output<'_>) {
    match shown {
        Shown::Bool(number, value) => implicit::put::<Bool>(number, value, out),
        Shown::Double(number, value) => implicit::put::<Double>(number, value, out),
        Shown::Fixed32(number, value) => implicit::put::<Fixed32>(number, value, out),
        Shown::Fixed64(number, value) => implicit::put::<Fixed64>(number, value, out),
        Shown::Float(number, value) => implicit::put::<Float>(number, value, out),
        Shown::Int32(number, value) => implicit::put::<Int32>(number, value, out),
        Shown::Int64(number, value) => implicit::put::<Int64>(number, value, out),
        Shown::Sfixed32(number, value) => implicit::put::<Sfixed32>(number, value, out),
        Shown::Sfixed64(number, value) => implicit::put::<Sfixed64>(number, value, out),
        Shown::Sint32(number, value) => implicit::put::<Sint32>(number, value, out),
        Shown::Sint64(number, value) => implicit::put::<Sint64>(number, value, out),
        Shown::Uint32(number, value) => implicit::put::<Uint32>(number, value, out),
        Shown::Uint64(number, value) => implicit::put::<Uint64>(number, value, out),
        Shown::Raw(number, value) => implicit::put::<Raw>(number, value, out),
        Shown::Str(number, value) => implicit::put::<Str>(number, value, out),
        shown => put_optional(shown, out),
    }
}

fn put_optional(shown: Shown<'_>, out: &mut Output<'_>) {
    match shown {
        Shown::OptionalBool(number, value) => optional::put::<Bool>(number, value, out),
        Shown::OptionalDouble(number, value) => optional::put::<Double>(number, value, out),
        Shown::OptionalFixed32(number, value) => optional::put::<Fixed32>(number, value, out),
        Shown::OptionalFixed64(number, value) => optional::put::<Fixed64>(number, value, out),
        Shown::OptionalFloat(number, value) => optional::put::<Float>(number, value, out),
        Shown::OptionalInt32(number, value) => optional::put::<Int32>(number, value, out),
        Shown::OptionalInt64(number, value) => optional::put::<Int64>(number, value, out),
        Shown::OptionalSfixed32(number, value) => optional::put::<Sfixed32>(number, value, out),
        Shown::OptionalSfixed64(number, value) => optional::put::<Sfixed64>(number, value, out),
        Shown::OptionalSint32(number, value) => optional::put::<Sint32>(number, value, out),
        Shown::OptionalSint64(number, value) => optional::put::<Sint64>(number, value, out),
        Shown::OptionalUint32(number, value) => optional::put::<Uint32>(number, value, out),
        Shown::OptionalUint64(number, value) => optional::put::<Uint64>(number, value, out),
        Shown::OptionalRaw(number, value) => optional::put::<Raw>(number, value, out),
        Shown::OptionalStr(number, value) => optional::put::<Str>(number, value, out),
        shown => put_list(shown, out),
    }
}

fn put_list(shown: Shown<'_>, out: &mut Output<'_>) {
    match shown {
        Shown::ListBool(number, values) => repeated::put::<Bool>(number, values, out),
        Shown::ListDouble(number, values) => repeated::put::<Double>(number, values, out),
        Shown::ListFixed32(number, values) => repeated::put::<Fixed32>(number, values, out),
        Shown::ListFixed64(number, values) => repeated::put::<Fixed64>(number, values, out),
        Shown::ListFloat(number, values) => repeated::put::<Float>(number, values, out),
        Shown::ListInt32(number, values) => repeated::put::<Int32>(number, values, out),
        Shown::ListInt64(number, values) => repeated::put::<Int64>(number, values, out),
        Shown::ListSfixed32(number, values) => repeated::put::<Sfixed32>(number, values, out),
        Shown::ListSfixed64(number, values) => repeated::put::<Sfixed64>(number, values, out),
        Shown::ListSint32(number, values) => repeated::put::<Sint32>(number, values, out),
        Shown::ListSint64(number, values) => repeated::put::<Sint64>(number, values, out),
        Shown::ListUint32(number, values) => repeated::put::<Uint32>(number, values, out),
        Shown::ListUint64(number, values) => repeated::put::<Uint64>(number, values, out),
        Shown::ListRaw(number, values) => repeated::put::<Raw>(number, values, out),
        Shown::ListStr(number, values) => repeated::put::<Str>(number, values, out),
        shown => put_packed(shown, out),
    }
}

fn put_packed(shown: Shown<'_>, out: &mut Output<'_>) {
    match shown {
        Shown::PackedBool(number, values) => packed::put::<Bool>(number, values, out),
        Shown::PackedDouble(number, values) => packed::put::<Double>(number, values, out),
        Shown::PackedFixed32(number, values) => packed::put::<Fixed32>(number, values, out),
        Shown::PackedFixed64(number, values) => packed::put::<Fixed64>(number, values, out),
        Shown::PackedFloat(number, values) => packed::put::<Float>(number, values, out),
        Shown::PackedInt32(number, values) => packed::put::<Int32>(number, values, out),
        Shown::PackedInt64(number, values) => packed::put::<Int64>(number, values, out),
        Shown::PackedSfixed32(number, values) => packed::put::<Sfixed32>(number, values, out),
        Shown::PackedSfixed64(number, values) => packed::put::<Sfixed64>(number, values, out),
        Shown::PackedSint32(number, values) => packed::put::<Sint32>(number, values, out),
        Shown::PackedSint64(number, values) => packed::put::<Sint64>(number, values, out),
        Shown::PackedUint32(number, values) => packed::put::<Uint32>(number, values, out),
        Shown::PackedUint64(number, values) => packed::put::<Uint64>(number, values, out),
        // The others were written before they came here.
        _ => {}
    }
}
