//! Descriptors: what a schema says of its messages, fields, enums and services. Held by every generated message, used
//! by users and by the formats that are written once for all messages.
//!
//! A descriptor is a place in its pool: it is copied freely and lives as long as the pool does.

use std::fmt;
use std::sync::{Arc, LazyLock, OnceLock};

use super::features::Presence;
use super::parse::{PoolError, add_set};
use super::pool::{self, Kind, Symbol, Tables};

/// The descriptors of a set of files. Cloned cheaply.
///
/// ```
/// # mod schema { protocall::include_proto!(inline = r#"
/// #     syntax = "proto3"; package shop.v1; message Order { string order_id = 1; }
/// # "#); }
/// # use schema::shop::v1::Order;
/// use protocall::Reflect;
///
/// let order = Order::default();
/// let pool = order.descriptor().pool();
/// let field = pool.message("shop.v1.Order").and_then(|order| order.field("order_id"));
/// assert_eq!(field.map(|field| (field.number(), field.json_name())), Some((1, "orderId")));
/// ```
#[derive(Clone, Default)]
pub struct DescriptorPool {
    tables: Arc<Tables>,
}

impl DescriptorPool {
    /// The descriptors of a `google.protobuf.FileDescriptorSet`, as `protoc --include_imports --descriptor_set_out` writes
    /// one. A file comes after those that it imports, or before them.
    ///
    /// # Errors
    /// When the bytes are no such set, or a type is missing or there twice.
    pub fn decode(set: &[u8]) -> Result<Self, PoolError> {
        let mut tables = Tables::default();
        add_set(&mut tables, set)?;
        Ok(Self { tables: Arc::new(tables) })
    }

    /// The files, in the order in which they came.
    pub fn files(&self) -> impl ExactSizeIterator<Item = FileDescriptor<'_>> {
        self.tables.files.iter().map(|table| FileDescriptor { pool: self, table })
    }

    /// The messages, each before those that are nested in it.
    pub fn messages(&self) -> impl ExactSizeIterator<Item = MessageDescriptor<'_>> {
        self.tables.messages.iter().map(|table| MessageDescriptor { pool: self, table })
    }

    /// The extensions.
    pub fn extensions(&self) -> impl ExactSizeIterator<Item = FieldDescriptor<'_>> {
        self.tables.extensions.iter().map(|table| FieldDescriptor { pool: self, table })
    }

    /// The services.
    pub fn services(&self) -> impl ExactSizeIterator<Item = ServiceDescriptor<'_>> {
        self.tables.services.iter().map(|table| ServiceDescriptor { pool: self, table })
    }

    /// The message of that full name.
    pub fn message(&self, full_name: &str) -> Option<MessageDescriptor<'_>> {
        match self.tables.names.get(full_name)? {
            Symbol::Message(index) => self.message_at(*index),
            _ => None,
        }
    }

    /// The enum of that full name.
    pub fn enumeration(&self, full_name: &str) -> Option<EnumDescriptor<'_>> {
        match self.tables.names.get(full_name)? {
            Symbol::Enum(index) => self.enum_at(*index),
            _ => None,
        }
    }

    /// The service of that full name.
    pub fn service(&self, full_name: &str) -> Option<ServiceDescriptor<'_>> {
        match self.tables.names.get(full_name)? {
            Symbol::Service(index) => self.services().nth(*index),
            _ => None,
        }
    }

    /// The extension of that full name.
    pub fn extension(&self, full_name: &str) -> Option<FieldDescriptor<'_>> {
        match self.tables.names.get(full_name)? {
            Symbol::Extension(index) => self.extensions().nth(*index),
            _ => None,
        }
    }

    /// The message at a place that one was found at.
    #[inline]
    pub(crate) fn placed(&self, index: usize) -> MessageDescriptor<'_> {
        static NONE: LazyLock<pool::Message> = LazyLock::new(pool::Message::default);
        self.message_at(index).unwrap_or_else(|| MessageDescriptor { pool: self, table: &NONE })
    }

    pub(super) fn message_at(&self, index: usize) -> Option<MessageDescriptor<'_>> {
        Some(MessageDescriptor { pool: self, table: self.tables.messages.get(index)? })
    }

    pub(super) fn enum_at(&self, index: usize) -> Option<EnumDescriptor<'_>> {
        Some(EnumDescriptor { pool: self, table: self.tables.enums.get(index)? })
    }

    pub(super) fn file_at(&self, index: usize) -> Option<FileDescriptor<'_>> {
        self.files().nth(index)
    }
}

