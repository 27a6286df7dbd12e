//! What can be wrong with a call, and how it is shown: problems are gathered as plain values by every
//! layer and rendered with the `.proto` place, the quoted line, a marker and a help line.
//!
//! `parse` and `model` push into [`Errors`]; `emit::failure` turns what was gathered into `compile_error!`s.

use std::fmt::Write as _;

use proc_macro2::Span;

/// More problems than this are counted, not shown.
pub(crate) const SHOWN: usize = 8;

/// Gathers problems, so that one build shows them all.
#[derive(Debug, Default)]
pub(crate) struct Errors {
    problems: Vec<Problem>,
    warnings: Vec<Problem>,
}

/// One mistake, with all that is needed to show it.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    title: String,
    notes: Vec<String>,
    snippet: Option<Box<Snippet>>,
    help: Vec<String>,
    blame: Blame,
    package: String,
}

/// The token of the call that the compiler underlines.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Blame {
    /// The n-th file of the call.
    File(usize),
    /// An argument that is wrong in itself.
    Token(Span),
}

/// The quoted place in a `.proto` file: the first label marked primary gives line and column.
#[derive(Clone, Debug)]
pub(crate) struct Snippet {
    /// The file as the user knows it.
    pub(crate) file: String,
    /// What is marked.
    pub(crate) labels: Vec<Label>,
}

/// A marked range within one line; columns are bytes of that line.
#[derive(Clone, Debug)]
pub(crate) struct Label {
    pub(crate) line: usize,
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) text: String,
    pub(crate) note: String,
    pub(crate) primary: bool,
}

impl Errors {
    pub(crate) fn push(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    /// What the compiler mentions and goes on.
    pub(crate) fn warn(&mut self, problem: Problem) {
        self.warnings.push(problem);
    }

    /// Forgets the warnings.
    pub(crate) fn silence(&mut self) {
        self.warnings.clear();
    }

    /// The first warnings.
    pub(crate) fn warnings(&self) -> impl Iterator<Item = &Problem> {
        self.warnings.iter().take(SHOWN)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.problems.is_empty()
    }

    /// Two gatherings, one after the other.
    pub(crate) fn join(mut self, other: Errors) -> Errors {
        self.problems.extend(other.problems);
        self.warnings.extend(other.warnings);
        self
    }

    /// What to show: the first problems, and a last one that counts the rest.
    pub(crate) fn shown(mut self) -> Vec<Problem> {
        let rest = self.problems.len().saturating_sub(SHOWN);
        self.problems.truncate(SHOWN);
        if let (true, Some(last)) = (rest > 0, self.problems.last().cloned()) {
            let plural = if rest == 1 { "" } else { "s" };
            let count = Problem::new(format!("{rest} more error{plural} in the .proto files"), last.blame);
            self.problems.push(count.within(&last.package));
        }
        self.problems
    }
}

impl Problem {
    pub(crate) fn new(title: impl Into<String>, blame: Blame) -> Self {
        Self {
            title: title.into(),
            notes: Vec::new(),
            snippet: None,
            help: Vec::new(),
            blame,
            package: String::new(),
        }
    }

    /// A line under the title, where there is nothing to quote.
    pub(crate) fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    pub(crate) fn at(mut self, snippet: Snippet) -> Self {
        self.snippet = Some(Box::new(snippet));
        self
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }

    /// The proto package whose module holds the error: names of that module are then not reported missing as well.
    pub(crate) fn within(mut self, package: &str) -> Self {
        self.package = package.to_owned();
        self
    }

    pub(crate) fn title(&self) -> &str {
        &self.title
    }

    /// Whether the other says the same of the same place.
    pub(crate) fn is(&self, other: &Problem) -> bool {
        self.title == other.title && self.place() == other.place()
    }

    /// Line and column of the primary label.
    pub(crate) fn place(&self) -> Option<(usize, usize)> {
        self.primary().map(|label| (label.line, label.start))
    }

    /// What the primary label marks.
    pub(crate) fn marked(&self) -> &str {
        self.primary().and_then(|label| label.text.get(label.start..label.end)).unwrap_or("")
    }

    /// The same problem in better words: another title, and another note at the primary label.
    pub(crate) fn retitled(mut self, title: String, note: &str) -> Self {
        self.title = title;
        for label in
            self.snippet.iter_mut().flat_map(|snippet| &mut snippet.labels).filter(|label| label.primary)
        {
            note.clone_into(&mut label.note);
        }
        self
    }

