//! What the descriptor of a field answers: its names, its number, its type, and how it behaves. Used by users, and by the
//! formats for every field that they meet.

use super::descriptor::{EnumDescriptor, FieldDescriptor, FileDescriptor, MessageDescriptor};
use super::features::Presence;
use super::pool::Kind;

/// The type of a field.
#[derive(Clone, Copy, Debug, PartialEq)]
#[allow(missing_docs)]
pub enum FieldKind<'a> {
    Double,
    Float,
    Int64,
    Uint64,
    Int32,
    Fixed64,
    Fixed32,
    Bool,
    String,
    Bytes,
    Uint32,
    Sfixed32,
    Sfixed64,
    Sint32,
    Sint64,
    Enum(EnumDescriptor<'a>),
    Message(MessageDescriptor<'a>),
}

impl FieldKind<'_> {
    /// Whether values may stand packed.
    pub(super) fn is_packable(self) -> bool {
        !matches!(self, Self::String | Self::Bytes | Self::Message(_))
    }
}

impl<'a> FieldDescriptor<'a> {
    /// The name in the schema: `order_id`.
    pub fn name(self) -> &'a str {
        &self.table.name
    }

    /// `shop.v1.Order.order_id`, or that of an extension.
    pub fn full_name(self) -> &'a str {
        &self.table.full_name
    }

    /// The name in JSON: `orderId`.
    pub fn json_name(self) -> &'a str {
        &self.table.json_name
    }

    /// Its number.
    pub fn number(self) -> u32 {
        self.table.number
    }

    /// The type of its values; that of a map is its entry.
    pub fn kind(self) -> FieldKind<'a> {
        match self.table.kind {
            Kind::Double => FieldKind::Double,
            Kind::Float => FieldKind::Float,
            Kind::Int64 => FieldKind::Int64,
            Kind::Uint64 => FieldKind::Uint64,
            Kind::Int32 => FieldKind::Int32,
            Kind::Fixed64 => FieldKind::Fixed64,
            Kind::Fixed32 => FieldKind::Fixed32,
            Kind::Bool => FieldKind::Bool,
            Kind::String => FieldKind::String,
            Kind::Bytes => FieldKind::Bytes,
            Kind::Uint32 => FieldKind::Uint32,
            Kind::Sfixed32 => FieldKind::Sfixed32,
            Kind::Sfixed64 => FieldKind::Sfixed64,
            Kind::Sint32 => FieldKind::Sint32,
            Kind::Sint64 => FieldKind::Sint64,
            Kind::Enum(index) => self.pool.enum_at(index).map_or(FieldKind::Int32, FieldKind::Enum),
            Kind::Message(index) => self.pool.message_at(index).map_or(FieldKind::Bytes, FieldKind::Message),
        }
    }

    /// Its place in the message.
    #[inline]
    pub(crate) fn place(self) -> usize {
        self.table.place
    }

    /// The place of its oneof in the message, also of one that the parser made up.
    #[cfg(feature = "json")]
    #[inline]
    pub(crate) fn oneof_place(self) -> Option<usize> {
        self.table.oneof
    }

    /// Whether its values are those of an enum.
    #[cfg(feature = "json")]
    #[inline]
    pub(crate) fn is_enum(self) -> bool {
        matches!(self.table.kind, Kind::Enum(_))
    }

    /// Whether its type is `bytes`.
    #[cfg(feature = "json")]
    #[inline]
    pub(crate) fn is_bytes(self) -> bool {
        self.table.kind == Kind::Bytes
    }

    /// What stands between the value before it and its own in JSON: `,"orderId":`. Empty where a sign of the name must be
    /// escaped.
    #[cfg(feature = "json")]
    #[inline]
    pub(crate) fn json_key(self) -> &'a str {
        &self.table.json_key
    }

    /// How long its name in JSON is, with the quotes, where the text begins with that.
    #[cfg(feature = "json")]
    #[inline]
    pub(crate) fn json_key_of(self, text: &[u8]) -> Option<usize> {
        let (head, mask) = self.table.json_head;
        // The colon is left: blanks may be before it.
        let [b',', name @ .., b':'] = self.table.json_key.as_bytes() else { return None };
        let rest = match text.first_chunk().map(|first| u64::from_le_bytes(*first)) {
            Some(first) if first & mask != head => return None,
            Some(_) => 8,
            None => 0,
        };
        let same = name.len() <= rest || text.starts_with(name);
        same.then_some(name.len())
    }

    /// The enum of its values.
    pub(crate) fn enumeration(self) -> Option<EnumDescriptor<'a>> {
        match self.kind() {
            FieldKind::Enum(enumeration) => Some(enumeration),
            _ => None,
        }
    }

    /// Whether its values are those that a closed enum names.
    pub(crate) fn is_closed_enum(self) -> bool {
        self.enumeration().is_some_and(EnumDescriptor::is_closed)
    }

    /// Whether its enum names that number.
    pub(crate) fn names(self, number: i32) -> bool {
        self.enumeration().is_some_and(|enumeration| enumeration.value_by_number(number).is_some())
    }

    /// The message of its values.
    #[inline]
    pub(crate) fn message(self) -> Option<MessageDescriptor<'a>> {
        match self.table.kind {
            Kind::Message(index) => self.pool.message_at(index),
            _ => None,
        }
    }

    /// Whether it is a list.
    pub fn is_list(self) -> bool {
        self.table.repeated && !self.table.map
    }

    /// Whether it is a map.
    pub fn is_map(self) -> bool {
        self.table.map
    }

    /// The fields of a map's keys and values.
    pub fn map_entry(self) -> Option<(FieldDescriptor<'a>, FieldDescriptor<'a>)> {
        if !self.table.map {
            return None;
        }
        let entry = self.message()?;
        Some((entry.field_by_number(1)?, entry.field_by_number(2)?))
    }

    /// Whether being set is a matter of its own: not so for lists, maps, and scalars of proto3 without `optional`.
    pub fn has_presence(self) -> bool {
        !self.table.repeated && self.table.presence != Presence::Implicit
    }

    /// Whether every message must have it.
    pub fn is_required(self) -> bool {
        !self.table.repeated && self.table.presence == Presence::Required
    }

    /// Whether its numbers are written packed.
    pub fn is_packed(self) -> bool {
        self.table.packed
    }

    /// Whether its messages stand between tags on the wire: groups.
    pub fn is_delimited(self) -> bool {
        self.table.delimited
    }

    /// Whether it is an extension.
    pub fn is_extension(self) -> bool {
        !self.table.extendee.is_empty()
    }

    /// The full name of the message that it extends.
    pub fn extendee(self) -> &'a str {
        &self.table.extendee
    }

    /// The file that declares it.
    pub fn file(self) -> Option<FileDescriptor<'a>> {
        self.pool.file_at(self.table.file)
    }

    /// The default that the schema declares, as the descriptor spells it.
    pub fn default_text(self) -> Option<&'a str> {
        self.table.default.as_deref()
    }

    /// Whether its values are kept out of `Debug`: `[debug_redact = true]`.
    pub fn is_redacted(self) -> bool {
        self.table.redacted
    }

    /// Whether its text must be UTF-8.
    pub fn checks_utf8(self) -> bool {
        self.table.utf8
    }
}
