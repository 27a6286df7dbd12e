//! The types of `google.protobuf` that have a form of their own in JSON, and their fields by number. Called by `read` and
//! `write`.

pub(super) use crate::reflect::Special as Form;
use crate::reflect::{Reflect, Value, ValueMut, View, ViewMut};

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

/// Sets seconds and nanoseconds of a timestamp or duration.
pub(super) fn set_time(message: &mut dyn Reflect, (seconds, nanos): (i64, i32)) {
    if let Some(ViewMut::Single(ValueMut::I64(held))) = message.made(1) {
        *held = seconds;
    }
    if let Some(ViewMut::Single(ValueMut::I32(held))) = message.made(2) {
        *held = nanos;
    }
}
