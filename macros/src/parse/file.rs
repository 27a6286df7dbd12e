//! A `.proto` file on its way through the layer: parsed by `parse::load`, linked by `parse::link`, read by the model.

use std::collections::HashSet;

use prost_types::{DescriptorProto, FileDescriptorProto};

use super::dialect::Dialect;
use super::source::Source;

/// A file; once it is linked its type names are complete, with a leading dot.
#[derive(Debug)]
pub(crate) struct File {
    pub(crate) descriptor: FileDescriptorProto,
    /// The same as protoc would write it, once it is linked.
    pub(crate) encoded: Vec<u8>,
    pub(crate) source: Source,
    /// Its features, and what else the descriptor has no place for.
    pub(crate) dialect: Dialect,
    /// Named by the call, not only imported.
    pub(crate) root: bool,
    /// One of the bundled well-known files.
    pub(crate) bundled: bool,
    /// Which of the call's `deps` it is from.
    pub(crate) dep: Option<usize>,
    /// Which file of the call brought it in.
    pub(crate) blame: usize,
}

/// The full names of all messages of a kind, with a leading dot.
pub(super) fn names_of(files: &[File], is_wanted: fn(&DescriptorProto) -> bool) -> HashSet<String> {
    let mut names = HashSet::new();
    for file in files {
        let package = file.descriptor.package();
        let scope = if package.is_empty() { String::new() } else { format!(".{package}") };
        gather(&file.descriptor.message_type, &scope, (is_wanted, &mut names));
    }
    names
}

type Wanted<'a> = (fn(&DescriptorProto) -> bool, &'a mut HashSet<String>);

fn gather(messages: &[DescriptorProto], scope: &str, (is_wanted, names): Wanted<'_>) {
    for message in messages.iter().filter(|message| is_wanted(message) || !message.nested_type.is_empty()) {
        let name = format!("{scope}.{}", message.name());
        gather(&message.nested_type, &name, (is_wanted, names));
        if is_wanted(message) {
            names.insert(name);
        }
    }
}
