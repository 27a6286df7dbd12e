//! What other calls may use of this one: its types, and those that it has from elsewhere.
//!
//! `model::package` asks [`types`] once the tree is decided; `emit::export` writes them down.

use std::collections::HashSet;

use prost_types::{DescriptorProto, EnumDescriptorProto};

use super::choice::Choice;
use super::field::is_map_entry;
use super::name::joined;
use super::scope::{Scope, TypePath};
use crate::parse::File;

/// A type and its path from the place of the call.
#[derive(Debug)]
pub(crate) struct ExportedType {
    pub(crate) full_name: String,
    pub(crate) path: TypePath,
    /// Whether it is a message with a view.
    pub(crate) view: bool,
}

/// The types of all files but the well-known ones, of which every call has the same.
pub(super) fn types(
    files: &[File],
    scope: &Scope,
    (choice, views): (&Choice, &HashSet<String>),
) -> Vec<ExportedType> {
    let mut names = Vec::new();
    for file in files.iter().filter(|file| !file.bundled) {
        let package = file.descriptor.package();
        enums(&file.descriptor.enum_type, package, &mut names);
        messages(&file.descriptor.message_type, package, &mut names);
    }
    let known = names.into_iter().filter(|name| scope.own(name).is_none() || choice.keeps(name));
    let types = known.map(|full_name| ExportedType {
        path: scope.path(&full_name, &[]),
        // Foreign code has the views that the messages of this call need.
        view: scope.foreign_view(&full_name).unwrap_or_else(|| views.contains(&full_name)),
        full_name,
    });
    types.collect()
}

fn messages(list: &[DescriptorProto], scope: &str, names: &mut Vec<String>) {
    for message in list.iter().filter(|message| !is_map_entry(message)) {
        let full_name = joined(scope, message.name());
        enums(&message.enum_type, &full_name, names);
        messages(&message.nested_type, &full_name, names);
        names.push(full_name);
    }
}

fn enums(enums: &[EnumDescriptorProto], scope: &str, names: &mut Vec<String>) {
    names.extend(enums.iter().map(|item| joined(scope, item.name())));
}
