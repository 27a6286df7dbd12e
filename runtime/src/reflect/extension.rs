//! Extensions of messages of any type: found among the unknown fields, where they lie until they are asked for, and put
//! there. Called by the formats.

use std::collections::BTreeSet;

use super::access::{Field, Reflect, Value, View};
use super::codec::{merge_made, put_field, wire_type_of};
use super::descriptor::{DescriptorPool, FieldDescriptor};
use super::dynamic::DynamicField;
use crate::message::message_set;
use crate::wire::{DecodeError, Input, Session, UnknownFields, wire_type};

/// An extension and what it holds, or why that cannot be read.
pub(crate) type Extended<'a> = (FieldDescriptor<'a>, Result<DynamicField, DecodeError>);

/// The extensions that a message has, by their numbers: those that its own pool knows, or `more`.
pub(crate) fn extensions<'a>(
    message: &'a dyn Reflect,
    more: Option<&'a DescriptorPool>,
) -> Vec<Extended<'a>> {
    if message.unknown().is_empty() {
        return Vec::new();
    }
    let descriptor = message.descriptor();
    let others = more.and_then(|pool| pool.message(descriptor.full_name()));
    let fields = plain_unknown(message);
    let numbers: BTreeSet<u32> = fields.iter().map(|field| field.number).collect();
    let known = |number| descriptor.extension(number).or_else(|| others?.extension(number));
    let known = numbers.into_iter().filter_map(known);
    known.map(|field| (field, DynamicField::among(field, &fields))).collect()
}

/// The unknown fields, with the items of a message set as the fields that they stand for.
pub(crate) fn plain_unknown(message: &dyn Reflect) -> UnknownFields {
    let unknown = message.unknown();
    if message.descriptor().is_message_set() { message_set::fields(unknown) } else { unknown.clone() }
}

impl DynamicField {
    /// What a message has of an extension; nothing yet where it has none.
    #[cfg(feature = "text")]
    pub(crate) fn of_extension(
        field: FieldDescriptor<'_>,
        message: &dyn Reflect,
    ) -> Result<Self, DecodeError> {
        if message.unknown().is_empty() {
            Ok(Self::new(field))
        } else {
            Self::among(field, &plain_unknown(message))
        }
    }

    fn among(field: FieldDescriptor<'_>, unknown: &UnknownFields) -> Result<Self, DecodeError> {
        let bytes = unknown.as_bytes();
        let session = Session::new(bytes.len(), None).partial(true);
        let mut input = Input::new(bytes, &session);
        let mut held = Self::new(field);
        while let Some(tag) = input.tag()? {
            let packed = field.is_list() && field.kind().is_packable() && tag & 7 == wire_type::LENGTH;
            if tag >> 3 == field.number() && (packed || tag & 7 == wire_type_of(field)) {
                merge_made(held.make(0), (field, tag), &mut input, &mut UnknownFields::new())?;
            } else {
                input.skip(tag)?;
            }
        }
        Ok(held)
    }

    /// Gives the extension to a message, in place of what it had of it.
    pub(crate) fn put_extension(&self, field: FieldDescriptor<'_>, message: &mut dyn Reflect) {
        let view = self.view(0);
        if message.descriptor().is_message_set() {
            let value = match view {
                View::Plain(Value::Message(value)) | View::Optional(Some(Value::Message(value))) => value,
                // A message set has extensions of single messages only.
                _ => return,
            };
            return message_set::put(field.number(), &value.encode_to_vec(), message.unknown_mut());
        }
        let unknown = message.unknown_mut();
        unknown.remove(field.number());
        unknown.extend(&mut |out| put_field(field, &view, out));
    }
}
