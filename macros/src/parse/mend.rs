//! What protox refuses although protoc accepts it: fields of a message whose names differ in case or underscores only,
//! such as `self` and `Self`; where JSON is not promised to work, fields that have one name in it; an `optional` field
//! beside a oneof of the name that its own oneof would have; and what is imported publicly over several files.
//!
//! The first rule is an old one; today's is about JSON names. `parse::link` links such fields under other names and gives
//! them their own back.

use std::collections::{HashMap, HashSet};

use prost_types::{DescriptorProto, FieldDescriptorProto, FileDescriptorProto, UninterpretedOption};

use super::dialect::Dialect;
use super::feature::JsonFormat;

/// Gives the second of two such fields a name that protox takes.
pub(super) fn set_apart(file: &mut FileDescriptorProto, dialect: &Dialect) {
    for (index, message) in (0..).zip(&mut file.message_type) {
        set_apart_fields(message, dialect, &[4, index]);
    }
}

/// Gives the linked fields the names that they have in the file.
pub(super) fn restore(linked: &mut FileDescriptorProto, file: &FileDescriptorProto) {
    linked.dependency.clone_from(&file.dependency);
    for (linked, message) in linked.message_type.iter_mut().zip(&file.message_type) {
        restore_fields(linked, message);
    }
}

fn set_apart_fields(message: &mut DescriptorProto, dialect: &Dialect, path: &[i32]) {
    let legacy =
        dialect.features(path).json_format == JsonFormat::LegacyBestEffort || tolerates(written(message));
    let mut json_names: HashMap<String, bool> = HashMap::new();
    let mut folded = HashSet::new();
    set_apart_oneofs(message);
    for field in &mut message.field {
        let declared = field.json_name.is_some();
        let other_declared = json_names.insert(json_name(field), declared);
        // Where JSON cannot tell the two apart, protoc refuses them as well, unless JSON is not promised to work.
        let tolerated = other_declared.is_none_or(|other| legacy && !(declared && other));
        let is_new = folded.insert(fold(field.name()));
        if tolerated && (!is_new || other_declared.is_some()) {
            let other = format!("{}x{}", field.name(), field.number());
            folded.insert(fold(&other));
            field.name = Some(other);
            field.json_name = field.json_name.take().filter(|_| other_declared.is_none());
        } else if other_declared.is_some() {
            // The link is about to refuse this name, and can then say which.
            field.json_name = Some(json_name(field));
        }
    }
    for (index, nested) in (0..).zip(&mut message.nested_type) {
        set_apart_fields(nested, dialect, &[path, &[3, index]].concat());
    }
}

/// The options of a message, as they were written.
pub(super) fn written(message: &DescriptorProto) -> impl Iterator<Item = &UninterpretedOption> {
    message.options.iter().flat_map(|options| &options.uninterpreted_option)
}

/// Whether a message or enum asks by its options for the old rules.
pub(super) fn tolerates<'a>(mut options: impl Iterator<Item = &'a UninterpretedOption>) -> bool {
    options.any(|option| {
        let mut names = option.name.iter().map(|part| part.name_part.as_str());
        names.next() == Some("deprecated_legacy_json_field_conflicts")
            && names.next().is_none()
            && option.identifier_value.as_deref() == Some("true")
    })
}

/// The oneof of an `optional` field of proto3 has a name that no field and no other oneof of the message has.
fn set_apart_oneofs(message: &mut DescriptorProto) {
    let optional = message.field.iter().filter(|field| field.proto3_optional());
    let made: Vec<(usize, String)> = optional
        .filter_map(|field| Some((usize::try_from(field.oneof_index?).ok()?, field.name().to_owned())))
        .collect();
    if made.is_empty() {
        return;
    }
    let is_made = |index: usize| made.iter().any(|(made, _)| *made == index);
    let mut names: HashSet<String> = message.field.iter().map(|field| field.name().to_owned()).collect();
    let written = message.oneof_decl.iter().enumerate().filter(|(index, _)| !is_made(*index));
    names.extend(written.map(|(_, oneof)| oneof.name().to_owned()));
    for (index, field) in &made {
        let mut name = if field.starts_with('_') { field.clone() } else { format!("_{field}") };
        while !names.insert(name.clone()) {
            name.insert(0, 'X');
        }
        if let Some(oneof) = message.oneof_decl.get_mut(*index) {
            oneof.name = Some(name);
        }
    }
}

/// What importing a file brings along: the files that it imports publicly, and what those bring.
#[derive(Default)]
pub(super) struct Public {
    brought: HashMap<String, Vec<String>>,
}

impl Public {
    /// Takes a file in, after all that it imports.
    pub(super) fn learn(&mut self, file: &FileDescriptorProto) {
        let mut brought = Vec::new();
        for index in &file.public_dependency {
            let Some(import) = usize::try_from(*index).ok().and_then(|index| file.dependency.get(index))
            else {
                continue;
            };
            brought.push(import.clone());
            brought.extend(self.brought.get(import).into_iter().flatten().cloned());
        }
        if !brought.is_empty() {
            self.brought.insert(file.name().to_owned(), brought);
        }
    }

    /// Imports directly what comes along, since protox follows public imports one step only.
    pub(super) fn spell_out(&self, file: &mut FileDescriptorProto) {
        let brought = file.dependency.iter().filter_map(|import| self.brought.get(import)).flatten();
        let mut more: Vec<String> = Vec::new();
        for name in brought {
            if !file.dependency.contains(name) && !more.contains(name) {
                more.push(name.clone());
            }
        }
        file.dependency.extend(more);
    }
}

fn restore_fields(linked: &mut DescriptorProto, message: &DescriptorProto) {
    for (linked, field) in linked.field.iter_mut().zip(&message.field) {
        if linked.name != field.name {
            linked.name.clone_from(&field.name);
            linked.json_name = Some(json_name(field));
        }
    }
    for (linked, message) in linked.nested_type.iter_mut().zip(&message.nested_type) {
        restore_fields(linked, message);
    }
}

fn fold(name: &str) -> String {
    name.replace('_', "").to_ascii_lowercase()
}

/// The declared JSON name, or the one that protoc makes: what follows an underscore is upper case.
fn json_name(field: &FieldDescriptorProto) -> String {
    field.json_name.clone().unwrap_or_else(|| default_json_name(field.name()))
}

/// What a field is called in JSON without a word about it.
pub(super) fn default_json_name(name: &str) -> String {
    let mut json = String::with_capacity(name.len());
    let mut upper = false;
    for sign in name.chars() {
        match sign {
            '_' => upper = true,
            sign if upper => {
                json.push(sign.to_ascii_uppercase());
                upper = false;
            }
            sign => json.push(sign),
        }
    }
    json
}
