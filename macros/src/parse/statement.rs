//! The statements of a file before it is parsed: finds what the parser would stumble over, and what an edition forbids.
//!
//! `parse::lower` runs it and makes the edits that it asks for.

use std::collections::HashMap;

use super::bracket::{self, RangeOptions};
use super::edition::Edition;
use super::source::Source;
use super::token::Tokens;
use crate::error::{Blame, Problem};

/// The first edition with `export`, `local` and `import option`.
const EDITION_2024: u32 = 1001;

const NOTHING: (usize, &str) = (usize::MAX, "");

/// An option list takes `default` in proto2 only; under this name the parser hands it through.
pub(super) const DEFAULT: &str = "_efault";

/// `-inf` and `-nan` under names that the parser hands through.
pub(super) const NEGATIVE: [&str; 2] = ["_inf", "_nan"];

/// What was taken out of the text.
#[derive(Debug, Default)]
pub(super) struct Kept {
    /// Which of the imports are `import option`.
    pub(super) option_imports: Vec<usize>,
    pub(super) marks: Vec<Mark>,
    pub(super) reserved: Vec<Reserved>,
    pub(super) ranges: Vec<RangeOptions>,
}

/// `export` or `local` in front of a message or enum; the name is the one inside of the package.
#[derive(Debug)]
pub(super) struct Mark {
    pub(super) name: String,
    pub(super) export: bool,
    pub(super) offset: usize,
}

/// A name that a message or enum reserves.
#[derive(Debug)]
pub(super) struct Reserved {
    pub(super) owner: String,
    pub(super) name: String,
    pub(super) offset: usize,
}

/// A change of the text.
#[derive(Debug)]
pub(super) struct Edit {
    pub(super) start: usize,
    pub(super) end: usize,
    /// What stands at the end of the range; the rest becomes blank.
    pub(super) word: &'static str,
}

