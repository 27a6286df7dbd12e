//! Extensions: which fields the files of a call add to a message.
//!
//! `model::package` gathers them from all files before it builds the messages.

use std::collections::HashMap;

use prost_types::field_descriptor_proto::Type;
use prost_types::{DescriptorProto, FieldDescriptorProto};

use super::field::number;
use crate::parse::{File, Utf8Validation};

/// The extensions of all files, by the full name of what they extend.
#[derive(Debug, Default)]
pub(crate) struct Extensions {
    texts: HashMap<String, Vec<u32>>,
}

impl Extensions {
    pub(crate) fn new(files: &[File]) -> Self {
        let mut extensions = Self::default();
        for file in files {
            extensions.fields(file, &file.descriptor.extension, &[7]);
            for (index, message) in (0..).zip(&file.descriptor.message_type) {
                extensions.nested(file, message, &[4, index]);
            }
        }
        extensions
    }

    /// Numbers of the extensions that hold text which the schema wants checked.
    pub(crate) fn texts_of(&self, full_name: &str) -> Vec<u32> {
        self.texts.get(full_name).cloned().unwrap_or_default()
    }

    fn nested(&mut self, file: &File, message: &DescriptorProto, path: &[i32]) {
        self.fields(file, &message.extension, &[path, &[6]].concat());
        for (index, nested) in (0..).zip(&message.nested_type) {
            self.nested(file, nested, &[path, &[3, index]].concat());
        }
    }

    fn fields(&mut self, file: &File, fields: &[FieldDescriptorProto], path: &[i32]) {
        for (index, field) in (0..).zip(fields) {
            let features = file.dialect.field(&[path, &[index]].concat(), field);
            if field.r#type() == Type::String && features.utf8_validation == Utf8Validation::Verify {
                let extended = field.extendee().trim_start_matches('.').to_owned();
                self.texts.entry(extended).or_default().push(number(field));
            }
        }
    }
}
