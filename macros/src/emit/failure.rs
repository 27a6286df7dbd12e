//! Problems as tokens: one `compile_error!` or one warning each, spanned at the literal that brought the file in.
//!
//! `emit::package` puts them into the module of their package; [`failure`] is for a call that has no tree at all.

use proc_macro2::{Delimiter, Group, Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree};
use quote::quote;

use super::path::Call;
use crate::error::{Blame, Errors, Problem};

/// The problems of a call that could not be read.
pub(crate) fn failure(errors: Errors) -> TokenStream {
    let call = Call::default();
    errors.shown().iter().map(|problem| compile_error(&call, problem)).collect()
}

/// `::core::compile_error! { "…" }`. Every token has the literal's span: the compiler underlines that, and leaves its
/// note about the macro out.
pub(super) fn compile_error(call: &Call, problem: &Problem) -> TokenStream {
    let span = span(call, problem);
    let mut text = Literal::string(&problem.render());
    text.set_span(span);
    let mut body = Group::new(Delimiter::Brace, TokenTree::from(text).into());
    body.set_span(span);
    let sign = |sign: char, spacing: Spacing| {
        let mut punct = Punct::new(sign, spacing);
        punct.set_span(span);
        TokenTree::from(punct)
    };
    let colons = || [sign(':', Spacing::Joint), sign(':', Spacing::Alone)];
    let name = |name: &str| TokenTree::from(Ident::new(name, span));
    let path = colons().into_iter().chain([name("core")]).chain(colons()).chain([name("compile_error")]);
    path.chain([sign('!', Spacing::Alone), body.into()]).collect()
}

/// Macros have no warnings of their own on stable. What the compiler shows with one of its own lints is the note of
/// something deprecated, at the place where it is used.
pub(super) fn warning(call: &Call, problem: &Problem) -> TokenStream {
    let text = problem.render();
    let used = Ident::new("SCHEMA", span(call, problem));
    quote! {
        const _: () = {
            #[deprecated(note = #text)]
            const SCHEMA: () = ();
            #used
        };
    }
}

fn span(call: &Call, problem: &Problem) -> Span {
    let span = match problem.blame() {
        Blame::File(index) => call.spans.get(index).copied(),
        Blame::Token(span) => Some(span),
    };
    span.unwrap_or_else(Span::call_site)
}
