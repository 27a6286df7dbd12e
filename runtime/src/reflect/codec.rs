//! The wire by reflection: any message, whatever holds it, as bytes and back. Used by users for messages of types that
//! are known only while the program runs, and by the formats for `Any` and extensions.
//!
//! Slower than the codec of generated messages, and the same on the wire.

use std::cmp::Reverse;

use super::access::{Field, List, Map, MapKey, Reflect, Value, ValueMut, View, ViewMut};
use super::descriptor::{FieldDescriptor, MessageDescriptor};
use super::dynamic::{DynamicField, DynamicMessage};
use super::field::FieldKind;
use crate::wire::kind::{
    Double, Fixed32, Fixed64, Float, Int32, Int64, Sfixed32, Sfixed64, Sint32, Sint64, Uint32, Uint64,
};
use crate::wire::{DecodeError, Input, Merge, Output, Packable, Session, UnknownFields, to_vec, wire_type};

impl dyn Reflect {
    /// The message as bytes: fields by their numbers, maps by their keys.
    pub fn encode_to_vec(&self) -> Vec<u8> {
        to_vec(&mut |out| put_message(self, out))
    }

    /// Reads a message from all of `bytes` into this one, see [`Message::merge`](crate::Message::merge).
    ///
    /// # Errors
    /// When the bytes are not a message of this type.
    pub fn merge(&mut self, bytes: &[u8]) -> Result<(), DecodeError> {
        let session = Session::new(bytes.len(), None).partial(true);
        merge_message(self, Input::new(bytes, &session))
    }
}

impl DynamicMessage {
    /// As `merge`, with limits; gives what is left of the budget.
    #[cfg(any(feature = "json", feature = "text"))]
    pub(crate) fn merge_within(
        &mut self,
        bytes: &[u8],
        depth: u32,
        budget: usize,
    ) -> Result<usize, DecodeError> {
        let session = Session::new(bytes.len(), None).limited(Some(depth), Some(budget)).partial(true);
        merge_message(self, Input::new(bytes, &session))?;
        Ok(session.left())
    }

    /// Reads a message from all of `bytes`.
    ///
    /// # Errors
    /// As [`Message::decode`](crate::Message::decode).
    pub fn decode(descriptor: MessageDescriptor<'_>, bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut message = Self::new(descriptor);
        merge_message(&mut message, Input::new(bytes, &Session::new(bytes.len(), None)))?;
        Ok(message)
    }

    /// The message as bytes.
    pub fn encode_to_vec(&self) -> Vec<u8> {
        self.reflect().encode_to_vec()
    }
}

fn put_message(message: &dyn Reflect, out: &mut Output<'_>) {
    message.unknown().put(out);
    let mut fields: Vec<_> = message.set_fields().collect();
    fields.sort_unstable_by_key(|(field, _)| Reverse(field.number()));
    for (field, view) in fields {
        put_field(field, &view, out);
    }
}

pub(super) fn put_field(field: FieldDescriptor<'_>, view: &View<'_>, out: &mut Output<'_>) {
    match view {
        View::Plain(value) | View::Optional(Some(value)) => put_value(field, field.number(), value, out),
        View::Optional(None) => {}
        View::List(list) => put_list(field, *list, out),
        View::Map(map) => put_map(field, *map, out),
    }
}

fn put_list(field: FieldDescriptor<'_>, list: &dyn List, out: &mut Output<'_>) {
    let before = out.written();
    for value in (0..list.len()).rev().filter_map(|index| list.get(index)) {
        if field.is_packed() {
            put_scalar(field.kind(), &value, out);
        } else {
            put_value(field, field.number(), &value, out);
        }
    }
    if field.is_packed() && !list.is_empty() {
        put_length(field.number(), before, out);
    }
}

fn put_map(field: FieldDescriptor<'_>, map: &dyn Map, out: &mut Output<'_>) {
    let Some((key_field, value_field)) = field.map_entry() else { return };
    for key in map.keys().iter().rev() {
        let before = out.written();
        if let Some(value) = map.get(key) {
            put_value(value_field, 2, &value, out);
        }
        put_value(key_field, 1, &key.value(), out);
        put_length(field.number(), before, out);
    }
}

