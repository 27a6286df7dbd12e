//! The macro call, read by hand over its tokens: files, then `option = value` pairs that parse as Rust
//! expressions, so that rustfmt formats the call. `lib.rs` calls [`call`]; every mistake is spanned at its token.

use std::iter::Peekable;

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree, token_stream::IntoIter};

use super::{literal, near::nearest};
use crate::error::{Blame, Errors, Problem};

const OPTIONS: [&str; 11] = [
    "client",
    "code_size",
    "crate",
    "extern_path",
    "include",
    "inline",
    "message_set",
    "server",
    "unchecked_strings",
    "view_requests",
    "views",
];

/// What `unchecked_strings` can be; whether the fields are bytes.
const UNCHECKED_STRINGS: [(&str, bool); 2] = [("bytes", true), ("string", false)];

/// What the call asks for.
#[derive(Debug)]
pub(crate) struct Call {
    /// The `.proto` files, relative to the manifest directory.
    pub(crate) files: Vec<Text>,
    /// The text of a schema that stands in the call itself.
    pub(crate) inline: Option<Text>,
    /// The import roots; `None` = find them.
    pub(crate) include: Option<Vec<Text>>,
    pub(crate) extern_path: Vec<ExternPath>,
    /// Where the runtime is, where it is not `::protocall`.
    pub(crate) runtime: Option<Vec<TokenTree>>,
    pub(crate) client: bool,
    pub(crate) server: bool,
    /// Whether messages share a codec, to be small.
    pub(crate) code_size: bool,
    /// Whether messages may have the wire format of message sets.
    pub(crate) message_set: bool,
    /// Whether strings that the schema does not want checked are held as bytes.
    pub(crate) unchecked_bytes: bool,
    pub(crate) views: Views,
    /// Methods and services whose requests are views.
    pub(crate) view_requests: Vec<Text>,
}

/// Which messages have views.
#[derive(Debug)]
pub(crate) enum Views {
    All,
    /// Messages and packages.
    Of(Vec<Text>),
}

/// A string of the call and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Text {
    pub(crate) value: String,
    pub(crate) span: Span,
}

/// `("google.type", ::gtypes::google::r#type)`: a package or type that other code already made.
#[derive(Debug)]
pub(crate) struct ExternPath {
    pub(crate) proto: Text,
    pub(crate) path: Vec<TokenTree>,
}

type Tokens = Peekable<IntoIter>;

impl Call {
    /// The spans of the literals that problems and items point at: the files in order, then the inline text.
    pub(crate) fn spans(&self) -> Vec<Span> {
        self.files.iter().chain(&self.inline).map(|text| text.span).collect()
    }
}

/// Reads the tokens of the call.
pub(crate) fn call(tokens: TokenStream) -> Result<Call, Errors> {
    read(tokens).map_err(|problem| {
        let mut errors = Errors::default();
        errors.push(problem);
        errors
    })
}

fn read(tokens: TokenStream) -> Result<Call, Problem> {
    let mut call = Call {
        files: Vec::new(),
        inline: None,
        include: None,
        extern_path: Vec::new(),
        runtime: None,
        client: true,
        server: true,
        views: Views::Of(Vec::new()),
        view_requests: Vec::new(),
        code_size: false,
        message_set: false,
        unchecked_bytes: false,
    };
    let mut seen: Vec<String> = Vec::new();
    let mut tokens = tokens.into_iter().peekable();
    if !matches!(tokens.peek(), Some(TokenTree::Ident(_)) | None) {
        call.files = files(&mut tokens)?;
        comma(&mut tokens)?;
    }
    while let Some(token) = tokens.next() {
        let TokenTree::Ident(name) = token else {
            return Err(wrong("expected an option, for example `include = [\"proto\"]`", token.span()));
        };
        if seen.contains(&name.to_string()) {
            return Err(wrong(format!("option `{name}` is given twice"), name.span()));
        }
        seen.push(name.to_string());
        option(&mut call, &name, &mut tokens)?;
        comma(&mut tokens)?;
    }
    if call.files.is_empty() && call.inline.is_none() {
        let problem = wrong("include_proto! needs a .proto file", Span::call_site());
        return Err(problem.help("write `include_proto!(\"proto/shop/v1/shop.proto\")`"));
    }
    Ok(call)
}

