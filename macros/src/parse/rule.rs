//! The rules of features: which a field or enum may choose, and what may not come together.
//!
//! `parse::link` runs it over every file that linked. The rules are protoc's; proto3's own rule about closed enums,
//! which protox does not know, is one of them.

use prost_types::field_descriptor_proto::{Label, Type};
use prost_types::{DescriptorProto, EnumDescriptorProto, FieldDescriptorProto};

use super::element::joined;
use super::feature::{EnumType, FieldPresence};
use super::file::File;
use super::types::{Kind, Types};
use crate::error::{Blame, Errors, Problem};

/// Descriptor numbers of a field's parts, for the places of problems.
const TYPE_NAME: i32 = 6;
const DEFAULT_VALUE: i32 = 7;

/// Checks one file.
pub(super) fn check(file: &File, types: &Types, errors: &mut Errors) {
    let mut check = Check { file, types, errors };
    for (index, message) in (0..).zip(&file.descriptor.message_type) {
        check.message(message, &[4, index]);
    }
    for (index, enumeration) in (0..).zip(&file.descriptor.enum_type) {
        check.enumeration(enumeration, &[5, index]);
    }
    for (index, field) in (0..).zip(&file.descriptor.extension) {
        check.field(field, &[7, index], None);
    }
}

struct Check<'a> {
    file: &'a File,
    types: &'a Types,
    errors: &'a mut Errors,
}

