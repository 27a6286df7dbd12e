//! Where JSON is written to: a text of our own, or any of serde's formats. What `write` has to say goes by these traits,
//! so that it is said once. `text` implements them, and [`Serde`] does for serde.

use std::fmt::Display;

use serde::ser::{Error as _, SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};

use super::base64;
use crate::reflect::FieldDescriptor;

/// Takes one value.
pub(super) trait Sink: Sized {
    type Ok;
    type Error;
    type List: Items<Ok = Self::Ok, Error = Self::Error>;
    type Object: Entries<Ok = Self::Ok, Error = Self::Error>;

    /// That something has no form in JSON.
    fn fault(message: impl Display) -> Self::Error;

    fn null(self) -> Result<Self::Ok, Self::Error>;
    fn boolean(self, value: bool) -> Result<Self::Ok, Self::Error>;
    fn signed(self, value: i32) -> Result<Self::Ok, Self::Error>;
    fn unsigned(self, value: u32) -> Result<Self::Ok, Self::Error>;
    /// An integer of 64 bits, which JSON has as a string.
    fn wide(self, value: Wide) -> Result<Self::Ok, Self::Error>;
    fn single(self, value: f32) -> Result<Self::Ok, Self::Error>;
    fn double(self, value: f64) -> Result<Self::Ok, Self::Error>;
    fn text(self, value: &str) -> Result<Self::Ok, Self::Error>;
    fn bytes(self, value: &[u8]) -> Result<Self::Ok, Self::Error>;
    fn list(self, len: usize) -> Result<Self::List, Self::Error>;
    fn object(self, len: Option<usize>) -> Result<Self::Object, Self::Error>;
}

/// Takes the values of a list.
pub(super) trait Items {
    type Ok;
    type Error;

    fn item(&mut self, value: &impl Show) -> Result<(), Self::Error>;
    fn end(self) -> Result<Self::Ok, Self::Error>;
}

/// Takes the entries of an object.
pub(super) trait Entries {
    type Ok;
    type Error;

    /// As [`Sink::fault`].
    fn fault(message: impl Display) -> Self::Error;

    fn entry(&mut self, key: Key<'_>, value: &impl Show) -> Result<(), Self::Error>;
    fn end(self) -> Result<Self::Ok, Self::Error>;
}

/// What writes itself as one value.
pub(super) trait Show {
    fn show<S: Sink>(&self, sink: S) -> Result<S::Ok, S::Error>;
}

/// An integer of 64 bits.
#[derive(Clone, Copy, Debug)]
pub(super) enum Wide {
    Signed(i64),
    Unsigned(u64),
}

impl Wide {
    /// Its digits.
    pub(super) fn format(self, buffer: &mut itoa::Buffer) -> &str {
        match self {
            Self::Signed(value) => buffer.format(value),
            Self::Unsigned(value) => buffer.format(value),
        }
    }
}

/// The key of an entry.
#[derive(Clone, Copy, Debug)]
pub(super) enum Key<'a> {
    /// A field by its name in JSON.
    Field(FieldDescriptor<'a>),
    Text(&'a str),
    Number(Wide),
}

/// One of serde's formats.
pub(super) struct Serde<S>(pub(super) S);

/// What writes itself, for serde.
struct Shown<'a, T>(&'a T);

impl<T: Show> Serialize for Shown<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.show(Serde(serializer))
    }
}

impl<S: Serializer> Sink for Serde<S> {
    type Ok = S::Ok;
    type Error = S::Error;
    type List = Serde<S::SerializeSeq>;
    type Object = Serde<S::SerializeMap>;

    fn fault(message: impl Display) -> S::Error {
        S::Error::custom(message)
    }

    fn null(self) -> Result<S::Ok, S::Error> {
        self.0.serialize_unit()
    }

    fn boolean(self, value: bool) -> Result<S::Ok, S::Error> {
        self.0.serialize_bool(value)
    }

    fn signed(self, value: i32) -> Result<S::Ok, S::Error> {
        self.0.serialize_i32(value)
    }

    fn unsigned(self, value: u32) -> Result<S::Ok, S::Error> {
        self.0.serialize_u32(value)
    }

    fn wide(self, value: Wide) -> Result<S::Ok, S::Error> {
        self.0.serialize_str(value.format(&mut itoa::Buffer::new()))
    }

    fn single(self, value: f32) -> Result<S::Ok, S::Error> {
        self.0.serialize_f32(value)
    }

    fn double(self, value: f64) -> Result<S::Ok, S::Error> {
        self.0.serialize_f64(value)
    }

    fn text(self, value: &str) -> Result<S::Ok, S::Error> {
        self.0.serialize_str(value)
    }

    fn bytes(self, value: &[u8]) -> Result<S::Ok, S::Error> {
        let mut text = String::new();
        base64::encode(value, &mut text);
        self.0.serialize_str(&text)
    }

    fn list(self, len: usize) -> Result<Self::List, S::Error> {
        self.0.serialize_seq(Some(len)).map(Serde)
    }

    fn object(self, len: Option<usize>) -> Result<Self::Object, S::Error> {
        self.0.serialize_map(len).map(Serde)
    }
}

impl<S: SerializeSeq> Items for Serde<S> {
    type Ok = S::Ok;
    type Error = S::Error;

    fn item(&mut self, value: &impl Show) -> Result<(), S::Error> {
        self.0.serialize_element(&Shown(value))
    }

    fn end(self) -> Result<S::Ok, S::Error> {
        self.0.end()
    }
}

impl<S: SerializeMap> Entries for Serde<S> {
    type Ok = S::Ok;
    type Error = S::Error;

    fn fault(message: impl Display) -> S::Error {
        S::Error::custom(message)
    }

    fn entry(&mut self, key: Key<'_>, value: &impl Show) -> Result<(), S::Error> {
        let mut digits = itoa::Buffer::new();
        let key = match key {
            Key::Field(field) => field.json_name(),
            Key::Text(key) => key,
            Key::Number(key) => key.format(&mut digits),
        };
        self.0.serialize_entry(key, &Shown(value))
    }

    fn end(self) -> Result<S::Ok, S::Error> {
        self.0.end()
    }
}
