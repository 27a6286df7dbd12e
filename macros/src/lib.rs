//! The macros of [protocall](https://docs.rs/protocall): `.proto` files become Rust where they are used.
//!
//! Use them through the `protocall` crate, which generated code needs in any case. Inside, three layers follow each
//! other: `parse` reads files into linked descriptors, `model` decides what they become, `emit` spells it. A file
//! imports only from layers above it; `expand` is the walk through all of them, and what is here is what rustc calls.

mod emit;
mod error;
mod expand;
mod model;
mod parse;
#[cfg(test)]
#[path = "../tests/walk/output.rs"]
mod walk;

use std::env;
use std::path::{Path, PathBuf};

use self::expand::expand;

/// Compiles `.proto` files into messages, enums and services.
///
/// ```ignore
/// protocall::include_proto!("proto/shop/v1/shop.proto");
///
/// protocall::include_proto!(
///     ["proto/shop/v1/product.proto", "proto/shop/v1/order.proto"],
///     include = ["proto", "third_party"],
///     deps = [common_protos::pb],
///     extern_path = [("google.type", ::gtypes::google::r#type)],
///     views = ["shop.v1.Order"],
///     client = true,
///     server = false
/// );
///
/// protocall::include_proto!(inline = r#"syntax = "proto3"; message Ping { string text = 1; }"#);
/// ```
///
#[doc = include_str!("options.md")]
#[doc = include_str!("names.md")]
#[doc = include_str!("builds.md")]
#[proc_macro]
pub fn include_proto(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    let base = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from).unwrap_or_default();
    // The last token is the user's, also where a macro has put others in front.
    let place = input.clone().into_iter().last().map_or_else(String::new, |token| place(token.span(), &base));
    expand(input.into(), &base, place).into()
}

/// The place in the source of the crate: the same on every machine.
fn place(span: proc_macro::Span, base: &Path) -> String {
    let file = span.local_file().and_then(|file| std::path::absolute(file).ok()).unwrap_or_default();
    let file = file.strip_prefix(base).unwrap_or(&file).display().to_string().replace('\\', "/");
    format!("{file}:{}:{}", span.line(), span.column())
}

/// Runs an `async fn main` on protocall's runtime. A crate that knows protocall by another name says which:
/// `#[rpc::main(crate = ::rpc)]`.
#[proc_macro_attribute]
pub fn main(arguments: proc_macro::TokenStream, item: proc_macro::TokenStream) -> proc_macro::TokenStream {
    emit::entry(emit::Entry::Main, arguments.into(), item.into()).into()
}

/// Runs an `async fn` on protocall's runtime as a test: `#[test]` for tests that call services. A crate that knows
/// protocall by another name says which: `#[rpc::test(crate = ::rpc)]`.
#[proc_macro_attribute]
pub fn test(arguments: proc_macro::TokenStream, item: proc_macro::TokenStream) -> proc_macro::TokenStream {
    emit::entry(emit::Entry::Test, arguments.into(), item.into()).into()
}