/// What stands before bytes that were written: their length and the tag.
fn put_length(number: u32, before: usize, out: &mut Output<'_>) {
    out.put_varint((out.written() - before) as u64);
    out.put_tag(number, wire_type::LENGTH);
}

fn put_value(field: FieldDescriptor<'_>, number: u32, value: &Value<'_>, out: &mut Output<'_>) {
    let before = out.written();
    match value {
        Value::String(text) => out.put_bytes(number, text.as_bytes()),
        Value::Bytes(bytes) => out.put_bytes(number, bytes),
        Value::Message(message) if field.is_delimited() => {
            out.put_tag(number, wire_type::END_GROUP);
            put_message(*message, out);
            out.put_tag(number, wire_type::GROUP);
        }
        Value::Message(message) => {
            put_message(*message, out);
            put_length(number, before, out);
        }
        scalar => {
            put_scalar(field.kind(), scalar, out);
            out.put_tag(number, wire_type_of(field));
        }
    }
}

/// Writes a number without its tag.
fn put_scalar(kind: FieldKind<'_>, value: &Value<'_>, out: &mut Output<'_>) {
    match (*value, kind) {
        (Value::Bool(value), _) => out.put_varint(value.into()),
        (Value::Enum(value), _) => Int32::put_packed(&[value], out),
        (Value::I32(value), FieldKind::Sint32) => Sint32::put_packed(&[value], out),
        (Value::I32(value), FieldKind::Sfixed32) => Sfixed32::put_packed(&[value], out),
        (Value::I32(value), _) => Int32::put_packed(&[value], out),
        (Value::I64(value), FieldKind::Sint64) => Sint64::put_packed(&[value], out),
        (Value::I64(value), FieldKind::Sfixed64) => Sfixed64::put_packed(&[value], out),
        (Value::I64(value), _) => Int64::put_packed(&[value], out),
        (Value::U32(value), FieldKind::Fixed32) => Fixed32::put_packed(&[value], out),
        (Value::U32(value), _) => Uint32::put_packed(&[value], out),
        (Value::U64(value), FieldKind::Fixed64) => Fixed64::put_packed(&[value], out),
        (Value::U64(value), _) => Uint64::put_packed(&[value], out),
        (Value::F32(value), _) => Float::put_packed(&[value], out),
        (Value::F64(value), _) => Double::put_packed(&[value], out),
        // These have a length.
        (Value::String(_) | Value::Bytes(_) | Value::Message(_), _) => {}
    }
}

pub(super) fn wire_type_of(field: FieldDescriptor<'_>) -> u32 {
    match field.kind() {
        FieldKind::Double | FieldKind::Fixed64 | FieldKind::Sfixed64 => wire_type::FIXED64,
        FieldKind::Float | FieldKind::Fixed32 | FieldKind::Sfixed32 => wire_type::FIXED32,
        FieldKind::Message(_) if field.is_delimited() => wire_type::GROUP,
        FieldKind::String | FieldKind::Bytes | FieldKind::Message(_) => wire_type::LENGTH,
        _ => wire_type::VARINT,
    }
}

fn merge_message(message: &mut dyn Reflect, mut input: Input<'_, '_>) -> Result<(), DecodeError> {
    let (pool, index) = message.descriptor().detached();
    let descriptor = pool.placed(index);
    while let Some(tag) = input.tag()? {
        let taken = match descriptor.field_by_number(tag >> 3) {
            Some(field) => merge_known(message, field, tag, &mut input)?,
            None => false,
        };
        if !taken {
            merge_unknown(message, descriptor, tag, &mut input)?;
        }
    }
    let missing = |field: &FieldDescriptor<'_>| field.is_required() && message.has(*field) == Ok(false);
    match descriptor.fields().find(missing) {
        Some(field) if !input.is_partial() => Err(DecodeError::MissingRequired { number: field.number() }),
        _ => Ok(()),
    }
}

