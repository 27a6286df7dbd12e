//! Values from and to those of `serde_json`, which say the same. Used by users.

use std::fmt;

use serde_json::{Map, Number};

use crate::well_known::generated::google::protobuf::value::Kind;
use crate::well_known::generated::google::protobuf::{ListValue, Struct, Value};

/// Up to here all integers are doubles, and are written without a fraction.
const WHOLE: f64 = 9_007_199_254_740_992.0;

/// Why a value has no JSON: it holds a number that is infinite or none, or nothing at all is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NoJson {
    /// A number that is infinite, or not a number.
    NotFinite,
    /// A value of which nothing is set, not even null.
    NotSet,
}

impl fmt::Display for NoJson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotFinite => "JSON has no infinite numbers, and nothing that is not a number",
            Self::NotSet => "a google.protobuf.Value holds nothing, not even null",
        })
    }
}

impl std::error::Error for NoJson {}

/// Integers beyond 2⁵³ become the nearest double.
impl From<serde_json::Value> for Value {
    fn from(json: serde_json::Value) -> Self {
        match json {
            serde_json::Value::Null => Self::NULL,
            serde_json::Value::Bool(value) => value.into(),
            // Only numbers of arbitrary precision, another crate's feature, can be larger than all doubles.
            serde_json::Value::Number(value) => value.as_f64().unwrap_or(f64::INFINITY).into(),
            serde_json::Value::String(value) => value.into(),
            serde_json::Value::Array(values) => ListValue::from(values).into(),
            serde_json::Value::Object(fields) => Struct::from(fields).into(),
        }
    }
}

impl From<Map<String, serde_json::Value>> for Struct {
    fn from(fields: Map<String, serde_json::Value>) -> Self {
        fields.into_iter().collect()
    }
}

/// Numbers without a fraction up to 2⁵³ become integers. Fails for what JSON cannot say.
impl TryFrom<Value> for serde_json::Value {
    type Error = NoJson;

    fn try_from(value: Value) -> Result<Self, NoJson> {
        Ok(match value.kind.ok_or(NoJson::NotSet)? {
            Kind::NullValue(_) => Self::Null,
            Kind::BoolValue(value) => Self::Bool(value),
            Kind::NumberValue(value) => Self::Number(number(value).ok_or(NoJson::NotFinite)?),
            Kind::StringValue(value) => Self::String(value),
            Kind::ListValue(list) => {
                Self::Array(list.values.into_iter().map(Self::try_from).collect::<Result<_, _>>()?)
            }
            Kind::StructValue(fields) => Self::Object(fields.try_into()?),
        })
    }
}

/// As for a value.
impl TryFrom<Struct> for Map<String, serde_json::Value> {
    type Error = NoJson;

    fn try_from(fields: Struct) -> Result<Self, NoJson> {
        fields.into_iter().map(|(key, value)| Ok((key, value.try_into()?))).collect()
    }
}

fn number(value: f64) -> Option<Number> {
    let is_zero_below = value == 0.0 && value.is_sign_negative();
    if value.fract() == 0.0 && value.abs() <= WHOLE && !is_zero_below {
        Some(Number::from(value as i64))
    } else {
        Number::from_f64(value)
    }
}
