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

/// `impl Reflect` and what stands on it.
pub(super) fn definition(cx: &Cx<'_>, message: &Message) -> TokenStream {
    let (rt, allow, files) = (&cx.rt, &cx.allow, &cx.files);
    let name = ident(&message.ident);
    let index = Literal::usize_unsuffixed(message.index);
    let debug = debug(cx, message);
    let serde = serde(cx, &name, ("serialize", "deserialize"));
    let (shared, changed): (Vec<_>, Vec<_>) = message.members.iter().map(places).unzip();
    quote! {
        #allow
        impl #rt::Reflect for #name {
            fn descriptor(&self) -> #rt::MessageDescriptor<'_> {
                #files.message(#index)
            }
            fn field(&self, index: ::core::primitive::usize) -> #rt::FieldRef<'_> {
                #rt::FieldRef::Some(match index {
                    #(#shared)*
                    _ => return ::core::option::Option::None,
                })
            }
            fn field_mut(&mut self, index: ::core::primitive::usize) -> #rt::FieldMut<'_> {
                #rt::FieldMut::Some(match index {
                    #(#changed)*
                    _ => return ::core::option::Option::None,
                })
            }
            fn unknown(&self) -> &#rt::UnknownFields {
                &self.unknown_fields
            }
            fn unknown_mut(&mut self) -> &mut #rt::UnknownFields {
                &mut self.unknown_fields
            }
        }
        #debug
        #serde
    }
}

/// `impl Debug`, unless the call takes it away.
fn debug(cx: &Cx<'_>, message: &Message) -> TokenStream {
    let (rt, allow, name) = (&cx.rt, &cx.allow, ident(&message.ident));
    if !message.derives.contains(&Derive::Std(Trait::Debug)) {
        return TokenStream::new();
    }
    quote! {
        #allow
        impl ::core::fmt::Debug for #name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                #rt::debug(self, f)
            }
        }
    }
}

/// serde's traits, where the runtime has JSON.
fn serde(cx: &Cx<'_>, name: &Ident, (write, read): (&str, &str)) -> TokenStream {
    let (rt, allow) = (&cx.rt, &cx.allow);
    let (write, read) = (ident(write), ident(read));
    let value = if write == "serialize" { quote!(self) } else { quote!(*self) };
    quote! {
        #rt::if_json! {
            #allow
            impl #rt::Serialize for #name {
                fn serialize<__S: #rt::Serializer>(&self, serializer: __S) -> ::core::result::Result<__S::Ok, __S::Error> {
                    #rt::#write(#value, serializer)
                }
            }
            #allow
            impl<'de> #rt::Deserialize<'de> for #name {
                fn deserialize<__D: #rt::Deserializer<'de>>(deserializer: __D) -> ::core::result::Result<Self, __D::Error> {
                    #rt::#read(deserializer)
                }
            }
        }
    }
}

/// A member, to be seen and to be changed.
fn places(member: &Member) -> (TokenStream, TokenStream) {
    let (name, places) = match member {
        Member::Field(field) => (ident(&field.ident), vec![Literal::usize_unsuffixed(field.place)]),
        Member::Oneof(oneof) => {
            let places = oneof.places.iter().map(|place| Literal::usize_unsuffixed(*place));
            (ident(&oneof.ident), places.collect())
        }
    };
    (quote!(#(#places)|* => &self.#name,), quote!(#(#places)|* => &mut self.#name,))
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