/// Walks over all statements, with the bodies that are open.
pub(super) struct Scanner<'a> {
    source: &'a Source,
    tokens: Vec<(usize, &'a str)>,
    at: usize,
    open: Vec<(Scope, &'a str)>,
    imports: usize,
    /// How many extension ranges each message has so far.
    ranges: HashMap<String, usize>,
    edition: Option<&'static Edition>,
    blame: usize,
    edits: Vec<Edit>,
    kept: Kept,
    problems: Vec<Problem>,
}

/// What a body belongs to.
#[derive(Clone, Copy, PartialEq)]
enum Scope {
    File,
    Message,
    Enum,
    Oneof,
    Extend,
    Other,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(source: &'a Source, edition: Option<&'static Edition>, blame: usize) -> Self {
        Self {
            source,
            tokens: Tokens::new(&source.text).collect(),
            at: 0,
            open: Vec::new(),
            imports: 0,
            ranges: HashMap::new(),
            edition,
            blame,
            edits: Vec::new(),
            kept: Kept::default(),
            problems: Vec::new(),
        }
    }

    /// Reads the file from its n-th token on.
    pub(super) fn run(&mut self, from: usize) {
        self.at = from;
        while self.at < self.tokens.len() {
            match self.word(0) {
                ";" => {
                    self.empty();
                    self.at += 1;
                }
                "}" => {
                    self.empty_extend();
                    self.open.pop();
                    self.at += 1;
                }
                _ => self.statement(),
            }
        }
    }

    pub(super) fn finish(self) -> (Vec<Edit>, Kept, Vec<Problem>) {
        (self.edits, self.kept, self.problems)
    }

    fn token(&self, ahead: usize) -> (usize, &'a str) {
        self.tokens.get(self.at + ahead).copied().unwrap_or(NOTHING)
    }

    fn word(&self, ahead: usize) -> &'a str {
        self.token(ahead).1
    }

    fn scope(&self) -> Scope {
        self.open.last().map_or(Scope::File, |(scope, _)| *scope)
    }

    fn since(&self, number: u32) -> bool {
        self.edition.is_some_and(|edition| edition.number >= number)
    }

    /// A `;` alone.
    fn empty(&mut self) {
        if matches!(self.scope(), Scope::Oneof | Scope::Extend) {
            self.refuse("only fields stand here", "an empty statement", "remove the `;`");
        }
    }

    /// At the end of a body.
    fn empty_extend(&mut self) {
        let before = self.at.checked_sub(1).and_then(|before| self.tokens.get(before));
        if self.scope() == Scope::Extend && before.is_some_and(|(_, token)| *token == "{") {
            self.refuse("this `extend` is empty", "a field is missing here", "remove it");
        }
    }

    /// The bodies that are open, as the name of a message or enum.
    fn owner(&self) -> String {
        self.open.iter().map(|(_, name)| *name).collect::<Vec<_>>().join(".")
    }

    /// One statement, or the head of a body.
    fn statement(&mut self) {
        let scope = self.scope();
        if self.edition.is_some() || self.word(0) == "edition" {
            self.before_a_statement(scope);
        }
        let word = self.word(0);
        match (word, scope) {
            ("extensions", Scope::Message) => self.extensions(),
            ("reserved", Scope::Message | Scope::Enum) if self.edition.is_none() => self.reserved_strings(),
            _ => {}
        }
        let types = matches!(scope, Scope::File | Scope::Message);
        let named = |inner: Scope| if types { inner } else { Scope::Other };
        let inner = match word {
            "message" => named(Scope::Message),
            "enum" => named(Scope::Enum),
            "oneof" if scope == Scope::Message => Scope::Oneof,
            "extend" => named(Scope::Extend),
            "import" if scope == Scope::File => {
                self.imports += 1;
                Scope::Other
            }
            // A group: its body is that of a message.
            _ if scope != Scope::File && scope != Scope::Other => Scope::Message,
            _ => Scope::Other,
        };
        let name = self.word(1);
        if self.rest() {
            self.open.push((inner, name));
        }
    }

    /// What stands in front of a statement in editions only, and what may not stand there any more.
    fn before_a_statement(&mut self, scope: Scope) {
        match (self.word(0), scope) {
            ("syntax" | "edition", Scope::File) if self.word(1) == "=" && self.at > 0 => {
                let title = "a file has one `edition` or one `syntax` statement, and it comes first";
                self.refuse(title, "this is another one", "remove it");
            }
            ("import", Scope::File) => self.import(),
            ("export" | "local", Scope::File | Scope::Message) => self.visibility(),
            ("reserved", Scope::Message | Scope::Enum) => self.reserved(),
            ("optional", Scope::Message | Scope::Extend) => self.refuse(
                "the label `optional` is not part of editions",
                "singular fields have presence without it",
                "remove it; where fields are implicit, write `[features.field_presence = EXPLICIT]`",
            ),
            ("required", Scope::Message | Scope::Extend) => self.refuse(
                "the label `required` is not part of editions",
                "a feature says it now",
                "remove it and write `[features.field_presence = LEGACY_REQUIRED]`",
            ),
            ("group", Scope::Message | Scope::Extend | Scope::Oneof) => self.group(0),
            ("repeated", Scope::Message | Scope::Extend) if self.word(1) == "group" => self.group(1),
            _ => {}
        }
    }

    fn group(&mut self, ahead: usize) {
        if self.word(ahead + 2) != "=" {
            return;
        }
        self.at += ahead;
        self.refuse(
            "groups are not part of editions",
            "a group",
            "declare a message and a field of it with `[features.message_encoding = DELIMITED]`",
        );
    }

    fn import(&mut self) {
        let (offset, kind) = self.token(1);
        let since_2024 = self.since(EDITION_2024);
        match kind {
            "option" if since_2024 => {
                self.kept.option_imports.push(self.imports);
                self.edits.push(Edit { start: offset, end: offset + kind.len(), word: "" });
            }
            "option" => {
                self.at += 1;
                self.refuse("`import option` needs edition 2024", "not known before", "leave `option` out");
            }
            "weak" if since_2024 => {
                self.at += 1;
                self.refuse(
                    "`import weak` ended with edition 2023",
                    "not known any more",
                    "use `import option`",
                );
            }
            _ if !self.kept.option_imports.is_empty() => {
                self.refuse("imports come before those of options", "behind an `import option`", "move it up")
            }
            _ => {}
        }
    }

    fn visibility(&mut self) {
        let (offset, keyword) = self.token(0);
        if !self.since(EDITION_2024) {
            return;
        }
        if !matches!(self.word(1), "message" | "enum") {
            let title = format!("`{keyword}` goes with messages and enums only");
            return self.refuse(
                &title,
                "not with this",
                "remove it; for a type of that name write a `.` before it",
            );
        }
        let outer = self.open.iter().map(|(_, name)| *name);
        let name = outer.chain([self.word(2)]).collect::<Vec<_>>().join(".");
        self.kept.marks.push(Mark { name, export: keyword == "export", offset });
        self.edits.push(Edit { start: offset, end: offset + keyword.len(), word: "" });
        self.at += 1;
    }

    /// `reserved foo, bar;` as identifiers; the `;` stays, so that comments do not wander to what follows.
    fn reserved(&mut self) {
        let (start, _) = self.token(0);
        let rest = self.tokens.get(self.at + 1..).unwrap_or(&[]);
        let list: Vec<(usize, &str)> = rest.iter().copied().take_while(|(_, token)| *token != ";").collect();
        let is_name = |token: &str| token.starts_with(|first: char| first.is_alphabetic() || first == '_');
        let first = list.first().map_or("", |(_, token)| token);
        if first.starts_with(['"', '\'']) {
            self.at += 1;
            return self.refuse(
                "reserved names are identifiers in editions",
                "a string",
                &format!("write `reserved {};`", first.trim_matches(['"', '\''])),
            );
        }
        let sound = list.len() % 2 == 1
            && list
                .iter()
                .enumerate()
                .all(|(at, (_, it))| if at % 2 == 0 { is_name(it) } else { *it == "," });
        let end = rest.get(list.len()).filter(|_| sound);
        let Some((end, _)) = end.copied() else { return };
        let owner = self.owner();
        for (offset, name) in list.into_iter().step_by(2) {
            self.kept.reserved.push(Reserved { owner: owner.clone(), name: name.to_owned(), offset });
        }
        self.edits.push(Edit { start, end, word: "" });
    }

    /// Names in quotes that are none: protoc warns of them, the parser does not take them.
    fn reserved_strings(&mut self) {
        let (start, _) = self.token(0);
        let rest = self.tokens.get(self.at + 1..).unwrap_or(&[]);
        let count = rest.iter().take_while(|(_, token)| *token != ";").count();
        let (Some(list), Some((end, _))) = (rest.get(..count), rest.get(count)) else { return };
        let names = list.split(|(_, token)| *token == ",").map(in_pieces);
        let Some(names) = names.collect::<Option<Vec<_>>>() else { return };
        if names.iter().all(|(_, name)| is_identifier(name)) {
            return;
        }
        let owner = self.owner();
        let reserved =
            names.into_iter().map(|(offset, name)| Reserved { owner: owner.clone(), name, offset });
        self.kept.reserved.extend(reserved);
        self.edits.push(Edit { start, end: *end, word: "" });
    }

    /// The parser takes options behind a range only, so those behind a single number are taken out and read apart.
    fn extensions(&mut self) {
        let rest = self.tokens.get(self.at..).unwrap_or(&[]);
        let list = rest.iter().take_while(|(_, token)| *token != ";" && *token != "[").count();
        let owner = self.owner();
        let count = rest.iter().take(list).filter(|(_, token)| *token == ",").count() + 1;
        let before = self.ranges.entry(owner.clone()).or_default();
        let first = *before;
        *before += count;
        let (Some((start, "[")), Some((_, before))) = (rest.get(list), rest.get(list.saturating_sub(2)))
        else {
            return;
        };
        if *before == "to" {
            return;
        }
        let (mut depth, mut end) = (0_usize, None);
        for (at, token) in rest.iter().skip(list) {
            match *token {
                "[" => depth += 1,
                "]" => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth == 0 {
                end = Some(at + token.len());
                break;
            }
        }
        let (start, end) = (*start, end.unwrap_or(self.source.text.len()));
        let options = self.source.text.get(start..end).and_then(bracket::options);
        if let Some(options) = options {
            self.kept.ranges.push(RangeOptions { owner, first, count, options });
            self.edits.push(Edit { start, end, word: "" });
        }
    }

    /// Goes behind the statement's `;`, or behind the `{` of its body, which is the answer.
    fn rest(&mut self) -> bool {
        let mut depth = 0_usize;
        let mut before = "";
        while self.at < self.tokens.len() {
            let word = self.word(0);
            match word {
                ";" if depth == 0 => {
                    self.at += 1;
                    return false;
                }
                "}" if depth == 0 => return false,
                // A brace behind `=` holds a value.
                "{" if depth == 0 && before != "=" => {
                    self.at += 1;
                    return true;
                }
                "{" | "[" => depth += 1,
                "}" | "]" => depth = depth.saturating_sub(1),
                "default" if depth == 1 && matches!(before, "[" | ",") => self.default_option(),
                "-" if before == "=" => self.negative_word(),
                number if number.starts_with(|first: char| first.is_ascii_digit()) => self.number(),
                _ => {}
            }
            before = word;
            self.at += 1;
        }
        false
    }

    fn default_option(&mut self) {
        let (start, word) = self.token(0);
        if self.word(1) != "=" {
            return;
        }
        if self.edition.is_some() {
            self.edits.push(Edit { start, end: start + word.len(), word: DEFAULT });
        } else if self.word(2) == "-" {
            // The parser knows negative defaults, and only these.
            self.at += 2;
        }
    }

    fn negative_word(&mut self) {
        let (start, _) = self.token(0);
        let (at, word) = self.token(1);
        if let Some(negative) = NEGATIVE.into_iter().find(|negative| negative.strip_prefix('_') == Some(word))
        {
            self.edits.push(Edit { start, end: at + word.len(), word: negative });
        }
    }

    /// What the parser takes for a number and protoc does not.
    fn number(&mut self) {
        let (at, word) = self.token(0);
        let fraction = self.token(1) == (at + word.len(), ".");
        if fraction && word.len() > 1 && word.starts_with('0') {
            let title = "numbers with a fraction do not begin with 0, unless that is all before the point";
            return self.refuse(title, "octal numbers have no fraction", "remove the 0");
        }
        let behind = word.trim_start_matches(|sign: char| sign.is_ascii_digit());
        let exponent = behind.strip_prefix(['e', 'E']);
        let is_exponent = exponent.is_some_and(|it| it.bytes().all(|sign| sign.is_ascii_digit()));
        if !behind.is_empty() && !is_exponent && !word.starts_with("0x") && !word.starts_with("0X") {
            self.refuse("a number and a word run together", "this is no number", "numbers have no suffix");
        }
    }

    /// A problem with the token at hand.
    fn refuse(&mut self, title: &str, note: &str, help: &str) {
        let (offset, word) = self.token(0);
        let label = self.source.mark(offset, word.len(), note);
        let problem = Problem::new(title, Blame::File(self.blame))
            .at(self.source.snippet([label]))
            .help(help)
            .within(&super::scan::package(&self.source.text));
        self.problems.push(problem);
    }
}

/// A string that may be in several pieces, and its place. `None` where it is not that, or has escapes.
fn in_pieces(pieces: &[(usize, &str)]) -> Option<(usize, String)> {
    let (offset, _) = pieces.first()?;
    let quotes = ['"', '\''];
    let piece = |(_, token): &(usize, &str)| {
        let text = token.strip_prefix(quotes)?.strip_suffix(quotes)?;
        (!text.contains('\\')).then(|| text.to_owned())
    };
    Some((*offset, pieces.iter().map(piece).collect::<Option<String>>()?))
}

fn is_identifier(name: &str) -> bool {
    let word = |sign: char| sign.is_ascii_alphanumeric() || sign == '_';
    !name.starts_with(|first: char| first.is_ascii_digit()) && !name.is_empty() && name.chars().all(word)
}
