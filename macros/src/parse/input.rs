//! The macro call, read by hand over its tokens: files, then `option = value` pairs that parse as Rust
//! expressions, so that rustfmt formats the call. `lib.rs` calls [`call`]; every mistake is spanned at its token.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};

use super::argument::{
    Text, Tokens, absolute, choice, comma, flag, is_path, list_of_texts, missing, string, text, texts,
    up_to_comma, wrong,
};
use super::entry::{self, Attributes, Dep, Derive, ExternPath, Which};
use super::holder::{self, Held};
use super::near::nearest;
use super::schema::Schema;
use crate::error::{Errors, Problem};

const OPTIONS: [&str; 29] = [
    "boxed",
    "btree_maps",
    "bytes",
    "client",
    "code_size",
    "crate",
    "debug",
    "deps",
    "derive",
    "enum_attributes",
    "except",
    "export",
    "extern_path",
    "field_attributes",
    "include",
    "inline",
    "message_attributes",
    "message_set",
    "oneof_attributes",
    "only",
    "server",
    "strings",
    "unchecked_strings",
    "unknown_fields",
    "value_attributes",
    "view_requests",
    "views",
    "visibility",
    "warnings",
];

/// What `unchecked_strings` can be; whether the fields are bytes.
const UNCHECKED_STRINGS: [(&str, bool); 2] = [("bytes", true), ("string", false)];

/// What the call asks for.
#[derive(Debug, Default)]
pub(crate) struct Call {
    /// The `.proto` files, relative to the manifest directory.
    pub(crate) files: Vec<Text>,
    /// The text of a schema that stands in the call itself.
    pub(crate) inline: Option<Text>,
    /// The import roots; `None` = find them.
    pub(crate) include: Option<Vec<Text>>,
    pub(crate) extern_path: Vec<ExternPath>,
    /// The calls whose types are used, not made again.
    pub(crate) deps: Vec<Dep>,
    /// Whether other calls may use the types of this one.
    pub(crate) export: bool,
    /// Where the runtime is, where it is not `::protocall`.
    pub(crate) runtime: Option<Vec<TokenTree>>,
    pub(crate) client: bool,
    pub(crate) server: bool,
    /// What the items at the place of the call begin with, where it is not `pub`.
    pub(crate) visibility: Option<TokenStream>,
    /// The services and types to make, with all that these need; all where there is no entry.
    pub(crate) only: Vec<Text>,
    /// Those to leave out.
    pub(crate) except: Vec<Text>,
    pub(crate) derive: Vec<Derive>,
    pub(crate) attributes: Vec<Attributes>,
    /// Whether messages share a codec, to be small.
    pub(crate) code_size: bool,
    /// Whether messages may have the wire format of message sets.
    pub(crate) message_set: bool,
    /// Whether strings that the schema does not want checked are held as bytes.
    pub(crate) unchecked_bytes: bool,
    /// Whether messages keep fields that the schema does not name.
    pub(crate) unknown_fields: bool,
    pub(crate) views: Which,
    /// The types of strings and of bytes.
    pub(crate) strings: Vec<Held>,
    pub(crate) bytes: Vec<Held>,
    /// The maps that keep their keys in order.
    pub(crate) btree_maps: Which,
    /// The fields that are held in a box.
    pub(crate) boxed: Vec<Text>,
    /// Whether the expansion is to be a file that can be read.
    pub(crate) debug: bool,
    /// Whether what is doubtful in a schema is mentioned.
    pub(crate) warnings: bool,
    /// Methods and services whose requests are views.
    pub(crate) view_requests: Vec<Text>,
}

impl Call {
    /// The spans of the literals that problems and items point at: the files in order, then the inline text.
    pub(crate) fn spans(&self) -> Vec<Span> {
        self.files.iter().chain(&self.inline).map(|text| text.span).collect()
    }

    /// The next of `deps` that has to be asked for what it exports.
    pub(crate) fn unasked(&self) -> Option<&Dep> {
        self.deps.iter().find(|dep| dep.schema.is_none())
    }
}

/// Reads the tokens of the call.
pub(crate) fn call(tokens: TokenStream) -> Result<Call, Errors> {
    let mut errors = Errors::default();
    let call = read(tokens, &mut errors);
    if errors.is_empty() { Ok(call) } else { Err(errors) }
}

