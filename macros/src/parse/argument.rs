//! One value of the call: a flag, a string, a list, a path. `input` and `entry` read the call with these; what is not as
//! it should be is a problem at its token.

use std::iter::Peekable;

use proc_macro2::{Delimiter, Group, Ident, Spacing, Span, TokenTree, token_stream::IntoIter};

use super::keyword;
use super::literal;
use super::near::nearest;
use crate::error::{Blame, Problem};

pub(super) type Tokens = Peekable<IntoIter>;

/// A string of the call and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Text {
    pub(crate) value: String,
    pub(crate) span: Span,
}

impl Text {
    /// For a problem that the compiler is to underline here.
    pub(crate) fn blame(&self) -> Blame {
        Blame::Token(self.span)
    }
}

/// `true` or `false`.
pub(super) fn flag(token: Option<TokenTree>, name: &Ident) -> Result<bool, Problem> {
    match word(token.as_ref()).as_deref() {
        Some("true") => Ok(true),
        Some("false") => Ok(false),
        _ => Err(missing(token, name, &format!("`{name}` takes `true` or `false`"))),
    }
}

/// A string literal.
pub(super) fn text(token: Option<TokenTree>, name: &Ident, expected: &str) -> Result<Text, Problem> {
    match token {
        Some(token) => string(token, expected),
        None => Err(missing(None, name, &format!("`{name}` takes {expected}"))),
    }
}

/// A list of string literals, with one in it at least.
pub(super) fn texts(token: Option<TokenTree>, name: &Ident, example: &str) -> Result<Vec<Text>, Problem> {
    list_of_texts(&list(token, name, &format!("`{name}` takes a list of strings: `{name} = [{example}]`"))?)
}

/// One of the words, as a string.
pub(super) fn choice<T: Copy>(
    token: Option<TokenTree>,
    name: &Ident,
    words: &[(&str, T)],
) -> Result<T, Problem> {
    let chosen = match &token {
        Some(TokenTree::Literal(token)) => literal::string(token).ok(),
        _ => None,
    };
    let known = words.iter().find(|(word, _)| chosen.as_deref() == Some(word));
    known.map(|(_, value)| *value).ok_or_else(|| {
        let problem = missing(token, name, &format!("`{name}` takes {}", listed(words)));
        match nearest(chosen.as_deref().unwrap_or(""), words.iter().map(|(word, _)| *word)) {
            Some(near) => problem.help(format!("did you mean `\"{near}\"`?")),
            None => problem,
        }
    })
}

/// The words for an error text.
fn listed<T>(words: &[(&str, T)]) -> String {
    let words: Vec<String> = words.iter().map(|(word, _)| format!("`\"{word}\"`")).collect();
    words.join(" or ")
}

/// What stands in brackets.
pub(super) fn list(token: Option<TokenTree>, name: &Ident, form: &str) -> Result<Group, Problem> {
    match token {
        Some(TokenTree::Group(list)) if list.delimiter() == Delimiter::Bracket => Ok(list),
        other => Err(missing(other, name, form)),
    }
}

/// The strings of a list.
pub(super) fn list_of_texts(list: &Group) -> Result<Vec<Text>, Problem> {
    let mut tokens = list.stream().into_iter().peekable();
    let mut texts = Vec::new();
    while let Some(token) = tokens.next() {
        texts.push(string(token, "a string literal")?);
        comma(&mut tokens)?;
    }
    if texts.is_empty() {
        return Err(wrong("this list is empty", list.span()));
    }
    Ok(texts)
}

/// A string literal that is there.
pub(super) fn string(token: TokenTree, expected: &str) -> Result<Text, Problem> {
    let span = token.span();
    match token {
        TokenTree::Literal(token) => match literal::string(&token) {
            Ok(value) => Ok(Text { value, span }),
            Err(literal::NO_STRING) => Err(wrong(format!("expected {expected}"), span)),
            Err(reason) => Err(wrong(format!("expected {expected}"), span).note(reason)),
        },
        // A `macro_rules!` that passes a literal on wraps it in an invisible group.
        TokenTree::Group(group) if group.delimiter() == Delimiter::None => {
            match group.stream().into_iter().next() {
                Some(inner) => string(inner, expected),
                None => Err(wrong(format!("expected {expected}"), span)),
            }
        }
        _ => Err(wrong(format!("expected {expected}"), span)),
    }
}