impl fmt::Debug for DescriptorPool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.files().map(|file| file.table.name.as_str())).finish()
    }
}

/// The files of one call of [`include_proto!`](crate::include_proto): as bytes until they are asked for.
#[doc(hidden)]
#[derive(Debug)]
pub struct Files {
    set: &'static [u8],
    pool: OnceLock<DescriptorPool>,
}

impl Files {
    /// Of a `google.protobuf.FileDescriptorSet`.
    pub const fn new(set: &'static [u8]) -> Self {
        Self { set, pool: OnceLock::new() }
    }

    /// The bytes.
    pub fn set(&self) -> &'static [u8] {
        self.set
    }

    /// The descriptors.
    #[inline]
    pub fn pool(&'static self) -> &'static DescriptorPool {
        // The macro has linked what it wrote; a set that is not sound would show as a pool without types.
        self.pool.get_or_init(|| DescriptorPool::decode(self.set).unwrap_or_default())
    }

    /// The message at that place: they are counted through all files, each before those that are nested in it.
    #[inline]
    pub fn message(&'static self, index: usize) -> MessageDescriptor<'static> {
        self.pool().placed(index)
    }
}

/// Declares a descriptor: a place in a pool.
macro_rules! descriptor {
    ($doc:literal, $name:ident, $table:ident, $label:ident) => {
        #[doc = $doc]
        #[derive(Clone, Copy)]
        pub struct $name<'a> {
            pub(super) pool: &'a DescriptorPool,
            pub(super) table: &'a pool::$table,
        }

        impl<'a> $name<'a> {
            /// The pool that it is in.
            pub fn pool(self) -> &'a DescriptorPool {
                self.pool
            }

            /// Its options as they stand in the descriptor: a message of `google.protobuf`, which custom options extend.
            pub fn options_bytes(self) -> &'a [u8] {
                &self.table.options
            }
        }

        impl fmt::Debug for $name<'_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.table.$label)
            }
        }

        impl PartialEq for $name<'_> {
            fn eq(&self, other: &Self) -> bool {
                std::ptr::eq(self.table, other.table)
            }
        }

        impl Eq for $name<'_> {}
    };
}

descriptor!("A file.", FileDescriptor, File, name);
descriptor!("A message.", MessageDescriptor, Message, full_name);
descriptor!("A field of a message, or an extension.", FieldDescriptor, Field, full_name);
descriptor!("A oneof.", OneofDescriptor, Oneof, name);
descriptor!("An enum.", EnumDescriptor, Enum, full_name);
descriptor!("A value of an enum.", EnumValueDescriptor, EnumValue, name);
descriptor!("A service.", ServiceDescriptor, Service, full_name);
descriptor!("A method of a service.", MethodDescriptor, Method, name);

pub(super) fn last(full_name: &str) -> &str {
    full_name.rsplit('.').next().unwrap_or(full_name)
}