/// Keeps a field that is none of the message's own. Extensions are looked into where their text must be UTF-8.
fn merge_unknown(
    message: &mut dyn Reflect,
    descriptor: MessageDescriptor<'_>,
    tag: u32,
    input: &mut Input<'_, '_>,
) -> Result<(), DecodeError> {
    let (number, unknown) = (tag >> 3, message.unknown_mut());
    let checked = |field: FieldDescriptor<'_>| field.kind() == FieldKind::String && field.checks_utf8();
    if tag & 7 == wire_type::LENGTH && descriptor.extension(number).is_some_and(checked) {
        let text = input.text()?;
        if let Some(unknown) = unknown {
            unknown.push_bytes(number, text.as_bytes());
        }
        return Ok(());
    }
    input.unknown(tag, unknown)
}

/// Reads a field of the message; `false` where its wire type is another one.
fn merge_known(
    message: &mut dyn Reflect,
    field: FieldDescriptor<'_>,
    tag: u32,
    input: &mut Input<'_, '_>,
) -> Result<bool, DecodeError> {
    let packed = field.is_list() && field.kind().is_packable() && tag & 7 == wire_type::LENGTH;
    if tag & 7 != wire_type_of(field) && !packed {
        return Ok(false);
    }
    let mut strangers = UnknownFields::new();
    // A number that a closed enum does not name must not unset what the oneof holds.
    if field.is_closed_enum() && !field.is_list() {
        let wire = input.varint()?;
        if !field.names(wire as i32) {
            strangers.push_varint(field.number(), wire);
        } else if let Some(ViewMut::Single(ValueMut::Enum(value))) = message.made(field.number()) {
            value.take(wire as i32);
        }
    } else if let Some(made) = message.made(field.number()) {
        merge_made(made, (field, tag), input, &mut strangers)?;
    }
    if let Some(unknown) = message.unknown_mut() {
        unknown.append(strangers);
    }
    Ok(true)
}

