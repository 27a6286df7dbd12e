//! Extensions of messages of any type: found among the unknown fields, where they lie until they are asked for, and put
//! there. Called by users and by the formats.

use std::collections::BTreeSet;

use super::access::{Field, Reflect, Value, View, ViewMut};
use super::codec::{merge_made, put_field, wire_type_of};
use super::descriptor::{DescriptorPool, FieldDescriptor};
use super::dynamic::DynamicField;
use super::message::ReflectError;
use crate::message::message_set;
use crate::wire::{DecodeError, Input, Session, UnknownFields, wire_type};

/// What a message has of an extension: a copy, which `put_extension` of `dyn Reflect` gives back.
#[derive(Clone, Debug)]
pub struct ExtensionField {
    held: DynamicField,
}

impl ExtensionField {
    /// Nothing yet.
    pub fn new(extension: FieldDescriptor<'_>) -> Self {
        Self { held: DynamicField::new(extension) }
    }

    /// What it holds.
    pub fn view(&self) -> View<'_> {
        self.held.view(0)
    }

    /// What it holds, to be changed: a single value is set to its type's zero where it is not set.
    pub fn make(&mut self) -> ViewMut<'_> {
        self.held.make(0)
    }

    /// Takes out what it holds.
    pub fn clear(&mut self) {
        self.held.clear(0);
    }
}

/// Extensions of a message of any type, by their descriptors. Generated code has typed keys for those that the macro
/// knows, see [`Extendable`](crate::Extendable).
///
/// ```
/// # mod schema { protocall::include_proto!(inline = r#"
/// #     edition = "2023"; package shop.v1;
/// #     message Order { extensions 100 to 199; }
/// #     extend Order { string note = 100; repeated int32 marks = 101; }
/// # "#); }
/// # use schema::shop::v1::Order;
/// use protocall::reflect::{ExtensionField, View};
/// use protocall::{DynamicMessage, Reflect};
///
/// let pool = Order::default().descriptor().pool().clone();
/// let order = pool.message("shop.v1.Order").ok_or("it is there")?;
/// let marks = pool.extension("shop.v1.marks").ok_or("it is there")?;
///
/// let mut message = DynamicMessage::new(order);
/// let mut held = ExtensionField::new(marks);
/// if let protocall::reflect::ViewMut::List(list) = held.make() {
///     list.push().set(5.into());
/// }
/// message.reflect_mut().put_extension(marks, &held)?;
/// assert!(matches!(message.reflect().get_extension(marks)?.view(), View::List(list) if list.len() == 1));
/// assert_eq!(message.reflect().extensions().len(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
impl dyn Reflect {
    /// The extensions that the message has, by their numbers, among those that its pool knows. What cannot be read as the
    /// schema has it is none.
    pub fn extensions(&self) -> Vec<(FieldDescriptor<'_>, ExtensionField)> {
        let all = extensions(self, None).into_iter();
        all.filter_map(|(field, held)| Some((field, ExtensionField { held: held.ok()? }))).collect()
    }

    /// What the message has of an extension, which may come from another pool.
    ///
    /// # Errors
    /// When it extends another message, or what is there cannot be read as the schema has it.
    pub fn get_extension(&self, extension: FieldDescriptor<'_>) -> Result<ExtensionField, ReflectError> {
        self.check_extension(extension)?;
        let held = DynamicField::of_extension(extension, self);
        let full_name = || extension.full_name().to_owned();
        let held = held.map_err(|error| ReflectError::Unreadable { field: full_name(), error })?;
        Ok(ExtensionField { held })
    }

    /// Gives an extension to the message, in place of what it had of it; one that holds nothing is taken out.
    ///
    /// # Errors
    /// When it extends another message.
    pub fn put_extension(
        &mut self,
        extension: FieldDescriptor<'_>,
        value: &ExtensionField,
    ) -> Result<(), ReflectError> {
        self.check_extension(extension)?;
        value.held.put_extension(extension, self);
        Ok(())
    }

    fn check_extension(&self, extension: FieldDescriptor<'_>) -> Result<(), ReflectError> {
        let message = self.descriptor().full_name();
        if extension.extendee() == message {
            return Ok(());
        }
        Err(ReflectError::NoField { message: message.to_owned(), field: extension.full_name().to_owned() })
    }
}

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
        let is_set = message.descriptor().is_message_set();
        // A message that sets numbers aside for extensions keeps them, whatever the call says of unknown fields.
        let Some(unknown) = message.unknown_mut() else { return };
        if is_set {
            // A message set has extensions of single messages only.
            let value = match view {
                View::Plain(Value::Message(value)) | View::Optional(Some(Value::Message(value))) => {
                    Some(value)
                }
                _ => None,
            };
            let bytes = value.map(|value| value.encode_to_vec());
            return message_set::put(field.number(), bytes.as_deref(), unknown);
        }
        unknown.remove(field.number());
        unknown.insert(|kept| kept.number > field.number(), &mut |out| put_field(field, &view, out));
    }
}
