//! Two calls in one module that both make a module of the same name. They cannot see each other, so the compiler is to say
//! how to mend it: each makes a constant, too, whose name is the advice, and which is then there twice.
//!
//! `emit::package` calls [`advice`].

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::quote;

use super::path::{Call, ident, mark};
use super::track;
use crate::model::Module;

/// The constants, spanned at the first literal of the call. One is there in any case: it tracks a variable.
pub(super) fn advice(call: &Call, root: &Module) -> TokenStream {
    let mut names = root.modules.iter().map(|module| name(&module.name));
    let first = names.next().map_or_else(|| quote!(_), |name| quote!(#name));
    let variable = track::variable(&first);
    let constants = quote!(#variable #(const #names: () = ();)*);
    match call.spans.first() {
        Some(literal) => placed(constants, *literal),
        None => constants,
    }
}

/// Constants are in capitals; two modules that differ in these alone have two.
fn name(module: &str) -> Ident {
    let module = module.trim_start_matches("r#");
    let upper = module.to_uppercase();
    let other =
        if module.to_lowercase() == module { String::new() } else { format!("_{}", mark(module.as_bytes())) };
    ident(&format!(
        "__TWO_CALLS_IN_ONE_MODULE_MAKE_{upper}{other}__LIST_ALL_FILES_IN_ONE_OF_THEM_OR_PUT_EACH_IN_A_MOD"
    ))
}

/// The compiler shows a thing from its first token on.
fn placed(tokens: TokenStream, literal: Span) -> TokenStream {
    let place = |token: TokenTree| {
        let mut token = match token {
            TokenTree::Group(group) => {
                TokenTree::Group(Group::new(group.delimiter(), placed(group.stream(), literal)))
            }
            other => other,
        };
        token.set_span(token.span().located_at(literal));
        token
    };
    tokens.into_iter().map(place).collect()
}
