//! The lists of the call: what an option names, and what it says of it. `input` reads options with these.

use proc_macro2::{Delimiter, Ident, TokenTree};

use super::argument::{Text, Tokens, absolute, comma, list, list_of_texts, missing, string, word, wrong};
use crate::error::Problem;

/// Which of the things that an option is for.
#[derive(Clone, Debug)]
pub(crate) enum Which {
    All,
    /// Those that an entry names; none where there is no entry.
    Of(Vec<Text>),
}

impl Default for Which {
    fn default() -> Self {
        Self::Of(Vec::new())
    }
}

/// `("google.type", ::gtypes::google::r#type)`: a package or type that other code already made.
#[derive(Debug)]
pub(crate) struct ExternPath {
    pub(crate) proto: Text,
    pub(crate) path: Vec<TokenTree>,
}

/// `true`, `false`, or a list of names.
pub(super) fn which(token: Option<TokenTree>, name: &Ident, example: &str) -> Result<Which, Problem> {
    if let Some(TokenTree::Group(list)) = &token
        && list.delimiter() == Delimiter::Bracket
    {
        return list_of_texts(list).map(Which::Of);
    }
    match word(token.as_ref()).as_deref() {
        Some("true") => Ok(Which::All),
        Some("false") => Ok(Which::Of(Vec::new())),
        _ => {
            let form =
                format!("`{name}` takes `true`, `false` or a list of names: `{name} = [\"{example}\"]`");
            Err(missing(token, name, &form))
        }
    }
}

/// The pairs of `extern_path`.
pub(super) fn extern_paths(token: Option<TokenTree>, name: &Ident) -> Result<Vec<ExternPath>, Problem> {
    const FORM: &str =
        "`extern_path` takes pairs: `extern_path = [(\"google.type\", ::gtypes::google::r#type)]`";
    pairs(token, name, FORM, |mut proto, tokens| {
        proto.value = proto.value.trim_start_matches('.').to_owned();
        let path: Vec<TokenTree> = tokens.collect();
        absolute(&path, "::gtypes::google::r#type")?;
        if path.is_empty() {
            return Err(wrong(FORM, proto.span));
        }
        Ok(ExternPath { proto, path })
    })
}

/// `[("name", …), …]`: `value` makes an entry of the name and of the tokens behind it.
fn pairs<T>(
    token: Option<TokenTree>,
    name: &Ident,
    form: &str,
    value: impl Fn(Text, &mut Tokens) -> Result<T, Problem>,
) -> Result<Vec<T>, Problem> {
    let mut tokens = list(token, name, form)?.stream().into_iter().peekable();
    let mut entries = Vec::new();
    while let Some(token) = tokens.next() {
        let pair = match token {
            TokenTree::Group(pair) if pair.delimiter() == Delimiter::Parenthesis => pair,
            other => return Err(wrong(form, other.span())),
        };
        let mut inner = pair.stream().into_iter().peekable();
        let first = inner.next().ok_or_else(|| wrong(form, pair.span()))?;
        let named = string(first, "the name of something in the schema, as a string")?;
        comma(&mut inner)?;
        entries.push(value(named, &mut inner)?);
        comma(&mut tokens)?;
    }
    Ok(entries)
}
