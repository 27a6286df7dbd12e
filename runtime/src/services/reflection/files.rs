//! The files of a server's services, each once. Filled and read by `index`.
//!
//! Every call of `include_proto!` brings a set of its own, and the sets share files. Files that are equal are one; of two
//! that have only the name in common the later one gets another name, or it could not be asked for.

use std::collections::{HashMap, HashSet, VecDeque};

use bytes::Bytes;

use crate::message::{Message, MessageView};
use crate::well_known::{FileDescriptorProto, FileDescriptorProtoView};

/// See the head of the file.
#[derive(Debug, Default)]
pub(super) struct Files {
    files: Vec<File>,
    by_name: HashMap<String, usize>,
}

#[derive(Debug)]
struct File {
    /// A `google.protobuf.FileDescriptorProto`: a part of the program, where it came from `include_proto!`.
    bytes: Bytes,
    imports: Vec<String>,
}

impl Files {
    /// Adds the files of a set, which has all that they import.
    pub(super) fn add(&mut self, set: impl IntoIterator<Item = Bytes>) {
        let named = set.into_iter().filter_map(|bytes| {
            let name = FileDescriptorProtoView::decode(&bytes).ok()?.name?.to_owned();
            Some((name, bytes))
        });
        let given: Vec<_> = named.collect();
        let names: Vec<_> = given.iter().map(|(name, _)| name.clone()).collect();
        let mut joining = Joining { files: self, given: given.into_iter().collect(), names: HashMap::new() };
        for name in names {
            joining.join(&name);
        }
    }

    /// Where the file of that name is.
    pub(super) fn find(&self, name: &str) -> Option<usize> {
        self.by_name.get(name).copied()
    }

    /// All files with their places.
    pub(super) fn all(&self) -> impl Iterator<Item = (usize, &Bytes)> {
        self.files.iter().map(|file| &file.bytes).enumerate()
    }

    /// The file at a place, and behind it all that it needs and `sent` does not have.
    pub(super) fn with_imports(&self, place: usize, sent: &mut HashSet<usize>) -> Vec<Bytes> {
        let mut found = Vec::new();
        let mut open = VecDeque::from([place]);
        sent.insert(place);
        while let Some(file) = open.pop_front().and_then(|place| self.files.get(place)) {
            found.push(file.bytes.clone());
            let imports = file.imports.iter().filter_map(|import| self.find(import));
            open.extend(imports.filter(|import| sent.insert(*import)));
        }
        found
    }
}

/// A set on its way into the files.
struct Joining<'a> {
    files: &'a mut Files,
    /// What has not been looked at.
    given: HashMap<String, Bytes>,
    /// What the others are called.
    names: HashMap<String, String>,
}

impl Joining<'_> {
    /// Brings in a file behind all that it imports, and tells its name.
    fn join(&mut self, name: &str) -> String {
        if let Some(known) = self.names.get(name) {
            return known.clone();
        }
        // What is not in the set cannot be renamed.
        let Some(bytes) = self.given.remove(name) else { return name.to_owned() };
        let view = FileDescriptorProtoView::decode(&bytes).unwrap_or_default();
        let imports: Vec<_> = view.dependency.iter().map(|import| self.join(import)).collect();
        let is_changed = view.dependency.iter().ne(&imports);
        let bytes = if is_changed { with_imports(&bytes, &imports) } else { bytes };
        let name_now = self.insert(name, bytes, imports);
        self.names.insert(name.to_owned(), name_now.clone());
        name_now
    }

    fn insert(&mut self, name: &str, bytes: Bytes, imports: Vec<String>) -> String {
        let stem = name.strip_suffix(".proto").unwrap_or(name);
        for number in 1.. {
            let (named, bytes) = match number {
                1 => (name.to_owned(), bytes.clone()),
                number => renamed(format!("{stem}-{number}.proto"), &bytes),
            };
            match self.files.find(&named).and_then(|place| self.files.files.get(place)) {
                Some(known) if known.bytes == bytes => return named,
                Some(_) => {}
                None => {
                    self.files.by_name.insert(named.clone(), self.files.files.len());
                    self.files.files.push(File { bytes, imports });
                    return named;
                }
            }
        }
        name.to_owned()
    }
}

/// The file under another name: of a field that is there twice the last one counts.
fn renamed(name: String, bytes: &Bytes) -> (String, Bytes) {
    let head = FileDescriptorProto { name: Some(name.clone()), ..Default::default() };
    (name, [&bytes[..], &head.encode_to_vec()].concat().into())
}

fn with_imports(bytes: &Bytes, imports: &[String]) -> Bytes {
    let mut file = FileDescriptorProto::decode(bytes).unwrap_or_default();
    file.dependency = imports.to_vec();
    file.encode_to_bytes()
}
