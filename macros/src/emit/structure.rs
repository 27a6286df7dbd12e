//! The struct of a message, and that of its view.
//!
//! `emit::message` and `emit::view` call [`definition`].

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::field;
use super::path::{Cx, outer};
use crate::model::{Member, Message, view_name};

/// The struct, of the message or of its view.
pub(super) fn definition(cx: &Cx<'_>, message: &Message) -> TokenStream {
    let (rt, allow) = (&cx.rt, &cx.allow);
    let unknown = if cx.view { quote!(#rt::UnknownFieldsView<'a>) } else { quote!(#rt::UnknownFields) };
    let outer = outer(&message.doc, message.deprecated);
    let (name, lifetime) = (name(cx, message), cx.lifetime());
    let members = message.members.iter().map(|member| match member {
        Member::Field(field) => field::definition(cx, field),
        Member::Oneof(oneof) => field::oneof(cx, oneof),
    });
    // A message shows itself by reflection, which is written once.
    let debug = cx.view.then(|| quote!(::core::fmt::Debug,));
    quote! {
        #outer
        #allow
        #[derive(::core::clone::Clone, #debug ::core::default::Default, ::core::cmp::PartialEq)]
        pub struct #name #lifetime {
            #(#members)*
            /// Fields that this schema does not name, kept as they arrived and written back.
            pub unknown_fields: #unknown,
        }
    }
}

/// The name of the struct.
fn name(cx: &Cx<'_>, message: &Message) -> Ident {
    if cx.view {
        cx.item(&view_name(&message.ident), message.blame)
    } else {
        cx.item(&message.ident, message.blame)
    }
}
