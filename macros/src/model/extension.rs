//! Extensions: which fields the files of a call add to a message, and the keys that name them.
//!
//! `model::package` gathers [`Extensions`] from all files before it builds the messages, and builds an [`Extension`]
//! where one is declared.

use std::collections::HashMap;

use prost_types::field_descriptor_proto::Type;
use prost_types::{DescriptorProto, FieldDescriptorProto};

use super::comment;
use super::field::{Declared, Owner, Shape, Surroundings, is_deprecated, number};
use super::name::joined;
use super::scope::TypePath;
use crate::parse::{File, Utf8Validation};

/// The key of an extension.
#[derive(Debug)]
pub(crate) struct Extension {
    /// The name of the constant.
    pub(crate) ident: String,
    pub(crate) full_name: String,
    pub(crate) number: u32,
    /// The message that is extended.
    pub(crate) extended: TypePath,
    pub(crate) shape: Shape,
    pub(crate) doc: String,
    pub(crate) deprecated: bool,
}

/// Where an extension is declared: in the file, in proto's names and in Rust's modules.
#[derive(Clone, Copy)]
pub(crate) struct ExtensionSite<'a> {
    pub(crate) path: &'a [i32],
    pub(crate) scope: &'a str,
    pub(crate) module: &'a [String],
}

impl Extension {
    /// Builds the key; its identifier is given, since those of one scope are kept distinct.
    pub(crate) fn new(
        around: &Surroundings<'_>,
        field: &FieldDescriptorProto,
        site: &ExtensionSite<'_>,
        ident: String,
    ) -> Self {
        // No message holds the field, so that nothing in it needs a box.
        let owner = Owner { full_name: "", module: site.module, entries: &[] };
        let declared = Declared::new(around.file, site.path, field);
        Self {
            ident,
            full_name: joined(site.scope, field.name()),
            number: number(field),
            extended: around.scope.path(field.extendee(), site.module),
            shape: Shape::new(around, &owner, declared),
            doc: comment::doc(&around.file.source, site.path),
            deprecated: is_deprecated(field),
        }
    }
}

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
