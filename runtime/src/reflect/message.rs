//! What can be done with a message of any type: the methods of `dyn Reflect`. Used by users, and by the formats.

use std::fmt;

use bytes::Bytes;

#[cfg(feature = "json")]
use super::access::Field;
use super::access::{List, Map, Reflect, Value, ValueMut, View, ViewMut};
use super::descriptor::{FieldDescriptor, MessageDescriptor};
use crate::wire::DecodeError;

/// Why a field cannot be read or set as asked.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReflectError {
    /// The message has no such field.
    NoField {
        /// The full name of the message.
        message: String,
        /// The name or number.
        field: String,
    },
    /// The field holds something else: a list, a map, or a value of another type.
    Mismatch {
        /// The full name of the field.
        field: String,
        /// What was expected of it.
        wanted: &'static str,
    },
    /// The enum is closed and does not name the number.
    NoValue {
        /// The full name of the field.
        field: String,
        /// The number.
        number: i32,
    },
    /// What is there of an extension is not what the schema says.
    Unreadable {
        /// The full name of the extension.
        field: String,
        /// What is wrong with it.
        error: DecodeError,
    },
}

impl fmt::Display for ReflectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoField { message, field } => write!(f, "`{message}` has no field `{field}`"),
            Self::Mismatch { field, wanted } => write!(f, "`{field}` is not {wanted}"),
            Self::Unreadable { field, error } => write!(f, "`{field}` cannot be read: {error}"),
            Self::NoValue { field, number } => write!(f, "the enum of `{field}` has no value {number}"),
        }
    }
}

impl std::error::Error for ReflectError {}

/// What names a field: its name in the schema, its number, or its descriptor.
pub trait FieldKey: fmt::Debug {
    /// The place of the field in the message.
    #[doc(hidden)]
    fn find<'a>(&self, message: MessageDescriptor<'a>) -> Option<FieldDescriptor<'a>>;
}

impl FieldKey for &str {
    fn find<'a>(&self, message: MessageDescriptor<'a>) -> Option<FieldDescriptor<'a>> {
        message.field(self)
    }
}

impl FieldKey for u32 {
    fn find<'a>(&self, message: MessageDescriptor<'a>) -> Option<FieldDescriptor<'a>> {
        message.field_by_number(*self)
    }
}

impl FieldKey for FieldDescriptor<'_> {
    fn find<'a>(&self, message: MessageDescriptor<'a>) -> Option<FieldDescriptor<'a>> {
        message.field_by_number(self.number()).filter(|found| found.full_name() == self.full_name())
    }
}

/// A value to be set.
#[derive(Clone, Debug, PartialEq)]
pub enum OwnedValue {
    /// `bool`.
    Bool(bool),
    /// `int32`, `sint32` and `sfixed32`.
    I32(i32),
    /// `int64`, `sint64` and `sfixed64`.
    I64(i64),
    /// `uint32` and `fixed32`.
    U32(u32),
    /// `uint64` and `fixed64`.
    U64(u64),
    /// `float`.
    F32(f32),
    /// `double`.
    F64(f64),
    /// `string`.
    String(String),
    /// `bytes`.
    Bytes(Bytes),
    /// The number of an enum's value.
    Enum(i32),
}

/// Declares from which types a value is made.
macro_rules! values_from {
    ($($from:ty, $variant:ident;)*) => {$(
        impl From<$from> for OwnedValue {
            fn from(value: $from) -> Self {
                Self::$variant(value.into())
            }
        }
    )*};
}

values_from!(
    bool, Bool; i32, I32; i64, I64; u32, U32; u64, U64; f32, F32; f64, F64;
    String, String; &str, String; Bytes, Bytes; Vec<u8>, Bytes;
);

impl ValueMut<'_> {
    /// Puts a value of the same type in its place; `false`, and nothing done, for one of another type, a message, and a
    /// number that a closed enum does not name.
    pub fn set(self, value: OwnedValue) -> bool {
        match (self, value) {
            (Self::Bool(held), OwnedValue::Bool(value)) => *held = value,
            (Self::I32(held), OwnedValue::I32(value)) => *held = value,
            (Self::I64(held), OwnedValue::I64(value)) => *held = value,
            (Self::U32(held), OwnedValue::U32(value)) => *held = value,
            (Self::U64(held), OwnedValue::U64(value)) => *held = value,
            (Self::F32(held), OwnedValue::F32(value)) => *held = value,
            (Self::F64(held), OwnedValue::F64(value)) => *held = value,
            (Self::String(held), OwnedValue::String(value)) => *held = value,
            (Self::Bytes(held), OwnedValue::Bytes(value)) => *held = value,
            (Self::Bytes(held), OwnedValue::String(value)) => *held = value.into(),
            (Self::HeldString(held), OwnedValue::String(value)) => held.set(&value),
            (Self::HeldBytes(held), OwnedValue::Bytes(value)) => held.set(&value),
            (Self::HeldBytes(held), OwnedValue::String(value)) => held.set(value.as_bytes()),
            (Self::Enum(held), OwnedValue::Enum(value)) => return held.take(value),
            _ => return false,
        }
        true
    }
}