fn option(call: &mut Call, name: &Ident, tokens: &mut Tokens) -> Result<(), Problem> {
    let option = name.to_string();
    if !OPTIONS.contains(&option.as_str()) {
        let problem = wrong(format!("unknown option `{option}`"), name.span());
        let known = OPTIONS.map(|known| format!("`{known}`")).join(", ");
        return Err(match nearest(&option, OPTIONS) {
            Some(near) => problem.help(format!("did you mean `{near}`? The options are {known}")),
            None => problem.help(format!("the options are {known}")),
        });
    }
    match tokens.next() {
        Some(TokenTree::Punct(equals)) if equals.as_char() == '=' => {}
        other => return Err(missing(other, name, &format!("expected `=` after `{option}`"))),
    }
    match option.as_str() {
        "inline" => call.inline = Some(text(tokens.next(), name, "a string literal with .proto text")?),
        "include" => call.include = Some(texts(tokens.next(), name)?),
        "crate" => call.runtime = Some(runtime(tokens, name.span())?),
        "extern_path" => call.extern_path = extern_paths(tokens.next(), name)?,
        "client" => call.client = flag(tokens.next(), name)?,
        "views" => call.views = views(tokens.next(), name)?,
        "view_requests" => call.view_requests = texts(tokens.next(), name)?,
        "code_size" => call.code_size = flag(tokens.next(), name)?,
        "message_set" => call.message_set = flag(tokens.next(), name)?,
        "unchecked_strings" => call.unchecked_bytes = unchecked_strings(tokens.next(), name)?,
        _ => call.server = flag(tokens.next(), name)?,
    }
    Ok(())
}

fn files(tokens: &mut Tokens) -> Result<Vec<Text>, Problem> {
    let first = tokens.next();
    if let Some(TokenTree::Group(list)) = &first
        && list.delimiter() == Delimiter::Bracket
    {
        return list_of_texts(list);
    }
    let expected = "expected the path of a .proto file, or a list of paths";
    match first {
        Some(TokenTree::Literal(token)) => {
            let value = literal::string(&token).map_err(|_| wrong(expected, token.span()))?;
            Ok(vec![Text { value, span: token.span() }])
        }
        // A `macro_rules!` that passes a literal on wraps it in an invisible group.
        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::None => {
            files(&mut group.stream().into_iter().peekable())
        }
        other => Err(wrong(expected, other.map_or_else(Span::call_site, |token| token.span()))),
    }
}

fn texts(token: Option<TokenTree>, name: &Ident) -> Result<Vec<Text>, Problem> {
    match token {
        Some(TokenTree::Group(list)) if list.delimiter() == Delimiter::Bracket => list_of_texts(&list),
        other => {
            Err(missing(other, name, &format!("`{name}` takes a list of strings: `{name} = [\"proto\"]`")))
        }
    }
}

fn list_of_texts(list: &Group) -> Result<Vec<Text>, Problem> {
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

fn extern_paths(token: Option<TokenTree>, name: &Ident) -> Result<Vec<ExternPath>, Problem> {
    const FORM: &str =
        "`extern_path` takes pairs: `extern_path = [(\"google.type\", ::gtypes::google::r#type)]`";
    let list = match token {
        Some(TokenTree::Group(list)) if list.delimiter() == Delimiter::Bracket => list,
        other => return Err(missing(other, name, FORM)),
    };
    let mut tokens = list.stream().into_iter().peekable();
    let mut entries = Vec::new();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Group(pair) if pair.delimiter() == Delimiter::Parenthesis => {
                entries.push(pair_of(&pair, FORM)?)
            }
            other => return Err(wrong(FORM, other.span())),
        }
        comma(&mut tokens)?;
    }
    Ok(entries)
}

fn pair_of(pair: &Group, form: &str) -> Result<ExternPath, Problem> {
    let mut tokens = pair.stream().into_iter().peekable();
    let Some(first) = tokens.next() else { return Err(wrong(form, pair.span())) };
    let mut proto = string(first, "the name of a proto package or type, as a string")?;
    proto.value = proto.value.trim_start_matches('.').to_owned();
    comma(&mut tokens)?;
    let path: Vec<TokenTree> = tokens.filter(|token| !is_comma(token)).collect();
    absolute(&path, "::gtypes::google::r#type")?;
    if path.is_empty() {
        return Err(wrong(form, pair.span()));
    }
    Ok(ExternPath { proto, path })
}

