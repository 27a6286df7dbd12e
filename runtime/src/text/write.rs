//! The writing of messages as text. Called by `convert`.

use std::fmt::Write as _;

use super::layout::Layout;
use super::options::TextWriter;
use super::url::is_url;
use super::{number, string, unknown};
use crate::reflect::{
    Field as _, FieldDescriptor, List, Map, Reflect, Value, View, extensions, is_set, plain_unknown,
};
use crate::well_known::{packed, with_type};

/// The message as a text.
pub(super) fn written(message: &dyn Reflect, writer: &TextWriter) -> String {
    let mut out = Layout::new(writer, message.descriptor().pool());
    put_message(message, &mut out);
    out.into_text()
}

fn put_message(message: &dyn Reflect, out: &mut Layout<'_>) {
    if out.writer.expand_any && put_any(message, out) {
        return;
    }
    let descriptor = message.descriptor();
    for (field, view) in message.set_fields() {
        put_field(descriptor.group_name(field).unwrap_or(field.name()), field, &view, out);
    }
    let mut known = Vec::new();
    for (field, held) in extensions(message, out.writer.pool.as_ref()) {
        // What cannot be read is an unknown field.
        let Ok(held) = held else { continue };
        known.push(field.number());
        let view = held.view(field.number());
        if is_set(&view, field) {
            put_field(&format!("[{}]", field.full_name()), field, &view, out);
        }
    }
    if out.writer.unknown_fields {
        let rest = plain_unknown(message);
        unknown::put(rest.iter().filter(|field| !known.contains(&field.number)), out);
    }
}

/// Writes an `Any` by what it holds; `false`, and nothing done, where that is not known, could not be read back, or is an
/// `Any` within Anys beyond the limits.
fn put_any(message: &dyn Reflect, out: &mut Layout<'_>) -> bool {
    if message.descriptor().full_name() != "google.protobuf.Any" {
        return false;
    }
    let (url, bytes) = packed(message);
    if !is_url(url) {
        return false;
    }
    let (mark, depth) = (out.unpacking.mark(), out.depth_in_any());
    let inner = with_type(url, [out.writer.pool.as_ref(), Some(out.pool)], |found| {
        out.unpacking.unpack(found, bytes, depth).ok()
    });
    let inner = inner.flatten();
    let is_known = inner.is_some();
    if let Some(inner) = inner {
        out.any(url, |out| put_message(&inner, out));
    }
    out.unpacking.back(mark);
    is_known
}

fn put_field(name: &str, field: FieldDescriptor<'_>, view: &View<'_>, out: &mut Layout<'_>) {
    if out.writer.redact && field.is_redacted() {
        return out.value(name, |text| text.push_str("[REDACTED]"));
    }
    match view {
        View::Plain(value) | View::Optional(Some(value)) => put_value(name, field, value, out),
        View::Optional(None) => {}
        View::List(list) if out.writer.short_lists && field.message().is_none() => {
            put_short(name, field, *list, out);
        }
        View::List(list) => values(*list).for_each(|value| put_value(name, field, &value, out)),
        View::Map(map) => put_map(name, field, *map, out),
    }
}

fn values(list: &dyn List) -> impl Iterator<Item = Value<'_>> {
    (0..list.len()).filter_map(|index| list.get(index))
}

fn put_short(name: &str, field: FieldDescriptor<'_>, list: &dyn List, out: &mut Layout<'_>) {
    let ascii = out.writer.ascii;
    out.value(name, |text| {
        text.push('[');
        for (index, value) in values(list).enumerate() {
            text.push_str(if index == 0 { "" } else { ", " });
            put_scalar(field, &value, ascii, text);
        }
        text.push(']');
    });
}

/// In the order of the keys: equal messages look the same.
fn put_map(name: &str, field: FieldDescriptor<'_>, map: &dyn Map, out: &mut Layout<'_>) {
    let Some((key_field, value_field)) = field.map_entry() else { return };
    for key in map.keys() {
        out.block(name, |out| {
            put_value(key_field.name(), key_field, &key.value(), out);
            if let Some(value) = map.get(&key) {
                put_value(value_field.name(), value_field, &value, out);
            }
        });
    }
}

fn put_value(name: &str, field: FieldDescriptor<'_>, value: &Value<'_>, out: &mut Layout<'_>) {
    let ascii = out.writer.ascii;
    match value {
        Value::Message(message) => out.block(name, |out| put_message(*message, out)),
        scalar => out.value(name, |text| put_scalar(field, scalar, ascii, text)),
    }
}

fn put_scalar(field: FieldDescriptor<'_>, value: &Value<'_>, ascii: bool, text: &mut String) {
    let done = match value {
        Value::Bool(value) => write!(text, "{value}"),
        Value::I32(value) => write!(text, "{value}"),
        Value::I64(value) => write!(text, "{value}"),
        Value::U32(value) => write!(text, "{value}"),
        Value::U64(value) => write!(text, "{value}"),
        Value::F32(value) => write!(text, "{}", number::Shown(*value)),
        Value::F64(value) => write!(text, "{}", number::Shown(*value)),
        Value::String(value) => {
            string::put_text(value, ascii, text);
            Ok(())
        }
        Value::Bytes(value) => {
            string::put_bytes(value, text);
            Ok(())
        }
        Value::Enum(number) => match field.enumeration().and_then(|it| it.value_by_number(*number)) {
            Some(value) => write!(text, "{}", value.name()),
            None => write!(text, "{number}"),
        },
        // It has a block of its own.
        Value::Message(_) => Ok(()),
    };
    // A `String` takes everything.
    debug_assert!(done.is_ok());
}