/// What could be read; after a mistake it goes on behind the next comma.
fn read(tokens: TokenStream, errors: &mut Errors) -> Call {
    let mut call =
        Call { client: true, server: true, unknown_fields: true, warnings: true, ..Call::default() };
    let mut seen: Vec<String> = Vec::new();
    let mut tokens = tokens.into_iter().peekable();
    let schemas = schemas(&mut tokens);
    let mut named = false;
    if !matches!(tokens.peek(), Some(TokenTree::Ident(_)) | None) {
        named = true;
        match files(&mut tokens).and_then(|files| comma(&mut tokens).map(|()| files)) {
            Ok(files) => call.files = files,
            Err(problem) => pass(&mut tokens, problem, errors),
        }
    }
    while let Some(token) = tokens.next() {
        named |= token.to_string() == "inline";
        if let Err(problem) = argument(&mut call, token, (&mut tokens, &mut seen)) {
            pass(&mut tokens, problem, errors);
        }
    }
    for (dep, schema) in call.deps.iter_mut().zip(schemas) {
        match schema {
            Ok(schema) => dep.schema = Some(schema),
            Err(reason) => {
                errors.push(wrong(format!("`{}` cannot be used: {reason}", dep.shown()), dep.span()))
            }
        }
    }
    if !named {
        let problem = wrong("include_proto! needs a .proto file", Span::call_site());
        errors.push(problem.help("write `include_proto!(\"proto/shop/v1/shop.proto\")`"));
    }
    call
}

/// What the first of `deps` export, each put in front of the call by a hidden macro: `@ "…"`, the last one first.
fn schemas(tokens: &mut Tokens) -> Vec<Result<Schema, String>> {
    let mut schemas = Vec::new();
    while tokens.next_if(|token| matches!(token, TokenTree::Punct(sign) if sign.as_char() == '@')).is_some() {
        let text = tokens.next().and_then(|token| string(token, "a schema").ok());
        schemas.push(Schema::read(text.as_ref().map_or("", |text| &text.value)));
    }
    schemas.reverse();
    schemas
}

fn pass(tokens: &mut Tokens, problem: Problem, errors: &mut Errors) {
    errors.push(problem);
    up_to_comma(tokens);
    tokens.next();
}

/// `option = value,`.
fn argument(
    call: &mut Call,
    first: TokenTree,
    (tokens, seen): (&mut Tokens, &mut Vec<String>),
) -> Result<(), Problem> {
    let TokenTree::Ident(name) = first else {
        return Err(wrong("expected an option, for example `include = [\"proto\"]`", first.span()));
    };
    if seen.contains(&name.to_string()) {
        return Err(wrong(format!("option `{name}` is given twice"), name.span()));
    }
    seen.push(name.to_string());
    option(call, &name, tokens)?;
    comma(tokens)
}

fn option(call: &mut Call, name: &Ident, tokens: &mut Tokens) -> Result<(), Problem> {
    let option = name.to_string();
    if !OPTIONS.contains(&option.as_str()) {
        let problem = wrong(format!("unknown option `{option}`"), name.span());
        let known = OPTIONS.map(|known| format!("`{known}`")).join(", ");
        return Err(match nearest(&option, OPTIONS) {
            Some(near) => problem.help(format!("did you mean `{near}`?")),
            None => problem.help(format!("the options are {known}")),
        });
    }
    match tokens.next() {
        Some(TokenTree::Punct(equals)) if equals.as_char() == '=' => {}
        other => return Err(missing(other, name, &format!("expected `=` after `{option}`"))),
    }
    match option.as_str() {
        "deps" => call.deps = entry::deps(tokens.next(), name)?,
        "export" => call.export = flag(tokens.next(), name)?,
        "derive" => call.derive = entry::derives(tokens.next(), name)?,
        "enum_attributes" | "field_attributes" | "message_attributes" | "oneof_attributes"
        | "value_attributes" => call.attributes.extend(entry::attributes(tokens.next(), name)?),
        "except" => call.except = texts(tokens.next(), name, "\"shop.v1.Admin\"")?,
        "only" => call.only = texts(tokens.next(), name, "\"shop.v1.Shop\"")?,
        "visibility" => call.visibility = Some(visibility(tokens.next(), name)?),
        "inline" => call.inline = Some(text(tokens.next(), name, "a string literal with .proto text")?),
        "include" => call.include = Some(texts(tokens.next(), name, "\"proto\"")?),
        "crate" => call.runtime = Some(runtime(tokens, name.span())?),
        "extern_path" => call.extern_path = entry::extern_paths(tokens.next(), name)?,
        "client" => call.client = flag(tokens.next(), name)?,
        "views" => call.views = entry::which(tokens.next(), name, "shop.v1.Order")?,
        "view_requests" => call.view_requests = texts(tokens.next(), name, "\"shop.v1.Shop.Get\"")?,
        "btree_maps" => call.btree_maps = entry::which(tokens.next(), name, "shop.v1.Order.counts")?,
        "boxed" => call.boxed = texts(tokens.next(), name, "\"shop.v1.Order.address\"")?,
        "strings" => call.strings = holder::strings(tokens.next(), name)?,
        "bytes" => call.bytes = holder::bytes(tokens.next(), name)?,
        "unknown_fields" => call.unknown_fields = flag(tokens.next(), name)?,
        "debug" => call.debug = flag(tokens.next(), name)?,
        "warnings" => call.warnings = flag(tokens.next(), name)?,
        "code_size" => call.code_size = flag(tokens.next(), name)?,
        "message_set" => call.message_set = flag(tokens.next(), name)?,
        "unchecked_strings" => call.unchecked_bytes = choice(tokens.next(), name, &UNCHECKED_STRINGS)?,
        _ => call.server = flag(tokens.next(), name)?,
    }
    Ok(())
}

