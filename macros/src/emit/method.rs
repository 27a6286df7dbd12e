//! Methods: the parts of a method that the server's and the client's side spell alike.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::path::{Cx, ident, outer};
use crate::model::{Method, Service};

/// A method as both sides spell it.
pub(super) struct Spelled {
    pub(super) outer: TokenStream,
    pub(super) name: Ident,
    /// The static that describes it.
    pub(super) constant: TokenStream,
    pub(super) request: TokenStream,
    pub(super) reply: TokenStream,
}

pub(super) fn spelled(cx: &Cx<'_>, service: &Service, method: &Method) -> Spelled {
    let (module, constant) = (ident(&service.module), ident(&method.constant));
    Spelled {
        outer: outer(&method.doc, method.deprecated),
        name: ident(&method.ident),
        constant: quote!(#module::#constant),
        request: cx.path(&method.request),
        reply: cx.path(&method.reply),
    }
}
