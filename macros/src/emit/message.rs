//! Messages: the struct, its codec, the access to its fields, its getters, and its view.
//!
//! `emit::package` calls [`definition`] for every message of a module.

use proc_macro2::TokenStream;
use quote::quote;

use super::path::Cx;
use super::{codec, extension, getter, reflect, structure, view};
use crate::model::Message;

/// All of a message.
pub(super) fn definition(cx: &Cx<'_>, message: &Message) -> TokenStream {
    let structure = structure::definition(cx, message);
    let codec = codec::definition(cx, message);
    let reflect = reflect::definition(cx, message);
    let getters = getter::all(cx, message);
    let extendable = extension::extendable(cx, message);
    let view = message.view.then(|| view::definition(&cx.of_views(), message));
    quote!(#structure #codec #reflect #getters #extendable #view)
}
