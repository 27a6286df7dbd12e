//! Calls that use what others made: what is found there, and what is said where something is missing.

use proc_macro2::{TokenStream, TokenTree};

use super::{expanded, problems};

const MONEY: &str =
    "[\"tests/walk/proto/deps/money.proto\"], include = [\"tests/walk/proto\"], export = true";
const ORDER: &str = r#"inline = r"syntax = 'proto3'; import 'deps/money.proto';
    message Order { deps.Money total = 1; deps.Currency currency = 2; }""#;

/// What a call exports: the only string behind an `@`.
fn schema(output: TokenStream) -> Option<String> {
    let mut tokens = output.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Punct(sign) if sign.as_char() == '@' => return tokens.next().map(|it| it.to_string()),
            TokenTree::Group(group) => {
                if let Some(found) = schema(group.stream()) {
                    return Some(found);
                }
            }
            _ => {}
        }
    }
    None
}

/// The output of a call with one of `deps`, as its hidden macro would make it.
fn with(dep: &str, call: &str) -> TokenStream {
    let schema = schema(expanded(dep)).expect("the call exports");
    expanded(&format!("@ {schema} {call}, deps = [common::pb]"))
}

fn spelled(output: TokenStream) -> String {
    output.to_string().split_whitespace().collect()
}

#[test]
fn a_call_first_asks_what_the_others_made() {
    let asked = spelled(expanded(&format!("{ORDER}, deps = [common::pb, ::other]")));
    assert!(
        asked
            .starts_with("common::pb::__include_proto_with_export_true!{[::protocall::include_proto]inline=")
    );
    let schema = schema(expanded(MONEY)).expect("the call exports");
    let asked = spelled(expanded(&format!("@ {schema} {ORDER}, deps = [common::pb, ::other]")));
    assert!(asked.starts_with("::other::__include_proto_with_export_true!{[::protocall::include_proto]@\""));
}

#[test]
fn types_that_are_there_are_not_made_again() {
    let output = with(MONEY, ORDER);
    assert_eq!(problems(output.clone()), [] as [String; 0]);
    let text = spelled(output);
    assert!(!text.contains("structMoney") && !text.contains("enumCurrency"), "{text}");
    assert!(text.contains("pubtotal:::protocall::__private_0_1_0::Option<__dep_"), "{text}");
}

#[test]
fn types_that_the_other_call_left_out_are_made() {
    let text = spelled(with(&format!("{MONEY}, only = [\"deps.Currency\"]"), ORDER));
    assert!(text.contains("structMoney") && !text.contains("enumCurrency"), "{text}");
}

#[test]
fn a_file_that_the_call_names_is_its_own() {
    let text =
        spelled(with(MONEY, "\"tests/walk/proto/deps/money.proto\", include = [\"tests/walk/proto\"]"));
    assert!(text.contains("structMoney") && text.contains("enumCurrency"), "{text}");
}

#[test]
fn what_is_missing_or_idle_is_told() {
    let viewed = problems(with(MONEY, &format!("{ORDER}, views = [\"Order\"]")));
    let [problem] = &viewed[..] else { panic!("one problem: {viewed:?}") };
    assert!(problem.starts_with("`common::pb` made no view of `deps.Money`"), "{problem}");
    let idle = problems(with(MONEY, "inline = \"syntax = 'proto3'; message Order {}\""));
    let [warning] = &idle[..] else { panic!("one warning: {idle:?}") };
    assert!(warning.starts_with("warning: `common::pb` in deps gives nothing"), "{warning}");
}