/// The path is spelled from every depth of the tree, so it must not depend on where it stands.
fn absolute(path: &[TokenTree], example: &str) -> Result<(), Problem> {
    let is_path = |token: &TokenTree| match token {
        TokenTree::Ident(_) => true,
        TokenTree::Punct(colon) => colon.as_char() == ':',
        _ => false,
    };
    if let Some(other) = path.iter().find(|token| !is_path(token)) {
        return Err(wrong(format!("expected a Rust path, for example `{example}`"), other.span()));
    }
    let rooted = |first: &TokenTree| first.to_string() == "crate" || matches!(first, TokenTree::Punct(_));
    match path.first().filter(|first| !rooted(first)) {
        Some(first) => Err(wrong("this path must begin with `::` or `crate::`", first.span())),
        None => Ok(()),
    }
}

/// The path of the runtime, up to the next comma.
fn runtime(tokens: &mut Tokens, name: Span) -> Result<Vec<TokenTree>, Problem> {
    let mut path = Vec::new();
    while let Some(token) = tokens.next_if(|token| !is_comma(token)) {
        path.push(token);
    }
    absolute(&path, "::rpc")?;
    if path.is_empty() {
        return Err(wrong("`crate` takes the path of protocall: `crate = ::rpc`", name));
    }
    Ok(path)
}

/// What stands in `#[protocall::main(…)]`: nothing, or the path of the runtime.
pub(crate) fn main_arguments(tokens: TokenStream) -> Result<Option<Vec<TokenTree>>, Problem> {
    const FORM: &str = "`#[protocall::main]` takes nothing but `crate = ::path::to::protocall`";
    let mut tokens = tokens.into_iter().peekable();
    let Some(name) = tokens.next() else { return Ok(None) };
    let equals = matches!(tokens.next(), Some(TokenTree::Punct(sign)) if sign.as_char() == '=');
    if name.to_string() != "crate" || !equals {
        return Err(wrong(FORM, name.span()));
    }
    let path = runtime(&mut tokens, name.span())?;
    match tokens.next() {
        Some(comma) => Err(wrong(FORM, comma.span())),
        None => Ok(Some(path)),
    }
}

fn views(token: Option<TokenTree>, name: &Ident) -> Result<Views, Problem> {
    match token.as_ref().map(ToString::to_string).as_deref() {
        Some("true") => Ok(Views::All),
        Some("false") => Ok(Views::Of(Vec::new())),
        Some(list) if list.starts_with('[') => texts(token, name).map(Views::Of),
        _ => Err(missing(
            token,
            name,
            "`views` takes `true`, or a list of messages: `views = [\"shop.v1.Order\"]`",
        )),
    }
}

fn flag(token: Option<TokenTree>, name: &Ident) -> Result<bool, Problem> {
    match token.as_ref().map(ToString::to_string).as_deref() {
        Some("true") => Ok(true),
        Some("false") => Ok(false),
        _ => Err(missing(token, name, &format!("`{name}` takes `true` or `false`"))),
    }
}

fn unchecked_strings(token: Option<TokenTree>, name: &Ident) -> Result<bool, Problem> {
    let chosen = match &token {
        Some(TokenTree::Literal(literal)) => literal::string(literal).ok(),
        _ => None,
    };
    let known = UNCHECKED_STRINGS.iter().find(|(value, _)| chosen.as_deref() == Some(value));
    known.map(|(_, bytes)| *bytes).ok_or_else(|| {
        let values = UNCHECKED_STRINGS.map(|(value, _)| format!("`\"{value}\"`")).join(" or ");
        missing(token, name, &format!("`{name}` takes {values}"))
    })
}

fn text(token: Option<TokenTree>, name: &Ident, expected: &str) -> Result<Text, Problem> {
    match token {
        Some(token) => string(token, expected),
        None => Err(missing(None, name, &format!("`{name}` takes {expected}"))),
    }
}

