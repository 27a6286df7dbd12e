//! The rules of extensions that protox lets pass: no number twice in a file, proto3 extends options only, and an extension
//! is what its range declares.
//!
//! `parse::link` runs it over every file that linked. The rules are protoc's.

use std::collections::HashMap;

use prost_types::field_descriptor_proto::{Label, Type};
use prost_types::{DescriptorProto, FieldDescriptorProto};

use super::declared::{Declaration, Declarations};
use super::element::joined;
use super::file::File;
use super::types;
use crate::error::{Blame, Errors};

/// Descriptor numbers of a field's parts, for the places of problems.
const NAME: i32 = 1;
const EXTENDEE: i32 = 2;
const NUMBER: i32 = 3;
const LABEL: i32 = 4;

/// Checks one file.
pub(super) fn check(file: &File, declarations: &Declarations, errors: &mut Errors) {
    let mut check = Check { file, declarations, errors, taken: HashMap::new() };
    let package = file.descriptor.package();
    for (index, message) in (0..).zip(&file.descriptor.message_type) {
        check.message(message, package, &[4, index]);
    }
    for (index, field) in (0..).zip(&file.descriptor.extension) {
        check.extension(field, package, &[7, index]);
    }
}

struct Check<'a> {
    file: &'a File,
    declarations: &'a Declarations,
    errors: &'a mut Errors,
    /// What has each number of each message, by its full name.
    taken: HashMap<(&'a str, i32), String>,
}

impl<'a> Check<'a> {
    fn message(&mut self, message: &'a DescriptorProto, scope: &str, path: &[i32]) {
        let name = types::joined(scope, message.name());
        for (index, field) in (0..).zip(&message.extension) {
            self.extension(field, &name, &joined(path, &[6, index]));
        }
        for (index, nested) in (0..).zip(&message.nested_type) {
            self.message(nested, &name, &joined(path, &[3, index]));
        }
    }

    fn extension(&mut self, field: &'a FieldDescriptorProto, scope: &str, path: &[i32]) {
        let (extendee, number) = (field.extendee(), field.number());
        let extended = extendee.trim_start_matches('.');
        let name = types::joined(scope, field.name());
        if let Some(other) = self.taken.get(&(extendee, number)) {
            let title = format!("number {number} of `{extended}` is that of the extension `{other}`");
            self.report(&title, &joined(path, &[NUMBER]), "take another number");
        } else {
            self.taken.insert((extendee, number), name.clone());
        }
        if self.file.dialect.edition.name == "proto3" && !is_of_options(extended) {
            let title = format!("proto3 extends options only, and `{extended}` is none");
            self.report(
                &title,
                &joined(path, &[EXTENDEE]),
                "declare the extension in a proto2 file, or in an edition",
            );
        }
        match self.declarations.of(extendee, number) {
            Some(Some(declaration)) => self.declared(field, (&name, declaration), path),
            Some(None) => {
                let title =
                    format!("number {number} of `{extended}` is not declared, as all of its range must be");
                self.report(
                    &title,
                    &joined(path, &[NUMBER]),
                    "add a `declaration` to the range, or part the range",
                );
            }
            None => {}
        }
    }

    /// Holds the extension against its declaration.
    fn declared(
        &mut self,
        field: &FieldDescriptorProto,
        (name, declaration): (&str, &Declaration),
        path: &[i32],
    ) {
        let Declaration { number, full_name, kind, repeated, reserved } = declaration;
        let help = "do as is declared, or change the declaration";
        if *reserved {
            let title = format!("number {number} is declared to be reserved");
            return self.report(&title, &joined(path, &[NUMBER]), "take another number");
        }
        let own = format!(".{name}");
        if let Some(declared) = full_name.as_ref().filter(|declared| **declared != own) {
            let title = format!("number {number} is declared to be `{declared}`");
            self.report(&title, &joined(path, &[NAME]), help);
        }
        let own = kind_of(field);
        if let Some(declared) = kind.as_ref().filter(|declared| **declared != own) {
            let title =
                format!("number {number} is declared to be of type `{declared}`, and this is `{own}`");
            self.report(&title, path, help);
        }
        if *repeated != (field.label() == Label::Repeated) {
            let not = if *repeated { "" } else { "not " };
            let title = format!("number {number} is declared {not}to be repeated");
            self.report(&title, &joined(path, &[LABEL]), help);
        }
    }

    fn report(&mut self, title: &str, place: &[i32], help: &str) {
        let problem = self.file.source.problem(title, place, Blame::File(self.file.blame));
        self.errors.push(problem.help(help).within(self.file.descriptor.package()));
    }
}

fn is_of_options(name: &str) -> bool {
    name.strip_prefix("google.protobuf.").is_some_and(|name| name.ends_with("Options"))
}

/// The type as a declaration spells it.
fn kind_of(field: &FieldDescriptorProto) -> String {
    let name = match field.r#type() {
        Type::Double => "double",
        Type::Float => "float",
        Type::Int64 => "int64",
        Type::Uint64 => "uint64",
        Type::Int32 => "int32",
        Type::Fixed64 => "fixed64",
        Type::Fixed32 => "fixed32",
        Type::Bool => "bool",
        Type::String => "string",
        Type::Bytes => "bytes",
        Type::Uint32 => "uint32",
        Type::Sfixed32 => "sfixed32",
        Type::Sfixed64 => "sfixed64",
        Type::Sint32 => "sint32",
        Type::Sint64 => "sint64",
        Type::Group | Type::Message | Type::Enum => field.type_name(),
    };
    name.to_owned()
}
