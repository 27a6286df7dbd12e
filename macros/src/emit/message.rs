//! Messages: the struct, its codec and its getters.
//!
//! `emit::package` calls [`definition`] for every message of a module.

use proc_macro2::TokenStream;
use quote::quote;

use super::path::{Cx, outer};
use super::{codec, extension, field, getter};
use crate::model::{Member, Message};

/// All of a message.
pub(super) fn definition(cx: &Cx<'_>, message: &Message) -> TokenStream {
    let structure = structure(cx, message);
    let codec = codec::definition(cx, message);
    let getters = getter::all(cx, message);
    let extendable = extension::extendable(cx, message);
    quote!(#structure #codec #getters #extendable)
}

fn structure(cx: &Cx<'_>, message: &Message) -> TokenStream {
    let (rt, allow) = (&cx.rt, &cx.allow);
    let outer = outer(&message.doc, message.deprecated);
    let name = cx.item(&message.ident, message.blame);
    let members = message.members.iter().map(|member| match member {
        Member::Field(field) => field::definition(cx, field),
        Member::Oneof(oneof) => field::oneof(cx, oneof),
    });
    quote! {
        #outer
        #allow
        #[derive(::core::clone::Clone, ::core::fmt::Debug, ::core::default::Default, ::core::cmp::PartialEq)]
        pub struct #name {
            #(#members)*
            /// Fields that this schema does not name, kept as they arrived and written back.
            pub unknown_fields: #rt::UnknownFields,
        }
    }
}
