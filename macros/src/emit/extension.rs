//! Extensions: the keys that read and write them, and what makes a message extendable.
//!
//! `emit::package` calls [`definition`] for every key of a module, `emit::message` calls [`extendable`].

use proc_macro2::TokenStream;
use quote::quote;

use super::field;
use super::path::{Cx, ident, number, outer};
use crate::model::{Extension, Kind, Message, Shape};

/// The key.
pub(super) fn definition(cx: &Cx<'_>, extension: &Extension) -> TokenStream {
    let (rt, allow, visibility) = (&cx.rt, &cx.allow, &cx.visibility);
    let full_name = &extension.full_name;
    let doc = format!("{}\n\nProto: {full_name} = {}", extension.doc, extension.number);
    let outer = outer(doc.trim_start(), extension.deprecated);
    let (name, number) = (ident(&extension.ident), number(extension.number));
    let (extended, shape) = (cx.path(&extension.extended), shape(cx, &extension.shape));
    quote! {
        #outer
        #allow
        #visibility const #name: #rt::Extension<#extended, #shape> = #rt::Extension::new(#number, #full_name);
    }
}

/// `impl Extendable`, for a message that sets numbers aside.
pub(super) fn extendable(cx: &Cx<'_>, message: &Message) -> TokenStream {
    if !message.extendable {
        return TokenStream::new();
    }
    let (rt, allow) = (&cx.rt, &cx.allow);
    let name = ident(&message.ident);
    let message_set = message.message_set.then(|| {
        quote!(
            const MESSAGE_SET: ::core::primitive::bool = true;
        )
    });
    quote! {
        #allow
        impl #rt::Extendable for #name {
            #message_set
            fn extension_fields(&self) -> &#rt::UnknownFields {
                &self.unknown_fields
            }
            fn extension_fields_mut(&mut self) -> &mut #rt::UnknownFields {
                &mut self.unknown_fields
            }
        }
    }
}

fn shape(cx: &Cx<'_>, shape: &Shape) -> TokenStream {
    let rt = &cx.rt;
    let packed = matches!(shape, Shape::Packed(_));
    match shape {
        Shape::Repeated(kind) | Shape::Packed(kind) if kind.is_closed() => {
            let value = field::value(cx, kind);
            quote!(#rt::ClosedListExtension<#value, #packed>)
        }
        Shape::Repeated(kind) | Shape::Packed(kind) if kind.is_packable() => {
            let kind = field::kind(cx, kind);
            quote!(#rt::NumbersExtension<#kind, #packed>)
        }
        Shape::Repeated(kind) | Shape::Packed(kind) => {
            let kind = field::kind(cx, kind);
            quote!(#rt::RepeatedExtension<#kind>)
        }
        // "Extensions cannot be maps", required, or without presence.
        Shape::Implicit(kind) | Shape::Optional(kind) | Shape::Required(kind) | Shape::Map(_, kind) => {
            optional(cx, kind)
        }
    }
}

fn optional(cx: &Cx<'_>, kind: &Kind) -> TokenStream {
    let rt = &cx.rt;
    if kind.is_closed() {
        let value = field::value(cx, kind);
        return quote!(#rt::ClosedExtension<#value>);
    }
    let kind = field::kind(cx, kind);
    quote!(#rt::OptionalExtension<#kind>)
}
