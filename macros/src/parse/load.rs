//! Reads the files of the call and all that they import, each once, and hands them to the link in order.
//!
//! `lib.rs` calls [`load`]. A file that cannot be read or parsed is a problem; its importers are left out, and
//! whatever does not need it goes on.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use super::file::File;
use super::input::Call;
use super::lower::{self, Lowered};
use super::option::{self, Taken};
use super::roots::{Found, Roots};
use super::schema::SchemaFile;
use super::source::Source;
use super::wording::Told;
use super::{bundle, encoded, link, scan, text};
use crate::error::{Blame, Errors, Problem};

const INLINE: &str = "inline.proto";

/// What was read.
#[derive(Debug, Default)]
pub(crate) struct Loaded {
    /// In the order of imports: a file comes after all that it imports.
    pub(crate) files: Vec<File>,
    /// The files on disk that a rebuild depends on.
    pub(crate) tracked: Vec<String>,
}

impl Loaded {
    /// All files as one `google.protobuf.FileDescriptorSet`.
    pub(crate) fn descriptor_set(&self) -> Vec<u8> {
        let mut set = Vec::new();
        self.files.iter().for_each(|file| encoded::put_file(&file.encoded, &mut set));
        set
    }

    /// The files that other calls may import: all but those that they have themselves.
    pub(crate) fn exported(&self) -> Vec<SchemaFile> {
        let files = self.files.iter().filter(|file| !file.bundled);
        let exported = files.map(|file| SchemaFile {
            name: file.descriptor.name().to_owned(),
            text: file.source.text.clone(),
            own: file.dep.is_none(),
        });
        exported.collect()
    }
}

/// Reads, parses and links. `base` is the directory that paths are relative to.
pub(crate) fn load(call: &Call, base: &Path) -> (Loaded, Errors) {
    let mut errors = Errors::default();
    let (roots, entries) = Roots::new(call, base, &mut errors);
    let mut loader = Loader { roots, provided: provided(call), errors, ..Loader::default() };
    if let Some(inline) = &call.inline {
        let blame = call.files.len();
        loader.open.push(INLINE.to_owned());
        loader.seen.insert(INLINE.to_owned());
        loader.parse(INLINE, Source::new(INLINE.to_owned(), inline.value.clone()), (blame, None));
        loader.open.clear();
    }
    for entry in entries {
        loader.visit(&entry.name, entry.blame, None);
        loader.mark_root(&entry.name);
    }
    loader.mark_root(INLINE);
    loader.idle(call);
    let (files, problems) = link::link(loader.files, loader.failed);
    (Loaded { files, tracked: loader.tracked }, loader.errors.join(problems))
}

/// The files of the call's `deps`, by their import names. The one that made a file's types is before those that only
/// hand it on.
fn provided(call: &Call) -> HashMap<&str, Provided<'_>> {
    let mut provided: HashMap<&str, Provided<'_>> = HashMap::new();
    for (dep, schema) in call.deps.iter().enumerate().filter_map(|(dep, it)| Some((dep, it.schema.as_ref()?)))
    {
        for file in &schema.files {
            let better = provided.get(file.name.as_str()).is_none_or(|before| file.own && !before.file.own);
            if better {
                provided.insert(&file.name, Provided { dep, file });
            }
        }
    }
    provided
}

/// A file of one of the call's `deps`.
#[derive(Clone, Copy, Debug)]
struct Provided<'a> {
    dep: usize,
    file: &'a SchemaFile,
}

#[derive(Debug, Default)]
struct Loader<'a> {
    roots: Roots,
    provided: HashMap<&'a str, Provided<'a>>,
    files: Vec<File>,
    seen: HashSet<String>,
    failed: HashSet<String>,
    /// The chain of imports that leads to the file at hand.
    open: Vec<String>,
    tracked: Vec<String>,
    errors: Errors,
}

/// An import statement: the importing file and its place.
struct Import<'a> {
    source: &'a Source,
    index: usize,
    package: &'a str,
}

