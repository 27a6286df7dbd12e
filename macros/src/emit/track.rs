//! Rebuild tracking: every file that was read is named to the compiler, so that an edit rebuilds the crate.
//!
//! The paths are literal tokens and never parsed text: parsed text is hashed into the crate, and two checkouts of one
//! crate would differ. `emit::package` calls [`files`], `emit::twice` calls [`variable`].

use proc_macro2::{Literal, TokenStream};
use quote::quote;

/// One unnamed constant per file.
pub(super) fn files(paths: &[String]) -> TokenStream {
    let paths = paths.iter().map(|path| Literal::string(path));
    quote!(#(const _: &[::core::primitive::u8] = ::core::include_bytes!(#paths);)*)
}

/// The constant for the variable that asks for readable expansions, under a name of the caller's choice.
pub(super) fn variable(name: &TokenStream) -> TokenStream {
    quote! {
        const #name: ::core::option::Option<&::core::primitive::str> = ::core::option_env!("PROTOCALL_DEBUG");
    }
}
