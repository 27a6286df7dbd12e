//! `Debug` of messages: the fields that are set, in one readable line, or as a tree with `{:#?}`. Called by generated
//! code, one line per message.

use std::fmt;

use super::access::{List, Map, Reflect, Value, View};
use super::descriptor::{EnumDescriptor, FieldDescriptor};

/// Writes the message as Rust writes a struct. Enums are shown by the names of the schema, and what the schema asks to
/// keep out of sight (`debug_redact`) is.
pub fn debug(message: &dyn Reflect, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut shown = f.debug_struct(message.descriptor().name());
    for (field, view) in message.set_fields() {
        if field.is_redacted() {
            shown.field(field.name(), &format_args!("[REDACTED]"));
        } else {
            shown.field(field.name(), &Shown { view, field });
        }
    }
    if !message.unknown().is_empty() {
        shown.field("unknown_fields", message.unknown());
    }
    shown.finish()
}

impl fmt::Debug for dyn Reflect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        debug(self, f)
    }
}

/// What a field holds.
struct Shown<'a> {
    view: View<'a>,
    field: FieldDescriptor<'a>,
}

impl fmt::Debug for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let enumeration = self.field.enumeration();
        match &self.view {
            View::Plain(value) | View::Optional(Some(value)) => Single(value, enumeration).fmt(f),
            View::Optional(None) => f.write_str("None"),
            View::List(list) => show_list(*list, enumeration, f),
            View::Map(map) => show_map(*map, self.field, f),
        }
    }
}

fn show_list(
    list: &dyn List,
    enumeration: Option<EnumDescriptor<'_>>,
    f: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    let mut shown = f.debug_list();
    for value in (0..list.len()).filter_map(|index| list.get(index)) {
        shown.entry(&Single(&value, enumeration));
    }
    shown.finish()
}

/// In the order of the keys: equal messages look the same.
fn show_map(map: &dyn Map, field: FieldDescriptor<'_>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let enumeration = field.map_entry().and_then(|(_, value)| value.enumeration());
    let mut shown = f.debug_map();
    for key in map.keys() {
        if let Some(value) = map.get(&key) {
            shown.entry(&key.value(), &Single(&value, enumeration));
        }
    }
    shown.finish()
}

/// One value.
struct Single<'a>(&'a Value<'a>, Option<EnumDescriptor<'a>>);

impl fmt::Debug for Single<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.0, self.1) {
            (Value::Enum(number), Some(enumeration)) => match enumeration.value_by_number(*number) {
                Some(value) => f.write_str(value.name()),
                None => number.fmt(f),
            },
            (Value::Message(message), _) => debug(*message, f),
            (value, _) => value.fmt(f),
        }
    }
}
