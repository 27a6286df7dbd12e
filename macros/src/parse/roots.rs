//! Import roots: under which directories files are looked up, and which name each file of the call has there.
//!
//! `parse::load` makes the [`Roots`] once per call and asks them for every import.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::argument::Text;
use super::bundle;
use super::input::Call;
use super::near::nearest;
use super::scan;
use crate::error::{Blame, Errors, Problem};

/// The directories, in the order in which they are asked, relative to the manifest directory.
#[derive(Debug, Default)]
pub(super) struct Roots {
    base: PathBuf,
    dirs: Vec<String>,
}

/// A file of the call under its import name.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) blame: usize,
}

/// A file on disk.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) path: PathBuf,
    /// The path as the user would write it.
    pub(super) shown: String,
}

impl Roots {
    /// The roots of the call, and the files of the call under them.
    pub(super) fn new(call: &Call, base: &Path, errors: &mut Errors) -> (Roots, Vec<Entry>) {
        let mut roots = Roots { base: base.to_owned(), dirs: Vec::new() };
        for dir in call.include.iter().flatten() {
            match roots.checked(dir, "import root", Blame::Token(dir.span)) {
                Ok(path) => match roots.directory(dir, &path) {
                    Ok(()) => roots.add(path),
                    Err(problem) => errors.push(problem),
                },
                Err(problem) => errors.push(problem),
            }
        }
        let mut entries = Vec::new();
        for (blame, file) in call.files.iter().enumerate() {
            match roots.entry(file, blame, call.include.is_some()) {
                Ok(name) => entries.push(Entry { name, blame }),
                Err(problem) => errors.push(problem),
            }
        }
        if roots.dirs.is_empty() {
            let proto = roots.base.join("proto").is_dir();
            roots.add(if proto { "proto".to_owned() } else { String::new() });
        }
        (roots, entries)
    }

    /// All places where a file of that import name exists, the first root first.
    pub(super) fn find(&self, name: &str) -> Vec<Found> {
        let found = self.dirs.iter().map(|dir| joined(dir, name)).filter_map(|shown| {
            let path = self.base.join(&shown);
            may_be_file(&path).then_some(Found { path, shown })
        });
        let mut seen: Vec<PathBuf> = Vec::new();
        found
            .filter(|file| {
                let real = fs::canonicalize(&file.path).unwrap_or_else(|_| file.path.clone());
                let new = !seen.contains(&real);
                seen.push(real);
                new
            })
            .collect()
    }

    /// The roots for an error text.
    pub(super) fn listed(&self) -> String {
        let shown =
            self.dirs.iter().map(|dir| if dir.is_empty() { "`.`".to_owned() } else { format!("`{dir}`") });
        shown.collect::<Vec<_>>().join(", ")
    }

    /// An existing import name near to a missing one, but for that of the file that imports it.
    pub(super) fn near(&self, name: &str, importer: Option<&str>) -> Option<String> {
        let mut names: Vec<String> = bundle::names().map(str::to_owned).collect();
        for dir in &self.dirs {
            let found = proto_files(&self.base.join(dir));
            names.extend(found);
        }
        names.retain(|known| Some(known.as_str()) != importer);
        similar(name, &names)
    }

    fn add(&mut self, dir: String) {
        if !self.dirs.contains(&dir) {
            self.dirs.push(dir);
        }
    }

    /// The import name of a file of the call. Its root joins the roots where the call names none.
    fn entry(&mut self, file: &Text, blame: usize, explicit: bool) -> Result<String, Problem> {
        let path = self.checked(file, ".proto file", Blame::File(blame))?;
        let under = |dir: &String| strip(&path, dir).map(str::to_owned);
        let named = self.dirs.iter().filter_map(under).min_by_key(String::len);
        if !may_be_file(&self.base.join(&path)) {
            let known = explicit && !self.find(&path).is_empty() || bundle::text(&path).is_some();
            return if known { Ok(path) } else { Err(self.not_found(&path, Blame::File(blame), explicit)) };
        }
        if let (true, Some(name)) = (explicit, named) {
            return Ok(name);
        }
        let root = self.default_root(&path);
        let name = strip(&path, &root).unwrap_or(&path).to_owned();
        self.add(root);
        Ok(name)
    }

