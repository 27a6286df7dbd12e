//! The lists of the call: what an option names, and what it says of it. `input` reads options with these.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};

use super::argument::{
    Text, Tokens, absolute, comma, is_path, list, list_of_texts, missing, string, up_to_comma, word, wrong,
};
use super::near::nearest;
use super::schema::Schema;
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

/// `common_protos::pb`: the module of a call whose types are used.
#[derive(Debug)]
pub(crate) struct Dep {
    pub(crate) path: Vec<TokenTree>,
    /// What it exports, once it was asked.
    pub(crate) schema: Option<Schema>,
}

impl Dep {
    /// The path for an error text.
    pub(crate) fn shown(&self) -> String {
        self.path.iter().map(ToString::to_string).collect()
    }

    pub(crate) fn span(&self) -> Span {
        self.path.last().map_or_else(Span::call_site, TokenTree::span)
    }
}

/// `("shop.v1.Order", [Eq, Hash, !Debug])`: traits that types derive besides the usual ones, or no longer.
#[derive(Debug)]
pub(crate) struct Derive {
    pub(crate) which: Text,
    pub(crate) added: Vec<Derived>,
    /// Names of traits of the standard library.
    pub(crate) removed: Vec<Text>,
}

/// A trait to derive: its path, and the last name of that.
#[derive(Debug)]
pub(crate) struct Derived {
    pub(crate) name: String,
    pub(crate) path: TokenStream,
}

/// What attributes are put on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Target {
    Message,
    Enum,
    /// A value of an enum.
    Value,
    Oneof,
    /// A member of a message, that of a oneof too, or of a oneof.
    Field,
}

/// `("shop.v1.Order", [non_exhaustive, serde(default)])`.
#[derive(Debug)]
pub(crate) struct Attributes {
    pub(crate) target: Target,
    pub(crate) which: Text,
    /// What stands between the brackets of each.
    pub(crate) attributes: Vec<TokenStream>,
}

/// Traits that types can do without.
const REMOVABLE: [&str; 7] = ["Clone", "Debug", "Eq", "Hash", "Ord", "PartialEq", "PartialOrd"];

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

/// The paths of `deps`. They may be relative: each is named at the place of the call and nowhere else.
pub(super) fn deps(token: Option<TokenTree>, name: &Ident) -> Result<Vec<Dep>, Problem> {
    const FORM: &str = "`deps` takes a list of paths: `deps = [common_protos::pb]`";
    let list = list(token, name, FORM)?;
    let mut tokens = list.stream().into_iter().peekable();
    let mut deps: Vec<Dep> = Vec::new();
    while tokens.peek().is_some() {
        let dep = Dep { path: up_to_comma(&mut tokens), schema: None };
        tokens.next();
        is_path(&dep.path, "common_protos::pb")?;
        if deps.iter().any(|other| other.shown() == dep.shown()) {
            return Err(wrong(format!("`{}` is in `deps` twice", dep.shown()), dep.span()));
        }
        deps.push(dep);
    }
    if deps.is_empty() || deps.iter().any(|dep| dep.path.is_empty()) {
        return Err(wrong(FORM, list.span()));
    }
    Ok(deps)
}

/// The pairs of `derive`.
pub(super) fn derives(token: Option<TokenTree>, name: &Ident) -> Result<Vec<Derive>, Problem> {
    const FORM: &str =
        "`derive` takes pairs of names and traits: `derive = [(\"shop.v1.Order\", [Eq, Hash, !Debug])]`";
    pairs(token, name, FORM, |which, tokens| {
        let mut inner = bracketed(tokens, &which, FORM)?.stream().into_iter().peekable();
        let mut derive = Derive { which, added: Vec::new(), removed: Vec::new() };
        while inner.peek().is_some() {
            let path = up_to_comma(&mut inner);
            inner.next();
            let Some((first, rest)) = path.split_first() else {
                return Err(wrong(FORM, derive.which.span));
            };
            if matches!(first, TokenTree::Punct(sign) if sign.as_char() == '!') {
                derive.removed.push(removable(rest, first)?);
            } else {
                is_path(&path, "serde::Serialize")?;
                let name = path.last().map(ToString::to_string).unwrap_or_default();
                derive.added.push(Derived { name, path: path.into_iter().collect() });
            }
        }
        Ok(derive)
    })
}

/// The trait behind a `!`.
fn removable(path: &[TokenTree], sign: &TokenTree) -> Result<Text, Problem> {
    let span = path.first().unwrap_or(sign).span();
    let value = match path {
        [TokenTree::Ident(name)] => name.to_string(),
        _ => return Err(wrong("`!` takes the name of a trait that is not to be derived: `!Debug`", span)),
    };
    if REMOVABLE.contains(&value.as_str()) {
        return Ok(Text { value, span });
    }
    if value == "Default" || value == "Copy" {
        return Err(wrong(format!("`{value}` has to be derived: generated code needs it"), span));
    }
    let problem = wrong(format!("`{value}` is not derived"), span);
    let known = REMOVABLE.map(|name| format!("`{name}`")).join(", ");
    Err(match nearest(&value, REMOVABLE) {
        Some(near) => problem.help(format!("did you mean `{near}`?")),
        None => problem.help(format!("what can be left out is {known}")),
    })
}

/// The pairs of `message_attributes` and its like; the name of the option says what they are put on.
pub(super) fn attributes(token: Option<TokenTree>, name: &Ident) -> Result<Vec<Attributes>, Problem> {
    let target = match name.to_string().as_str() {
        "enum_attributes" => Target::Enum,
        "value_attributes" => Target::Value,
        "oneof_attributes" => Target::Oneof,
        "field_attributes" => Target::Field,
        _ => Target::Message,
    };
    let form = format!(
        "`{name}` takes pairs of names and attributes: `{name} = [(\"shop.v1.Order\", [serde(default)])]`"
    );
    pairs(token, name, &form, |which, tokens| {
        let mut inner = bracketed(tokens, &which, &form)?.stream().into_iter().peekable();
        let mut attributes = Vec::new();
        while let Some(first) = inner.peek() {
            let span = first.span();
            if !matches!(first, TokenTree::Ident(_)) && first.to_string() != ":" {
                let problem = wrong("expected an attribute, without `#[…]` around it", span);
                return Err(problem.help("for example `serde(default)` or `non_exhaustive`"));
            }
            attributes.push(up_to_comma(&mut inner).into_iter().collect());
            inner.next();
        }
        Ok(Attributes { target, which, attributes })
    })
}

/// The list that is the second of a pair.
fn bracketed(tokens: &mut Tokens, which: &Text, form: &str) -> Result<Group, Problem> {
    match tokens.next() {
        Some(TokenTree::Group(list)) if list.delimiter() == Delimiter::Bracket => {
            comma(tokens)?;
            Ok(list)
        }
        other => Err(wrong(form, other.map_or(which.span, |token| token.span()))),
    }
}

/// `[("name", …), …]`: `value` makes an entry of the name and of the tokens behind it.
pub(super) fn pairs<T>(
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
