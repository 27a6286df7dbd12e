//! Tests of the whole walk: calls with inline schemas in, tokens or rendered problems out.

mod accept;
mod deps;
mod diagnose;
mod edition;
mod expand;
mod find;
mod named;
mod readable;
mod select;
mod separators;
mod unreadable;

use std::path::Path;

use proc_macro2::TokenStream;

/// The output of a call whose paths are relative to this crate.
fn expanded(call: &str) -> TokenStream {
    let tokens: TokenStream = call.parse().expect("the call is made of tokens");
    crate::expand(tokens, Path::new(env!("CARGO_MANIFEST_DIR")), String::new())
}

/// The output for a schema in the call, formatted.
fn formatted(schema: &str) -> String {
    let tokens = expanded(&format!("inline = r##\"{schema}\"##"));
    let file = syn::parse2(tokens.clone()).unwrap_or_else(|error| panic!("{error}: {tokens}"));
    prettyplease::unparse(&file)
}

/// The texts of the problems in the output.
fn problems(output: TokenStream) -> Vec<String> {
    let file: syn::File = syn::parse2(output).expect("the output is Rust");
    let mut texts = Vec::new();
    collect(&file.items, &mut texts);
    texts
}

fn collect(items: &[syn::Item], texts: &mut Vec<String>) {
    for item in items {
        match item {
            syn::Item::Macro(item)
                if item.mac.path.segments.last().is_some_and(|it| it.ident == "compile_error") =>
            {
                texts.push(item.mac.parse_body::<syn::LitStr>().expect("one string").value());
            }
            syn::Item::Mod(module) => collect(module.content.as_ref().map_or(&[], |(_, items)| items), texts),
            syn::Item::Const(item) => texts.extend(warning(item)),
            _ => {}
        }
    }
}

/// The text of a warning, which is the note of a deprecated constant.
fn warning(item: &syn::ItemConst) -> Option<String> {
    let syn::Expr::Block(body) = item.expr.as_ref() else { return None };
    let Some(syn::Stmt::Item(syn::Item::Const(inner))) = body.block.stmts.first() else { return None };
    let syn::Meta::List(deprecated) = &inner.attrs.first()?.meta else { return None };
    let note: syn::MetaNameValue = deprecated.parse_args().ok()?;
    let syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) = note.value else { return None };
    Some(format!("warning: {}", text.value()))
}