    /// The directory above the package's path; else `proto`; else the file's own directory.
    fn default_root(&self, path: &str) -> String {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let text = fs::read_to_string(self.base.join(path)).unwrap_or_default();
        let package = scan::package(&text).replace('.', "/");
        if !package.is_empty() {
            if folder == package {
                return String::new();
            }
            if let Some(root) = folder.strip_suffix(&package).and_then(|root| root.strip_suffix('/')) {
                return root.to_owned();
            }
        }
        if strip(path, "proto").is_some() { "proto".to_owned() } else { folder.to_owned() }
    }

    /// The path with `/` only and without `.` parts; absolute ones are refused.
    fn checked(&self, text: &Text, what: &str, blame: Blame) -> Result<String, Problem> {
        let path = text.value.replace('\\', "/");
        let drive = path.as_bytes().get(1) == Some(&b':');
        if path.starts_with('/') || drive {
            let title = format!("the path of this {what} is absolute: `{}`", text.value);
            return Err(Problem::new(title, blame)
                .note("an absolute path works on this machine only")
                .help("write it relative to the directory of Cargo.toml"));
        }
        Ok(path.split('/').filter(|part| !part.is_empty() && *part != ".").collect::<Vec<_>>().join("/"))
    }

    /// Whether an import root can be read.
    fn directory(&self, dir: &Text, path: &str) -> Result<(), Problem> {
        let title = match fs::read_dir(self.base.join(path)) {
            Ok(_) => return Ok(()),
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
                format!("the import root `{}` is not a directory", dir.value)
            }
            Err(error) => format!("couldn't read the import root `{}`: {error}", dir.value),
        };
        Err(Problem::new(title, Blame::Token(dir.span)).note(format!(
            "looked for `$CARGO_MANIFEST_DIR/{path}` (paths are relative to the directory of Cargo.toml)"
        )))
    }

    fn not_found(&self, path: &str, blame: Blame, explicit: bool) -> Problem {
        let problem = Problem::new(format!("couldn't find the .proto file `{path}`"), blame).note(format!(
            "looked for `$CARGO_MANIFEST_DIR/{path}` (paths are relative to the directory of Cargo.toml)"
        ));
        let problem = if explicit {
            problem.note(format!("and under the import roots {}", self.listed()))
        } else {
            problem
        };
        if self.base.join(path).is_dir() {
            return problem.help("it is a directory: name the files in it, in a list if there are several");
        }
        if path.contains('*') {
            return problem
                .help("files are named one by one, in a list if there are several: there are no patterns");
        }
        match similar(path, &proto_files(&self.base)) {
            Some(near) => problem.help(format!("a file with a similar name exists: `{near}`")),
            None => problem,
        }
    }
}

/// Also true where it cannot be told, as in a folder that must not be read: reading the file says why.
fn may_be_file(path: &Path) -> bool {
    match fs::metadata(path) {
        Ok(found) => found.is_file(),
        Err(error) => !matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory),
    }
}

fn joined(dir: &str, name: &str) -> String {
    if dir.is_empty() { name.to_owned() } else { format!("{dir}/{name}") }
}

fn strip<'a>(path: &'a str, dir: &str) -> Option<&'a str> {
    if dir.is_empty() { Some(path) } else { path.strip_prefix(dir)?.strip_prefix('/') }
}

/// The same file name elsewhere, or a path with few other letters.
fn similar(path: &str, names: &[String]) -> Option<String> {
    let file = |path: &str| path.rsplit('/').next().unwrap_or("").to_owned();
    let same = names.iter().find(|name| file(name) == file(path));
    same.cloned().or_else(|| nearest(path, names.iter().map(String::as_str)).map(str::to_owned))
}

/// The `.proto` files under a directory; a suggestion is not worth a walk over more than some thousand entries.
fn proto_files(dir: &Path) -> Vec<String> {
    let mut names = Vec::new();
    let mut open = vec![(dir.to_owned(), String::new())];
    let mut budget = 4000_usize;
    while let Some((path, prefix)) = open.pop() {
        for entry in fs::read_dir(path).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            budget = budget.saturating_sub(1);
            if budget == 0 {
                return names;
            }
            if name.ends_with(".proto") {
                names.push(joined(&prefix, &name));
            } else if name != "target"
                && !name.starts_with('.')
                && entry.file_type().is_ok_and(|kind| kind.is_dir())
            {
                open.push((entry.path(), joined(&prefix, &name)));
            }
        }
    }
    names.sort();
    names
}
