//! Enums: the Rust enum, its aliases, and its way from and to numbers.
//!
//! `emit::package` calls [`definition`] for every enum of a module.

use proc_macro2::TokenStream;
use quote::quote;

use super::path::{Cx, ident, outer, signed};
use super::reflect;
use crate::model::{Enum, EnumValue};

/// All of an enum.
pub(super) fn definition(cx: &Cx<'_>, enumeration: &Enum) -> TokenStream {
    let declaration = declaration(cx, enumeration);
    let inherent = inherent(cx, enumeration);
    let numbers = numbers(cx, enumeration);
    let conversions = conversions(cx, enumeration);
    let element = reflect::enumeration(cx, enumeration);
    quote!(#declaration #inherent #numbers #conversions #element)
}

fn declaration(cx: &Cx<'_>, enumeration: &Enum) -> TokenStream {
    let (allow, visibility) = (&cx.allow, &cx.visibility);
    let (derive, attributes) = (cx.derive(&enumeration.derives), cx.attributes(&enumeration.attributes));
    let outer_attributes = outer(&enumeration.doc, enumeration.deprecated);
    let name = cx.item(&enumeration.ident, enumeration.blame);
    let variants = distinct(enumeration).enumerate().map(|(index, value)| {
        let outer = outer(&value.doc, value.deprecated);
        let default = (index == 0).then(|| quote!(#[default]));
        let name = ident(&value.ident);
        let attributes = cx.attributes(&value.attributes);
        quote!(#outer #attributes #default #name,)
    });
    let unrecognized = (!enumeration.closed).then(|| {
        quote! {
            /// A number that this schema does not name.
            Unrecognized(::core::primitive::i32),
        }
    });
    quote! {
        #outer_attributes
        #allow
        #derive
        #attributes
        #visibility enum #name {
            #(#variants)*
            #unrecognized
        }
    }
}

/// The values that are variants: the first one of each number.
fn distinct(enumeration: &Enum) -> impl Iterator<Item = &EnumValue> {
    enumeration.values.iter().filter(|value| value.alias_of.is_none())
}

/// The aliases, and the way from and to names that needs no trait in scope.
fn inherent(cx: &Cx<'_>, enumeration: &Enum) -> TokenStream {
    let aliases = enumeration.values.iter().filter_map(|value| {
        let variant = ident(value.alias_of.as_ref()?);
        let outer = outer(&value.doc, value.deprecated);
        let name = ident(&value.ident);
        Some(quote!(#outer pub const #name: Self = Self::#variant;))
    });
    let (rt, allow) = (&cx.rt, &cx.allow);
    let name = ident(&enumeration.ident);
    quote! {
        #allow
        impl #name {
            #(#aliases)*
            /// The name in the schema; `None` for a number that the schema does not name.
            pub fn name(self) -> ::core::option::Option<&'static ::core::primitive::str> {
                #rt::Enumeration::name(self)
            }
            /// The value that the schema calls `name`.
            pub fn from_name(name: &::core::primitive::str) -> ::core::option::Option<Self> {
                #rt::Enumeration::from_name(name)
            }
        }
    }
}

fn numbers(cx: &Cx<'_>, enumeration: &Enum) -> TokenStream {
    let (rt, allow) = (&cx.rt, &cx.allow);
    let name = ident(&enumeration.ident);
    let full_name = &enumeration.full_name;
    let values = enumeration.values.iter().map(|value| {
        let (name, number) = (&value.proto_name, signed(value.number.into()));
        quote!((#name, #number))
    });
    let (from, to): (Vec<_>, Vec<_>) = distinct(enumeration)
        .map(|value| (ident(&value.ident), signed(value.number.into())))
        .map(|(name, number)| (quote!(#number => Self::#name,), quote!(Self::#name => #number,)))
        .unzip();
    let (from_other, to_other) = if enumeration.closed {
        (quote!(_ => return ::core::option::Option::None,), TokenStream::new())
    } else {
        (quote!(number => Self::Unrecognized(number),), quote!(Self::Unrecognized(number) => number,))
    };
    quote! {
        #allow
        impl #rt::Enumeration for #name {
            const NAME: &'static ::core::primitive::str = #full_name;
            const VALUES: &'static [(&'static ::core::primitive::str, ::core::primitive::i32)] = &[#(#values),*];
            fn from_number(number: ::core::primitive::i32) -> ::core::option::Option<Self> {
                ::core::option::Option::Some(match number {
                    #(#from)*
                    #from_other
                })
            }
            fn number(self) -> ::core::primitive::i32 {
                match self {
                    #(#to)*
                    #to_other
                }
            }
        }
    }
}

fn conversions(cx: &Cx<'_>, enumeration: &Enum) -> TokenStream {
    let (rt, allow) = (&cx.rt, &cx.allow);
    let name = ident(&enumeration.ident);
    let from_number = (!enumeration.closed).then(|| {
        quote! {
            #allow
            impl ::core::convert::From<::core::primitive::i32> for #name {
                fn from(number: ::core::primitive::i32) -> Self {
                    match <Self as #rt::Enumeration>::from_number(number) {
                        ::core::option::Option::Some(value) => value,
                        ::core::option::Option::None => Self::Unrecognized(number),
                    }
                }
            }
        }
    });
    quote! {
        #from_number
        #allow
        impl ::core::convert::From<#name> for ::core::primitive::i32 {
            fn from(value: #name) -> Self {
                #rt::Enumeration::number(value)
            }
        }
    }
}
