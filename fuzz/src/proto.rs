//! Texts as schemas, on the whole road of `include_proto!`: whatever they are, what comes out is Rust, and the same when it
//! is made again. A first line that begins with `//!` has options of the call.

use std::path::Path;
use std::str;

use proc_macro2::{TokenStream, TokenTree};
use protocall_macros_callable::expanded;
use quote::quote;

/// What may be imported besides what is bundled.
const BASE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/proto");

/// What the target does with an input.
pub fn run(data: &[u8]) {
    let Ok(schema) = str::from_utf8(data) else { return };
    let options = schema.strip_prefix("//!").and_then(|rest| rest.lines().next()).unwrap_or_default();
    let Ok(options) = options.parse::<TokenStream>() else { return };
    // Others write files, or read files of the system.
    if options.clone().into_iter().any(|token| is_word(&token, "debug") || is_word(&token, "include")) {
        return;
    }
    let call = quote!(inline = #schema, #options);
    let output = expanded(call.clone(), Path::new(BASE));
    let text = output.to_string();
    if let Err(error) = syn::parse2::<syn::File>(output) {
        panic!("{error} in {text}");
    }
    // Every fourth time: nothing of it goes by what the schema says.
    if data.iter().fold(0, |sum: u8, byte| sum.wrapping_add(*byte)) % 4 == 0 {
        assert_eq!(expanded(call, Path::new(BASE)).to_string(), text);
    }
}

fn is_word(token: &TokenTree, word: &str) -> bool {
    matches!(token, TokenTree::Ident(name) if name == word)
}
