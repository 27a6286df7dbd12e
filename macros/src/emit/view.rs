//! Views: the struct that borrows, its codec, and the way from the message and back.
//!
//! `emit::message` calls [`definition`] and `emit::oneof` calls [`oneof`], where a view is asked for; both with a place
//! where messages are spelled as views.

use proc_macro2::TokenStream;
use quote::quote;

use super::path::{Cx, ident};
use super::{codec, field, getter, structure};
use crate::model::{Kind, Member, Message, Oneof, Shape, view_name};

/// All of a message's view.
pub(super) fn definition(cx: &Cx<'_>, message: &Message) -> TokenStream {
    let (rt, allow) = (&cx.rt, &cx.allow);
    let structure = structure::definition(cx, message);
    let (name, view) = (ident(&message.ident), ident(&view_name(&message.ident)));
    let walks = codec::walks(cx, message);
    let fields = codec::fields(cx, message);
    let borrowed = message.members.iter().map(|member| converted(cx, member, "of"));
    let owned = message.members.iter().map(|member| converted(cx, member, "own"));
    let unknown = |verb: &str| {
        let verb = ident(verb);
        let line = quote!(unknown_fields: #rt::borrow::unknown::#verb(&message.unknown_fields),);
        message.keeps_unknown.then_some(line)
    };
    let (unknown_borrowed, unknown_owned) = (unknown("of"), unknown("own"));
    let getters = getter::all(cx, message);
    quote! {
        #structure
        #allow
        impl<'a> #rt::MessageView<'a> for #view<'a> {
            type Message = #name;
            #walks
            fn of(message: &'a #name) -> Self {
                Self {
                    #(#borrowed)*
                    #unknown_borrowed
                }
            }
            fn to_message(&self) -> #name {
                let message = self;
                #name {
                    #(#owned)*
                    #unknown_owned
                }
            }
        }
        #allow
        impl #rt::Viewable for #name {
            type View<'a> = #view<'a>;
        }
        #fields
        #getters
    }
}

/// A field of `message` in the other form.
fn converted(cx: &Cx<'_>, member: &Member, verb: &str) -> TokenStream {
    let rt = &cx.rt;
    let verb = ident(verb);
    match member {
        Member::Field(field) => {
            let (name, kinds) = (ident(&field.ident), codec::kinds_by(cx, field, lent));
            // Which map it becomes is seen from the field.
            let map = (verb == "own" && matches!(field.shape, Shape::Map(..))).then(|| quote!(, _));
            let shape = ident(match &field.shape {
                Shape::Implicit(_) | Shape::Required(_) => "plain",
                Shape::Optional(_) => "optional",
                Shape::Repeated(_) | Shape::Packed(_) => "list",
                Shape::Map(..) => "map",
            });
            quote!(#name: #rt::borrow::#shape::#verb::<#kinds #map>(&message.#name),)
        }
        Member::Oneof(oneof) => {
            let (name, path) = (ident(&oneof.ident), field::oneof_path(cx, oneof));
            quote!(#name: #rt::borrow::oneof::#verb::<#path>(&message.#name),)
        }
    }
}

/// The kind of a view's value, which knows what the message holds.
fn lent(cx: &Cx<'_>, kind: &Kind) -> TokenStream {
    let rt = &cx.rt;
    match kind {
        Kind::Held(holder) => {
            let (name, held) =
                (ident(&format!("{}ViewOf", field::lent_kind(*holder))), field::holder(cx, *holder));
            quote!(#rt::#name<'a, #held>)
        }
        kind => field::kind(cx, kind),
    }
}

/// The way from a oneof to that of a view, and back.
pub(super) fn oneof(cx: &Cx<'_>, oneof: &Oneof) -> TokenStream {
    let (rt, allow) = (&cx.rt, &cx.allow);
    let name = ident(&oneof.ident);
    if !oneof.borrows {
        return quote! {
            #allow
            impl #rt::borrow::OneofView<'_> for #name {
                type Owned = Self;
                fn of(owned: &Self) -> Self {
                    ::core::clone::Clone::clone(owned)
                }
                fn own(&self) -> Self {
                    ::core::clone::Clone::clone(self)
                }
            }
        };
    }
    let view = ident(&view_name(&oneof.ident));
    let arms = |verb: &str| -> Vec<TokenStream> {
        let verb = ident(verb);
        let arm = |variant: &crate::model::Variant| {
            let (variant, kind) = (ident(&variant.ident), lent(cx, &variant.kind));
            let (from, to) = if verb == "of" { (&name, &view) } else { (&view, &name) };
            quote!(#from::#variant(value) => #to::#variant(#rt::borrow::plain::#verb::<#kind>(value)),)
        };
        oneof.variants.iter().map(arm).collect()
    };
    let (borrowed, owned) = (arms("of"), arms("own"));
    quote! {
        #allow
        impl<'a> #rt::borrow::OneofView<'a> for #view<'a> {
            type Owned = #name;
            fn of(owned: &'a #name) -> Self {
                match owned {
                    #(#borrowed)*
                }
            }
            fn own(&self) -> #name {
                match self {
                    #(#owned)*
                }
            }
        }
    }
}
