//! Values from one message into another of the same type. Called by `apply`.

use bytes::Bytes;

use crate::reflect::{MapKey, OwnedValue, Reflect, Value, ValueMut, View, ViewMut};

/// What a field holds goes into the field of that number: a single value in place of the one that is there, a message
/// into it, lists behind, and entries of maps in place of those with the same key.
pub(super) fn field(view: &View<'_>, target: &mut dyn Reflect, number: u32) {
    match (view, target.made(number)) {
        (View::Plain(value) | View::Optional(Some(value)), Some(ViewMut::Single(place))) => {
            single(value, place)
        }
        (View::List(values), Some(ViewMut::List(list))) => {
            for value in (0..values.len()).filter_map(|index| values.get(index)) {
                single(&value, list.push());
            }
        }
        (View::Map(entries), Some(ViewMut::Map(map))) => entries.visit(&mut |key, value| {
            let Some(key) = MapKey::of(key) else { return };
            map.remove(&key);
            if let Some(place) = map.entry(key) {
                single(&value, place);
            }
        }),
        _ => {}
    }
}

fn message(source: &dyn Reflect, target: &mut dyn Reflect) {
    for (from, view) in source.set_fields() {
        field(&view, target, from.number());
    }
    if !source.unknown().is_empty()
        && let Some(unknown) = target.unknown_mut()
    {
        unknown.append(source.unknown().clone());
    }
}

fn single(value: &Value<'_>, place: ValueMut<'_>) {
    let value = match (*value, place) {
        (Value::Message(inner), ValueMut::Message(target)) => return message(inner, target),
        (value, place) => (owned(value), place),
    };
    // Both are of one type: a value of another never comes here.
    if let (Some(value), place) = value {
        place.set(value);
    }
}

fn owned(value: Value<'_>) -> Option<OwnedValue> {
    Some(match value {
        Value::Bool(value) => value.into(),
        Value::I32(value) => value.into(),
        Value::I64(value) => value.into(),
        Value::U32(value) => value.into(),
        Value::U64(value) => value.into(),
        Value::F32(value) => value.into(),
        Value::F64(value) => value.into(),
        Value::String(value) => value.into(),
        Value::Bytes(value) => Bytes::copy_from_slice(value).into(),
        Value::Enum(value) => OwnedValue::Enum(value),
        Value::Message(_) => return None,
    })
}
