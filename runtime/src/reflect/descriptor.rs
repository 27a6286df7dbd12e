//! Descriptors: what a schema says of its messages, fields, enums and services. Held by every generated message, used
//! by users and by the formats that are written once for all messages.
//!
//! A descriptor is a place in its pool: it is copied freely and lives as long as the pool does.

use std::fmt;
use std::sync::{Arc, LazyLock, OnceLock};

use super::parse::add_set;
use super::pool::{self, PoolError, Symbol, Tables};
#[cfg(feature = "json")]
use super::special::Special;

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

    /// Whether this is that pool, and not another one of the same content.
    #[cfg(feature = "json")]
    pub(crate) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.tables, &other.tables)
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
        self.field_at(self.place(number)?)
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

    /// Whether the schema sets the name aside, so that no field may have it.
    pub fn is_reserved_name(self, name: &str) -> bool {
        self.table.reserved_names.iter().any(|reserved| reserved == name)
    }

    /// Whether the schema sets the number aside, so that no field may have it.
    pub fn is_reserved_number(self, number: u32) -> bool {
        self.table.reserved_ranges.iter().any(|(first, end)| (*first..*end).contains(&number))
    }

    /// Whether the parser made it up for the entries of a map.
    pub fn is_map_entry(self) -> bool {
        self.table.map_entry
    }

    /// Whether it has the wire format of message sets.
    pub fn is_message_set(self) -> bool {
        self.table.message_set
    }

    /// Which of the types it is that formats have a form of their own for.
    #[cfg(feature = "json")]
    #[inline]
    pub(crate) fn special(self) -> Option<Special> {
        self.table.special
    }

    /// Its place in the pool.
    pub(crate) fn index(self) -> usize {
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
        // Most messages count their fields from 1.
        let counted = (number as usize).wrapping_sub(1);
        match self.table.fields.get(counted) {
            Some(field) if field.number == number => Some(counted),
            _ => self.table.by_number.get(&number).copied(),
        }
    }

    /// The name of the type of a field that is a group: what the text format calls it. Fields that editions encode in the
    /// same way are none, unless all else is as the declaration of a group makes it.
    #[cfg(feature = "text")]
    pub(crate) fn group_name(self, field: FieldDescriptor<'_>) -> Option<&'a str> {
        let group = self.field_by_number(field.number()).filter(|field| field.is_delimited())?.message()?;
        let alike = group.name().to_ascii_lowercase() == field.name() && group.parent() == Some(self);
        alike.then_some(group.name())
    }

    /// The places of the fields that share a oneof with that one.
    pub(crate) fn rivals(self, field: FieldDescriptor<'_>) -> &'a [usize] {
        let oneof = field.table.oneof.and_then(|oneof| self.table.oneofs.get(oneof));
        oneof.map_or(&[], |oneof| &oneof.fields)
    }
}
