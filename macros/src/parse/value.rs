//! The values of custom options, once they are read: their required fields are there, and fields with `targets` are set on
//! these only.
//!
//! `parse::link` runs it over all files at once, unless no option of any of them can be wrong in one of the two ways. The
//! rules are protoc's.

use std::collections::HashSet;

use protox::prost_reflect::{
    Cardinality, DescriptorPool, DynamicMessage, EnumDescriptor, ExtensionDescriptor, FieldDescriptor, Kind,
    MessageDescriptor, ReflectMessage, Value,
};

use super::file::File;
use crate::error::{Blame, Errors};

/// What options belong to: its number in `FieldOptions.OptionTargetType`, and the word for it.
type Owner = (i32, &'static str);

const FILE: Owner = (1, "file");
const MESSAGE: Owner = (3, "message");
const FIELD: Owner = (4, "field");
const ONEOF: Owner = (5, "oneof");
const ENUM: Owner = (6, "enum");
const VALUE: Owner = (7, "enum value");
const SERVICE: Owner = (8, "service");
const METHOD: Owner = (9, "method");

/// Checks the files, which are all in the pool.
pub(super) fn check<'a>(
    files: impl IntoIterator<Item = &'a File>,
    pool: &DescriptorPool,
    errors: &mut Errors,
) {
    if !pool.all_extensions().any(|extension| is_strict(&extension)) {
        return;
    }
    for file in files {
        let Some(linked) = pool.get_file_by_name(file.descriptor.name()) else { continue };
        let mut check = Check { file, errors };
        check.options(&linked.options(), FILE, &[]);
        linked.messages().for_each(|message| check.message(&message));
        linked.enums().for_each(|item| check.enumeration(&item));
        linked.extensions().for_each(|field| check.options(&field.options(), FIELD, field.path()));
        for service in linked.services() {
            check.options(&service.options(), SERVICE, service.path());
            service.methods().for_each(|method| check.options(&method.options(), METHOD, method.path()));
        }
    }
}

/// Whether this is an option whose values can be wrong.
fn is_strict(extension: &ExtensionDescriptor) -> bool {
    let of_options = extension.containing_message().full_name().starts_with("google.protobuf.");
    of_options
        && (!targets(&extension.options()).is_empty()
            || is_strict_kind(extension.kind(), &mut HashSet::new()))
}

fn is_strict_kind(kind: Kind, seen: &mut HashSet<String>) -> bool {
    let Kind::Message(message) = kind else { return false };
    seen.insert(message.full_name().to_owned())
        && message.fields().any(|field| {
            field.cardinality() == Cardinality::Required
                || !targets(&field.options()).is_empty()
                || is_strict_kind(field.kind(), seen)
        })
}

/// The numbers of what a field may be set on; none means everything.
fn targets(options: &DynamicMessage) -> Vec<i32> {
    let list = options.get_field_by_name("targets");
    let list = list.as_deref().and_then(Value::as_list).unwrap_or_default();
    list.iter().filter_map(Value::as_enum_number).collect()
}

struct Check<'a> {
    file: &'a File,
    errors: &'a mut Errors,
}

impl Check<'_> {
    fn message(&mut self, message: &MessageDescriptor) {
        self.options(&message.options(), MESSAGE, message.path());
        message.fields().for_each(|field| self.options(&field.options(), FIELD, field.path()));
        message.oneofs().for_each(|oneof| self.options(&oneof.options(), ONEOF, oneof.path()));
        message.child_extensions().for_each(|field| self.options(&field.options(), FIELD, field.path()));
        message.child_enums().for_each(|item| self.enumeration(&item));
        message.child_messages().for_each(|nested| self.message(&nested));
    }

    fn enumeration(&mut self, item: &EnumDescriptor) {
        self.options(&item.options(), ENUM, item.path());
        item.values().for_each(|value| self.options(&value.options(), VALUE, value.path()));
    }

    fn options(&mut self, options: &DynamicMessage, owner: Owner, path: &[i32]) {
        for (extension, value) in options.extensions() {
            self.aimed((&extension.options(), extension.full_name()), owner, path);
            self.value(value, (extension.full_name(), owner), path);
        }
    }

    fn value(&mut self, value: &Value, (name, owner): (&str, Owner), path: &[i32]) {
        match value {
            Value::Message(message) => self.inside(message, (name, owner), path),
            Value::List(values) => values.iter().for_each(|value| self.value(value, (name, owner), path)),
            _ => {}
        }
    }

    fn inside(&mut self, message: &DynamicMessage, (name, owner): (&str, Owner), path: &[i32]) {
        let missing = |field: &FieldDescriptor| {
            field.cardinality() == Cardinality::Required && !message.has_field(field)
        };
        for field in message.descriptor().fields().filter(missing) {
            let title = format!("the value of option `{name}` lacks the required field `{}`", field.name());
            self.report(&title, path, "set it");
        }
        for (field, value) in message.fields() {
            self.aimed((&field.options(), field.full_name()), owner, path);
            self.value(value, (name, owner), path);
        }
        for (extension, value) in message.extensions() {
            self.value(value, (extension.full_name(), owner), path);
        }
    }

    /// Whether the field may be set on what the options belong to.
    fn aimed(&mut self, (options, name): (&DynamicMessage, &str), (number, word): Owner, path: &[i32]) {
        let targets = targets(options);
        if !targets.is_empty() && !targets.contains(&number) {
            let title = format!("option `{name}` cannot be set on this: {word}");
            self.report(&title, path, "its `targets` say what it is for");
        }
    }

    fn report(&mut self, title: &str, place: &[i32], help: &str) {
        let problem = self.file.source.problem(title, place, Blame::File(self.file.blame));
        self.errors.push(problem.help(help).within(self.file.descriptor.package()));
    }
}
