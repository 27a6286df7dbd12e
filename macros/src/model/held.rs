//! How fields are held where the call has a wish of its own: in a box, or in a map that keeps its keys in order.
//!
//! `model::package` makes one [`Held`] per call; `model::field` asks it.

use std::collections::HashSet;

use prost_types::DescriptorProto;
use prost_types::field_descriptor_proto::{Label, Type};

use super::name::joined;
use super::pattern::{Asked, named};
use super::scope::Scope;
use super::setting::Settings;
use crate::error::Errors;
use crate::parse::{FieldPresence, File, Which};

/// The full names of the fields.
#[derive(Debug, Default)]
pub(crate) struct Held {
    boxed: HashSet<String>,
    sorted: HashSet<String>,
}

impl Held {
    pub(super) fn new(files: &[File], scope: &Scope, settings: &Settings, errors: &mut Errors) -> Self {
        let mut held = Self::default();
        if settings.boxed.is_empty()
            && matches!(&settings.btree_maps, Which::Of(entries) if entries.is_empty())
        {
            return held;
        }
        let fields = Fields::new(files, scope);
        let messages: Vec<&str> = fields.messages.iter().map(String::as_str).collect();
        let maps: Vec<&str> = fields.maps.iter().map(String::as_str).collect();
        let asked = Asked { option: "boxed", wanted: "an optional field of a message type" };
        for entry in &settings.boxed {
            let found = named(entry, &messages, asked, errors).into_iter();
            held.boxed.extend(found.filter_map(|index| fields.messages.get(index).cloned()));
        }
        match &settings.btree_maps {
            Which::All => held.sorted.extend(fields.maps.iter().cloned()),
            Which::Of(entries) => {
                let asked =
                    Asked { option: "btree_maps", wanted: "a map, or the message or package around it" };
                for entry in entries {
                    let found = named(entry, &maps, asked, errors).into_iter();
                    held.sorted.extend(found.filter_map(|index| fields.maps.get(index).cloned()));
                }
            }
        }
        held
    }

    /// Whether that field is to be in a box.
    pub(super) fn is_boxed(&self, message: &str, field: &str) -> bool {
        !self.boxed.is_empty() && self.boxed.contains(&joined(message, field))
    }

    /// Whether that map is to keep its keys in order.
    pub(super) fn is_sorted(&self, message: &str, field: &str) -> bool {
        !self.sorted.is_empty() && self.sorted.contains(&joined(message, field))
    }
}

/// The fields that can be held in another way.
#[derive(Default)]
struct Fields {
    messages: Vec<String>,
    maps: Vec<String>,
}

impl Fields {
    fn new(files: &[File], scope: &Scope) -> Self {
        let mut fields = Self::default();
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
            let is_entry = |entry: &DescriptorProto| {
                is_map_entry(entry) && field.type_name().rsplit('.').next() == Some(entry.name())
            };
            let is_message = matches!(field.r#type(), Type::Message | Type::Group);
            if field.label() == Label::Repeated {
                let is_map = message.nested_type.iter().any(is_entry);
                self.maps.extend(is_map.then(|| joined(&full_name, field.name())));
            } else if is_message && features.field_presence != FieldPresence::LegacyRequired {
                self.messages.push(joined(&full_name, field.name()));
            }
        }
        for (index, nested) in (0..).zip(&message.nested_type) {
            self.message(around, nested, &full_name, &[path, &[3, index]].concat());
        }
    }
}

fn is_map_entry(message: &DescriptorProto) -> bool {
    message.options.as_ref().is_some_and(|options| options.map_entry())
}
