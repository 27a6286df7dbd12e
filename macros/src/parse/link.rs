//! The link: protox resolves names and checks the files, one by one; its errors become problems with places.
//!
//! Source info is left out of the link, because resolving options walks all of it for every option (quadratic);
//! only a file that fails is linked again with it. `parse::load` calls [`link`].

use std::collections::HashSet;

use prost_types::FileDescriptorProto;
use protox::prost_reflect::{DescriptorError, DescriptorPool};

use super::file::File;
use super::suggest::Known;
use super::types::Types;
use super::wording::Told;
use super::{apart, check, encoded, mend, message_set, number, relative, rule, style, unused, visible};
use crate::error::{Errors, Problem};

/// Links the files in their order; those that fail, or import one that failed, are not in the answer.
pub(super) fn link(mut files: Vec<File>, mut failed: HashSet<String>) -> (Vec<File>, Errors) {
    let mut errors = Errors::default();
    let mut pool = DescriptorPool::new();
    let mut refused: Vec<(Refused, usize)> = Vec::new();
    let mut sound = Vec::new();
    for (index, file) in files.iter_mut().enumerate() {
        let name = file.descriptor.name().to_owned();
        let broken =
            failed.contains(&name) || file.descriptor.dependency.iter().any(|import| failed.contains(import));
        match add(&mut pool, file, broken) {
            Some(Ok(linked)) => sound.push((index, linked)),
            Some(Err(file)) => {
                failed.insert(name);
                refused.push((file, index));
            }
            None => {
                failed.insert(name);
            }
        }
    }
    for (refused, index) in refused {
        let Some(file) = files.get(index) else { continue };
        refused.explained(&pool, &files, file).into_iter().for_each(|problem| errors.push(problem));
    }
    (replaced(files, sound, &mut errors), errors)
}

/// A file that did not link, as it was to be linked.
struct Refused {
    error: DescriptorError,
    descriptor: FileDescriptorProto,
}

impl Refused {
    /// What is wrong with the file, from its first line on.
    fn explained(self, pool: &DescriptorPool, files: &[File], file: &File) -> Vec<Problem> {
        let known = Known::new(files, file);
        let told = Told { source: &file.source, blame: file.blame, shift: 0 };
        let told = |error: DescriptorError| told.problems(&error.with_source_code(&file.source.text));
        let mut problems = told(self.error);
        let mut descriptor = self.descriptor;
        apart::set_apart(&mut descriptor);
        // The copy of the pool takes the changed file; nothing else sees it.
        if let Err(error) = pool.clone().add_file_descriptor_proto(descriptor) {
            let more =
                told(error).into_iter().filter(|more| !problems.iter().any(|problem| problem.is(more)));
            let more: Vec<Problem> = more.collect();
            problems.extend(more);
        }
        let mut own = number::check(file);
        own.extend(check::reserved_names(file));
        if !own.is_empty() {
            problems.retain(|problem| !number::covers(problem.title()));
        }
        problems.extend(own);
        problems.sort_by_key(Problem::place);
        problems.into_iter().map(|problem| known.explain(problem).within(file.descriptor.package())).collect()
    }
}

fn add(
    pool: &mut DescriptorPool,
    file: &mut File,
    broken: bool,
) -> Option<Result<FileDescriptorProto, Refused>> {
    if broken {
        return None;
    }
    let info = file.descriptor.source_code_info.take();
    let mut mended = file.descriptor.clone();
    mend::set_apart(&mut mended, &file.dialect);
    relative::complete(&mut mended, &|name| pool.get_extension_by_name(name).is_some());
    match pool.add_file_descriptor_proto(mended.clone()) {
        Ok(()) => {
            let added = pool.get_file_by_name(mended.name())?;
            let mut linked = added.file_descriptor_proto().clone();
            mend::restore(&mut linked, &file.descriptor);
            file.encoded = encoded::encoded(&added.encode_to_vec(), &linked, &file.dialect);
            Some(Ok(linked))
        }
        Err(error) => {
            mended.source_code_info = info;
            let error = pool.add_file_descriptor_proto(mended.clone()).err().unwrap_or(error);
            Some(Err(Refused { error, descriptor: mended }))
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
        check::reserved_names(file).into_iter().for_each(|problem| errors.push(problem));
        rule::check(file, &types, errors);
        message_set::check(file, &sets, errors);
        visible::check(&linked, index, &types, errors);
        style::check(file, errors);
    }
    unused::check(&linked, &types, errors);
    linked
}
