//! The link: protox resolves names and checks the files, one by one; its errors become problems with places.
//!
//! Source info is left out of the link, because resolving options walks all of it for every option (quadratic);
//! only a file that fails is linked again with it. `parse::load` calls [`link`].

use std::collections::HashSet;

use miette::Diagnostic;
use prost_types::FileDescriptorProto;
use protox::prost_reflect::{DescriptorError, DescriptorPool};

use super::file::File;
use super::source::Source;
use super::suggest::Known;
use super::types::Types;
use super::{check, mend, message_set, relative, rule, style, visible};
use crate::error::{Blame, Errors, Problem};

/// Links the files in their order; those that fail, or import one that failed, are not in the answer.
pub(super) fn link(mut files: Vec<File>, mut failed: HashSet<String>) -> (Vec<File>, Errors) {
    let mut errors = Errors::default();
    let mut pool = DescriptorPool::new();
    let mut refused: Vec<(DescriptorError, usize)> = Vec::new();
    let mut sound = Vec::new();
    for (index, file) in files.iter_mut().enumerate() {
        let name = file.descriptor.name().to_owned();
        let broken =
            failed.contains(&name) || file.descriptor.dependency.iter().any(|import| failed.contains(import));
        match add(&mut pool, file, broken) {
            Some(Ok(linked)) => sound.push((index, linked)),
            Some(Err(error)) => {
                failed.insert(name);
                refused.push((error, index));
            }
            None => {
                failed.insert(name);
            }
        }
    }
    for (error, index) in refused {
        let Some(file) = files.get(index) else { continue };
        let known = Known::new(&files, file);
        let error = error.with_source_code(&file.source.text);
        for problem in problems(&error, &file.source, file.blame, 0) {
            errors.push(known.explain(problem).within(file.descriptor.package()));
        }
    }
    (replaced(files, sound, &mut errors), errors)
}

/// One problem for each error that protox reports at once; it read `shift` bytes more than the source has.
pub(super) fn problems(error: &dyn Diagnostic, source: &Source, blame: usize, shift: usize) -> Vec<Problem> {
    let mut all = vec![problem(error, source, blame, shift)];
    for related in error.related().into_iter().flatten() {
        all.push(problem(related, source, blame, shift));
    }
    all
}

fn add(
    pool: &mut DescriptorPool,
    file: &mut File,
    broken: bool,
) -> Option<Result<FileDescriptorProto, DescriptorError>> {
    if broken {
        return None;
    }
    let info = file.descriptor.source_code_info.take();
    let mut mended = file.descriptor.clone();
    mend::set_apart(&mut mended, &file.dialect);
    relative::complete(&mut mended, &|name| pool.get_extension_by_name(name).is_some());
    match pool.add_file_descriptor_proto(mended.clone()) {
        Ok(()) => {
            let mut linked = pool.get_file_by_name(mended.name())?.file_descriptor_proto().clone();
            mend::restore(&mut linked, &file.descriptor);
            Some(Ok(linked))
        }
        Err(error) => {
            mended.source_code_info = info;
            Some(Err(pool.add_file_descriptor_proto(mended).err().unwrap_or(error)))
        }
    }
}

/// The linked descriptors in the files' place; what protox does not check is checked here.
fn replaced(files: Vec<File>, sound: Vec<(usize, FileDescriptorProto)>, errors: &mut Errors) -> Vec<File> {
    let mut sound = sound.into_iter().peekable();
    let mut linked = Vec::new();
    for (index, mut file) in files.into_iter().enumerate() {
        if let Some((_, descriptor)) = sound.next_if(|(at, _)| *at == index) {
            file.descriptor = descriptor;
            if file.dialect.edition.has_features() {
                file.descriptor.syntax = Some("editions".to_owned());
            }
            linked.push(file);
        }
    }
    let types = Types::new(&linked);
    let sets = message_set::names(&linked);
    for (index, file) in linked.iter().enumerate() {
        check::reserved_names(file, errors);
        rule::check(file, &types, errors);
        message_set::check(file, &sets, errors);
        visible::check(&linked, index, &types, errors);
        style::check(file, errors);
    }
    linked
}

fn problem(error: &dyn Diagnostic, source: &Source, blame: usize, shift: usize) -> Problem {
    let mut labels: Vec<_> = error
        .labels()
        .into_iter()
        .flatten()
        .map(|label| {
            source.mark(label.offset().saturating_sub(shift), label.len(), label.label().unwrap_or(""))
        })
        .collect();
    let title = error.to_string();
    if labels.is_empty() && title.ends_with("reached end of file") {
        labels.push(source.mark(source.text.trim_end().len().saturating_sub(1), 1, "the file ends here"));
    }
    let last = labels.len().saturating_sub(1);
    for (index, label) in labels.iter_mut().enumerate() {
        label.primary = index == last;
    }
    // protox quotes names with apostrophes; the compiler, and so we, with backticks.
    let problem = Problem::new(title.replace('\'', "`"), Blame::File(blame)).at(source.snippet(labels));
    match error.help() {
        Some(help) => problem.help(help.to_string().replace('\'', "`")),
        None => problem,
    }
}
