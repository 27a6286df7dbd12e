//! Enums: variants without the enum's prefix, aliases as constants, open or closed as the features say.
//!
//! `model::scope` takes the names for references, `model::package` the whole.

use std::collections::HashSet;

use prost_types::{EnumDescriptorProto, EnumValueDescriptorProto};

use super::custom::Custom;
use super::derive::Derive;
use super::{comment, name};
use crate::parse::{EnumType, Features, File, Target};

/// The variant of an open enum that holds a number without a name.
const UNRECOGNIZED: &str = "Unrecognized";

/// An enum.
#[derive(Debug)]
pub(crate) struct Enum {
    pub(crate) ident: String,
    pub(crate) full_name: String,
    pub(crate) closed: bool,
    pub(crate) values: Vec<EnumValue>,
    pub(crate) derives: Vec<Derive>,
    /// Those of the call, by their indices; so with all items.
    pub(crate) attributes: Vec<usize>,
    pub(crate) doc: String,
    pub(crate) deprecated: bool,
    pub(crate) blame: usize,
}

/// A value; the second one with the same number is an alias.
#[derive(Debug)]
pub(crate) struct EnumValue {
    pub(crate) ident: String,
    pub(crate) proto_name: String,
    pub(crate) number: i32,
    /// The variant that has this number already.
    pub(crate) alias_of: Option<String>,
    pub(crate) attributes: Vec<usize>,
    pub(crate) doc: String,
    pub(crate) deprecated: bool,
}

/// Proto names and variants in order of declaration.
pub(crate) fn named_values(enumeration: &EnumDescriptorProto, features: Features) -> Vec<(String, String)> {
    let names: Vec<&str> = enumeration.value.iter().map(EnumValueDescriptorProto::name).collect();
    let taken: &[&str] = if features.enum_type == EnumType::Open { &[UNRECOGNIZED] } else { &[] };
    let variants = name::variants(enumeration.name(), &names, taken);
    names.iter().map(|name| (*name).to_owned()).zip(variants).collect()
}

impl Enum {
    /// Builds the enum that stands at `path` of `file`.
    pub(crate) fn new(
        file: &File,
        enumeration: &EnumDescriptorProto,
        path: &[i32],
        full_name: String,
    ) -> Self {
        let features = file.dialect.features(path);
        let mut values: Vec<EnumValue> = Vec::new();
        let mut numbers = HashSet::new();
        let named = named_values(enumeration, features);
        for ((value, (proto_name, ident)), index) in enumeration.value.iter().zip(named).zip(0..) {
            let number = value.number();
            let first =
                values.iter().find(|earlier| earlier.number == number).map(|earlier| earlier.ident.clone());
            values.push(EnumValue {
                ident,
                proto_name,
                number,
                attributes: Vec::new(),
                alias_of: if numbers.insert(number) { None } else { first },
                doc: comment::doc(&file.source, &[path, &[2, index]].concat()),
                deprecated: value.options.as_ref().is_some_and(|options| options.deprecated()),
            });
        }
        Self {
            ident: name::escaped(enumeration.name()),
            closed: features.enum_type == EnumType::Closed,
            values,
            derives: Vec::new(),
            attributes: Vec::new(),
            doc: comment::type_doc(&file.source, path, &full_name),
            full_name,
            deprecated: enumeration.options.as_ref().is_some_and(|options| options.deprecated()),
            blame: file.blame,
        }
    }

    /// Adds what the call wants of it.
    pub(super) fn customized(mut self, custom: &Custom) -> Self {
        self.derives = custom.derives(Target::Enum, &self.full_name);
        self.attributes = custom.attributes(Target::Enum, "", &self.full_name);
        for value in &mut self.values {
            value.attributes = custom.attributes(Target::Value, &self.full_name, &value.proto_name);
        }
        self
    }
}
