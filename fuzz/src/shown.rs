//! What prost-reflect has read, in a form that can be compared: by bits, as a NaN is not equal to itself, and with maps
//! in an order. Called by `decode`.

use std::collections::BTreeMap;

use prost_reflect::{DynamicMessage, Kind, MapKey, ReflectMessage, Value};

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Shown {
    Number(u64),
    Bytes(Vec<u8>),
    List(Vec<Shown>),
    Map(BTreeMap<Shown, Shown>),
    /// The fields by their numbers, and the unknown ones as they stand on the wire, sorted by their numbers.
    Message(BTreeMap<u32, Shown>, Vec<u8>),
}

pub(crate) fn message(message: &DynamicMessage) -> Shown {
    let fields = message.fields().map(|(field, value)| (field, self::value(value)));
    // A required field that did not come is written as its type's zero; prost-reflect writes none.
    let fields = fields.filter(|(field, value)| !field.is_required() || *value != zero(&field.kind()));
    let fields = fields.map(|(field, value)| (field.number(), value)).collect();
    let mut unknown = Vec::new();
    message.unknown_fields().for_each(|field| field.encode(&mut unknown));
    Shown::Message(fields, unknown)
}

fn zero(kind: &Kind) -> Shown {
    match kind {
        Kind::String | Kind::Bytes => Shown::Bytes(Vec::new()),
        Kind::Message(_) => Shown::Message(BTreeMap::new(), Vec::new()),
        Kind::Enum(of) => Shown::Number(of.default_value().number() as u64),
        _ => Shown::Number(0),
    }
}

fn value(value: &Value) -> Shown {
    match value {
        Value::Bool(value) => Shown::Number((*value).into()),
        Value::I32(value) | Value::EnumNumber(value) => Shown::Number(*value as u64),
        Value::I64(value) => Shown::Number(*value as u64),
        Value::U32(value) => Shown::Number((*value).into()),
        Value::U64(value) => Shown::Number(*value),
        Value::F32(value) => Shown::Number(value.to_bits().into()),
        Value::F64(value) => Shown::Number(value.to_bits()),
        Value::String(value) => Shown::Bytes(value.as_bytes().to_vec()),
        Value::Bytes(value) => Shown::Bytes(value.to_vec()),
        Value::Message(value) => message(value),
        Value::List(values) => Shown::List(values.iter().map(self::value).collect()),
        Value::Map(map) => {
            Shown::Map(map.iter().map(|(key, value)| (self::key(key), self::value(value))).collect())
        }
    }
}

fn key(key: &MapKey) -> Shown {
    value(&Value::from(key.clone()))
}

/// Whether each required field is there, in this message and in those below it.
pub(crate) fn is_complete(message: &DynamicMessage) -> bool {
    let descriptor = message.descriptor();
    let mut required = descriptor.fields().filter(|field| field.is_required());
    required.all(|field| message.has_field(&field))
        && message.fields().all(|(field, value)| match (field.kind(), value) {
            (Kind::Message(_), value) => parts(value).all(is_complete),
            _ => true,
        })
}

/// The messages that a value holds.
fn parts(value: &Value) -> Box<dyn Iterator<Item = &DynamicMessage> + '_> {
    match value {
        Value::Message(message) => Box::new(std::iter::once(message)),
        Value::List(values) => Box::new(values.iter().flat_map(parts)),
        Value::Map(map) => Box::new(map.values().flat_map(parts)),
        _ => Box::new(std::iter::empty()),
    }
}
