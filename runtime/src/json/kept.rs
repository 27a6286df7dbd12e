//! Values that are kept as trees, because what they are of is not known yet. Made by `any`, filled by `source` and `parser`.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::reading::Reading;

/// What a value of a tree takes besides its text: its place in a list or object, which has a key in front.
const NODE: usize = size_of::<Value>() + size_of::<String>();

/// A value as a tree that is paid for while it grows.
#[derive(Clone, Copy)]
pub(super) struct Kept<'c, 'r>(pub(super) &'c Reading<'r>);

impl<'de> DeserializeSeed<'de> for Kept<'_, '_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        self.0.charge_bytes(NODE)?;
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Kept<'_, '_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any valid JSON value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        self.0.seen(1);
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        self.0.seen(1);
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        self.0.seen(1);
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        self.0.seen(1);
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        self.0.seen(value.len() + 1);
        Ok(value.into())
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        self.0.seen(1);
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut all: A) -> Result<Value, A::Error> {
        self.0.seen(2);
        let mut values = Vec::new();
        while let Some(value) = all.next_element_seed(self)? {
            values.push(value);
        }
        Ok(values.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut all: A) -> Result<Value, A::Error> {
        self.0.seen(2);
        let mut values = Map::new();
        while let Some(key) = all.next_key::<String>()? {
            self.0.seen(key.len() + 2);
            let value = all.next_value_seed(self)?;
            if values.insert(key, value).is_some() {
                return Err(A::Error::custom("a name in this object is there twice"));
            }
        }
        Ok(values.into())
    }
}
