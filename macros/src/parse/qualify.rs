//! Names of several parts, `config.v3.Cluster`: the first part is looked for from the inside out, and what it is found to
//! be has the rest. protox takes a package for found that no import of the file declares; protoc does not.
//!
//! `parse::link` spells such names out in what it hands to protox.

use std::collections::HashMap;

use prost_types::uninterpreted_option::NamePart;
use prost_types::{
    DescriptorProto, EnumDescriptorProto, FieldDescriptorProto, FileDescriptorProto, UninterpretedOption,
};

use super::element::{self, Place, Visitor};

/// What the files so far declare, by full names.
#[derive(Debug, Default)]
pub(super) struct Declared {
    files: HashMap<String, usize>,
    /// Messages, enums and services, which have names inside; and extensions, which have not. With their files.
    names: HashMap<String, (usize, bool)>,
    /// Packages, and what is around them, with all files that are in there.
    packages: HashMap<String, Vec<usize>>,
}

impl Declared {
    /// Takes a file in, after all that it imports.
    pub(super) fn learn(&mut self, file: &FileDescriptorProto) {
        let index = self.files.len();
        self.files.insert(file.name().to_owned(), index);
        let package = file.package();
        let ends = package.match_indices('.').map(|(end, _)| end).chain([package.len()]);
        for around in ends.filter_map(|end| package.get(..end)).filter(|around| !around.is_empty()) {
            self.packages.entry(around.to_owned()).or_default().push(index);
        }
        self.level((&file.message_type, &file.enum_type, &file.extension), package, index);
        for service in &file.service {
            self.names.insert(joined(package, service.name()), (index, true));
        }
    }

    fn level(
        &mut self,
        (messages, enums, extensions): (&[DescriptorProto], &[EnumDescriptorProto], &[FieldDescriptorProto]),
        scope: &str,
        index: usize,
    ) {
        for enumeration in enums {
            self.names.insert(joined(scope, enumeration.name()), (index, true));
        }
        for extension in extensions {
            self.names.insert(joined(scope, extension.name()), (index, false));
        }
        for message in messages {
            let name = joined(scope, message.name());
            self.level((&message.nested_type, &message.enum_type, &message.extension), &name, index);
            self.names.insert(name, (index, true));
        }
    }

    /// Spells the names of a file out, whose imports name all that it sees.
    pub(super) fn spell_out(&self, file: &mut FileDescriptorProto) {
        let own = self.files.get(file.name());
        let visible = own.into_iter().chain(file.dependency.iter().filter_map(|name| self.files.get(name)));
        let seen = Seen { declared: self, visible: visible.copied().collect() };
        let package = file.package().to_owned();
        let mut names = Names { seen: &seen, package: &package, scopes: HashMap::new() };
        for message in &mut file.message_type {
            seen.message(message, &package);
        }
        file.extension.iter_mut().for_each(|field| seen.field(field, &package));
        for service in &mut file.service {
            let scope = joined(&package, service.name());
            for method in &mut service.method {
                seen.complete(&mut method.input_type, &scope);
                seen.complete(&mut method.output_type, &scope);
            }
        }
        for (index, message) in (0..).zip(&file.message_type) {
            names.scope(message, &package, &[4, index]);
        }
        element::visit(file, &mut names);
    }
}

/// What one file sees.
struct Seen<'a> {
    declared: &'a Declared,
    visible: Vec<usize>,
}

impl Seen<'_> {
    fn message(&self, message: &mut DescriptorProto, scope: &str) {
        let scope = joined(scope, message.name());
        message.field.iter_mut().chain(&mut message.extension).for_each(|field| self.field(field, &scope));
        message.nested_type.iter_mut().for_each(|nested| self.message(nested, &scope));
    }

    fn field(&self, field: &mut FieldDescriptorProto, scope: &str) {
        self.complete(&mut field.type_name, scope);
        self.complete(&mut field.extendee, scope);
    }

    fn complete(&self, name: &mut Option<String>, scope: &str) {
        if let Some(full) = name.as_deref().and_then(|name| self.full(name, scope)) {
            *name = Some(format!(".{full}"));
        }
    }

    /// The full name of what a name of several parts means, where something is on the way to it that the file does not
    /// see; all other names mean to protox what they mean to protoc.
    fn full(&self, name: &str, mut scope: &str) -> Option<String> {
        let (first, _) = name.split_once('.').filter(|(first, _)| !first.is_empty())?;
        let Declared { names, packages, .. } = self.declared;
        let mut passed = false;
        loop {
            let parent = joined(scope, first);
            if self.has_parts(&parent) {
                let full = joined(scope, name);
                let found = passed && names.get(&full).is_some_and(|(file, _)| self.visible.contains(file));
                return found.then_some(full);
            }
            passed |= names.contains_key(&parent) || packages.contains_key(&parent);
            if scope.is_empty() {
                return None;
            }
            scope = scope.rsplit_once('.').map_or("", |(parent, _)| parent);
        }
    }

    /// Whether something of that name is seen which has names inside.
    fn has_parts(&self, name: &str) -> bool {
        let Declared { names, packages, .. } = self.declared;
        names.get(name).is_some_and(|(file, has_parts)| *has_parts && self.visible.contains(file))
            || packages.get(name).is_some_and(|files| files.iter().any(|file| self.visible.contains(file)))
    }
}

/// The names of options, which are looked for from the element that they stand at.
struct Names<'a> {
    seen: &'a Seen<'a>,
    package: &'a str,
    /// The full names of messages by their paths.
    scopes: HashMap<Vec<i32>, String>,
}

impl Names<'_> {
    fn scope(&mut self, message: &DescriptorProto, scope: &str, path: &[i32]) {
        let scope = joined(scope, message.name());
        for (index, nested) in (0..).zip(&message.nested_type) {
            self.scope(nested, &scope, &[path, &[3, index]].concat());
        }
        self.scopes.insert(path.to_vec(), scope);
    }
}

impl Visitor for Names<'_> {
    fn options(&mut self, place: &Place, options: &mut Vec<UninterpretedOption>) {
        let is_open = |part: &&mut NamePart| part.is_extension && part.name_part.contains('.');
        for part in options.iter_mut().flat_map(|option| &mut option.name).filter(is_open) {
            let element = &place.element;
            let mut around = (1..=element.len()).rev().filter_map(|length| element.get(..length));
            let scope = around.find_map(|path| self.scopes.get(path)).map_or(self.package, String::as_str);
            if let Some(full) = self.seen.full(&part.name_part, scope) {
                part.name_part = format!(".{full}");
            }
        }
    }

    fn field(&mut self, _: &[i32], _: &mut FieldDescriptorProto) {}
}

fn joined(scope: &str, name: &str) -> String {
    if scope.is_empty() { name.to_owned() } else { format!("{scope}.{name}") }
}
