//! A walk over everything in a file that can carry options, each with its descriptor path.
//!
//! `parse::dialect` takes out of the options what the link does not know.

use prost_types::{DescriptorProto, EnumDescriptorProto, FieldDescriptorProto};
use prost_types::{FileDescriptorProto, ServiceDescriptorProto, UninterpretedOption};

use super::feature::Target;

/// Who takes the walk.
pub(super) trait Visitor {
    /// The options of one element that has any.
    fn options(&mut self, place: &Place, options: &mut Vec<UninterpretedOption>);

    /// A field or extension, before its options.
    fn field(&mut self, path: &[i32], field: &mut FieldDescriptorProto);
}

/// Where options stand: what they belong to, its path, and the part of it that holds them.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) target: Target,
    pub(super) element: Vec<i32>,
    pub(super) part: i32,
}

impl Place {
    /// The path of the options themselves.
    pub(super) fn options(&self) -> Vec<i32> {
        joined(&self.element, &[self.part])
    }
}

/// Shows the visitor all of the file, what is outside before what is inside.
pub(super) fn visit(file: &mut FileDescriptorProto, visitor: &mut impl Visitor) {
    let mut walk = Walk { visitor };
    if let Some(options) = &mut file.options {
        walk.options((Target::File, 8), &[], &mut options.uninterpreted_option);
    }
    for (index, message) in numbered(&mut file.message_type) {
        walk.message(message, &[4, index]);
    }
    for (index, enumeration) in numbered(&mut file.enum_type) {
        walk.enumeration(enumeration, &[5, index]);
    }
    for (index, service) in numbered(&mut file.service) {
        walk.service(service, &[6, index]);
    }
    for (index, field) in numbered(&mut file.extension) {
        walk.field(field, &[7, index]);
    }
}

/// The message of that name inside of the package, and its path.
pub(super) fn message<'a>(
    file: &'a mut FileDescriptorProto,
    name: &str,
) -> Option<(&'a mut DescriptorProto, Vec<i32>)> {
    let (mut messages, mut path) = (&mut file.message_type, Vec::new());
    let (outer, last) = name.rsplit_once('.').map_or((None, name), |(outer, last)| (Some(outer), last));
    for part in outer.into_iter().flat_map(|outer| outer.split('.')) {
        let (message, index) = messages.iter_mut().zip(0..).find(|(message, _)| message.name() == part)?;
        path.extend([if path.is_empty() { 4 } else { 3 }, index]);
        messages = &mut message.nested_type;
    }
    let (message, index) = messages.iter_mut().zip(0..).find(|(message, _)| message.name() == last)?;
    path.extend([if path.is_empty() { 4 } else { 3 }, index]);
    Some((message, path))
}

struct Walk<'a, V> {
    visitor: &'a mut V,
}

impl<V: Visitor> Walk<'_, V> {
    fn options(
        &mut self,
        (target, part): (Target, i32),
        path: &[i32],
        options: &mut Vec<UninterpretedOption>,
    ) {
        self.visitor.options(&Place { target, element: path.to_vec(), part }, options);
    }

    fn message(&mut self, message: &mut DescriptorProto, path: &[i32]) {
        if let Some(options) = &mut message.options {
            self.options((Target::Message, 7), path, &mut options.uninterpreted_option);
        }
        for (index, oneof) in numbered(&mut message.oneof_decl) {
            if let Some(options) = &mut oneof.options {
                let path = joined(path, &[8, index]);
                self.options((Target::Oneof, 2), &path, &mut options.uninterpreted_option);
            }
        }
        for (index, range) in numbered(&mut message.extension_range) {
            if let Some(options) = &mut range.options {
                let path = joined(path, &[5, index]);
                self.options((Target::ExtensionRange, 3), &path, &mut options.uninterpreted_option);
            }
        }
        for (index, field) in numbered(&mut message.field) {
            self.field(field, &joined(path, &[2, index]));
        }
        for (index, field) in numbered(&mut message.extension) {
            self.field(field, &joined(path, &[6, index]));
        }
        for (index, nested) in numbered(&mut message.nested_type) {
            self.message(nested, &joined(path, &[3, index]));
        }
        for (index, nested) in numbered(&mut message.enum_type) {
            self.enumeration(nested, &joined(path, &[4, index]));
        }
    }

    fn field(&mut self, field: &mut FieldDescriptorProto, path: &[i32]) {
        self.visitor.field(path, field);
        if let Some(options) = &mut field.options {
            self.options((Target::Field, 8), path, &mut options.uninterpreted_option);
        }
    }

    fn enumeration(&mut self, enumeration: &mut EnumDescriptorProto, path: &[i32]) {
        if let Some(options) = &mut enumeration.options {
            self.options((Target::Enum, 3), path, &mut options.uninterpreted_option);
        }
        for (index, value) in numbered(&mut enumeration.value) {
            if let Some(options) = &mut value.options {
                let path = joined(path, &[2, index]);
                self.options((Target::EnumValue, 3), &path, &mut options.uninterpreted_option);
            }
        }
    }

    fn service(&mut self, service: &mut ServiceDescriptorProto, path: &[i32]) {
        if let Some(options) = &mut service.options {
            self.options((Target::Service, 3), path, &mut options.uninterpreted_option);
        }
        for (index, method) in numbered(&mut service.method) {
            if let Some(options) = &mut method.options {
                let path = joined(path, &[2, index]);
                self.options((Target::Method, 4), &path, &mut options.uninterpreted_option);
            }
        }
    }
}

fn numbered<T>(items: &mut [T]) -> impl Iterator<Item = (i32, &mut T)> {
    (0..).zip(items)
}

/// A path that leads on.
pub(super) fn joined(path: &[i32], more: &[i32]) -> Vec<i32> {
    [path, more].concat()
}