fn files(tokens: &mut Tokens) -> Result<Vec<Text>, Problem> {
    const FORM: &str = "the path of a .proto file, or a list of paths";
    let first = tokens.next();
    if let Some(TokenTree::Group(list)) = &first
        && list.delimiter() == Delimiter::Bracket
    {
        return list_of_texts(list);
    }
    match first {
        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::None => {
            files(&mut group.stream().into_iter().peekable())
        }
        Some(token) => string(token, FORM).map(|file| vec![file]),
        None => Err(wrong(format!("expected {FORM}"), Span::call_site())),
    }
}

/// The path of the runtime, up to the next comma.
fn runtime(tokens: &mut Tokens, name: Span) -> Result<Vec<TokenTree>, Problem> {
    let path = up_to_comma(tokens);
    absolute(&path, "::rpc")?;
    if path.is_empty() {
        return Err(wrong("`crate` takes the path of protocall: `crate = ::rpc`", name));
    }
    Ok(path)
}

/// `"pub(crate)"`: a string, since the word alone is no expression.
fn visibility(token: Option<TokenTree>, name: &Ident) -> Result<TokenStream, Problem> {
    const FORM: &str = "`visibility` takes `\"pub\"`, `\"pub(crate)\"`, `\"pub(super)\"`, `\"pub(self)\"` or `\"pub(in crate::path)\"`";
    let given = text(token, name, "a visibility, as a string")?;
    let tokens: Vec<TokenTree> = match given.value.parse::<TokenStream>() {
        Ok(tokens) => tokens.into_iter().collect(),
        Err(_) => return Err(wrong(FORM, given.span)),
    };
    let fits = match &tokens[..] {
        [TokenTree::Ident(word)] => word == "pub",
        [TokenTree::Ident(word), TokenTree::Group(scope)] => word == "pub" && is_scope(scope),
        _ => false,
    };
    if !fits {
        return Err(wrong(FORM, given.span));
    }
    Ok(tokens.into_iter().map(|token| respanned(token, given.span)).collect())
}

fn is_scope(scope: &Group) -> bool {
    let words: Vec<TokenTree> = scope.stream().into_iter().collect();
    let path = |path: &[TokenTree]| !path.is_empty() && is_path(path, "").is_ok();
    scope.delimiter() == Delimiter::Parenthesis
        && match &words[..] {
            [TokenTree::Ident(word)] => ["crate", "self", "super"].contains(&word.to_string().as_str()),
            [TokenTree::Ident(word), rest @ ..] => word == "in" && path(rest),
            _ => false,
        }
}

/// The token as if it stood at `span`: what `crate` means depends on it.
fn respanned(token: TokenTree, span: Span) -> TokenTree {
    let mut token = match token {
        TokenTree::Group(group) => {
            let inner = group.stream().into_iter().map(|token| respanned(token, span)).collect();
            TokenTree::Group(Group::new(group.delimiter(), inner))
        }
        other => other,
    };
    token.set_span(span);
    token
}

