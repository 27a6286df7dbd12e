//! The expansion as text, which `debug = true` writes down: it reads back as the same tokens, whatever the schema has.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use super::expanded;
use crate::emit::readable;

const SCHEMA: &str = r#"syntax = "proto2"; package shop.v1;
// An order, with `code` and
//
//     an example.
message Order {
  optional int64 id = 1 [default = -9];
  repeated string notes = 2;
  required Line first = 3;
  map<string, State> states = 4;
  oneof discount { double rate = 5; bytes code = 6 [default = "\"\n\000"]; }
  optional group Line = 7 { optional float weight = 1 [default = -inf]; }
  extensions 100 to 199;
}
extend Order { optional State last = 100; }
enum State { option allow_alias = true; OPEN = 0; NEW = 0; LOST = -5; }
service Orders {
  rpc Get(Order) returns (Order);
  rpc Put(stream Order) returns (Order) { option deprecated = true; }
  rpc List(Order) returns (stream Order);
  rpc Talk(stream Order) returns (stream Order);
}"#;

/// All tokens in a row, literals of text by their value.
fn row(tokens: TokenStream, row: &mut Vec<String>) {
    for token in tokens {
        match token {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::None => ("", ""),
                };
                row.push(open.to_owned());
                self::row(group.stream(), row);
                row.push(close.to_owned());
            }
            TokenTree::Punct(sign) => row.push(sign.as_char().to_string()),
            TokenTree::Literal(literal) => {
                let text = literal.to_string();
                let value = crate::parse::string_value(&literal).unwrap_or(text);
                row.push(value);
            }
            TokenTree::Ident(name) => row.push(name.to_string()),
        }
    }
}

#[test]
fn the_text_reads_back_as_the_same_tokens() {
    for options in ["", ", views = true, view_requests = [\"shop.v1.Orders\"]", ", code_size = true"] {
        let tokens = expanded(&format!("inline = r##\"{SCHEMA}\"##{options}"));
        let text = readable(tokens.clone());
        let again: TokenStream = text.parse().unwrap_or_else(|error| panic!("{error}:\n{text}"));
        let (mut first, mut second) = (Vec::new(), Vec::new());
        row(without_docs(tokens), &mut first);
        row(without_docs(again), &mut second);
        let differ = first.iter().zip(&second).position(|(left, right)| left != right);
        let around = |at: usize| second.get(at.saturating_sub(9)..at + 3).unwrap_or(&[]).join(" ");
        assert_eq!(differ.map(around), None, "{text}");
        assert_eq!(first.len(), second.len());
    }
}

/// Several lines of docs are one attribute in the expansion and one each in a text; the printer's own test has docs.
fn without_docs(tokens: TokenStream) -> TokenStream {
    let mut out: Vec<TokenTree> = Vec::new();
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        let is_doc = |token: &TokenTree| matches!(token, TokenTree::Group(group) if group.stream().to_string().starts_with("doc ="));
        match (&token, tokens.peek()) {
            (TokenTree::Punct(sign), Some(next)) if sign.as_char() == '#' && is_doc(next) => {
                tokens.next();
            }
            (TokenTree::Group(group), _) => {
                let mut inner = proc_macro2::Group::new(group.delimiter(), without_docs(group.stream()));
                inner.set_span(group.span());
                out.push(inner.into());
            }
            _ => out.push(token),
        }
    }
    out.into_iter().collect()
}
