//! The rules of `optimize_for = LITE_RUNTIME`, which mean nothing to us but which protoc holds every file to: what is not
//! lite cannot import what is, and the other way round nothing is extended.
//!
//! `parse::link` runs it over every file that linked.

use std::collections::HashSet;

use prost_types::file_options::OptimizeMode;
use prost_types::{DescriptorProto, FieldDescriptorProto};

use super::element::joined;
use super::file::File;
use super::types::Types;
use crate::error::{Blame, Errors};

/// The part of a field that names what it extends.
const EXTENDEE: i32 = 2;

/// The names of the lite files.
pub(super) fn names(files: &[File]) -> HashSet<String> {
    files.iter().filter(|file| is_lite(file)).map(|file| file.descriptor.name().to_owned()).collect()
}

fn is_lite(file: &File) -> bool {
    file.descriptor
        .options
        .as_ref()
        .is_some_and(|options| options.optimize_for() == OptimizeMode::LiteRuntime)
}

/// Checks one file of all.
pub(super) fn check(
    files: &[File],
    index: usize,
    (names, types): (&HashSet<String>, &Types),
    errors: &mut Errors,
) {
    let Some(file) = files.get(index).filter(|_| !names.is_empty()) else { return };
    let mut check = Check { files, file, types, errors };
    if !is_lite(file) {
        for (index, import) in
            (0..).zip(&file.descriptor.dependency).filter(|(_, import)| names.contains(*import))
        {
            let title = format!("`{import}` is for the lite runtime, and this file is not");
            check.report(
                &title,
                &[3, index],
                "remove `option optimize_for = LITE_RUNTIME` there, or write it here, too",
            );
        }
        return;
    }
    let options = file.descriptor.options.as_ref();
    let generic = options.is_some_and(|it| it.cc_generic_services() || it.java_generic_services());
    if generic && !file.descriptor.service.is_empty() {
        let title = "files for the lite runtime have no generic services";
        check.report(title, &[6, 0], "remove `cc_generic_services` and `java_generic_services`");
    }
    for (index, field) in (0..).zip(&file.descriptor.extension) {
        check.extension(field, &[7, index]);
    }
    for (index, message) in (0..).zip(&file.descriptor.message_type) {
        check.message(message, &[4, index]);
    }
}

struct Check<'a> {
    files: &'a [File],
    file: &'a File,
    types: &'a Types,
    errors: &'a mut Errors,
}

impl Check<'_> {
    fn message(&mut self, message: &DescriptorProto, path: &[i32]) {
        for (index, field) in (0..).zip(&message.extension) {
            self.extension(field, &joined(path, &[6, index]));
        }
        for (index, nested) in (0..).zip(&message.nested_type) {
            self.message(nested, &joined(path, &[3, index]));
        }
    }

    fn extension(&mut self, field: &FieldDescriptorProto, path: &[i32]) {
        let home = self.types.get(field.extendee()).and_then(|known| self.files.get(known.file));
        if home.is_some_and(|home| !is_lite(home)) {
            let title = format!(
                "`{}` is not for the lite runtime, so that no file for that can extend it",
                field.extendee().trim_start_matches('.')
            );
            self.report(&title, &joined(path, &[EXTENDEE]), "move the extension to a file that is not lite");
        }
    }

    fn report(&mut self, title: &str, place: &[i32], help: &str) {
        let problem = self.file.source.problem(title, place, Blame::File(self.file.blame));
        self.errors.push(problem.help(help).within(self.file.descriptor.package()));
    }
}