/// Methods of a message of any type. Fields are named by their names, numbers or descriptors.
impl dyn Reflect {
    fn find(&self, key: &impl FieldKey) -> Result<FieldDescriptor<'_>, ReflectError> {
        let message = self.descriptor();
        key.find(message).ok_or_else(|| ReflectError::NoField {
            message: message.full_name().to_owned(),
            field: format!("{key:?}").trim_matches('"').to_owned(),
        })
    }

    /// The value of a singular field: `None` where it has presence and is not set.
    ///
    /// # Errors
    /// When there is no such field, or it is a list or a map.
    pub fn get(&self, key: impl FieldKey) -> Result<Option<Value<'_>>, ReflectError> {
        match self.view(&key)? {
            View::Plain(value) => Ok(Some(value)),
            View::Optional(value) => Ok(value),
            View::List(_) | View::Map(_) => Err(mismatch(self.find(&key)?, "a single value")),
        }
    }

    /// A field that is a list.
    ///
    /// # Errors
    /// When there is no such field, or it is no list.
    pub fn list(&self, key: impl FieldKey) -> Result<&dyn List, ReflectError> {
        match self.view(&key)? {
            View::List(list) => Ok(list),
            _ => Err(mismatch(self.find(&key)?, "a list")),
        }
    }

    /// A field that is a map.
    ///
    /// # Errors
    /// When there is no such field, or it is no map.
    pub fn map(&self, key: impl FieldKey) -> Result<&dyn Map, ReflectError> {
        match self.view(&key)? {
            View::Map(map) => Ok(map),
            _ => Err(mismatch(self.find(&key)?, "a map")),
        }
    }

    fn view(&self, key: &impl FieldKey) -> Result<View<'_>, ReflectError> {
        let field = self.find(key)?;
        self.view_of(field).ok_or_else(|| mismatch(field, "a field of this message"))
    }

    /// What the field holds.
    pub(crate) fn view_of(&self, field: FieldDescriptor<'_>) -> Option<View<'_>> {
        let place = self.descriptor().place(field.number())?;
        Some(self.field(place)?.view(field.number()))
    }

    /// Whether the field is set: without presence whether it is not its type's zero, or not empty.
    ///
    /// # Errors
    /// When there is no such field.
    pub fn has(&self, key: impl FieldKey) -> Result<bool, ReflectError> {
        let field = self.find(&key)?;
        Ok(self.view_of(field).is_some_and(|view| is_set(&view, field)))
    }

    /// All fields that are set, in the order of their declaration.
    pub fn set_fields(&self) -> impl Iterator<Item = (FieldDescriptor<'_>, View<'_>)> {
        self.descriptor().fields().enumerate().filter_map(|(place, field)| {
            let view = self.field(place)?.view(field.number());
            is_set(&view, field).then_some((field, view))
        })
    }

    /// The place of a single value, which is set to its type's zero if it is not set. In a oneof it replaces the field
    /// that was set.
    ///
    /// # Errors
    /// When there is no such field, or it is a list or a map.
    pub fn make(&mut self, key: impl FieldKey) -> Result<ValueMut<'_>, ReflectError> {
        let field = self.find(&key)?;
        let (number, error) = (field.number(), mismatch(field, "a single value"));
        match self.made(number) {
            Some(ViewMut::Single(value)) => Ok(value),
            _ => Err(error),
        }
    }

    /// A field that is a list, to be changed.
    ///
    /// # Errors
    /// When there is no such field, or it is no list.
    pub fn list_mut(&mut self, key: impl FieldKey) -> Result<&mut dyn List, ReflectError> {
        let field = self.find(&key)?;
        let (number, error) = (field.number(), mismatch(field, "a list"));
        match self.made(number) {
            Some(ViewMut::List(list)) => Ok(list),
            _ => Err(error),
        }
    }

    /// A field that is a map, to be changed.
    ///
    /// # Errors
    /// When there is no such field, or it is no map.
    pub fn map_mut(&mut self, key: impl FieldKey) -> Result<&mut dyn Map, ReflectError> {
        let field = self.find(&key)?;
        let (number, error) = (field.number(), mismatch(field, "a map"));
        match self.made(number) {
            Some(ViewMut::Map(map)) => Ok(map),
            _ => Err(error),
        }
    }

    /// What the field of that number holds, to be changed.
    pub(crate) fn made(&mut self, number: u32) -> Option<ViewMut<'_>> {
        let message = self.descriptor();
        let place = message.place(number)?;
        let rivals = message.field_at(place).map_or(0, |field| message.rivals(field).len());
        if rivals > 1 {
            (0..rivals).for_each(|rival| self.clear_rival(place, rival));
        }
        self.made_alone(place, number)
    }

    /// As `made`, for a field at that place which has no rivals that are set.
    pub(crate) fn made_alone(&mut self, place: usize, number: u32) -> Option<ViewMut<'_>> {
        Some(self.field_mut(place)?.make(number))
    }

    /// Takes out what one field of a oneof holds, by its place in the oneof, unless it is the one at `place`.
    fn clear_rival(&mut self, place: usize, rival: usize) {
        let message = self.descriptor();
        let rivals = message.field_at(place).map_or(&[][..], |field| message.rivals(field));
        let rival = rivals.get(rival).filter(|rival| **rival != place);
        let Some(rival) = rival.and_then(|rival| message.field_at(*rival)) else { return };
        let (place, number) = (rival.place(), rival.number());
        if let Some(field) = self.field_mut(place) {
            field.clear(number);
        }
    }

    /// Whether another field of the oneof is set that this one is in.
    #[cfg(feature = "json")]
    pub(crate) fn rival_of(&self, field: FieldDescriptor<'_>) -> bool {
        if field.oneof_place().is_none() {
            return false;
        }
        let message = self.descriptor();
        let rivals = message.rivals(field);
        let (own, first) = (self.field(field.place()), rivals.first().and_then(|first| self.field(*first)));
        // Generated messages hold all fields of a oneof in one member.
        if let (Some(own), Some(first)) = (own, first)
            && own.is_vacant()
            && (rivals.len() < 2
                || rivals.last().and_then(|last| self.field(*last)).is_some_and(|last| same(first, last)))
        {
            return false;
        }
        let rivals = rivals.iter().filter(|rival| **rival != field.place());
        rivals.filter_map(|rival| message.field_at(*rival)).any(|rival| {
            let held = self.field(rival.place()).map(|held| held.view(rival.number()));
            held.is_some_and(|view| is_set(&view, rival))
        })
    }

    /// Sets a single value.
    ///
    /// # Errors
    /// When there is no such field, or it takes no such value.
    pub fn set(&mut self, key: impl FieldKey, value: impl Into<OwnedValue>) -> Result<(), ReflectError> {
        let field = self.find(&key)?;
        let value = value.into();
        let error = match value {
            OwnedValue::Enum(number) => ReflectError::NoValue { field: field.full_name().to_owned(), number },
            _ => mismatch(field, "of the type of this value"),
        };
        if self.make(key)?.set(value) { Ok(()) } else { Err(error) }
    }

    /// Takes out what the field holds.
    ///
    /// # Errors
    /// When there is no such field.
    pub fn clear(&mut self, key: impl FieldKey) -> Result<(), ReflectError> {
        let number = self.find(&key)?.number();
        self.clear_number(number);
        Ok(())
    }

    pub(crate) fn clear_number(&mut self, number: u32) {
        let place = self.descriptor().place(number);
        if let Some(field) = place.and_then(|place| self.field_mut(place)) {
            field.clear(number);
        }
    }

    /// Takes out what all fields hold, those too that the schema does not name.
    pub fn clear_all(&mut self) {
        let numbers: Vec<u32> = self.descriptor().fields().map(FieldDescriptor::number).collect();
        numbers.into_iter().for_each(|number| self.clear_number(number));
        if let Some(unknown) = self.unknown_mut() {
            unknown.clear();
        }
    }
}

/// Whether both are one member.
#[cfg(feature = "json")]
fn same(one: &dyn Field, other: &dyn Field) -> bool {
    std::ptr::addr_eq(one, other)
}

/// Whether a field counts as set.
pub(crate) fn is_set(view: &View<'_>, field: FieldDescriptor<'_>) -> bool {
    match view {
        View::Plain(value) => field.has_presence() || !value.is_zero(),
        View::Optional(value) => value.is_some(),
        View::List(list) => !list.is_empty(),
        View::Map(map) => !map.is_empty(),
    }
}

fn mismatch(field: FieldDescriptor<'_>, wanted: &'static str) -> ReflectError {
    ReflectError::Mismatch { field: field.full_name().to_owned(), wanted }
}
