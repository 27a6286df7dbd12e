//! Oneofs: the enum of a oneof and how its fields stand on the wire.
//!
//! `emit::package` calls [`definition`] for every oneof of a message's module.

use proc_macro2::TokenStream;
use quote::quote;

use super::path::{Cx, ident, number, outer};
use super::{field, reflect, view};
use crate::model::{Kind, Oneof, Variant, view_name};

/// The enum and its `impl Oneof`, and the same of its view where there is one.
pub(super) fn definition(cx: &Cx<'_>, oneof: &Oneof) -> TokenStream {
    let owned = form(cx, oneof);
    if !oneof.view {
        return owned;
    }
    let cx = cx.of_views();
    let view = oneof.borrows.then(|| form(&cx, oneof));
    let conversion = view::oneof(&cx, oneof);
    quote!(#owned #view #conversion)
}

/// One of the two enums.
fn form(cx: &Cx<'_>, oneof: &Oneof) -> TokenStream {
    let outer_attributes = outer(&oneof.doc, false);
    let (name, lifetime) = (cx.item(&name(cx, oneof), oneof.blame), cx.lifetime());
    let variants = oneof.variants.iter().map(|variant| {
        let outer = outer(&variant.doc, variant.deprecated);
        let (name, value) = (ident(&variant.ident), field::value(cx, &variant.kind));
        let attributes = cx.attributes(&variant.attributes);
        quote!(#outer #attributes #name(#value),)
    });
    let codec = codec(cx, oneof);
    let element = (!cx.view).then(|| reflect::oneof(cx, oneof));
    let (derive, attributes) = (cx.derive(&oneof.derives), cx.attributes(&oneof.attributes));
    quote! {
        #outer_attributes
        #derive
        #attributes
        pub enum #name #lifetime {
            #(#variants)*
        }
        #codec
        #element
    }
}

fn name(cx: &Cx<'_>, oneof: &Oneof) -> String {
    if cx.view { view_name(&oneof.ident) } else { oneof.ident.clone() }
}

fn codec(cx: &Cx<'_>, oneof: &Oneof) -> TokenStream {
    let rt = &cx.rt;
    let (name, lifetime) = (ident(&name(cx, oneof)), cx.lifetime());
    let puts = oneof.variants.iter().map(|variant| {
        let (name, number, kind) = parts(cx, variant);
        quote!(Self::#name(value) => #rt::required::put::<#kind>(#number, value, out),)
    });
    let merges = oneof.variants.iter().map(|variant| merge(cx, variant, oneof.variants.len() == 1));
    let closed = closed(cx, oneof);
    quote! {
        impl<'a> #rt::Oneof<'a> for #name #lifetime {
            fn put_field(&self, out: &mut #rt::Output<'_>) {
                match self {
                    #(#puts)*
                }
            }
            fn merge_field(
                tag: ::core::primitive::u32,
                slot: &mut ::core::option::Option<Self>,
                input: &mut #rt::Input<'a, '_>,
            ) -> ::core::result::Result<(), #rt::DecodeError> {
                match tag {
                    #(#merges)*
                    _ => ::core::result::Result::Ok(()),
                }
            }
        }
        #closed
    }
}

fn parts(cx: &Cx<'_>, variant: &Variant) -> (proc_macro2::Ident, proc_macro2::Literal, TokenStream) {
    (ident(&variant.ident), number(variant.number), field::kind(cx, &variant.kind))
}

fn tag(variant: &Variant) -> proc_macro2::Literal {
    number(variant.number << 3 | variant.kind.wire_type())
}

/// A message that is there already is merged into; anything else replaces what was there.
fn merge(cx: &Cx<'_>, variant: &Variant, alone: bool) -> TokenStream {
    let rt = &cx.rt;
    let (name, number, kind) = parts(cx, variant);
    let tag = tag(variant);
    match variant.kind {
        Kind::Message { .. } => {
            let other = (!alone).then(|| quote!(_ => ::core::option::Option::None,));
            quote! {
                #tag => #rt::oneof::merge_member::<#kind, _>(#number, slot, input, (Self::#name, |member| match member {
                    Self::#name(value) => ::core::option::Option::Some(value),
                    #other
                })),
            }
        }
        // Never asked: `merge_field_closed` has this tag.
        Kind::Enum { closed: true, .. } => TokenStream::new(),
        _ => quote!(#tag => #rt::oneof::set_member::<#kind, _>(slot, input, Self::#name),),
    }
}

fn closed(cx: &Cx<'_>, oneof: &Oneof) -> TokenStream {
    let rt = &cx.rt;
    let variants = oneof.variants.iter().filter(|variant| variant.kind.is_closed());
    let arms: Vec<TokenStream> = variants
        .map(|variant| {
            let (tag, name) = (tag(variant), ident(&variant.ident));
            let (number, value) = (number(variant.number), field::value(cx, &variant.kind));
            quote!(#tag => #rt::closed::set_member::<#value, _>(#number, slot, (input, unknown), Self::#name),)
        })
        .collect();
    if arms.is_empty() {
        return TokenStream::new();
    }
    let (name, lifetime) = (ident(&name(cx, oneof)), cx.lifetime());
    quote! {
        impl<'a> #rt::ClosedOneof<'a> for #name #lifetime {
            fn merge_field_closed(
                tag: ::core::primitive::u32,
                slot: &mut ::core::option::Option<Self>,
                input: &mut #rt::Input<'a, '_>,
                unknown: &mut #rt::UnknownFields,
            ) -> ::core::result::Result<(), #rt::DecodeError> {
                match tag {
                    #(#arms)*
                    _ => #rt::Oneof::merge_field(tag, slot, input),
                }
            }
        }
    }
}
