//! The struct of a message, and that of its view.
//!
//! `emit::message` and `emit::view` call [`definition`].

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::field;
use super::path::{Cx, outer};
use crate::model::{Derive, Member, Message, Trait, view_name};

/// The struct, of the message or of its view.
pub(super) fn definition(cx: &Cx<'_>, message: &Message) -> TokenStream {
    let (rt, allow, visibility) = (&cx.rt, &cx.allow, &cx.visibility);
    let unknown = if cx.view { quote!(#rt::UnknownFieldsView<'a>) } else { quote!(#rt::UnknownFields) };
    let unknown = message.keeps_unknown.then(|| {
        quote! {
            /// Fields that this schema does not name, kept as they arrived and written back.
            pub unknown_fields: #unknown,
        }
    });
    let outer = outer(&message.doc, message.deprecated);
    let (name, lifetime) = (name(cx, message), cx.lifetime());
    // A message shows itself by reflection, which is written once.
    let by_hand = |derive: &&Derive| **derive == Derive::Std(Trait::Debug) && !cx.view;
    let derives: Vec<Derive> = message.derives.iter().filter(|derive| !by_hand(derive)).copied().collect();
    let (derive, attributes) = (cx.derive(&derives), cx.attributes(&message.attributes));
    let members = message.members.iter().map(|member| match member {
        Member::Field(field) => field::definition(cx, field),
        Member::Oneof(oneof) => field::oneof(cx, oneof),
    });
    quote! {
        #outer
        #allow
        #derive
        #attributes
        #visibility struct #name #lifetime {
            #(#members)*
            #unknown
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
