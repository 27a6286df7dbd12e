//! `#[protocall::main]` and `#[protocall::test]`: an `async fn` becomes a plain one that runs its body on the runtime.
//!
//! Read by hand over the tokens; `lib.rs` calls [`entry`].

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};
use quote::quote;

use super::failure::failure;
use super::path::door;
use crate::error::{Blame, Errors, Problem};
use crate::parse;

/// Which function it is that runs on the runtime.
#[derive(Clone, Copy)]
pub(crate) enum Entry {
    Main,
    Test,
}

impl Entry {
    fn attribute(self) -> &'static str {
        match self {
            Self::Main => "#[protocall::main]",
            Self::Test => "#[protocall::test]",
        }
    }
}

/// The function with its body handed to the runtime, or the function and what is wrong with it.
pub(crate) fn entry(entry: Entry, arguments: TokenStream, item: TokenStream) -> TokenStream {
    let runtime = parse::entry_arguments(entry.attribute(), arguments);
    runtime.and_then(|runtime| expanded(entry, runtime.as_deref(), &item)).unwrap_or_else(|problem| {
        let mut errors = Errors::default();
        errors.push(problem);
        let error = failure(errors);
        quote!(#error #item)
    })
}

fn expanded(entry: Entry, runtime: Option<&[TokenTree]>, item: &TokenStream) -> Result<TokenStream, Problem> {
    let attribute = entry.attribute();
    let tokens: Vec<TokenTree> = item.clone().into_iter().collect();
    let is = |token: &TokenTree, word: &str| matches!(token, TokenTree::Ident(name) if name == word);
    let at = tokens.iter().position(|token| is(token, "fn"));
    let Some((head, rest)) = at.and_then(|at| tokens.split_at_checked(at)) else {
        let span = tokens.first().map_or_else(Span::call_site, TokenTree::span);
        return Err(wrong(&format!("{attribute} goes on a function"), span));
    };
    let Some(asynchronous) = head.iter().position(|token| is(token, "async")) else {
        let span = rest.first().map_or_else(Span::call_site, TokenTree::span);
        return Err(
            wrong(&format!("{attribute} needs an `async fn`"), span).help("write `async` before `fn`")
        );
    };
    let Some((TokenTree::Group(body), signature)) = rest.split_last() else {
        return Err(wrong(&format!("{attribute} needs a function with a body"), Span::call_site()));
    };
    let list = |token: &&TokenTree| matches!(token, TokenTree::Group(it) if it.delimiter() == Delimiter::Parenthesis);
    if let Some(TokenTree::Group(arguments)) = signature.iter().find(list)
        && !arguments.stream().is_empty()
    {
        return Err(wrong(&format!("a function with {attribute} takes no arguments"), arguments.span()));
    }
    let head = head.iter().enumerate().filter(|(index, _)| *index != asynchronous).map(|(_, token)| token);
    let door = door(runtime);
    let test = matches!(entry, Entry::Test).then(|| quote!(#[::core::prelude::v1::test]));
    Ok(quote! {
        #test
        #(#head)* #(#signature)* {
            #door::run(async #body)
        }
    })
}

fn wrong(title: &str, span: Span) -> Problem {
    Problem::new(title, Blame::Token(span))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_body_moves_into_the_runtime() {
        let item = quote!(
            #[allow(dead_code)]
            pub(crate) async fn main() -> Result<(), String> {
                go().await
            }
        );
        let expected = quote! {
            #[allow(dead_code)] pub(crate) fn main() -> Result<(), String> {
                ::protocall::__private_0_1_0::run(async { go().await })
            }
        };
        assert_eq!(entry(Entry::Main, TokenStream::new(), item.clone()).to_string(), expected.to_string());
        let test = quote!(#[::core::prelude::v1::test] #expected).to_string();
        assert_eq!(entry(Entry::Test, TokenStream::new(), item.clone()).to_string(), test);
        let renamed = entry(Entry::Main, quote!(crate = ::rpc), item).to_string();
        assert_eq!(renamed, expected.to_string().replace("protocall", "rpc"));
    }

    #[test]
    fn arguments_are_read() {
        for arguments in [quote!(flavor = "x"), quote!(crate), quote!(crate = rpc), quote!(crate = ::rpc, 1)]
        {
            let text = entry(
                Entry::Main,
                arguments.clone(),
                quote!(
                    async fn main() {}
                ),
            )
            .to_string();
            assert!(text.contains("compile_error") && text.contains("async fn main"), "{arguments}: {text}");
        }
    }

    #[test]
    fn mistakes_are_named() {
        for (item, expected) in [
            (
                quote!(
                    fn main() {}
                ),
                "needs an `async fn`",
            ),
            (
                quote!(
                    async fn main(x: i32) {}
                ),
                "takes no arguments",
            ),
            (
                quote!(
                    struct Main;
                ),
                "goes on a function",
            ),
        ] {
            for (kind, name) in [(Entry::Main, "#[protocall::main]"), (Entry::Test, "#[protocall::test]")] {
                let text = entry(kind, TokenStream::new(), item.clone()).to_string();
                assert!(text.contains("compile_error") && text.contains(expected), "{text}");
                assert!(text.contains(name), "{text}");
            }
        }
    }
}
