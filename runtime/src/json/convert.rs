//! The ways in and out: texts of JSON, and serde's traits for generated types. Used by users and generated code.

use serde::de::{DeserializeSeed, Error as _};
use serde::{Deserialize, Deserializer, Serializer};

use super::error::{self, JsonError};
use super::number::Number;
use super::options::{JsonReader, JsonWriter};
use super::parser::Parser;
use super::place::Place;
use super::reading::Reading;
use super::sink::{Serde, Show};
use super::text::written;
use super::write::{Shown, Way};
use crate::message::Enumeration;
use crate::reflect::Reflect;

/// Every generated message as JSON, in the form that Protocol Buffers has for it.
///
/// ```
/// # mod schema { protocall::include_proto!(inline = r#"
/// #     syntax = "proto3"; message Order { string order_id = 1; int64 points = 2; }
/// # "#); }
/// # use schema::Order;
/// use protocall::Json;
///
/// let order = Order { order_id: "7".into(), points: 5, ..Default::default() };
/// let text = order.to_json()?;
/// assert_eq!(text, r#"{"orderId":"7","points":"5"}"#);
/// assert_eq!(Order::from_json(&text)?, order);
/// let error = Order::from_json(r#"{"points": 1.5}"#).unwrap_err();
/// assert_eq!((error.path(), error.line(), error.column()), ("points", 1, 14));
/// # Ok::<(), protocall::json::JsonError>(())
/// ```
pub trait Json: Reflect + Default {
    /// The message as a text of JSON.
    ///
    /// # Errors
    /// When a value has no form in JSON: times out of their range, field masks that could not be read back, an `Any` of
    /// a type that is not known. And where Anys within Anys nest deeper than 100 levels from the outermost one on, or take
    /// more memory at once than a message of its size may that is decoded: 64 MiB and 32 times its length.
    fn to_json(&self) -> Result<String, JsonError> {
        JsonWriter::new().write(self)
    }

    /// Reads the message from a text of JSON.
    ///
    /// # Errors
    /// When the text is no JSON, or not that of such a message. What the schema does not name is an error as well, see
    /// [`JsonReader::ignore_unknown`].
    fn from_json(text: &str) -> Result<Self, JsonError> {
        JsonReader::new().read(text)
    }
}

impl<M: Reflect + Default> Json for M {}

impl JsonWriter {
    /// The message as a text.
    ///
    /// # Errors
    /// As [`Json::to_json`].
    pub fn write(&self, message: &impl Reflect) -> Result<String, JsonError> {
        self.write_any(message)
    }

    fn write_any(&self, message: &dyn Reflect) -> Result<String, JsonError> {
        let way = Way::of(self, message);
        written(&Shown { message, way: &way }, self.pretty).map_err(|fault| error::of_writing(&fault))
    }
}

impl JsonReader {
    /// Reads a message from a text.
    ///
    /// # Errors
    /// As [`Json::from_json`].
    pub fn read<M: Reflect + Default>(&self, text: &str) -> Result<M, JsonError> {
        let mut message = M::default();
        self.merge(&mut message, text)?;
        Ok(message)
    }

    /// Reads a message from a text into this one, whose fields are replaced and whose lists and maps are added to.
    ///
    /// # Errors
    /// As [`Json::from_json`]; what stood before the mistake is in the message then.
    pub fn merge(&self, message: &mut dyn Reflect, text: &str) -> Result<(), JsonError> {
        let pool = message.descriptor().pool().clone();
        let reading = Reading::new(self, &pool, Some(text.len()));
        let mut parser = Parser::new(text);
        let read = parser.value(Place::outermost(message, &reading));
        let read = read.and_then(|_| parser.end());
        read.map_err(|fault| error::of(fault, text, reading.path()))
    }
}

/// Writes a message by any of serde's formats.
///
/// # Errors
/// As [`Json::to_json`], and those of the format.
pub fn serialize<S: Serializer>(message: &dyn Reflect, serializer: S) -> Result<S::Ok, S::Error> {
    let writer = JsonWriter::new();
    Shown { message, way: &Way::of(&writer, message) }.show(Serde(serializer))
}

/// Reads a message by any of serde's formats that describe themselves.
///
/// # Errors
/// As [`Json::from_json`], and those of the format.
pub fn deserialize<'de, M: Reflect + Default, D: Deserializer<'de>>(deserializer: D) -> Result<M, D::Error> {
    let mut message = M::default();
    read_into(&mut message, deserializer)?;
    Ok(message)
}

fn read_into<'de, D: Deserializer<'de>>(message: &mut dyn Reflect, deserializer: D) -> Result<(), D::Error> {
    let pool = message.descriptor().pool().clone();
    let reader = JsonReader::new();
    let reading = Reading::new(&reader, &pool, None);
    Place::outermost(message, &reading).deserialize(deserializer).map(|_| ())
}

/// Writes an enum by any of serde's formats: its name in the schema, or the number that has none.
///
/// # Errors
/// Those of the format.
pub fn serialize_enum<E: Enumeration, S: Serializer>(value: &E, serializer: S) -> Result<S::Ok, S::Error> {
    match value.name() {
        Some(name) => serializer.serialize_str(name),
        None => serializer.serialize_i32(value.number()),
    }
}

/// Reads an enum by any of serde's formats: by name or number.
///
/// # Errors
/// When the enum has no such value, and those of the format.
pub fn deserialize_enum<'de, E: Enumeration, D: Deserializer<'de>>(deserializer: D) -> Result<E, D::Error> {
    let value = serde_json::Value::deserialize(deserializer)?;
    let found = match &value {
        serde_json::Value::String(name) => E::from_name(name),
        serde_json::Value::Number(number) => {
            // As within a message: 3.0 and 3e0 are 3.
            let number = number.as_i64().map(Number::Signed).or_else(|| number.as_f64().map(Number::Float));
            number.and_then(Number::integer).and_then(E::from_number)
        }
        _ => None,
    };
    found.ok_or_else(|| D::Error::custom(format_args!("{value} is no value of {}", E::NAME)))
}