fn string(token: TokenTree, expected: &str) -> Result<Text, Problem> {
    let span = token.span();
    match token {
        TokenTree::Literal(token) => match literal::string(&token) {
            Ok(value) => Ok(Text { value, span }),
            Err(reason) => Err(wrong(format!("expected {expected}"), span).note(reason)),
        },
        TokenTree::Group(group) if group.delimiter() == Delimiter::None => {
            match group.stream().into_iter().next() {
                Some(inner) => string(inner, expected),
                None => Err(wrong(format!("expected {expected}"), span)),
            }
        }
        _ => Err(wrong(format!("expected {expected}"), span)),
    }
}

fn comma(tokens: &mut Tokens) -> Result<(), Problem> {
    match tokens.next() {
        None => Ok(()),
        Some(token) if is_comma(&token) => Ok(()),
        Some(token) => Err(wrong(format!("expected `,`, found `{token}`"), token.span())),
    }
}

fn is_comma(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Punct(comma) if comma.as_char() == ',')
}

fn wrong(title: impl Into<String>, span: Span) -> Problem {
    Problem::new(title, Blame::Token(span))
}

fn missing(found: Option<TokenTree>, name: &Ident, title: &str) -> Problem {
    wrong(title, found.map_or_else(|| name.span(), |token| token.span()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Result<Call, String> {
        read(text.parse().unwrap()).map_err(|problem| problem.render())
    }

    fn values(texts: &[Text]) -> Vec<&str> {
        texts.iter().map(|text| text.value.as_str()).collect()
    }

    #[test]
    fn a_call_with_everything_is_read() {
        let call = parsed(
            r##"["a.proto", "b.proto"], include = ["proto", r"third"], client = true, server = false,
               extern_path = [(".google.type", ::gtypes::google::r#type), ("x.Y", crate::Y)], inline = r#"syntax"#, crate = ::rpc,"##,
        )
        .unwrap();
        assert_eq!(values(&call.files), ["a.proto", "b.proto"]);
        assert_eq!(values(&call.include.unwrap()), ["proto", "third"]);
        assert!(call.client && !call.server);
        assert_eq!(call.extern_path[0].proto.value, "google.type");
        assert_eq!(call.inline.unwrap().value, "syntax");
        assert_eq!(call.runtime.unwrap().iter().map(ToString::to_string).collect::<String>(), "::rpc");
    }

    #[test]
    fn mistakes_are_named() {
        for (call, expected) in [
            ("", "include_proto! needs a .proto file"),
            ("1", "expected the path of a .proto file"),
            ("\"a.proto\" include = []", "expected `,`, found `include`"),
            ("\"a.proto\", includ = [\"x\"]", "did you mean `include`?"),
            (
                "\"a.proto\", wrong = 1",
                "the options are `client`, `code_size`, `crate`, `extern_path`, `include`, `inline`, `message_set`, `server`, `unchecked_strings`, `view_requests`, `views`",
            ),
            ("\"a.proto\", client = true, client = true", "option `client` is given twice"),
            ("\"a.proto\", client = 1", "`client` takes `true` or `false`"),
            ("\"a.proto\", include = \"x\"", "`include` takes a list of strings"),
            ("\"a.proto\", include = []", "this list is empty"),
            ("\"a.proto\", include: []", "expected `=` after `include`"),
            ("\"a.proto\", views = 1", "`views` takes `true`, or a list of messages"),
            ("\"a.proto\", views = []", "this list is empty"),
            ("\"a.proto\", view_requests = true", "`view_requests` takes a list of strings"),
            ("\"a.proto\", crate = rpc", "this path must begin with `::` or `crate::`"),
            ("\"a.proto\", crate = \"::rpc\"", "expected a Rust path, for example `::rpc`"),
            ("\"a.proto\", crate =", "`crate` takes the path of protocall"),
            ("\"a.proto\", extern_path = [(\"x\")]", "`extern_path` takes pairs"),
            ("\"a.proto\", extern_path = [(\"x\", 1)]", "expected a Rust path"),
            ("\"a.proto\", extern_path = [(\"x\", pb::x)]", "this path must begin with `::` or `crate::`"),
        ] {
            let text = parsed(call).unwrap_err();
            assert!(text.contains(expected), "{call}: {text}");
        }
    }
}
