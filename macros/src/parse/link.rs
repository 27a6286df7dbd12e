//! The link: protox resolves names and checks the files, one by one; its errors become problems with places.
//!
//! Source info is left out of the link, because resolving options walks all of it for every option (quadratic);
//! only a file that fails is linked again with it. `parse::load` calls [`link`].

use std::collections::HashSet;

use prost_types::FileDescriptorProto;
use protox::prost_reflect::{DescriptorError, DescriptorPool};

use super::declared::Declarations;
use super::file::File;
use super::mend::Public;
use super::qualify::Declared;
use super::suggest::Known;
use super::types::Types;
use super::wording::Told;
use super::{
    apart, check, constraint, early, encoded, extend, lite, mend, message_set, number, range, relative, rule,
    style, unused, value, visible,
};
use crate::error::{Errors, Problem, SHOWN};

/// Links the files in their order; those that fail, or import one that failed, are not in the answer.
pub(super) fn link(mut files: Vec<File>, mut failed: HashSet<String>) -> (Vec<File>, Errors) {
    let mut errors = Errors::default();
    let mut pool = DescriptorPool::new();
    let mut imports = Imports::default();
    let mut declarations = Declarations::default();
    let mut refused: Vec<(Refused, usize)> = Vec::new();
    let mut sound = Vec::new();
    for (index, file) in files.iter_mut().enumerate() {
        let name = file.descriptor.name().to_owned();
        let broken =
            failed.contains(&name) || file.descriptor.dependency.iter().any(|import| failed.contains(import));
        imports.public.learn(&file.descriptor);
        imports.declared.learn(&file.descriptor);
        declarations.learn(file, &mut errors);
        early::check(file, &mut errors);
        match add(&mut pool, file, (!broken).then_some(&imports)) {
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
    for (count, (refused, index)) in refused.into_iter().enumerate() {
        let Some(file) = files.get(index) else { continue };
        // More than the first ones are counted, not shown; a second look at each would take its time.
        let again = (count < SHOWN).then_some(&pool);
        refused.explained(again, &files, file).into_iter().for_each(|problem| errors.push(problem));
    }
    let linked = replaced(files, sound);
    checked(&linked, &declarations, &mut errors);
    value::check(&linked, &pool, &mut errors);
    (linked, errors)
}

/// A file that did not link, as it was to be linked.
struct Refused {
    error: DescriptorError,
    descriptor: FileDescriptorProto,
}

impl Refused {
    /// What is wrong with the file, from its first line on. With a pool it is linked once more, changed so that the link
    /// sees what it did not come to.
    fn explained(self, pool: Option<&DescriptorPool>, files: &[File], file: &File) -> Vec<Problem> {
        let known = Known::new(files, file);
        let told = Told { source: &file.source, blame: file.blame, shift: 0 };
        let told = |error: DescriptorError| told.problems(&error.with_source_code(&file.source.text));
        let mut problems = told(self.error);
        let mut descriptor = self.descriptor;
        apart::set_apart(&mut descriptor);
        // The copy of the pool takes the changed file; nothing else sees it.
        let again = pool.map(|pool| pool.clone().add_file_descriptor_proto(descriptor));
        if let Some(Err(error)) = again {
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

/// What the files so far bring to those that import them.
#[derive(Default)]
struct Imports {
    public: Public,
    declared: Declared,
}

/// `imports` is missing for a file that cannot link, since an import of it did not.
fn add(
    pool: &mut DescriptorPool,
    file: &mut File,
    imports: Option<&Imports>,
) -> Option<Result<FileDescriptorProto, Refused>> {
    let imports = imports?;
    let info = file.descriptor.source_code_info.take();
    match pool.add_file_descriptor_proto(mended(pool, file, imports)) {
        Ok(()) => {
            let added = pool.get_file_by_name(file.descriptor.name())?;
            let mut linked = added.file_descriptor_proto().clone();
            mend::restore(&mut linked, &file.descriptor);
            file.encoded = encoded::encoded(&added.encode_to_vec(), &linked, &file.dialect);
            Some(Ok(linked))
        }
        Err(error) => {
            let mut mended = mended(pool, file, imports);
            mended.source_code_info = info;
            let error = pool.add_file_descriptor_proto(mended.clone()).err().unwrap_or(error);
            Some(Err(Refused { error, descriptor: mended }))
        }
    }
}

/// The file as protox takes it.
fn mended(pool: &DescriptorPool, file: &File, imports: &Imports) -> FileDescriptorProto {
    let mut mended = file.descriptor.clone();
    mend::set_apart(&mut mended, &file.dialect);
    imports.public.spell_out(&mut mended);
    imports.declared.spell_out(&mut mended);
    relative::complete(&mut mended, &|name| pool.get_extension_by_name(name).is_some());
    mended
}

/// The linked descriptors in the files' place.
fn replaced(files: Vec<File>, sound: Vec<(usize, FileDescriptorProto)>) -> Vec<File> {
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
    linked
}

/// What protox does not check is checked here.
fn checked(linked: &[File], declarations: &Declarations, errors: &mut Errors) {
    let types = Types::new(linked);
    let sets = message_set::names(linked);
    let entries = constraint::entries(linked);
    let lite = lite::names(linked);
    for (index, file) in linked.iter().enumerate() {
        check::reserved_names(file).into_iter().for_each(|problem| errors.push(problem));
        range::check(file, errors);
        constraint::check(file, &entries, errors);
        extend::check(file, declarations, errors);
        rule::check(file, &types, errors);
        message_set::check(file, &sets, errors);
        lite::check(linked, index, (&lite, &types), errors);
        visible::check(linked, index, &types, errors);
        style::check(file, errors);
    }
    unused::check(linked, &types, errors);
}
