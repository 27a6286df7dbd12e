//! Where JSON is read from: a text of ours, or any of serde's formats. What `read` does with values goes by these traits, so
//! that it is said once. `parser` implements them, and [`Serde`] does for serde.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use super::element::Element;
use super::kept::Kept;
use super::key::AnyKey;
use super::member::Member;
use super::names::{Found, Names};
use super::number::Number;
use super::place::Place;

/// The values of a list.
pub(super) trait Items<'de> {
    type Error: Error;

    /// Puts the next value into a new element; `None` at the end, and `false` for what was passed over.
    fn next(&mut self, element: Element<'_, '_, '_>) -> Result<Option<bool>, Self::Error>;
}

/// The entries of an object: keys and values in turns.
pub(super) trait Entries<'de> {
    type Error: Error;

    /// The next key as that of a field, or `None` at the end.
    fn field<'c>(&mut self, names: Names<'c, '_>) -> Result<Option<Found<'c, 'de>>, Self::Error>;
    /// The next key, or `None` at the end.
    fn key(&mut self) -> Result<Option<Cow<'de, str>>, Self::Error>;
    /// Puts a value into its place; `false` for what was passed over.
    fn value(&mut self, place: Place<'_, '_, '_>) -> Result<bool, Self::Error>;
    /// Puts a value into a field; `false` for what was passed over.
    fn member(&mut self, member: Member<'_, '_, '_>) -> Result<bool, Self::Error> {
        self.value(member.place())
    }
    /// A value that is a string.
    fn text(&mut self) -> Result<String, Self::Error>;
    /// A value that is kept as it is.
    fn kept(&mut self, kept: Kept<'_, '_>) -> Result<Value, Self::Error>;
    /// Passes over a value.
    fn skip(&mut self) -> Result<(), Self::Error>;
}

/// A list or an object of one of serde's formats.
pub(super) struct Serde<A>(A);

impl<'de, A: SeqAccess<'de>> Items<'de> for Serde<A> {
    type Error = A::Error;

    fn next(&mut self, element: Element<'_, '_, '_>) -> Result<Option<bool>, A::Error> {
        self.0.next_element_seed(element)
    }
}

impl<'de, A: MapAccess<'de>> Entries<'de> for Serde<A> {
    type Error = A::Error;

    fn field<'c>(&mut self, names: Names<'c, '_>) -> Result<Option<Found<'c, 'de>>, A::Error> {
        Ok(self.0.next_key_seed(AnyKey)?.map(|name| names.found(name)))
    }

    fn key(&mut self) -> Result<Option<Cow<'de, str>>, A::Error> {
        self.0.next_key_seed(AnyKey)
    }

    fn value(&mut self, place: Place<'_, '_, '_>) -> Result<bool, A::Error> {
        self.0.next_value_seed(place)
    }

    fn text(&mut self) -> Result<String, A::Error> {
        self.0.next_value()
    }

    fn kept(&mut self, kept: Kept<'_, '_>) -> Result<Value, A::Error> {
        self.0.next_value_seed(kept)
    }

    fn skip(&mut self) -> Result<(), A::Error> {
        self.0.next_value::<IgnoredAny>().map(|_| ())
    }
}

impl<'de> DeserializeSeed<'de> for Element<'_, '_, '_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        self.place::<D::Error>()?.deserialize(deserializer)
    }
}

impl<'de> DeserializeSeed<'de> for Place<'_, '_, '_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Place<'_, '_, '_> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.wanted())
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<bool, E> {
        self.reading.seen(1);
        self.boolean(value)
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<bool, E> {
        self.reading.seen(1);
        self.number(Number::Signed(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<bool, E> {
        self.reading.seen(1);
        self.number(Number::Unsigned(value))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<bool, E> {
        self.reading.seen(1);
        self.number(Number::Float(value))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<bool, E> {
        self.reading.seen(text.len() + 1);
        self.text(text)
    }

    fn visit_unit<E: Error>(self) -> Result<bool, E> {
        self.reading.seen(1);
        self.null()
    }

    fn visit_seq<A: SeqAccess<'de>>(self, all: A) -> Result<bool, A::Error> {
        self.reading.seen(2);
        self.list(Serde(all))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<bool, A::Error> {
        self.reading.seen(2);
        self.object(Serde(map))
    }
}