impl Check<'_> {
    fn message(&mut self, message: &DescriptorProto, path: &[i32]) {
        // What a map holds is looked at with the map.
        if message.options.as_ref().is_some_and(|options| options.map_entry()) {
            return;
        }
        for (index, field) in (0..).zip(&message.field) {
            self.field(field, &joined(path, &[2, index]), entry(message, field));
        }
        for (index, field) in (0..).zip(&message.extension) {
            self.field(field, &joined(path, &[6, index]), None);
        }
        for (index, nested) in (0..).zip(&message.nested_type) {
            self.message(nested, &joined(path, &[3, index]));
        }
        for (index, nested) in (0..).zip(&message.enum_type) {
            self.enumeration(nested, &joined(path, &[4, index]));
        }
    }

    fn enumeration(&mut self, enumeration: &EnumDescriptorProto, path: &[i32]) {
        let open = self.file.dialect.features(path).enum_type == EnumType::Open;
        let first = enumeration.value.first().map_or(0, |value| value.number());
        // What is open in proto3 is checked by the link already.
        if open && first != 0 && self.file.dialect.edition.has_features() {
            self.report(
                "the first value of an open enum must be 0",
                &joined(path, &[2, 0, 2]),
                "put the value 0 first, or write `option features.enum_type = CLOSED;`",
            );
        }
    }

    fn field(&mut self, field: &FieldDescriptorProto, path: &[i32], entry: Option<&DescriptorProto>) {
        self.enum_of(field, path, field);
        if let Some(value) = entry.and_then(|entry| entry.field.get(1)) {
            self.enum_of(value, path, field);
            let first = self.kind(value).map_or(0, Kind::first);
            if first != 0 {
                let help = "put the value 0 first in that enum";
                self.report("the values of a map need an enum whose first value is 0", path, help);
            }
        }
        if self.file.dialect.chosen.contains_key(path) {
            self.presence(field, path);
            self.utf8(field, path, entry);
            self.encodings(field, path, entry);
        }
        let features = self.file.dialect.field(path, field);
        if features.field_presence == FieldPresence::Implicit
            && field.default_value.is_some()
            && self.file.dialect.edition.has_features()
        {
            let help = "remove it, or write `[features.field_presence = EXPLICIT]`";
            let title = "fields with implicit presence have no default";
            self.report(title, &joined(path, &[DEFAULT_VALUE]), help);
        }
    }

    /// A closed enum has no place where a number without a name must be kept. `value` is the field, or the value
    /// of the map that the field is.
    fn enum_of(&mut self, value: &FieldDescriptorProto, path: &[i32], field: &FieldDescriptorProto) {
        let Some(Kind::Enum { closed: true, .. }) = self.kind(value) else { return };
        let at = joined(path, &[TYPE_NAME]);
        let name = value.type_name().trim_start_matches('.');
        if self.file.dialect.edition.name == "proto3" {
            let title = format!("`{name}` is a closed enum, which proto3 cannot use");
            return self.report(&title, &at, "declare the enum in a proto3 file, or as an open one");
        }
        // The map itself is a message, but what it holds has no presence.
        let mut implicit = self.file.dialect.features(path).field_presence == FieldPresence::Implicit;
        implicit &= field.label() != Label::Repeated || value.label() != Label::Repeated;
        implicit &= field.oneof_index.is_none() && field.extendee.is_none();
        if implicit {
            let title = format!("`{name}` is a closed enum, which needs explicit presence");
            self.report(&title, &at, "write `[features.field_presence = EXPLICIT]`, or take an open enum");
        }
    }

    fn kind(&self, field: &FieldDescriptorProto) -> Option<Kind> {
        self.types.get(field.type_name()).map(|it| it.kind)
    }

    fn presence(&mut self, field: &FieldDescriptorProto, path: &[i32]) {
        let Some(choice) = self.file.dialect.choice(path, "field_presence") else { return };
        let message = matches!(field.r#type(), Type::Message | Type::Group);
        let title = match choice.value.name {
            _ if field.oneof_index.is_some() => "fields of a oneof cannot choose their presence",
            _ if field.label() == Label::Repeated => "repeated fields cannot choose their presence",
            "LEGACY_REQUIRED" if field.extendee.is_some() => "extensions cannot be required",
            _ if field.extendee.is_some() => "extensions cannot choose their presence",
            "IMPLICIT" if message => "message fields cannot have implicit presence",
            _ => return,
        };
        self.report(title, &choice.place, "remove this feature");
    }

    fn utf8(&mut self, field: &FieldDescriptorProto, path: &[i32], entry: Option<&DescriptorProto>) {
        let Some(choice) = self.file.dialect.choice(path, "utf8_validation") else { return };
        let mut fields = [field].into_iter().chain(entry.into_iter().flat_map(|entry| &entry.field));
        if !fields.any(|field| field.r#type() == Type::String) {
            self.report("UTF-8 is validated in strings only", &choice.place, "remove this feature");
        }
    }

    fn encodings(&mut self, field: &FieldDescriptorProto, path: &[i32], entry: Option<&DescriptorProto>) {
        let dialect = &self.file.dialect;
        if let Some(choice) = dialect.choice(path, "message_encoding") {
            let title = "the encoding of messages is for message fields, maps not among them";
            if entry.is_some() || !matches!(field.r#type(), Type::Message | Type::Group) {
                self.report(title, &choice.place, "remove this feature");
            }
        }
        if let Some(choice) = dialect.choice(path, "repeated_field_encoding") {
            let unpackable =
                matches!(field.r#type(), Type::Message | Type::Group | Type::String | Type::Bytes);
            if field.label() != Label::Repeated {
                let title = "the encoding of repeated fields is for repeated fields";
                self.report(title, &choice.place, "remove this feature");
            } else if unpackable && choice.value.name == "PACKED" {
                self.report("only numbers and enums can be packed", &choice.place, "remove this feature");
            }
        }
    }

    fn report(&mut self, title: &str, place: &[i32], help: &str) {
        let label = self.file.source.label(place, "", true);
        let problem = Problem::new(title, Blame::File(self.file.blame))
            .at(self.file.source.snippet(label))
            .help(help)
            .within(self.file.descriptor.package());
        self.errors.push(problem);
    }
}

/// The generated entry of a map field.
fn entry<'a>(message: &'a DescriptorProto, field: &FieldDescriptorProto) -> Option<&'a DescriptorProto> {
    let is_entry = |it: &&DescriptorProto| it.options.as_ref().is_some_and(|options| options.map_entry());
    let mut entries = message.nested_type.iter().filter(is_entry);
    let (_, name) = field.type_name().rsplit_once('.')?;
    entries.find(|entry| entry.name() == name).filter(|_| field.label() == Label::Repeated)
}
