//! `include_proto!` as a function. Called by the target `proto`.
// What is used by `#[protocall::main]` only is not used here.
#![allow(dead_code, unused_imports)]

#[path = "../../../macros/src/emit/mod.rs"]
mod emit;
#[path = "../../../macros/src/error.rs"]
mod error;
#[path = "../../../macros/src/expand.rs"]
mod expand;
#[path = "../../../macros/src/model/mod.rs"]
mod model;
#[path = "../../../macros/src/parse/mod.rs"]
mod parse;

use std::path::Path;

use proc_macro2::TokenStream;

/// What a call becomes whose paths are relative to `base`.
pub fn expanded(call: TokenStream, base: &Path) -> TokenStream {
    expand::expand(call, base, String::new())
}