    /// The only help line.
    pub(crate) fn helped(mut self, help: String) -> Self {
        self.help = vec![help];
        self
    }

    pub(crate) fn blame(&self) -> Blame {
        self.blame
    }

    pub(crate) fn package(&self) -> &str {
        &self.package
    }

    fn primary(&self) -> Option<&Label> {
        self.snippet.as_ref()?.labels.iter().find(|label| label.primary)
    }

    /// The text of the compiler's message.
    pub(crate) fn render(&self) -> String {
        let mut text = self.title.clone();
        for note in &self.notes {
            let _ = write!(text, "\n{note}");
        }
        let gutter = self.snippet.as_ref().map(|snippet| snippet.render(&mut text));
        for help in &self.help {
            let _ = write!(text, "\n{:gutter$} = help: {help}", "", gutter = gutter.unwrap_or(0));
        }
        text
    }
}

impl Snippet {
    /// Writes the place and the quoted lines; the answer is the width of the line numbers.
    fn render(&self, text: &mut String) -> usize {
        let Some(primary) = self.labels.iter().find(|label| label.primary).or(self.labels.first()) else {
            let _ = write!(text, "\n --> {}", self.file);
            return 1;
        };
        let mut labels: Vec<&Label> = self.labels.iter().collect();
        labels.sort_by_key(|label| (label.line, label.start));
        let last = labels.last().map_or(0, |label| label.line + 1);
        let width = last.to_string().len();
        let column = primary.text.get(..primary.start).map_or(primary.start, |head| head.chars().count()) + 1;
        let _ = write!(text, "\n{:width$}--> {}:{}:{column}", "", self.file, primary.line + 1);
        let _ = write!(text, "\n{:width$} |", "");
        let mut previous = None;
        for label in labels {
            if previous.is_some_and(|line| line + 1 < label.line) {
                let _ = write!(text, "\n...");
            }
            if previous != Some(label.line) {
                let _ = write!(text, "\n{:>width$} | {}", label.line + 1, spaced(label.text.trim_end()));
            }
            previous = Some(label.line);
            let _ = write!(text, "\n{:width$} | {}", "", label.marker());
        }
        let _ = write!(text, "\n{:width$} |", "");
        width
    }
}

impl Label {
    fn marker(&self) -> String {
        let head = self.text.get(..self.start).unwrap_or("");
        let marked = self.text.get(self.start..self.end).unwrap_or("");
        let sign = if self.primary { "^" } else { "-" };
        let length = spaced(marked.trim_end()).chars().count().max(1);
        let marker =
            format!("{}{} {}", " ".repeat(spaced(head).chars().count()), sign.repeat(length), self.note);
        marker.trim_end().to_owned()
    }
}

/// Tabs would shift the marker against the quoted line.
fn spaced(text: &str) -> String {
    text.replace('\t', "    ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn label(line: usize, range: (usize, usize), text: &str, primary: bool) -> Label {
        let note = if primary { "defined again here" } else { "first defined here" };
        Label { line, start: range.0, end: range.1, text: text.to_owned(), note: note.to_owned(), primary }
    }

    #[test]
    fn a_problem_looks_like_the_compilers_own() {
        let labels = vec![label(9, (8, 9), "message A {}", true), label(2, (9, 10), "\tmessage A {}", false)];
        let problem = Problem::new("name `x.A` is defined twice", Blame::File(0))
            .at(Snippet { file: "proto/x.proto".to_owned(), labels })
            .help("rename one of them");
        let expected = "name `x.A` is defined twice\n  --> proto/x.proto:10:9\n   |\n 3 |     message A {}\n   \
                        |             - first defined here\n...\n10 | message A {}\n   |         ^ defined again here\n   \
                        |\n   = help: rename one of them";
        assert_eq!(problem.render(), expected);
    }

    #[test]
    fn the_ninth_problem_is_counted() {
        let mut errors = Errors::default();
        for number in 0..11 {
            errors.push(Problem::new(format!("problem {number}"), Blame::File(0)));
        }
        let shown = errors.shown();
        assert_eq!(shown.len(), 9);
        assert_eq!(shown[8].render(), "3 more errors in the .proto files");
    }
}
