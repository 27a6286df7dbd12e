//! The text of a file as protox reads it: what only editions have is blanked or spelled otherwise, byte for byte,
//! so that every place stays where it is, and remembered.
//!
//! `parse::load` lowers every file before the parser; `parse::dialect` puts back what was remembered. Reads
//! statements as the grammar has them and leaves to the parser whatever does not look like one.

use std::borrow::Cow;

use super::edition::Edition;
use super::source::Source;
use super::statement::{Edit, Kept, Scanner};
use super::token::Tokens;
use crate::error::{Blame, Problem};

/// A file as the parser takes it.
#[derive(Debug)]
pub(super) struct Lowered<'a> {
    pub(super) text: Cow<'a, str>,
    /// How many bytes the text has more than the file, all of them in the `edition` statement.
    pub(super) shift: usize,
    /// `None` for a file with a `syntax`.
    pub(super) edition: Option<&'static Edition>,
    pub(super) kept: Kept,
}

/// Lowers a file, or says what its edition does not allow.
pub(super) fn lower(source: &Source, blame: usize) -> Result<Lowered<'_>, Vec<Problem>> {
    let text = source.text.as_str();
    let statement = statement(text);
    let edition = match &statement {
        Some(statement) => match Edition::named(&statement.name) {
            Some(edition) => Some(edition),
            None => return Err(vec![unknown(source, blame, statement)]),
        },
        None => None,
    };
    let mut scanner = Scanner::new(source, edition, blame);
    scanner.run(statement.as_ref().map_or(0, |statement| statement.tokens));
    let (edits, kept, problems) = scanner.finish();
    if !problems.is_empty() {
        return Err(problems);
    }
    if statement.is_none() && edits.is_empty() {
        return Ok(Lowered { text: Cow::Borrowed(text), shift: 0, edition, kept });
    }
    let mut bytes = text.as_bytes().to_vec();
    for edit in &edits {
        replace(&mut bytes, edit);
    }
    let shift = statement.map_or(0, |statement| statement.become_syntax(&mut bytes));
    let text = Cow::Owned(String::from_utf8(bytes).unwrap_or_default());
    Ok(Lowered { text, shift, edition, kept })
}

/// An `edition = "…";`
struct Statement {
    name: String,
    start: usize,
    end: usize,
    /// How many tokens it is made of.
    tokens: usize,
    /// Where the name stands.
    offset: usize,
}

impl Statement {
    /// The parser takes fields without labels from proto3 only. Without any blank the statement is a byte too short.
    fn become_syntax(self, bytes: &mut Vec<u8>) -> usize {
        const SYNTAX: &[u8] = b"syntax=\"proto3\";";
        let length = self.end - self.start;
        let blanks = length.saturating_sub(SYNTAX.len());
        let lines =
            bytes.get(self.start..self.end).unwrap_or(&[]).iter().filter(|byte| **byte == b'\n').count();
        let mut with = SYNTAX.to_vec();
        with.resize(SYNTAX.len() + blanks.saturating_sub(lines), b' ');
        with.resize(SYNTAX.len() + blanks, b'\n');
        bytes.splice(self.start..self.end, with);
        SYNTAX.len().saturating_sub(length)
    }
}

fn statement(text: &str) -> Option<Statement> {
    let mut tokens = Tokens::new(text);
    let (start, _) = tokens.next().filter(|(_, token)| *token == "edition")?;
    tokens.next().filter(|(_, token)| *token == "=")?;
    let (offset, first) = tokens.next()?;
    let mut statement = Statement { name: unquoted(first)?.to_owned(), start, end: 0, tokens: 4, offset };
    loop {
        match tokens.next()? {
            (at, ";") => {
                statement.end = at + 1;
                return Some(statement);
            }
            (_, more) => statement.name.push_str(unquoted(more)?),
        }
        statement.tokens += 1;
    }
}

fn unquoted(token: &str) -> Option<&str> {
    let inner = token.strip_prefix(['"', '\''])?;
    inner.strip_suffix(['"', '\''])
}

fn unknown(source: &Source, blame: usize, statement: &Statement) -> Problem {
    let label = source.mark(statement.offset, statement.name.len() + 2, "no such edition");
    Problem::new(format!("unknown edition `{}`", statement.name), Blame::File(blame))
        .at(source.snippet([label]))
        .help(Edition::advice(&statement.name))
        .within(&super::scan::package(&source.text))
}

/// Blanks a range but for its line ends, and puts the word at its end.
fn replace(bytes: &mut [u8], edit: &Edit) {
    let Some(range) = bytes.get_mut(edit.start..edit.end) else { return };
    range.iter_mut().filter(|byte| **byte != b'\n').for_each(|byte| *byte = b' ');
    let from = range.len().saturating_sub(edit.word.len());
    for (byte, sign) in range.iter_mut().skip(from).zip(edit.word.bytes()) {
        *byte = sign;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lowered(text: &str) -> String {
        let source = Source::new("x.proto".to_owned(), text.to_owned());
        lower(&source, 0)
            .map(|lowered| lowered.text.into_owned())
            .unwrap_or_else(|problems| problems.iter().map(Problem::render).collect::<Vec<_>>().join("\n"))
    }

    #[test]
    fn every_byte_keeps_its_place() {
        for (text, expected) in [
            ("edition = \"2023\";", "syntax=\"proto3\"; "),
            ("edition =\n \"20\"\n\"23\"; message A {}", "syntax=\"proto3\";  \n\n message A {}"),
            ("syntax = \"proto3\";\n// -inf\n", "syntax = \"proto3\";\n// -inf\n"),
            ("edition = 2023;", "edition = 2023;"),
        ] {
            assert_eq!(lowered(text).replace(' ', ""), expected.replace(' ', ""), "{text}");
            assert_eq!(lowered(text).len(), text.len(), "{text}");
        }
    }

    #[test]
    fn what_editions_add_is_blanked() {
        let head = "edition = \"2024\"; ";
        for (text, expected) in [
            ("import option \"a.proto\";", "import        \"a.proto\";"),
            ("local message A { export enum E { X = 0; } }", "      message A {        enum E { X = 0; } }"),
            ("message A { reserved a, /* b */ c; }", "message A {                         ; }"),
            ("enum A { reserved B; X = 0; }", "enum A {           ; X = 0; }"),
            (
                "message A { int32 default = 1 [default = 5]; }",
                "message A { int32 default = 1 [_efault = 5]; }",
            ),
            ("message A { A a = 1 [(x) = - inf]; }", "message A { A a = 1 [(x) = _inf]; }"),
            ("option (x) = { a: -inf };", "option (x) = { a: -inf };"),
            ("message A { extensions 1, 6 [declaration = { a: 1 }]; }", "message A { extensions 1, 6 ; }"),
            ("message A { extensions 1 to 6 [x = 1]; }", "message A { extensions 1 to 6 [x = 1]; }"),
        ] {
            let found = lowered(&format!("{head}{text}"));
            assert_eq!(
                found.get(head.len()..).unwrap_or("").replace(' ', ""),
                expected.replace(' ', ""),
                "{text}"
            );
            assert_eq!(found.len(), head.len() + text.len(), "{text}");
        }
    }

    #[test]
    fn the_shortest_statement_grows_by_one_byte() {
        let source = Source::new(String::new(), "edition=\"2023\";message A {}".to_owned());
        let lowered = lower(&source, 0).unwrap();
        assert_eq!((&*lowered.text, lowered.shift), ("syntax=\"proto3\";message A {}", 1));
    }
}
