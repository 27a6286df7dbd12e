//! The rules of fields that protox lets pass: which options fit which types, what may be a JSON name, that the entry of a
//! map is no type of its own, that a group's field has its name to itself, and the aliases of enums.
//!
//! `parse::link` runs it over every file that linked. The rules are protoc's.

use std::collections::HashSet;

use prost_types::field_descriptor_proto::{Label, Type};
use prost_types::field_options::JsType;
use prost_types::{DescriptorProto, EnumDescriptorProto, FieldDescriptorProto, FieldOptions};

use super::element::joined;
use super::file::{File, names_of};
use crate::error::{Blame, Errors};

/// Descriptor numbers of a field's parts, for the places of problems.
const NAME: i32 = 1;
const TYPE_NAME: i32 = 6;
const OPTIONS: i32 = 8;
const JSON_NAME: i32 = 10;

/// The full names of all map entries, with a leading dot.
pub(super) fn entries(files: &[File]) -> HashSet<String> {
    names_of(files, is_entry)
}

fn is_entry(message: &DescriptorProto) -> bool {
    message.options.as_ref().is_some_and(|options| options.map_entry())
}

/// Checks one file.
pub(super) fn check(file: &File, entries: &HashSet<String>, errors: &mut Errors) {
    let mut check = Check { file, entries, errors };
    for (index, message) in (0..).zip(&file.descriptor.message_type) {
        check.message(message, &[4, index]);
    }
    for (index, enumeration) in (0..).zip(&file.descriptor.enum_type) {
        check.enumeration(enumeration, &[5, index]);
    }
    for (index, field) in (0..).zip(&file.descriptor.extension) {
        check.field(field, &[7, index]);
    }
}

struct Check<'a> {
    file: &'a File,
    entries: &'a HashSet<String>,
    errors: &'a mut Errors,
}

impl Check<'_> {
    fn message(&mut self, message: &DescriptorProto, path: &[i32]) {
        if is_entry(message) {
            return;
        }
        let own = format!(".{}", message.name());
        let mut seen = HashSet::new();
        for (index, field) in (0..).zip(&message.field) {
            let path = joined(path, &[2, index]);
            self.field(field, &path);
            if !seen.insert(field.name()) {
                let title = format!("name `{}` is that of two fields", field.name());
                self.report(
                    &title,
                    &joined(&path, &[NAME]),
                    "the field of a group has the group's name in lower case",
                );
            }
            // A map is a repeated field of an entry of its own message; it has one made from its own name.
            let type_name = field.type_name();
            let is_map = field.label() == Label::Repeated
                && type_name
                    .rsplit_once('.')
                    .is_some_and(|(outer, entry)| outer.ends_with(&own) && entry == entry_name(field.name()));
            if self.entries.contains(type_name) && !is_map {
                self.entry_as_type(field, &path);
            }
        }
        for (index, field) in (0..).zip(&message.extension) {
            self.field(field, &joined(path, &[6, index]));
        }
        for (index, nested) in (0..).zip(&message.nested_type) {
            self.message(nested, &joined(path, &[3, index]));
        }
        for (index, nested) in (0..).zip(&message.enum_type) {
            self.enumeration(nested, &joined(path, &[4, index]));
        }
    }

    fn entry_as_type(&mut self, field: &FieldDescriptorProto, path: &[i32]) {
        let title = format!(
            "`{}` is the entry of a map and no type of its own",
            field.type_name().trim_start_matches('.')
        );
        self.report(&title, &joined(path, &[TYPE_NAME]), "declare a message with `key` and `value`");
    }

    fn field(&mut self, field: &FieldDescriptorProto, path: &[i32]) {
        if let Some(options) = &field.options {
            self.options(field, options, path);
        }
        // The link gives a name to every field, so one that is declared is one that differs, or that has a place.
        let json = field.json_name();
        let title = if json.contains('\0') {
            "a JSON name cannot have a zero byte"
        } else if json.starts_with('[') && json.ends_with(']') {
            "a JSON name cannot stand in brackets, which are for extensions"
        } else if field.extendee.is_some() && self.file.source.has(&joined(path, &[JSON_NAME])) {
            "extensions have no JSON name of their own"
        } else {
            return;
        };
        self.report(title, &joined(path, &[JSON_NAME]), "remove `json_name`, or take another one");
    }

    fn options(&mut self, field: &FieldDescriptorProto, options: &FieldOptions, path: &[i32]) {
        let kind = field.r#type();
        let packable = !matches!(kind, Type::String | Type::Bytes | Type::Message | Type::Group);
        let wide = matches!(kind, Type::Int64 | Type::Uint64 | Type::Sint64 | Type::Fixed64 | Type::Sfixed64);
        let mut wrong = Vec::new();
        if options.packed() && !(packable && field.label() == Label::Repeated) {
            wrong.push("`packed` is for repeated numbers, bools and enums");
        }
        if options.lazy() && kind != Type::Message {
            wrong.push("`lazy` is for fields of messages");
        }
        if options.jstype() != JsType::JsNormal && !wide {
            wrong.push("`jstype` is for integers of 64 bits");
        }
        for title in wrong {
            self.report(title, &joined(path, &[OPTIONS]), "remove this option");
        }
    }

    /// An enum that asks for aliases has some, or the question is a leftover.
    fn enumeration(&mut self, enumeration: &EnumDescriptorProto, path: &[i32]) {
        let Some(allowed) = enumeration.options.as_ref().and_then(|options| options.allow_alias) else {
            return;
        };
        let mut numbers = HashSet::new();
        let place = joined(path, &[3, 2]);
        if !allowed {
            self.report("`allow_alias = false` says nothing", &place, "remove this option");
        } else if enumeration.value.iter().all(|value| numbers.insert(value.number())) {
            let title = format!("`{}` allows aliases and has none", enumeration.name());
            self.report(&title, &place, "remove `allow_alias`, or give two values one number");
        }
    }

    fn report(&mut self, title: &str, place: &[i32], help: &str) {
        let problem = self.file.source.problem(title, place, Blame::File(self.file.blame));
        self.errors.push(problem.help(help).within(self.file.descriptor.package()));
    }
}

/// The name of a map's entry: `foo_bar` -> `FooBarEntry`.
fn entry_name(field: &str) -> String {
    let mut name = String::with_capacity(field.len() + 5);
    let mut upper = true;
    for sign in field.chars() {
        if sign == '_' {
            upper = true;
        } else {
            name.push(if upper { sign.to_ascii_uppercase() } else { sign });
            upper = false;
        }
    }
    name + "Entry"
}