impl Loader<'_> {
    fn visit(&mut self, name: &str, blame: usize, import: Option<&Import<'_>>) {
        if self.open.iter().any(|open| open == name) {
            return self.cycle(name, blame, import);
        }
        if !self.seen.insert(name.to_owned()) {
            return;
        }
        self.open.push(name.to_owned());
        // A file that the call names is made here, whoever made it elsewhere.
        let provided = import.and_then(|_| self.provided.get(name).copied());
        match (bundle::text(name), provided) {
            (Some(text), _) => self.parse(name, Source::new(name.to_owned(), text.to_owned()), (blame, None)),
            (None, Some(Provided { dep, file })) => {
                self.parse(name, Source::new(name.to_owned(), file.text.clone()), (blame, Some(dep)));
            }
            (None, None) => self.read(name, blame, import),
        }
        self.open.pop();
    }

    fn read(&mut self, name: &str, blame: usize, import: Option<&Import<'_>>) {
        let mut found = self.roots.find(name).into_iter();
        match (found.next(), found.next()) {
            (None, _) => {
                let problem = Problem::new(format!("import `{name}` not found"), Blame::File(blame));
                let problem = place(problem, import, "no such file under the import roots");
                // A file does not mean itself: the one that imports stands before this one.
                let importer = self.open.iter().rev().nth(1).map(String::as_str);
                let problem = match self.roots.near(name, importer) {
                    Some(near) => problem.help(format!("did you mean `{near}`?")),
                    None => problem,
                };
                let roots = self.roots.listed();
                self.fail(
                    name,
                    problem.help(format!(
                        "looked under {roots}; `google/protobuf` and the errors of `google/rpc` are built in"
                    )),
                );
            }
            (Some(first), Some(second)) => {
                let title = format!("`{name}` is two files: `{}` and `{}`", first.shown, second.shown);
                let problem = place(Problem::new(title, Blame::File(blame)), import, "imported here");
                self.fail(name, problem.help("rename one, or leave one of the two import roots out"));
            }
            (Some(file), None) => self.read_file(name, &file, (blame, import)),
        }
    }

    fn read_file(&mut self, name: &str, file: &Found, (blame, import): (usize, Option<&Import<'_>>)) {
        match text::read(&file.path, &file.shown, Blame::File(blame)) {
            Ok(text) => {
                self.tracked.extend(file.path.to_str().map(str::to_owned));
                self.parse(name, Source::new(file.shown.clone(), text), (blame, None));
            }
            Err(problem) if problem.place().is_none() => {
                self.fail(name, place(problem, import, "imported here"));
            }
            Err(problem) => self.fail(name, problem),
        }
    }

    fn parse(&mut self, name: &str, mut source: Source, (blame, dep): (usize, Option<usize>)) {
        let Lowered { text, shift, edition, kept } = match lower::lower(&source, blame) {
            Ok(lowered) => lowered,
            Err(problems) => return self.fail_with(name, problems),
        };
        let parsed = protox_parse::parse(name, &text);
        drop(text);
        let mut descriptor = match parsed {
            Ok(descriptor) => descriptor,
            Err(error) => {
                let package = scan::package(&source.text);
                let problems = Told { source: &source, blame, shift }.problems(&error);
                return self.fail_with(name, problems.into_iter().map(|problem| problem.within(&package)));
            }
        };
        if let Some(info) = &descriptor.source_code_info {
            source.index(info);
        }
        match option::take(&mut descriptor, &mut source, Taken { edition, kept, blame }) {
            Ok(dialect) => {
                let bundled = bundle::text(name).is_some();
                self.accept(File {
                    descriptor,
                    encoded: Vec::new(),
                    source,
                    dialect,
                    root: false,
                    bundled,
                    dep,
                    blame,
                })
            }
            Err(problems) => self.fail_with(name, problems),
        }
    }

    /// Imports first, so that the order of `files` is the order of the link.
    fn accept(&mut self, file: File) {
        let package = file.descriptor.package().to_owned();
        for (index, name) in file.descriptor.dependency.iter().enumerate() {
            let import = Import { source: &file.source, index, package: &package };
            if file.descriptor.dependency.iter().take(index).any(|earlier| earlier == name) {
                let problem = Problem::new(format!("`{name}` is imported twice"), Blame::File(file.blame));
                self.errors
                    .push(place(problem, Some(&import), "imported again here").help("remove this line"));
                continue;
            }
            self.visit(name, file.blame, Some(&import));
        }
        self.files.push(file);
    }

    fn cycle(&mut self, name: &str, blame: usize, import: Option<&Import<'_>>) {
        let start = self.open.iter().position(|open| open == name).unwrap_or(0);
        let chain =
            self.open.iter().skip(start).map(String::as_str).chain([name]).collect::<Vec<_>>().join("` -> `");
        let problem = Problem::new("files import each other in a circle", Blame::File(blame));
        let problem = place(problem, import, "imported here").help(format!("the circle is `{chain}`"));
        self.fail(name, problem.help("move what both need into a third file"));
    }

    fn fail(&mut self, name: &str, problem: Problem) {
        self.failed.insert(name.to_owned());
        self.errors.push(problem);
    }

    fn fail_with(&mut self, name: &str, problems: impl IntoIterator<Item = Problem>) {
        self.failed.insert(name.to_owned());
        problems.into_iter().for_each(|problem| self.errors.push(problem));
    }

    /// Mentions the `deps` that were of no use.
    fn idle(&mut self, call: &Call) {
        for (index, dep) in call.deps.iter().enumerate() {
            if !self.files.iter().any(|file| file.dep == Some(index)) {
                let title =
                    format!("`{}` in deps gives nothing that the files of this call import", dep.shown());
                self.errors.warn(Problem::new(title, Blame::Token(dep.span())).help("take this entry out"));
            }
        }
    }

    fn mark_root(&mut self, name: &str) {
        for file in self.files.iter_mut().filter(|file| file.descriptor.name() == name) {
            file.root = true;
        }
    }
}

fn place(problem: Problem, import: Option<&Import<'_>>, note: &str) -> Problem {
    let Some(import) = import else { return problem };
    let path = [3, i32::try_from(import.index).unwrap_or(i32::MAX)];
    let label = import.source.label(&path, note, true);
    problem.at(import.source.snippet(label)).within(import.package)
}
