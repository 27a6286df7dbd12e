//! Imports that nothing in their file uses: a warning, as in protoc, for the files that the call names and no others.
//!
//! `parse::link` runs it over the files that linked.

use std::collections::HashSet;

use prost_types::{DescriptorProto, FieldDescriptorProto};

use super::file::File;
use super::token::Tokens;
use super::types::Types;
use crate::error::{Blame, Errors, Problem};

/// Warns of the imports of all files of the call.
pub(super) fn check(files: &[File], types: &Types, errors: &mut Errors) {
    for file in files.iter().filter(|file| file.root && !file.bundled) {
        let used = used(file, files, types);
        // The text is read for the few files only that have an import of no type.
        let mut ends = None;
        for (index, name) in (0..).zip(&file.descriptor.dependency) {
            let is_public = file.descriptor.public_dependency.contains(&index);
            let brought = brought(name, files);
            if is_public || brought.iter().any(|name| used.contains(name)) {
                continue;
            }
            let ends = ends.get_or_insert_with(|| Ends::of(&file.source.text));
            let mut others = files.iter().filter(|other| brought.contains(&other.descriptor.name()));
            if others.any(|other| ends.meet(other)) {
                continue;
            }
            let label = file.source.label(&[3, index], "nothing in this file uses it", true);
            let problem = Problem::new(format!("unused import `{name}`"), Blame::File(file.blame));
            errors.warn(problem.at(file.source.snippet(label)).help("remove this line"));
        }
    }
}

/// The files that the types of a file's fields and methods are from.
fn used<'a>(file: &'a File, files: &'a [File], types: &Types) -> HashSet<&'a str> {
    let mut names = Vec::new();
    for message in &file.descriptor.message_type {
        of_message(message, &mut names);
    }
    of_fields(&file.descriptor.extension, &mut names);
    for method in file.descriptor.service.iter().flat_map(|service| &service.method) {
        names.extend([method.input_type(), method.output_type()]);
    }
    let homes =
        names.into_iter().filter_map(|name| types.get(name)).filter_map(|known| files.get(known.file));
    homes.map(|home| home.descriptor.name()).collect()
}

fn of_message<'a>(message: &'a DescriptorProto, names: &mut Vec<&'a str>) {
    of_fields(&message.field, names);
    of_fields(&message.extension, names);
    message.nested_type.iter().for_each(|nested| of_message(nested, names));
}

fn of_fields<'a>(fields: &'a [FieldDescriptorProto], names: &mut Vec<&'a str>) {
    names.extend(fields.iter().flat_map(|field| [field.type_name(), field.extendee()]));
}

/// An import, and all that it imports publicly.
fn brought<'a>(name: &'a str, files: &'a [File]) -> Vec<&'a str> {
    let mut brought = vec![name];
    let mut next = 0;
    while let Some(name) = brought.get(next).copied() {
        next += 1;
        let Some(file) = files.iter().find(|file| file.descriptor.name() == name) else { continue };
        let public =
            file.descriptor.public_dependency.iter().filter_map(|index| usize::try_from(*index).ok());
        let public = public.filter_map(|index| file.descriptor.dependency.get(index).map(String::as_str));
        let new: Vec<&str> = public.filter(|name| !brought.contains(name)).collect();
        brought.extend(new);
    }
    brought
}

/// The last words of the names in parentheses and in brackets: so extensions are named where options are set, and messages
/// in the values of options. Read off the text, because the linked options know no extensions.
#[derive(Default)]
struct Ends<'a> {
    round: HashSet<&'a str>,
    square: HashSet<&'a str>,
}

impl<'a> Ends<'a> {
    fn of(text: &'a str) -> Self {
        let mut ends = Self::default();
        let mut last = "";
        for (_, token) in Tokens::new(text) {
            match token {
                ")" => ends.round.insert(last),
                "]" => ends.square.insert(last),
                _ => false,
            };
            last = token;
        }
        ends
    }

    /// Whether the file declares an extension, or a message of a value, that one of the names may mean.
    fn meet(&self, file: &File) -> bool {
        let extension = |field: &FieldDescriptorProto| {
            self.round.contains(field.name()) || self.square.contains(field.name())
        };
        file.descriptor.extension.iter().any(extension)
            || file.descriptor.message_type.iter().any(|message| self.meet_in(message, &extension))
    }

    fn meet_in(&self, message: &DescriptorProto, extension: &impl Fn(&FieldDescriptorProto) -> bool) -> bool {
        self.square.contains(message.name())
            || message.extension.iter().any(extension)
            || message.nested_type.iter().any(|nested| self.meet_in(nested, extension))
    }
}
