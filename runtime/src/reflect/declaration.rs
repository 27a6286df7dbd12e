//! What the descriptors of files, oneofs, enums and services answer. Used by users, and by the formats for names of
//! values.

use super::descriptor::{
    EnumDescriptor, EnumValueDescriptor, FileDescriptor, MessageDescriptor, MethodDescriptor,
    OneofDescriptor, ServiceDescriptor, last,
};

/// So many names are compared sooner than one is hashed.
const FEW: usize = 8;

impl<'a> FileDescriptor<'a> {
    /// Its path, as imports spell it: `shop/v1/order.proto`.
    pub fn name(self) -> &'a str {
        &self.table.name
    }

    /// Its package: `shop.v1`, or nothing.
    pub fn package(self) -> &'a str {
        &self.table.package
    }

    /// `proto2`, `proto3` or `editions`.
    pub fn syntax(self) -> &'a str {
        if self.table.syntax.is_empty() { "proto2" } else { &self.table.syntax }
    }

    /// The names of the files that it imports.
    pub fn dependencies(self) -> impl ExactSizeIterator<Item = &'a str> {
        self.table.dependencies.iter().map(String::as_str)
    }

    /// Its `google.protobuf.FileDescriptorProto`.
    pub fn bytes(self) -> &'a [u8] {
        &self.table.bytes
    }
}

impl<'a> OneofDescriptor<'a> {
    /// Its name.
    pub fn name(self) -> &'a str {
        &self.table.name
    }

    /// The places of its fields among those of the message.
    pub fn field_indices(self) -> &'a [usize] {
        &self.table.fields
    }
}

impl<'a> EnumDescriptor<'a> {
    /// `shop.v1.Order.Status`.
    pub fn full_name(self) -> &'a str {
        &self.table.full_name
    }

    /// `Status`.
    pub fn name(self) -> &'a str {
        last(&self.table.full_name)
    }

    /// The file that declares it.
    pub fn file(self) -> Option<FileDescriptor<'a>> {
        self.pool.file_at(self.table.file)
    }

    /// Its values, in the order of their declaration.
    pub fn values(self) -> impl ExactSizeIterator<Item = EnumValueDescriptor<'a>> {
        self.table.values.iter().map(move |table| EnumValueDescriptor { pool: self.pool, table })
    }

    /// The value of that name.
    pub fn value(self, name: &str) -> Option<EnumValueDescriptor<'a>> {
        if self.table.values.len() <= FEW {
            return self.values().find(|value| value.name() == name);
        }
        self.value_at(*self.table.by_name.get(name)?)
    }

    /// The value of that number; the first one declared, where there are several.
    pub fn value_by_number(self, number: i32) -> Option<EnumValueDescriptor<'a>> {
        // Most enums count their values from 0; where two have one number, only the table knows which is the first.
        let counted = number as usize;
        match self.table.values.get(counted) {
            Some(value)
                if value.number == number && self.table.by_number.len() == self.table.values.len() =>
            {
                self.value_at(counted)
            }
            _ => self.value_at(*self.table.by_number.get(&number)?),
        }
    }

    /// Whether it holds the numbers only that it names.
    pub fn is_closed(self) -> bool {
        self.table.closed
    }

    /// Whether it is `google.protobuf.NullValue`, which stands for null.
    #[cfg(feature = "json")]
    pub(crate) fn is_null(self) -> bool {
        self.table.null
    }

    fn value_at(self, index: usize) -> Option<EnumValueDescriptor<'a>> {
        Some(EnumValueDescriptor { pool: self.pool, table: self.table.values.get(index)? })
    }

    /// Its place in the pool.
    pub(super) fn index(self) -> usize {
        self.table.index
    }
}

impl<'a> EnumValueDescriptor<'a> {
    /// `STATUS_PAID`.
    pub fn name(self) -> &'a str {
        &self.table.name
    }

    /// Its number.
    pub fn number(self) -> i32 {
        self.table.number
    }
}

impl<'a> ServiceDescriptor<'a> {
    /// `shop.v1.Shop`.
    pub fn full_name(self) -> &'a str {
        &self.table.full_name
    }

    /// The file that declares it.
    pub fn file(self) -> Option<FileDescriptor<'a>> {
        self.pool.file_at(self.table.file)
    }

    /// Its methods, in the order of their declaration.
    pub fn methods(self) -> impl ExactSizeIterator<Item = MethodDescriptor<'a>> {
        self.table.methods.iter().map(move |table| MethodDescriptor { pool: self.pool, table })
    }
}

impl<'a> MethodDescriptor<'a> {
    /// `GetOrder`.
    pub fn name(self) -> &'a str {
        &self.table.name
    }

    /// The message of its requests.
    pub fn input(self) -> Option<MessageDescriptor<'a>> {
        self.pool.message_at(self.table.input)
    }

    /// The message of its replies.
    pub fn output(self) -> Option<MessageDescriptor<'a>> {
        self.pool.message_at(self.table.output)
    }

    /// Whether it takes a stream.
    pub fn is_client_streaming(self) -> bool {
        self.table.client_streaming
    }

    /// Whether it answers with a stream.
    pub fn is_server_streaming(self) -> bool {
        self.table.server_streaming
    }
}