/// Everything up to the next comma.
pub(super) fn up_to_comma(tokens: &mut Tokens) -> Vec<TokenTree> {
    let mut found = Vec::new();
    while let Some(token) = tokens.next_if(|token| !is_comma(token)) {
        found.push(token);
    }
    found
}

/// The path is spelled from every depth of the tree, so it must not depend on where it stands.
pub(super) fn absolute(path: &[TokenTree], example: &str) -> Result<(), Problem> {
    is_path(path, example)?;
    let rooted = |first: &TokenTree| first.to_string() == "crate" || matches!(first, TokenTree::Punct(_));
    match path.first().filter(|first| !rooted(first)) {
        Some(first) => Err(wrong("this path must begin with `::` or `crate::`", first.span())),
        None => Ok(()),
    }
}

/// Names with `::` between them and, where it is a path of all crates, in front; or nothing at all.
pub(super) fn is_path(path: &[TokenTree], example: &str) -> Result<(), Problem> {
    match misplaced(path) {
        Some(other) => Err(wrong(format!("expected a Rust path, for example `{example}`"), other.span())),
        None => Ok(()),
    }
}

/// The first token of a path that is not what must stand there; of one that breaks off, the last.
fn misplaced(path: &[TokenTree]) -> Option<&TokenTree> {
    let last = path.last()?;
    let (mut rest, mut first) = (path, true);
    // Whether only `self` and `super` came so far.
    let mut climbs = true;
    if let Some(behind) = behind_colons(path) {
        (rest, first, climbs) = (behind, false, false);
    }
    loop {
        let Some((TokenTree::Ident(name), behind)) = rest.split_first() else {
            return Some(rest.first().unwrap_or(last));
        };
        let name = name.to_string();
        let leads = first && matches!(name.as_str(), "crate" | "self") || climbs && name == "super";
        if !leads && !keyword::is_name(&name) {
            return rest.first();
        }
        let next = behind.first()?;
        climbs = climbs && matches!(name.as_str(), "self" | "super");
        first = false;
        let Some(behind) = behind_colons(behind) else { return Some(next) };
        rest = behind;
    }
}

/// What stands behind `::`, if the tokens begin with that.
fn behind_colons(tokens: &[TokenTree]) -> Option<&[TokenTree]> {
    match tokens {
        [TokenTree::Punct(one), TokenTree::Punct(other), rest @ ..] => {
            let colons = one.as_char() == ':' && one.spacing() == Spacing::Joint && other.as_char() == ':';
            colons.then_some(rest)
        }
        _ => None,
    }
}

/// A comma, or the end.
pub(super) fn comma(tokens: &mut Tokens) -> Result<(), Problem> {
    match tokens.next() {
        None => Ok(()),
        Some(token) if is_comma(&token) => Ok(()),
        Some(token) => Err(wrong(format!("expected `,`, found `{token}`"), token.span())),
    }
}

/// The text of a token that is a word.
pub(super) fn word(token: Option<&TokenTree>) -> Option<String> {
    match token {
        Some(TokenTree::Ident(word)) => Some(word.to_string()),
        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::None => {
            word(group.stream().into_iter().next().as_ref())
        }
        _ => None,
    }
}

pub(super) fn wrong(title: impl Into<String>, span: Span) -> Problem {
    Problem::new(title, Blame::Token(span))
}

pub(super) fn missing(found: Option<TokenTree>, name: &Ident, title: &str) -> Problem {
    wrong(title, found.map_or_else(|| name.span(), |token| token.span()))
}

fn is_comma(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Punct(comma) if comma.as_char() == ',')
}
