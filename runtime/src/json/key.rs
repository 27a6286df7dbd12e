//! Keys of maps, which JSON writes as strings. Called by `read`.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Visitor};

use super::number::Number;
use crate::reflect::{FieldKind, Map, MapKey, Value, ValueMut, Visit};

/// The key that a text stands for.
pub(super) fn key(text: &str, kind: FieldKind<'_>) -> Option<MapKey> {
    let number = || Number::of_text(text);
    Some(match kind {
        FieldKind::String => MapKey::String(text.to_owned()),
        FieldKind::Bool if text == "true" => MapKey::Bool(true),
        FieldKind::Bool if text == "false" => MapKey::Bool(false),
        FieldKind::Int32 | FieldKind::Sint32 | FieldKind::Sfixed32 => MapKey::I32(number()?.integer()?),
        FieldKind::Int64 | FieldKind::Sint64 | FieldKind::Sfixed64 => MapKey::I64(number()?.integer()?),
        FieldKind::Uint32 | FieldKind::Fixed32 => MapKey::U32(number()?.integer()?),
        FieldKind::Uint64 | FieldKind::Fixed64 => MapKey::U64(number()?.integer()?),
        _ => return None,
    })
}

/// The text of a key, whatever it is.
pub(super) struct AnyKey;

impl<'de> DeserializeSeed<'de> for AnyKey {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Cow<'de, str>, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for AnyKey {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Borrowed(text))
    }

    fn visit_str<E>(self, text: &str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Owned(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Owned(text))
    }
}

/// A map that takes no key.
pub(super) struct Nothing;

impl Map for Nothing {
    fn len(&self) -> usize {
        0
    }

    fn visit(&self, _: Visit<'_>) {}

    fn get(&self, _: &MapKey) -> Option<Value<'_>> {
        None
    }

    fn entry(&mut self, _: MapKey) -> Option<ValueMut<'_>> {
        None
    }

    fn remove(&mut self, _: &MapKey) -> bool {
        false
    }

    fn clear(&mut self) {}
}
