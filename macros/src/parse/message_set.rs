//! The rules of message sets, which protox does not know: a message with `message_set_wire_format` is made of extensions
//! alone, and those are optional messages.
//!
//! `parse::link` runs it over every file that linked. The rules are protoc's.

use std::collections::HashSet;

use prost_types::field_descriptor_proto::{Label, Type};
use prost_types::{DescriptorProto, FieldDescriptorProto};

use super::element::joined;
use super::feature::{FieldPresence, MessageEncoding};
use super::file::{File, names_of};
use crate::error::{Blame, Errors, Problem};

/// The part of a message that holds its options.
const OPTIONS: i32 = 7;

/// The full names of all message sets, with a leading dot.
pub(super) fn names(files: &[File]) -> HashSet<String> {
    names_of(files, is_set)
}

fn is_set(message: &DescriptorProto) -> bool {
    message.options.as_ref().is_some_and(|options| options.message_set_wire_format())
}

/// Checks one file.
pub(super) fn check(file: &File, sets: &HashSet<String>, errors: &mut Errors) {
    if sets.is_empty() {
        return;
    }
    let mut check = Check { file, sets, errors };
    check.extensions(&file.descriptor.extension, &[7]);
    for (index, message) in (0..).zip(&file.descriptor.message_type) {
        check.message(message, &[4, index]);
    }
}

struct Check<'a> {
    file: &'a File,
    sets: &'a HashSet<String>,
    errors: &'a mut Errors,
}

impl Check<'_> {
    fn message(&mut self, message: &DescriptorProto, path: &[i32]) {
        if is_set(message) && self.file.dialect.edition.name == "proto3" {
            let title = format!("`{}` is a message set, which proto3 does not have", message.name());
            self.report(&title, &joined(path, &[OPTIONS]), "declare it in a proto2 file, or in an edition");
        } else if is_set(message) && !message.field.is_empty() {
            let title = format!("`{}` is a message set, which has extensions only", message.name());
            self.report(&title, &joined(path, &[2, 0]), "make this an extension, or remove the option");
        }
        self.extensions(&message.extension, &joined(path, &[6]));
        for (index, nested) in (0..).zip(&message.nested_type) {
            self.message(nested, &joined(path, &[3, index]));
        }
    }

    fn extensions(&mut self, extensions: &[FieldDescriptorProto], path: &[i32]) {
        for (index, extension) in (0..).zip(extensions) {
            let path = joined(path, &[index]);
            if self.sets.contains(extension.extendee()) && !self.fits(extension, &path) {
                let title = format!("`{}` is no optional message", extension.name());
                let help = format!("a message set such as `{}` has no others", &extension.extendee()[1..]);
                self.report(&title, &path, &help);
            }
        }
    }

    fn fits(&self, extension: &FieldDescriptorProto, path: &[i32]) -> bool {
        let features = self.file.dialect.field(path, extension);
        extension.r#type() == Type::Message
            && extension.label() == Label::Optional
            && features.message_encoding == MessageEncoding::LengthPrefixed
            && features.field_presence == FieldPresence::Explicit
    }

    fn report(&mut self, title: &str, path: &[i32], help: &str) {
        let source = &self.file.source;
        let problem = Problem::new(title, Blame::File(self.file.blame))
            .at(source.snippet(source.label(path, "", true)))
            .help(help)
            .within(self.file.descriptor.package());
        self.errors.push(problem);
    }
}
