//! A `.proto` file's text with the places of everything in it: line, column and comments by descriptor path.
//!
//! `parse::load` makes one per file from the parser's output before the link drops it; problems quote it, docs read it.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use prost_types::SourceCodeInfo;
use prost_types::source_code_info::Location;

use crate::error::{Blame, Label, Problem, Snippet};

/// One file as the user knows it.
#[derive(Debug, Default)]
pub(crate) struct Source {
    /// The path relative to the manifest directory.
    pub(crate) shown: String,
    pub(crate) text: String,
    places: HashMap<Vec<i32>, Place, BuildHasherDefault<Fnv>>,
}

/// FNV-1a. There are some places for each field, and the standard hasher takes a hundred times as long where nothing
/// optimises it, as macros are built.
struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Hasher for Fnv {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// Where a piece of the descriptor stands, and what is said about it.
#[derive(Debug)]
pub(crate) struct Place {
    line: usize,
    start: usize,
    end: Option<usize>,
    comment: String,
}

impl Source {
    pub(crate) fn new(shown: String, text: String) -> Self {
        Self { shown, text, places: HashMap::default() }
    }

    /// Takes over what the parser knows.
    pub(super) fn index(&mut self, info: &SourceCodeInfo) {
        for location in &info.location {
            let place = Place::new(location);
            // A path can occur twice (a group is a field and a message); the first is the whole declaration.
            self.places.entry(location.path.clone()).or_insert(place);
        }
    }

    /// Takes over what the parser did not see: a declaration within one line.
    pub(super) fn add(&mut self, path: Vec<i32>, (offset, length): (usize, usize)) {
        let label = self.mark(offset, length, "");
        let place =
            Place { line: label.line, start: label.start, end: Some(label.end), comment: String::new() };
        self.places.insert(path, place);
    }

    /// What was written as one thing is another: it has the same place.
    pub(super) fn copy(&mut self, from: &[i32], to: &[i32]) {
        if let Some(Place { line, start, end, .. }) = self.places.get(from) {
            let place = Place { line: *line, start: *start, end: *end, comment: String::new() };
            self.places.insert(to.to_vec(), place);
        }
    }

    /// Whether the declaration at `path` is written in the file.
    pub(super) fn has(&self, path: &[i32]) -> bool {
        self.places.contains_key(path)
    }

    /// The line, from one, of the declaration at `path`.
    pub(crate) fn line(&self, path: &[i32]) -> Option<usize> {
        self.places.get(path).map(|place| place.line + 1)
    }

    /// The comment before the declaration at `path`, or else the one behind it.
    pub(crate) fn comment(&self, path: &[i32]) -> &str {
        self.places.get(path).map_or("", |place| &place.comment)
    }

    /// Marks the declaration at `path`, or the nearest one around it.
    pub(crate) fn label(&self, path: &[i32], note: &str, primary: bool) -> Option<Label> {
        let place = (1..=path.len()).rev().find_map(|length| self.places.get(path.get(..length)?))?;
        let text = self.text.lines().nth(place.line).unwrap_or("").to_owned();
        let end = place.end.unwrap_or(text.len());
        Some(Label { line: place.line, start: place.start, end, text, note: note.to_owned(), primary })
    }

    /// A problem with the declaration at `path`.
    pub(super) fn problem(&self, title: &str, path: &[i32], blame: Blame) -> Problem {
        Problem::new(title, blame).at(self.snippet(self.label(path, "", true)))
    }

    /// Marks `length` bytes from `offset` on, as far as their line goes.
    pub(crate) fn mark(&self, offset: usize, length: usize, note: &str) -> Label {
        let offset = offset.min(self.text.len());
        let head = self.text.get(..offset).unwrap_or("");
        let line_start = head.rfind('\n').map_or(0, |end| end + 1);
        let text = self.text.get(line_start..).and_then(|tail| tail.lines().next()).unwrap_or("").to_owned();
        let start = offset - line_start;
        let end = (start + length.max(1)).min(text.len().max(start + 1));
        Label { line: head.matches('\n').count(), start, end, text, note: note.to_owned(), primary: true }
    }

    pub(crate) fn snippet(&self, labels: impl IntoIterator<Item = Label>) -> Snippet {
        Snippet { file: self.shown.clone(), labels: labels.into_iter().collect() }
    }
}

impl Place {
    fn new(location: &Location) -> Self {
        let unsigned = |value: &i32| usize::try_from(*value).unwrap_or(0);
        let mut span = location.span.iter().map(unsigned);
        let (line, start) = (span.next().unwrap_or(0), span.next().unwrap_or(0));
        // Three numbers: the end column on the same line. Four: end line and column, so this line is marked to its end.
        let end = if location.span.len() == 3 { span.next() } else { None };
        let comment = location.leading_comments.as_ref().or(location.trailing_comments.as_ref());
        Self { line, start, end, comment: comment.cloned().unwrap_or_default() }
    }
}
