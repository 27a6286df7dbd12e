//! What protox accepts although protoc refuses it: names that the same message or enum has reserved.
//!
//! `parse::link` runs it over every file, while the file still has its places.

use prost_types::{DescriptorProto, EnumDescriptorProto};

use super::file::File;
use crate::error::{Blame, Problem};

/// Descriptor numbers of the parts that a place's path is made of.
mod part {
    pub(super) const MESSAGE: i32 = 4;
    pub(super) const ENUM: i32 = 5;
    pub(super) const NESTED_MESSAGE: i32 = 3;
    pub(super) const NESTED_ENUM: i32 = 4;
    pub(super) const FIELD: i32 = 2;
    pub(super) const VALUE: i32 = 2;
    pub(super) const NAME: i32 = 1;
    pub(super) const MESSAGE_RESERVED_NAME: i32 = 10;
    pub(super) const ENUM_RESERVED_NAME: i32 = 5;
}

/// "Field name X is reserved", which protoc says for fields and enum values.
pub(super) fn reserved_names(file: &File) -> Vec<Problem> {
    let mut check = Check { file, problems: Vec::new() };
    for (index, message) in numbered(&file.descriptor.message_type) {
        check.message(message, &[part::MESSAGE, index]);
    }
    for (index, enumeration) in numbered(&file.descriptor.enum_type) {
        check.enumeration(enumeration, &[part::ENUM, index]);
    }
    check.problems
}

struct Check<'a> {
    file: &'a File,
    problems: Vec<Problem>,
}

impl Check<'_> {
    fn message(&mut self, message: &DescriptorProto, path: &[i32]) {
        for (index, field) in numbered(&message.field) {
            let reserved = numbered(&message.reserved_name).find(|(_, name)| *name == field.name());
            if let Some((at, name)) = reserved {
                let used = joined(path, &[part::FIELD, index, part::NAME]);
                self.report(("field", name), &used, &joined(path, &[part::MESSAGE_RESERVED_NAME, at]));
            }
        }
        for (index, nested) in numbered(&message.nested_type) {
            self.message(nested, &joined(path, &[part::NESTED_MESSAGE, index]));
        }
        for (index, nested) in numbered(&message.enum_type) {
            self.enumeration(nested, &joined(path, &[part::NESTED_ENUM, index]));
        }
    }

    fn enumeration(&mut self, enumeration: &EnumDescriptorProto, path: &[i32]) {
        for (index, value) in numbered(&enumeration.value) {
            let reserved = numbered(&enumeration.reserved_name).find(|(_, name)| *name == value.name());
            if let Some((at, name)) = reserved {
                let used = joined(path, &[part::VALUE, index, part::NAME]);
                self.report(("enum value", name), &used, &joined(path, &[part::ENUM_RESERVED_NAME, at]));
            }
        }
    }

    fn report(&mut self, (what, name): (&str, &str), used: &[i32], reserved: &[i32]) {
        let source = &self.file.source;
        let labels = [source.label(reserved, "reserved here", false), source.label(used, "used here", true)];
        let problem = Problem::new(format!("{what} name `{name}` is reserved"), Blame::File(self.file.blame))
            .at(source.snippet(labels.into_iter().flatten()))
            .help("take another name, or remove it from the reserved ones")
            .within(self.file.descriptor.package());
        self.problems.push(problem);
    }
}

fn numbered<T>(items: &[T]) -> impl Iterator<Item = (i32, &T)> {
    (0..).zip(items)
}

fn joined(path: &[i32], more: &[i32]) -> Vec<i32> {
    [path, more].concat()
}