pub(super) fn merge_made(
    made: ViewMut<'_>,
    (field, tag): (FieldDescriptor<'_>, u32),
    input: &mut Input<'_, '_>,
    strangers: &mut UnknownFields,
) -> Result<(), DecodeError> {
    match made {
        ViewMut::Single(value) => merge_value(value, field, input),
        ViewMut::Map(map) => merge_entry(map, field, input.nested()?, strangers),
        ViewMut::List(list) if tag & 7 == wire_type::LENGTH && wire_type_of(field) != wire_type::LENGTH => {
            let mut inner = input.packed()?;
            while inner.remaining() > 0 {
                merge_element(list, field, &mut inner, strangers)?;
            }
            Ok(())
        }
        ViewMut::List(list) => merge_element(list, field, input, strangers),
    }
}

/// What an element of a list takes at least, for the budget.
const ELEMENT: usize = 64;

fn merge_element(
    list: &mut dyn List,
    field: FieldDescriptor<'_>,
    input: &mut Input<'_, '_>,
    strangers: &mut UnknownFields,
) -> Result<(), DecodeError> {
    let before = input.remaining();
    if field.is_closed_enum() {
        let wire = input.varint()?;
        if field.names(wire as i32) {
            if let ValueMut::Enum(value) = list.push() {
                value.take(wire as i32);
            }
        } else {
            strangers.push_varint(field.number(), wire);
        }
    } else {
        merge_value(list.push(), field, input)?;
    }
    input.charge(ELEMENT, before - input.remaining())
}

/// Reads an entry. One with a value that its closed enum does not name is a stranger as a whole.
fn merge_entry(
    map: &mut dyn Map,
    field: FieldDescriptor<'_>,
    mut input: Input<'_, '_>,
    strangers: &mut UnknownFields,
) -> Result<(), DecodeError> {
    let Some((key_field, value_field)) = field.map_entry() else { return Ok(()) };
    let (whole, mut named) = (input.rest(), true);
    input.charge(ELEMENT, input.remaining())?;
    let (mut key, mut value) = (DynamicField::new(key_field), DynamicField::new(value_field));
    while let Some(tag) = input.tag()? {
        let held = match tag >> 3 {
            1 if tag & 7 == wire_type_of(key_field) => Some((&mut key, key_field)),
            2 if tag & 7 == wire_type_of(value_field) => Some((&mut value, value_field)),
            _ => None,
        };
        match held {
            Some((held, field)) if field.is_closed_enum() => {
                let number = input.varint()? as i32;
                if let ViewMut::Single(ValueMut::Enum(held)) = held.make(0) {
                    named = held.take(number);
                }
            }
            Some((held, field)) => {
                merge_made(held.make(0), (field, tag), &mut input, &mut UnknownFields::new())?
            }
            None => input.skip(tag)?,
        }
    }
    if !named {
        strangers.push_bytes(field.number(), whole);
        return Ok(());
    }
    let ViewMut::Single(key) = key.make(0) else { return Ok(()) };
    let Some(key) = MapKey::taken(key) else { return Ok(()) };
    let ViewMut::Single(value) = value.make(0) else { return Ok(()) };
    insert(map, key, (value_field, &value.shown()))
}

/// Puts an entry into a map, in place of what it had of that key.
pub(crate) fn insert(
    map: &mut dyn Map,
    key: MapKey,
    (value_field, value): (FieldDescriptor<'_>, &Value<'_>),
) -> Result<(), DecodeError> {
    map.remove(&key);
    let Some(held) = map.entry(key) else { return Ok(()) };
    // Through the wire: the map may hold messages of a type of their own.
    let bytes = to_vec(&mut |out| put_value(value_field, 2, value, out));
    let session = Session::new(bytes.len(), None).partial(true);
    let mut input = Input::new(&bytes, &session);
    if input.tag()?.is_some() { merge_value(held, value_field, &mut input) } else { Ok(()) }
}

/// Reads a single value behind its tag.
fn merge_value(
    value: ValueMut<'_>,
    field: FieldDescriptor<'_>,
    input: &mut Input<'_, '_>,
) -> Result<(), DecodeError> {
    match (value, field.kind()) {
        (ValueMut::Bool(value), _) => *value = input.varint()? != 0,
        (ValueMut::I32(value), FieldKind::Sint32) => Sint32::merge(0, value, input)?,
        (ValueMut::I32(value), FieldKind::Sfixed32) => Sfixed32::merge(0, value, input)?,
        (ValueMut::I32(value), _) => Int32::merge(0, value, input)?,
        (ValueMut::I64(value), FieldKind::Sint64) => Sint64::merge(0, value, input)?,
        (ValueMut::I64(value), FieldKind::Sfixed64) => Sfixed64::merge(0, value, input)?,
        (ValueMut::I64(value), _) => Int64::merge(0, value, input)?,
        (ValueMut::U32(value), FieldKind::Fixed32) => Fixed32::merge(0, value, input)?,
        (ValueMut::U32(value), _) => Uint32::merge(0, value, input)?,
        (ValueMut::U64(value), FieldKind::Fixed64) => Fixed64::merge(0, value, input)?,
        (ValueMut::U64(value), _) => Uint64::merge(0, value, input)?,
        (ValueMut::F32(value), _) => Float::merge(0, value, input)?,
        (ValueMut::F64(value), _) => Double::merge(0, value, input)?,
        (ValueMut::String(value), _) => input.text_into(value)?,
        (ValueMut::Bytes(value), _) => *value = input.shared()?,
        (ValueMut::HeldString(held), _) => held.set(input.text()?),
        (ValueMut::HeldBytes(held), _) => held.set(input.slice()?),
        (ValueMut::Enum(value), _) => {
            value.take(input.varint()? as i32);
        }
        (ValueMut::Message(message), _) if field.is_delimited() => {
            input.group(field.number(), &mut |inner| merge_message(message, inner))?;
        }
        (ValueMut::Message(message), _) => merge_message(message, input.nested()?)?,
    }
    Ok(())
}
