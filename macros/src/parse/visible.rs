//! Which types a file may refer to: those that their files show, from files whose import is not for options only.
//!
//! `parse::link` runs it over every file that linked, whatever its own edition is.

use std::collections::HashSet;

use prost_types::{DescriptorProto, FieldDescriptorProto};

use super::feature::SymbolVisibility;
use super::file::File;
use super::types::{Hidden, Types};
use crate::error::{Blame, Errors, Problem};

/// Descriptor numbers of the references in a field and in a method.
const EXTENDEE: i32 = 2;
const TYPE_NAME: i32 = 6;
const INPUT_TYPE: i32 = 2;
const OUTPUT_TYPE: i32 = 3;

/// Checks the n-th of the files.
pub(super) fn check(files: &[File], index: usize, types: &Types, errors: &mut Errors) {
    let Some(file) = files.get(index) else { return };
    let imported = if file.dialect.option_imports.is_empty() { None } else { Some(imported(files, file)) };
    let mut check = Check { files, file, types, imported, errors };
    check.strict_exports();
    for (index, message) in (0..).zip(&file.descriptor.message_type) {
        check.message(message, &[4, index]);
    }
    for (index, field) in (0..).zip(&file.descriptor.extension) {
        check.field(field, &[7, index]);
    }
    for (index, service) in (0..).zip(&file.descriptor.service) {
        for (at, method) in (0..).zip(&service.method) {
            check.reference(method.input_type(), &[6, index, 2, at, INPUT_TYPE]);
            check.reference(method.output_type(), &[6, index, 2, at, OUTPUT_TYPE]);
        }
    }
}

/// The names of the files whose types a file can use: its imports but for those of options, and their public ones.
fn imported(files: &[File], file: &File) -> HashSet<String> {
    let own = file.descriptor.dependency.iter().enumerate();
    let own = own.filter(|(index, _)| !file.dialect.option_imports.contains(index));
    let mut open: Vec<&str> = own.map(|(_, name)| name.as_str()).collect();
    let mut seen = HashSet::from([file.descriptor.name().to_owned()]);
    while let Some(name) = open.pop() {
        if !seen.insert(name.to_owned()) {
            continue;
        }
        let Some(import) = files.iter().find(|file| file.descriptor.name() == name) else { continue };
        let public = import.descriptor.public_dependency.iter();
        let public =
            public.filter_map(|index| import.descriptor.dependency.get(usize::try_from(*index).ok()?));
        open.extend(public.map(String::as_str));
    }
    seen
}

struct Check<'a> {
    files: &'a [File],
    file: &'a File,
    types: &'a Types,
    /// `None` where every import is one of types.
    imported: Option<HashSet<String>>,
    errors: &'a mut Errors,
}

impl Check<'_> {
    fn message(&mut self, message: &DescriptorProto, path: &[i32]) {
        for (index, field) in (0..).zip(&message.field) {
            self.field(field, &[path, &[2, index]].concat());
        }
        for (index, field) in (0..).zip(&message.extension) {
            self.field(field, &[path, &[6, index]].concat());
        }
        for (index, nested) in (0..).zip(&message.nested_type) {
            self.message(nested, &[path, &[3, index]].concat());
        }
    }

    fn field(&mut self, field: &FieldDescriptorProto, path: &[i32]) {
        self.reference(field.type_name(), &[path, &[TYPE_NAME]].concat());
        self.reference(field.extendee(), &[path, &[EXTENDEE]].concat());
    }

    fn reference(&mut self, full_name: &str, place: &[i32]) {
        let Some(known) = self.types.get(full_name) else { return };
        let Some(home) = self.files.get(known.file) else { return };
        let name = full_name.trim_start_matches('.');
        let home_name = home.descriptor.name();
        if home_name == self.file.descriptor.name() {
            return;
        }
        if self.imported.as_ref().is_some_and(|imported| !imported.contains(home_name)) {
            let title = format!("`{name}` is imported for options only");
            let help = format!("write `import \"{home_name}\";` without `option`");
            return self.report(title, place, help);
        }
        let help = match known.hidden {
            None => return,
            Some(Hidden::Marked) => format!("it is marked `local` in {home_name}"),
            Some(Hidden::ByDefault) => {
                format!("it is local by default; write `export` before it in {home_name}")
            }
        };
        self.report(format!("`{name}` is local to its file"), place, help);
    }

    /// STRICT keeps what is nested inside of its file, whatever is written before it; an enum in a local message
    /// without fields is let through as the way to give its values a name space.
    fn strict_exports(&mut self) {
        if self.file.dialect.features(&[]).symbol_visibility != SymbolVisibility::Strict {
            return;
        }
        let marks = &self.file.dialect.marks;
        let mut wrong: Vec<(usize, &str)> = Vec::new();
        for (name, (export, offset)) in marks {
            let Some((outer, _)) = name.rsplit_once('.').filter(|_| *export) else { continue };
            let messages = &self.file.descriptor.message_type;
            let space = messages.iter().find(|message| message.name() == outer);
            let is_space = space.is_some_and(|space| {
                space.field.is_empty() && space.nested_type.is_empty() && !space.reserved_range.is_empty()
            });
            let hidden = marks.get(outer).is_none_or(|(export, _)| !export);
            if !(is_space && hidden) {
                wrong.push((*offset, name));
            }
        }
        wrong.sort_unstable();
        for (offset, name) in wrong {
            let label = self.file.source.mark(offset, "export".len(), "");
            let title = format!("`{name}` is nested and cannot be exported");
            let problem = Problem::new(title, Blame::File(self.file.blame))
                .at(self.file.source.snippet([label]))
                .help("move it to the top level: the file's default_symbol_visibility is STRICT");
            self.errors.push(problem.within(self.file.descriptor.package()));
        }
    }

    fn report(&mut self, title: String, place: &[i32], help: String) {
        let label = self.file.source.label(place, "", true);
        let problem = Problem::new(title, Blame::File(self.file.blame))
            .at(self.file.source.snippet(label))
            .help(help)
            .within(self.file.descriptor.package());
        self.errors.push(problem);
    }
}
