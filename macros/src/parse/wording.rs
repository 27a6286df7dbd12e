//! Problems out of protox's errors, in the words of the compiler that shows them: what is wrong, at the place that is to
//! be changed, with what to write instead.
//!
//! `parse::load` hands over what does not parse, `parse::link` what does not link. What needs to know all names is said
//! by `suggest`.

use miette::Diagnostic;

use super::source::Source;
use super::token::Tokens;
use crate::error::{Blame, Label, Problem};

/// A file as the parser read it, which may have had `shift` bytes more than the source.
pub(super) struct Told<'a> {
    pub(super) source: &'a Source,
    pub(super) blame: usize,
    pub(super) shift: usize,
}

impl Told<'_> {
    /// One problem for each error that protox reports at once.
    pub(super) fn problems(&self, error: &dyn Diagnostic) -> Vec<Problem> {
        let related = error.related().into_iter().flatten();
        [error].into_iter().chain(related).filter_map(|error| self.problem(error)).collect()
    }

    fn problem(&self, error: &dyn Diagnostic) -> Option<Problem> {
        // protox quotes names with apostrophes; the compiler, and so we, with backticks.
        let title = error.to_string().replace('\'', "`");
        let mut labels = self.labels(error, &title);
        let help = error.help().map(|help| help.to_string().replace('\'', "`"));
        let words = if title.starts_with("expected ") {
            self.unexpected(&title, &mut labels)
        } else {
            let marked = labels.iter().find(|label| label.primary).map_or("", marked);
            reworded(&title, marked, help)?
        };
        if let (Some(note), Some(label)) = (words.note, labels.iter_mut().find(|label| label.primary)) {
            note.clone_into(&mut label.note);
        }
        let problem = Problem::new(words.title, Blame::File(self.blame)).at(self.source.snippet(labels));
        Some(match words.help {
            Some(help) => problem.help(help),
            None => problem,
        })
    }

    /// The last label is the one that matters, unless it shows what the first one is about.
    fn labels(&self, error: &dyn Diagnostic, title: &str) -> Vec<Label> {
        let labels = error.labels().into_iter().flatten();
        let mut labels: Vec<Label> = labels
            .map(|label| {
                let offset = label.offset().saturating_sub(self.shift);
                self.source.mark(offset, label.len(), label.label().unwrap_or(""))
            })
            .collect();
        if labels.is_empty() && title.ends_with("reached end of file") {
            labels.push(self.source.mark(
                self.source.text.trim_end().len().saturating_sub(1),
                1,
                "the file ends here",
            ));
        }
        // The parts of a map have no place of their own in the descriptor.
        if labels.is_empty()
            && let Some(name) = undefined(title)
        {
            labels.extend(
                path_of(&self.source.text, name).map(|offset| self.source.mark(offset, name.len(), "")),
            );
        }
        let primary = match labels.as_slice() {
            [first, last] if first.note == "found here" && last.note == "defined here" => 0,
            labels => labels.len().saturating_sub(1),
        };
        for (index, label) in labels.iter_mut().enumerate() {
            label.primary = index == primary;
        }
        labels
    }

    /// `expected …, but found …`: a semicolon is missed at the end of what it belongs to.
    fn unexpected(&self, title: &str, labels: &mut Vec<Label>) -> Words {
        let words = Words::new(title.replace(", but ", ", "));
        let Some(found) = labels.first_mut().filter(|_| title.starts_with("expected `;`")) else {
            return words;
        };
        let lines = self.source.text.split_inclusive('\n');
        let offset = lines.take(found.line).map(str::len).sum::<usize>() + found.start;
        let before = Tokens::new(&self.source.text).take_while(|(start, _)| *start < offset).last();
        let Some(end) = before.map(|(start, token)| start + token.len()) else { return words };
        found.primary = false;
        "unexpected".clone_into(&mut found.note);
        labels.push(self.source.mark(end, 1, "add `;` here"));
        words
    }
}

/// How a problem is told.
struct Words {
    title: String,
    /// What is said at the primary place, where it is not what protox says.
    note: Option<String>,
    help: Option<String>,
}

impl Words {
    fn new(title: impl Into<String>) -> Self {
        Self { title: title.into(), note: None, help: None }
    }

    fn note(mut self, note: &str) -> Self {
        self.note = Some(note.to_owned());
        self
    }

    fn help(mut self, help: &str) -> Self {
        self.help = Some(help.to_owned());
        self
    }
}

/// Titles that can be better; `None` for what another problem says already.
fn reworded(title: &str, marked: &str, help: Option<String>) -> Option<Words> {
    if title.starts_with("message numbers must be between") {
        return Some(
            Words::new(format!("`{marked}` is out of range")).note("these numbers go from 1 to 536870911"),
        );
    }
    if title.starts_with("enum numbers must be between") {
        let note = "numbers of enum values go from -2147483648 to 2147483647";
        return Some(Words::new(format!("`{marked}` is out of range")).note(note));
    }
    if title.starts_with("unknown syntax") {
        let help = "write `\"proto3\"` or `\"proto2\"`; an edition is written `edition = \"2023\";`";
        return Some(Words::new(title).note("no such syntax").help(help));
    }
    if let Some([first, second]) = between(title, ["camel-case name of field `", "` conflicts with field `"])
    {
        let title = format!("fields `{first}` and `{second}` have one name in JSON");
        // Two fields of one name are told of as such.
        return (first != second).then(|| Words::new(title).help("rename one of the two"));
    }
    if let Some([name, _]) = between(title, ["a field with JSON name `", "` is already defined"]) {
        return Some(
            Words::new(format!("two fields are called `{name}` in JSON")).help("rename one of the two"),
        );
    }
    if let Some([message, number]) = between(title, ["message `", "` does not define `"]) {
        let number = number.trim_end_matches("` as an extension number");
        return Some(Words::new(format!("`{number}` is not one of the extension numbers of `{message}`")));
    }
    if let Some([name, _]) = between(title, ["option field `", "` has already been set"]) {
        return Some(Words::new(format!("option `{name}` is set twice")).note("set again here"));
    }
    let mut words = Words::new(title);
    words.help = help;
    Some(words)
}

/// The name that protox says is not defined.
pub(super) fn undefined(title: &str) -> Option<&str> {
    title.strip_prefix("name `")?.strip_suffix("` is not defined")
}

/// What stands between the two parts, and what after the second up to a closing backtick.
pub(super) fn between<'a>(title: &'a str, [first, second]: [&str; 2]) -> Option<[&'a str; 2]> {
    let (name, rest) = title.strip_prefix(first)?.split_once(second)?;
    Some([name, rest.strip_suffix('`').unwrap_or(rest)])
}

fn marked(label: &Label) -> &str {
    label.text.get(label.start..label.end).unwrap_or("")
}

/// Where a dotted name stands in a text.
fn path_of(text: &str, name: &str) -> Option<usize> {
    let first = name.split('.').find(|part| !part.is_empty())?;
    let mut words = Tokens::new(text).filter(|(_, token)| *token == first).map(|(start, _)| start);
    words.find_map(|start| {
        let start = if name.starts_with('.') { start.checked_sub(1)? } else { start };
        text.get(start..)?.starts_with(name).then_some(start)
    })
}