impl<'a> MessageDescriptor<'a> {
    /// `shop.v1.Order`.
    pub fn full_name(self) -> &'a str {
        &self.table.full_name
    }

    /// `Order`.
    pub fn name(self) -> &'a str {
        last(&self.table.full_name)
    }

    /// The file that declares it.
    pub fn file(self) -> Option<FileDescriptor<'a>> {
        self.pool.file_at(self.table.file)
    }

    /// The message that it is nested in.
    pub fn parent(self) -> Option<Self> {
        self.pool.message_at(self.table.parent?)
    }

    /// Its fields, in the order of their declaration.
    pub fn fields(self) -> impl ExactSizeIterator<Item = FieldDescriptor<'a>> {
        self.table.fields.iter().map(move |table| FieldDescriptor { pool: self.pool, table })
    }

    /// Its oneofs. Those that stand for an `optional` of proto3 are none.
    pub fn oneofs(self) -> impl Iterator<Item = OneofDescriptor<'a>> {
        let real = self.table.oneofs.iter().filter(|table| !table.synthetic);
        real.map(move |table| OneofDescriptor { pool: self.pool, table })
    }

    /// The field of that name in the schema.
    pub fn field(self, name: &str) -> Option<FieldDescriptor<'a>> {
        self.field_at(*self.table.by_name.get(name)?)
    }

    /// The field of that number.
    pub fn field_by_number(self, number: u32) -> Option<FieldDescriptor<'a>> {
        self.field_at(*self.table.by_number.get(&number)?)
    }

    /// The field of that name in JSON.
    pub fn field_by_json_name(self, name: &str) -> Option<FieldDescriptor<'a>> {
        self.field_at(*self.table.by_json_name.get(name)?)
    }

    /// The extension of that number, among those of the pool.
    pub fn extension(self, number: u32) -> Option<FieldDescriptor<'a>> {
        let tables = &self.pool.tables;
        let Symbol::Message(own) = tables.names.get(&self.table.full_name)? else { return None };
        let table = tables.extensions.get(*tables.extended.get(&(*own, number))?)?;
        Some(FieldDescriptor { pool: self.pool, table })
    }

    /// Whether it sets numbers aside for extensions.
    pub fn is_extendable(self) -> bool {
        !self.table.extension_ranges.is_empty()
    }

    /// Whether the parser made it up for the entries of a map.
    pub fn is_map_entry(self) -> bool {
        self.table.map_entry
    }

    /// Whether it has the wire format of message sets.
    pub fn is_message_set(self) -> bool {
        self.table.message_set
    }

    /// Its place in the pool.
    pub(super) fn index(self) -> usize {
        self.table.index
    }

    /// The pool, and the place of the message in it: for whoever changes the message that this was got from.
    pub(crate) fn detached(self) -> (DescriptorPool, usize) {
        (self.pool.clone(), self.table.index)
    }

    /// The field at that place of the declaration.
    pub(crate) fn field_at(self, index: usize) -> Option<FieldDescriptor<'a>> {
        Some(FieldDescriptor { pool: self.pool, table: self.table.fields.get(index)? })
    }

    /// The place of a field.
    pub(crate) fn place(self, number: u32) -> Option<usize> {
        self.table.by_number.get(&number).copied()
    }

    /// The places of the fields that share a oneof with that one.
    pub(super) fn rivals(self, field: FieldDescriptor<'_>) -> &'a [usize] {
        let oneof = field.table.oneof.and_then(|oneof| self.table.oneofs.get(oneof));
        oneof.map_or(&[], |oneof| &oneof.fields)
    }
}

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
    pub(crate) fn message(self) -> Option<MessageDescriptor<'a>> {
        match self.kind() {
            FieldKind::Message(message) => Some(message),
            _ => None,
        }
    }

    /// Whether it is a list.
    pub fn is_list(self) -> bool {
        self.table.repeated && !self.is_map()
    }

    /// Whether it is a map.
    pub fn is_map(self) -> bool {
        self.table.repeated && self.message().is_some_and(MessageDescriptor::is_map_entry)
    }

    /// The fields of a map's keys and values.
    pub fn map_entry(self) -> Option<(FieldDescriptor<'a>, FieldDescriptor<'a>)> {
        let entry = self.message().filter(|message| message.is_map_entry())?;
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
