//! Where a field is read to. Generated code names the slot of each tag, one line per field; `read` fills it.
//!
//! Naming places rather than calling readers keeps generated code cheap to check and small to compile: the readers are
//! in this crate, and each message has only those that its slots lead to.

use bytes::Bytes;

use super::{Enumeration, Group, GroupView, Message, MessageView, Nested, NestedView};
use crate::wire::field::repeated;
use crate::wire::{DecodeError, Input, UnknownFields, wire_type};

/// A message as its fields are read.
pub trait Fields<'a> {
    /// Where the field behind `tag` goes to. Fields that need their own types to be read, messages, maps and oneofs,
    /// are read from `input` at once.
    fn slot(&mut self, tag: u32, input: &mut Input<'a, '_>) -> Slot<'_, 'a>;

    /// Where fields go to that have no slot; nowhere, if the message keeps none.
    fn unknown(&mut self) -> Option<&mut UnknownFields> {
        None
    }
}

/// The place of a field, by its shape and kind.
// The variants are those of the kinds; `Optional…` is explicit presence, `List…` is repeated, packed or not.
#[allow(missing_docs)]
pub enum Slot<'s, 'a> {
    Bool(&'s mut bool),
    Double(&'s mut f64),
    Fixed32(&'s mut u32),
    Fixed64(&'s mut u64),
    Float(&'s mut f32),
    Int32(&'s mut i32),
    Int64(&'s mut i64),
    Raw(&'s mut Bytes),
    RawView(&'s mut &'a [u8]),
    Sfixed32(&'s mut i32),
    Sfixed64(&'s mut i64),
    Sint32(&'s mut i32),
    Sint64(&'s mut i64),
    Str(&'s mut String),
    StrView(&'s mut &'a str),
    Uint32(&'s mut u32),
    Uint64(&'s mut u64),
    OptionalBool(&'s mut Option<bool>),
    OptionalDouble(&'s mut Option<f64>),
    OptionalFixed32(&'s mut Option<u32>),
    OptionalFixed64(&'s mut Option<u64>),
    OptionalFloat(&'s mut Option<f32>),
    OptionalInt32(&'s mut Option<i32>),
    OptionalInt64(&'s mut Option<i64>),
    OptionalRaw(&'s mut Option<Bytes>),
    OptionalRawView(&'s mut Option<&'a [u8]>),
    OptionalSfixed32(&'s mut Option<i32>),
    OptionalSfixed64(&'s mut Option<i64>),
    OptionalSint32(&'s mut Option<i32>),
    OptionalSint64(&'s mut Option<i64>),
    OptionalStr(&'s mut Option<String>),
    OptionalStrView(&'s mut Option<&'a str>),
    OptionalUint32(&'s mut Option<u32>),
    OptionalUint64(&'s mut Option<u64>),
    ListBool(&'s mut Vec<bool>),
    ListDouble(&'s mut Vec<f64>),
    ListFixed32(&'s mut Vec<u32>),
    ListFixed64(&'s mut Vec<u64>),
    ListFloat(&'s mut Vec<f32>),
    ListInt32(&'s mut Vec<i32>),
    ListInt64(&'s mut Vec<i64>),
    ListRaw(&'s mut Vec<Bytes>),
    ListRawView(&'s mut Vec<&'a [u8]>),
    ListSfixed32(&'s mut Vec<i32>),
    ListSfixed64(&'s mut Vec<i64>),
    ListSint32(&'s mut Vec<i32>),
    ListSint64(&'s mut Vec<i64>),
    ListStr(&'s mut Vec<String>),
    ListStrView(&'s mut Vec<&'a str>),
    ListUint32(&'s mut Vec<u32>),
    ListUint64(&'s mut Vec<u64>),
    /// One enum or many, open or closed.
    Enum(&'s mut dyn EnumSlot),
    /// Many messages, nested or groups.
    Message(&'s mut dyn MessageSlot),
    /// The same of views.
    View(&'s mut dyn ViewSlot<'a>),
    /// The field was read.
    Done(Result<(), DecodeError>),
    /// An extension that is known to be text: it is kept as it came, once it was checked.
    Text,
    /// A field that the schema does not name.
    Unknown,
}

/// A field of an enum.
pub trait EnumSlot {
    /// Sets or adds the value of `number`; whether the enum has one.
    fn take(&mut self, number: i32) -> bool;
}

impl<E: Enumeration> EnumSlot for E {
    fn take(&mut self, number: i32) -> bool {
        E::from_number(number).map(|value| *self = value).is_some()
    }
}

impl<E: Enumeration> EnumSlot for Option<E> {
    fn take(&mut self, number: i32) -> bool {
        E::from_number(number).map(|value| *self = Some(value)).is_some()
    }
}

impl<E: Enumeration> EnumSlot for Vec<E> {
    fn take(&mut self, number: i32) -> bool {
        E::from_number(number).map(|value| self.push(value)).is_some()
    }
}

/// A list of messages.
pub trait MessageSlot {
    /// Reads the field behind `tag`, which says whether it is a group.
    fn read(&mut self, tag: u32, input: &mut Input<'_, '_>) -> Result<(), DecodeError>;
}

/// A list of views.
pub trait ViewSlot<'a> {
    /// As [`MessageSlot::read`].
    fn read(&mut self, tag: u32, input: &mut Input<'a, '_>) -> Result<(), DecodeError>;
}

/// Declares the slot of lists: of messages, then of views.
macro_rules! lists {
    ($slot:ty, $bound:path, $nested:ty, $group:ty, $read:lifetime $(, $lifetime:lifetime)?) => {
        impl<$($lifetime,)? M: $bound> $slot for Vec<M> {
            fn read(&mut self, tag: u32, input: &mut Input<$read, '_>) -> Result<(), DecodeError> {
                match tag & 7 {
                    wire_type::GROUP => repeated::merge::<$group>(tag >> 3, self, input),
                    _ => repeated::merge::<$nested>(tag >> 3, self, input),
                }
            }
        }
    };
}

lists!(MessageSlot, Message, Nested<M>, Group<M>, '_);
lists!(ViewSlot<'a>, MessageView<'a>, NestedView<'a, M>, GroupView<'a, M>, 'a, 'a);