/// What stands in brackets behind the attribute of an entry: nothing, or the path of the runtime.
pub(crate) fn entry_arguments(
    attribute: &str,
    tokens: TokenStream,
) -> Result<Option<Vec<TokenTree>>, Problem> {
    let form = format!("`{attribute}` takes nothing but `crate = ::path::to::protocall`");
    let mut tokens = tokens.into_iter().peekable();
    let Some(name) = tokens.next() else { return Ok(None) };
    let equals = matches!(tokens.next(), Some(TokenTree::Punct(sign)) if sign.as_char() == '=');
    if name.to_string() != "crate" || !equals {
        return Err(wrong(form, name.span()));
    }
    let path = runtime(&mut tokens, name.span())?;
    match tokens.next() {
        Some(comma) => Err(wrong(form, comma.span())),
        None => Ok(Some(path)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Result<Call, String> {
        call(text.parse().unwrap()).map_err(|errors| {
            errors.shown().iter().map(|problem| problem.render()).collect::<Vec<_>>().join("\n")
        })
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
    fn mistakes_are_gathered() {
        let text = parsed("1, clint = true, server = 2, views = [a, b], code_size = true true").unwrap_err();
        let titles: Vec<&str> = text.lines().filter(|line| !line.contains("help:")).collect();
        assert_eq!(
            titles,
            [
                "expected the path of a .proto file, or a list of paths",
                "unknown option `clint`",
                "`server` takes `true` or `false`",
                "expected a string literal",
                "expected `,`, found `true`"
            ]
        );
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
                "the options are `boxed`, `btree_maps`, `bytes`, `client`, `code_size`,",
            ),
            ("\"a.proto\", client = true, client = true", "option `client` is given twice"),
            ("\"a.proto\", client = 1", "`client` takes `true` or `false`"),
            ("\"a.proto\", include = \"x\"", "`include` takes a list of strings"),
            ("\"a.proto\", include = []", "this list is empty"),
            ("\"a.proto\", include: []", "expected `=` after `include`"),
            ("\"a.proto\", views = 1", "`views` takes `true`, `false` or a list of names"),
            ("\"a.proto\", views = []", "this list is empty"),
            ("\"a.proto\", boxed = true", "`boxed` takes a list of strings"),
            ("\"a.proto\", strings = true", "`strings` takes pairs of names and types"),
            ("\"a.proto\", strings = [(\"x\")]", "`strings` takes pairs of names and types"),
            ("\"a.proto\", strings = [(\"x\", Box)]", "expected the name of a type, as a string"),
            ("\"a.proto\", strings = [(\"x\", \"Rc<str>\")]", "did you mean `Arc<str>`?"),
            ("\"a.proto\", bytes = [(\"x\", \"String\")]", "the types are `Box<[u8]>`, `Bytes`, `Vec<u8>`"),
            ("\"a.proto\", unknown_fields = 0", "`unknown_fields` takes `true` or `false`"),
            ("\"a.proto\", view_requests = true", "`view_requests` takes a list of strings"),
            ("\"a.proto\", crate = rpc", "this path must begin with `::` or `crate::`"),
            ("\"a.proto\", crate = \"::rpc\"", "expected a Rust path, for example `::rpc`"),
            ("\"a.proto\", crate = :rpc", "expected a Rust path, for example `::rpc`"),
            ("\"a.proto\", crate = ::rpc::", "expected a Rust path, for example `::rpc`"),
            ("\"a.proto\", crate = crate::fn", "expected a Rust path, for example `::rpc`"),
            ("\"a.proto\", crate = ::rpc rpc", "expected a Rust path, for example `::rpc`"),
            ("\"a.proto\", deps = [self::crate::pb]", "expected a Rust path"),
            ("\"a.proto\", crate =", "`crate` takes the path of protocall"),
            ("\"a.proto\", deps = pb", "`deps` takes a list of paths"),
            ("\"a.proto\", deps = []", "`deps` takes a list of paths"),
            ("\"a.proto\", deps = [\"pb\"]", "expected a Rust path, for example `common_protos::pb`"),
            (
                "\"a.proto\", deps = [super::super::a, self::b, r#fn::union, self::b]",
                "`self::b` is in `deps` twice",
            ),
            ("\"a.proto\", deps = [a::b, c, a::b]", "`a::b` is in `deps` twice"),
            ("@ \"\" \"a.proto\", deps = [a::b]", "`a::b` cannot be used: it was made with protocall "),
            ("\"a.proto\", extern_path = [(\"x\")]", "`extern_path` takes pairs"),
            ("\"a.proto\", extern_path = [(\"x\", 1)]", "expected a Rust path"),
            ("\"a.proto\", extern_path = [(\"x\", pb::x)]", "this path must begin with `::` or `crate::`"),
        ] {
            let text = parsed(call).unwrap_err();
            assert!(text.contains(expected), "{call}: {text}");
        }
    }
}
