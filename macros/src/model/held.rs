//! How fields are held where the call has a wish of its own: in a box, in a map that keeps its keys in order, or in
//! another type for text or bytes.
//!
//! `model::package` makes one [`Held`] per call; `model::field` asks it.

use std::collections::{HashMap, HashSet};

use prost_types::field_descriptor_proto::{Label, Type};
use prost_types::{DescriptorProto, FieldDescriptorProto};

use super::name::joined;
use super::pattern::{Asked, named};
use super::scope::Scope;
use super::setting::Settings;
use crate::error::Errors;
use crate::parse::{FieldPresence, File, Holder, Text, Utf8Validation, Which};

/// The full names of the fields.
#[derive(Debug, Default)]
pub(crate) struct Held {
    boxed: HashSet<String>,
    sorted: HashSet<String>,
    strings: HashMap<String, Holder>,
    bytes: HashMap<String, Holder>,
}

/// What a field holds its text and its bytes in, where these are not the usual types.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Types {
    pub(crate) text: Option<Holder>,
    pub(crate) bytes: Option<Holder>,
}

impl Held {
    pub(super) fn new(files: &[File], scope: &Scope, settings: &Settings, errors: &mut Errors) -> Self {
        let sorted = match &settings.btree_maps {
            Which::All => None,
            Which::Of(entries) => Some(entries.as_slice()),
        };
        let wishes = [settings.boxed.len(), settings.strings.len(), settings.bytes.len()];
        if wishes == [0; 3] && sorted.is_some_and(<[Text]>::is_empty) {
            return Self::default();
        }
        let fields = Fields::new(files, scope, settings.unchecked_bytes);
        let boxed = Asked { option: "boxed", wanted: "an optional field of a message type" };
        let maps = Asked { option: "btree_maps", wanted: "a map, or the message or package around it" };
        let strings = Asked { option: "strings", wanted: "a field of strings, or what is around it" };
        let bytes = Asked { option: "bytes", wanted: "a field of bytes, or what is around it" };
        Self {
            boxed: all(&settings.boxed, &fields.messages, boxed, errors),
            sorted: match sorted {
                None => fields.maps.iter().cloned().collect(),
                Some(entries) => all(entries, &fields.maps, maps, errors),
            },
            strings: typed(&settings.strings, &fields.strings, strings, errors),
            bytes: typed(&settings.bytes, &fields.bytes, bytes, errors),
        }
    }

    /// Whether that field is to be in a box.
    pub(super) fn is_boxed(&self, message: &str, field: &str) -> bool {
        !self.boxed.is_empty() && self.boxed.contains(&joined(message, field))
    }

    /// Whether that map is to keep its keys in order.
    pub(super) fn is_sorted(&self, message: &str, field: &str) -> bool {
        !self.sorted.is_empty() && self.sorted.contains(&joined(message, field))
    }

    /// The types of that field.
    pub(super) fn types(&self, message: &str, field: &str) -> Types {
        if self.strings.is_empty() && self.bytes.is_empty() {
            return Types::default();
        }
        let name = joined(message, field);
        Types { text: self.strings.get(&name).copied(), bytes: self.bytes.get(&name).copied() }
    }
}

/// The fields that the entries name.
fn all(entries: &[Text], fields: &[String], asked: Asked<'_>, errors: &mut Errors) -> HashSet<String> {
    let names: Vec<&str> = fields.iter().map(String::as_str).collect();
    let mut found = HashSet::new();
    for entry in entries {
        let indices = named(entry, &names, asked, errors).into_iter();
        found.extend(indices.filter_map(|index| fields.get(index).cloned()));
    }
    found
}

/// The fields that the entries name, with what the last entry for each says.
fn typed(
    entries: &[(Text, Option<Holder>)],
    fields: &[String],
    asked: Asked<'_>,
    errors: &mut Errors,
) -> HashMap<String, Holder> {
    let mut types = HashMap::new();
    for (entry, holder) in entries {
        for name in all(std::slice::from_ref(entry), fields, asked, errors) {
            match holder {
                Some(holder) => types.insert(name, *holder),
                None => types.remove(&name),
            };
        }
    }
    types
}

/// The fields that can be held in another way.
#[derive(Default)]
struct Fields {
    /// Whether strings that the schema does not want checked are bytes.
    unchecked_bytes: bool,
    messages: Vec<String>,
    maps: Vec<String>,
    strings: Vec<String>,
    bytes: Vec<String>,
}

impl Fields {
    fn new(files: &[File], scope: &Scope, unchecked_bytes: bool) -> Self {
        let mut fields = Self { unchecked_bytes, ..Self::default() };
        for file in files {
            for (index, message) in (0..).zip(&file.descriptor.message_type) {
                fields.message((file, scope), message, file.descriptor.package(), &[4, index]);
            }
        }
        fields
    }

    fn message(&mut self, around: (&File, &Scope), message: &DescriptorProto, package: &str, path: &[i32]) {
        let (file, scope) = around;
        let full_name = joined(package, message.name());
        let own = scope.own(&full_name).is_some() && !is_map_entry(message);
        for (index, field) in (0..).zip(message.field.iter().filter(|_| own)) {
            let features = file.dialect.field(&[path, &[2, index]].concat(), field);
            let name = || joined(&full_name, field.name());
            let is_message = matches!(field.r#type(), Type::Message | Type::Group);
            let entry = entry(message, field);
            if entry.is_some() {
                self.maps.push(name());
            } else if is_message
                && field.label() != Label::Repeated
                && features.field_presence != FieldPresence::LegacyRequired
            {
                self.messages.push(name());
            }
            let as_bytes = self.unchecked_bytes && features.utf8_validation == Utf8Validation::None;
            let parts = entry.map_or(std::slice::from_ref(field), |entry| entry.field.as_slice());
            let has = |kind: Type| parts.iter().any(|part| part.r#type() == kind);
            self.strings.extend((has(Type::String) && !as_bytes).then(name));
            self.bytes.extend((has(Type::Bytes) || has(Type::String) && as_bytes).then(name));
        }
        for (index, nested) in (0..).zip(&message.nested_type) {
            self.message(around, nested, &full_name, &[path, &[3, index]].concat());
        }
    }
}

/// The entries of the map that the field is.
fn entry<'a>(message: &'a DescriptorProto, field: &FieldDescriptorProto) -> Option<&'a DescriptorProto> {
    let name = field.type_name().rsplit('.').next();
    message.nested_type.iter().find(|nested| {
        field.label() == Label::Repeated && is_map_entry(nested) && name == Some(nested.name())
    })
}

fn is_map_entry(message: &DescriptorProto) -> bool {
    message.options.as_ref().is_some_and(|options| options.map_entry())
}
