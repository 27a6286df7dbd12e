//! All types of the linked files, with what a reference to one has to know: its file, whether that file shows it,
//! and how it behaves as a field.
//!
//! `parse::link` makes it once; `parse::rule` and `parse::visible` look types up.

use std::collections::HashMap;

use prost_types::{DescriptorProto, EnumDescriptorProto};

use super::feature::{EnumType, Features, SymbolVisibility};
use super::file::File;

/// The types by their full names.
#[derive(Debug, Default)]
pub(super) struct Types {
    known: HashMap<String, Type>,
}

/// A message or enum.
#[derive(Debug)]
pub(super) struct Type {
    /// The index of its file.
    pub(super) file: usize,
    /// Why other files cannot use it.
    pub(super) hidden: Option<Hidden>,
    pub(super) kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Kind {
    Message,
    Enum { closed: bool, first: i32 },
}

/// What makes a type local.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Hidden {
    Marked,
    ByDefault,
}

impl Kind {
    /// The number that stands for an unset value.
    pub(super) fn first(self) -> i32 {
        match self {
            Self::Message => 0,
            Self::Enum { first, .. } => first,
        }
    }
}

impl Types {
    pub(super) fn new(files: &[File]) -> Self {
        let mut types = Self::default();
        for (index, file) in files.iter().enumerate() {
            let descriptor = &file.descriptor;
            let features = file.dialect.features(&[]);
            let mut walk = Walk { types: &mut types, file, index, features };
            let level = Level { scope: descriptor.package(), name: "", path: &[] };
            walk.types(&descriptor.message_type, &descriptor.enum_type, &level);
        }
        types
    }

    /// The type of that name, which may have a leading dot.
    pub(super) fn get(&self, full_name: &str) -> Option<&Type> {
        self.known.get(full_name.trim_start_matches('.'))
    }
}

struct Walk<'a> {
    types: &'a mut Types,
    file: &'a File,
    index: usize,
    features: Features,
}

/// What types are nested in: its full name, its name inside of the package, and its descriptor path.
struct Level<'a> {
    scope: &'a str,
    name: &'a str,
    path: &'a [i32],
}

impl Walk<'_> {
    fn types(&mut self, messages: &[DescriptorProto], enums: &[EnumDescriptorProto], level: &Level<'_>) {
        let top = level.path.is_empty();
        for (index, enumeration) in (0..).zip(enums) {
            let path = [level.path, &[if top { 5 } else { 4 }, index]].concat();
            let closed = self.file.dialect.features(&path).enum_type == EnumType::Closed;
            let first = enumeration.value.first().map_or(0, |value| value.number());
            self.insert(level, enumeration.name(), Kind::Enum { closed, first });
        }
        for (index, message) in (0..).zip(messages) {
            let path = [level.path, &[if top { 4 } else { 3 }, index]].concat();
            self.insert(level, message.name(), Kind::Message);
            let (scope, name) = (joined(level.scope, message.name()), joined(level.name, message.name()));
            let inner = Level { scope: &scope, name: &name, path: &path };
            self.types(&message.nested_type, &message.enum_type, &inner);
        }
    }

    fn insert(&mut self, level: &Level<'_>, name: &str, kind: Kind) {
        let by_default = match self.features.symbol_visibility {
            SymbolVisibility::ExportAll => false,
            SymbolVisibility::ExportTopLevel => !level.path.is_empty(),
            SymbolVisibility::LocalAll | SymbolVisibility::Strict => true,
        };
        let hidden = match self.file.dialect.marks.get(&joined(level.name, name)) {
            Some((true, _)) => None,
            Some((false, _)) => Some(Hidden::Marked),
            None => by_default.then_some(Hidden::ByDefault),
        };
        self.types.known.insert(joined(level.scope, name), Type { file: self.index, hidden, kind });
    }
}

/// A name in its scope.
pub(super) fn joined(scope: &str, name: &str) -> String {
    if scope.is_empty() { name.to_owned() } else { format!("{scope}.{name}") }
}
