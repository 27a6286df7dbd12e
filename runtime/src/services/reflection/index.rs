//! What the files of a server declare, by full names and by numbers. Made by `service` at the first question.

use std::collections::{BTreeMap, HashMap, HashSet};

use bytes::Bytes;

use super::files::Files;
use crate::message::MessageView;
use crate::well_known::{
    DescriptorProtoView, EnumDescriptorProtoView, FieldDescriptorProtoView, FileDescriptorProtoView,
};

/// See the head of the file.
#[derive(Debug, Default)]
pub(super) struct Index {
    files: Files,
    symbols: HashMap<String, Symbol>,
    /// The files of extensions, by the message that they extend and their numbers.
    extensions: HashMap<String, BTreeMap<i32, usize>>,
}

#[derive(Clone, Copy, Debug)]
struct Symbol {
    /// The place of its file.
    file: usize,
    is_message: bool,
}

impl Index {
    /// Of sets of files; what two of them declare is that of the first.
    pub(super) fn new<Set: IntoIterator<Item = Bytes>>(sets: impl IntoIterator<Item = Set>) -> Self {
        let mut files = Files::default();
        sets.into_iter().for_each(|set| files.add(set));
        let mut index = Self::default();
        for (place, bytes) in files.all() {
            let view = FileDescriptorProtoView::decode(bytes).unwrap_or_default();
            Walk { index: &mut index, file: place }.file(&view);
        }
        Self { files, ..index }
    }

    /// The file of that name, with what it imports as far as it is not in `sent`.
    pub(super) fn file(&self, name: &str, sent: &mut HashSet<usize>) -> Option<Vec<Bytes>> {
        Some(self.files.with_imports(self.files.find(name)?, sent))
    }

    /// As [`Index::file`], of the file that declares what has this full name.
    pub(super) fn file_of_symbol(&self, name: &str, sent: &mut HashSet<usize>) -> Option<Vec<Bytes>> {
        Some(self.files.with_imports(self.symbols.get(name)?.file, sent))
    }

    /// As [`Index::file`], of the file that declares an extension of this message.
    pub(super) fn file_of_extension(
        &self,
        (message, number): (&str, i32),
        sent: &mut HashSet<usize>,
    ) -> Option<Vec<Bytes>> {
        Some(self.files.with_imports(*self.extensions.get(message)?.get(&number)?, sent))
    }

    /// The numbers of all extensions of a message, if there is one of that name.
    pub(super) fn extension_numbers(&self, message: &str) -> Option<Vec<i32>> {
        self.symbols.get(message).filter(|symbol| symbol.is_message)?;
        let known = self.extensions.get(message);
        Some(known.map(|numbers| numbers.keys().copied().collect()).unwrap_or_default())
    }
}

/// The way through the declarations of one file.
struct Walk<'a> {
    index: &'a mut Index,
    file: usize,
}

impl Walk<'_> {
    fn file(&mut self, file: &FileDescriptorProtoView<'_>) {
        let scope = file.package();
        for message in &file.message_type {
            self.message(scope, message);
        }
        for enumeration in &file.enum_type {
            self.enumeration(scope, enumeration);
        }
        for extension in &file.extension {
            self.extension(scope, extension);
        }
        for service in &file.service {
            let name = self.declare(scope, service.name());
            for method in &service.method {
                self.declare(&name, method.name());
            }
        }
    }

    fn message(&mut self, scope: &str, message: &DescriptorProtoView<'_>) {
        let name = self.declare(scope, message.name());
        if let Some(symbol) = self.index.symbols.get_mut(&name) {
            symbol.is_message = true;
        }
        let fields = message.field.iter().map(|field| field.name());
        for member in fields.chain(message.oneof_decl.iter().map(|oneof| oneof.name())) {
            self.declare(&name, member);
        }
        for nested in &message.nested_type {
            self.message(&name, nested);
        }
        for enumeration in &message.enum_type {
            self.enumeration(&name, enumeration);
        }
        for extension in &message.extension {
            self.extension(&name, extension);
        }
    }

    /// Its values are declared beside it, as in C++.
    fn enumeration(&mut self, scope: &str, enumeration: &EnumDescriptorProtoView<'_>) {
        self.declare(scope, enumeration.name());
        for value in &enumeration.value {
            self.declare(scope, value.name());
        }
    }

    fn extension(&mut self, scope: &str, extension: &FieldDescriptorProtoView<'_>) {
        self.declare(scope, extension.name());
        let extended = extension.extendee().trim_start_matches('.');
        let numbers = self.index.extensions.entry(extended.to_owned()).or_default();
        numbers.entry(extension.number()).or_insert(self.file);
    }

    /// Takes a name, and tells it in full.
    fn declare(&mut self, scope: &str, name: &str) -> String {
        let full = if scope.is_empty() { name.to_owned() } else { format!("{scope}.{name}") };
        let symbol = Symbol { file: self.file, is_message: false };
        self.index.symbols.entry(full.clone()).or_insert(symbol);
        full
    }
}
