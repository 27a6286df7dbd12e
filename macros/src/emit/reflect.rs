//! Reflection: the descriptors of a call, and access to the fields of a message by their places. All that is written once
//! for every message, `Debug`, JSON and the text format, goes by these.
//!
//! `emit::package` calls [`files`], `emit::message` [`definition`], `emit::oneof` [`oneof`] and `emit::enumeration`
//! [`enumeration`].

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

use super::path::{Cx, ident, number};
use crate::model::{Derive, Enum, Member, Message, Oneof, Trait, Variant};

/// The static.
pub(super) fn files(cx: &Cx<'_>, descriptors: &[u8]) -> TokenStream {
    let (rt, allow, name) = (&cx.rt, &cx.allow, &cx.files);
    let bytes = Literal::byte_string(descriptors);
    quote! {
        #[doc(hidden)]
        #allow
        pub static #name: #rt::Files = #rt::Files::new(#bytes);
    }
}

/// `impl Reflect` and what stands on it, in the words of the runtime.
pub(super) fn definition(cx: &Cx<'_>, message: &Message) -> TokenStream {
    let (rt, allow, files) = (&cx.rt, &cx.allow, &cx.files);
    let name = ident(&message.ident);
    let index = Literal::usize_unsuffixed(message.index);
    let debug = message.derives.contains(&Derive::Std(Trait::Debug));
    let debug = debug.then(|| quote!(#rt::debugged! { #allow #name }));
    let serde = serde(cx, &name, ("serialize", "deserialize"));
    let members = message.members.iter().map(places);
    let bare = bare(message);
    quote! {
        #rt::reflected! {
            #bare
            #allow
            #name, #files, #index,
            #(#members)*
        }
        #debug
        #serde
    }
}

/// What the runtime's macros are told of a message that keeps no unknown fields.
pub(super) fn bare(message: &Message) -> Option<TokenStream> {
    (!message.keeps_unknown).then(|| quote!(@bare))
}

/// serde's traits, where the runtime has JSON.
fn serde(cx: &Cx<'_>, name: &Ident, (write, read): (&str, &str)) -> TokenStream {
    let (rt, allow) = (&cx.rt, &cx.allow);
    let (write, read) = (ident(write), ident(read));
    quote!(#rt::serialized! { #allow #name, #write, #read })
}

/// A member and its places.
fn places(member: &Member) -> TokenStream {
    match member {
        Member::Field(field) => {
            let (place, name) = (Literal::usize_unsuffixed(field.place), ident(&field.ident));
            quote!(#place => #name,)
        }
        Member::Oneof(oneof) => {
            let places = oneof.places.iter().map(|place| Literal::usize_unsuffixed(*place));
            let name = ident(&oneof.ident);
            quote!(#(#places)|* => #name,)
        }
    }
}

/// `impl Element` for the enum of a oneof: the value of the member that is set.
pub(super) fn oneof(cx: &Cx<'_>, oneof: &Oneof) -> TokenStream {
    let rt = &cx.rt;
    let name = ident(&oneof.ident);
    let arms = |arm: &dyn Fn(&Variant, Ident) -> TokenStream| -> Vec<TokenStream> {
        oneof.variants.iter().map(|variant| arm(variant, ident(&variant.ident))).collect()
    };
    let values = arms(&|_, name| quote!(Self::#name(value) => #rt::Element::value(value),));
    let changed = arms(&|_, name| quote!(Self::#name(value) => #rt::Element::value_mut(value),));
    let members = arms(&|variant, name| {
        let number = number(variant.number);
        quote!(Self::#name(_) => #number,)
    });
    let last = oneof.variants.len().saturating_sub(1);
    let made = oneof.variants.iter().enumerate().map(|(index, variant)| {
        let (name, number) = (ident(&variant.ident), number(variant.number));
        // Nobody asks for a number that is none of these.
        let pattern = if index == last { quote!(_) } else { quote!(#number) };
        quote!(#pattern => Self::#name(::core::default::Default::default()),)
    });
    quote! {
        impl #rt::Element for #name {
            fn value(&self) -> #rt::Value<'_> {
                match self { #(#values)* }
            }
            fn value_mut(&mut self) -> #rt::ValueMut<'_> {
                match self { #(#changed)* }
            }
            fn make(number: ::core::primitive::u32) -> Self {
                match number { #(#made)* }
            }
            fn is_member(&self, number: ::core::primitive::u32) -> ::core::primitive::bool {
                number == match self { #(#members)* }
            }
        }
    }
}

/// `impl Element` for an enum.
pub(super) fn enumeration(cx: &Cx<'_>, enumeration: &Enum) -> TokenStream {
    let (rt, allow) = (&cx.rt, &cx.allow);
    let name = ident(&enumeration.ident);
    let serde = serde(cx, &name, ("serialize_enum", "deserialize_enum"));
    quote! {
        #serde
        #allow
        impl #rt::Element for #name {
            fn value(&self) -> #rt::Value<'_> {
                #rt::Value::Enum(#rt::Enumeration::number(*self))
            }
            fn value_mut(&mut self) -> #rt::ValueMut<'_> {
                #rt::ValueMut::Enum(self)
            }
            fn make(_: ::core::primitive::u32) -> Self {
                ::core::default::Default::default()
            }
        }
    }
}
