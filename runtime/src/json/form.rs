//! The types of `google.protobuf` that have a form of their own in JSON, and their fields by number. Called by `read` and
//! `write`.

use crate::reflect::{MessageDescriptor, OwnedValue, Reflect, Value, View};

/// A form.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Form {
    Any,
    Timestamp,
    Duration,
    FieldMask,
    Struct,
    Value,
    ListValue,
    Wrapper,
}

impl Form {
    /// That of a message, if it has one.
    pub(super) fn of(message: MessageDescriptor<'_>) -> Option<Self> {
        Some(match message.full_name().strip_prefix("google.protobuf.")? {
            "Any" => Self::Any,
            "Timestamp" => Self::Timestamp,
            "Duration" => Self::Duration,
            "FieldMask" => Self::FieldMask,
            "Struct" => Self::Struct,
            "Value" => Self::Value,
            "ListValue" => Self::ListValue,
            "DoubleValue" | "FloatValue" | "Int64Value" | "UInt64Value" | "Int32Value" | "UInt32Value"
            | "BoolValue" | "StringValue" | "BytesValue" => Self::Wrapper,
            _ => return None,
        })
    }
}

/// What the field of that number holds.
pub(super) fn view(message: &dyn Reflect, number: u32) -> Option<View<'_>> {
    message.view_of(message.descriptor().field_by_number(number)?)
}

fn single(message: &dyn Reflect, number: u32) -> Option<Value<'_>> {
    match view(message, number)? {
        View::Plain(value) => Some(value),
        View::Optional(value) => value,
        View::List(_) | View::Map(_) => None,
    }
}

/// Seconds and nanoseconds of a timestamp or duration.
pub(super) fn time(message: &dyn Reflect) -> (i64, i32) {
    let seconds = match single(message, 1) {
        Some(Value::I64(seconds)) => seconds,
        _ => 0,
    };
    match single(message, 2) {
        Some(Value::I32(nanos)) => (seconds, nanos),
        _ => (seconds, 0),
    }
}

/// Sets a single value; whether the field takes it.
pub(super) fn set(message: &mut dyn Reflect, number: u32, value: impl Into<OwnedValue>) -> bool {
    message.set(number, value).is_ok()
}
