//! The wire codec of a message: one line per field and direction, each a call of the runtime's shape and kind.
//!
//! `emit::message` calls [`definition`] for `impl Message`.

use proc_macro2::TokenStream;
use quote::quote;

use super::field;
use super::path::{Cx, ident, number};
use crate::model::{Field, Kind, Member, Message, OneofField, Shape};

/// Length-delimited: what packed fields and maps are.
const DELIMITED: u32 = 2;

/// `impl Message for …`.
pub(super) fn definition(cx: &Cx<'_>, message: &Message) -> TokenStream {
    let (rt, allow) = (&cx.rt, &cx.allow);
    let name = ident(&message.ident);
    let full_name = &message.full_name;
    let members = by_number(message);
    let lens = members.iter().map(|member| len(cx, member));
    // Written back to front, so that the bytes stand in the order of the numbers.
    let puts = members.iter().rev().map(|member| put(cx, member));
    let merges = members.iter().map(|member| merge(cx, member));
    let (tracker, check) = required(cx, &members);
    let text_tags = message.text_extensions.iter().map(|extension| number(extension << 3 | DELIMITED));
    let unknown = if message.message_set {
        quote!(#rt::message_set::merge(tag, &mut input, &mut self.unknown_fields)?)
    } else {
        quote!(input.unknown(tag, &mut self.unknown_fields)?)
    };
    quote! {
        #allow
        impl #rt::Message for #name {
            const NAME: &'static ::core::primitive::str = #full_name;
            fn encoded_len(&self) -> ::core::primitive::usize {
                #(#lens +)* self.unknown_fields.len()
            }
            fn put_fields(&self, out: &mut #rt::Output<'_>) {
                self.unknown_fields.put(out);
                #(#puts)*
            }
            fn merge_fields(&mut self, mut input: #rt::Input<'_>) -> ::core::result::Result<(), #rt::DecodeError> {
                #tracker
                while let ::core::option::Option::Some(tag) = input.tag()? {
                    match tag {
                        #(#merges)*
                        #(#text_tags => input.unknown_text(tag, &mut self.unknown_fields)?,)*
                        _ => #unknown,
                    }
                }
                #check
            }
        }
    }
}

/// What notes which required fields have come, and what asks it at the end.
fn required(cx: &Cx<'_>, members: &[&Member]) -> (TokenStream, TokenStream) {
    let rt = &cx.rt;
    let numbers = members.iter().filter_map(|member| match member {
        Member::Field(Field { number: it, shape: Shape::Required(_), .. }) => Some(number(*it)),
        _ => None,
    });
    let numbers: Vec<_> = numbers.collect();
    if numbers.is_empty() {
        return (TokenStream::new(), quote!(::core::result::Result::Ok(())));
    }
    (
        quote!(let mut required = #rt::required::Required::new([#(#numbers),*]);),
        quote!(required.finish(&input)),
    )
}

/// A oneof stands where the lowest of its numbers does.
fn by_number(message: &Message) -> Vec<&Member> {
    let mut members: Vec<&Member> = message.members.iter().collect();
    members.sort_by_key(|member| match member {
        Member::Field(field) => field.number,
        Member::Oneof(oneof) => oneof.number,
    });
    members
}

fn len(cx: &Cx<'_>, member: &Member) -> TokenStream {
    let rt = &cx.rt;
    match member {
        Member::Field(field) => {
            let (shape, number, name) = (shape(cx, field), number(field.number), ident(&field.ident));
            let kinds = kinds(cx, field);
            quote!(#shape::len::<#kinds>(#number, &self.#name))
        }
        Member::Oneof(oneof) => {
            let name = ident(&oneof.ident);
            quote!(#rt::oneof::len(&self.#name))
        }
    }
}

fn put(cx: &Cx<'_>, member: &Member) -> TokenStream {
    let rt = &cx.rt;
    match member {
        Member::Field(field) => {
            let (shape, number, name) = (shape(cx, field), number(field.number), ident(&field.ident));
            let kinds = kinds(cx, field);
            quote!(#shape::put::<#kinds>(#number, &self.#name, out);)
        }
        Member::Oneof(oneof) => {
            let name = ident(&oneof.ident);
            quote!(#rt::oneof::put(&self.#name, out);)
        }
    }
}

fn merge(cx: &Cx<'_>, member: &Member) -> TokenStream {
    match member {
        Member::Oneof(oneof) => merge_oneof(cx, oneof),
        Member::Field(field) => match &field.shape {
            Shape::Implicit(kind) => arm(cx, field, kind, ("implicit", kind.wire_type())),
            Shape::Optional(kind) => arm(cx, field, kind, ("optional", kind.wire_type())),
            Shape::Required(kind) => merge_required(cx, field, kind),
            Shape::Repeated(kind) if !kind.is_packable() => {
                arm(cx, field, kind, ("repeated", kind.wire_type()))
            }
            // "Parsers must accept both forms, whichever the schema declares."
            Shape::Repeated(kind) | Shape::Packed(kind) => {
                let single = arm(cx, field, kind, ("repeated", kind.wire_type()));
                let packed = arm(cx, field, kind, ("packed", DELIMITED));
                quote!(#single #packed)
            }
            Shape::Map(_, value) => arm(cx, field, value, ("map", DELIMITED)),
        },
    }
}

/// One arm of the match on the tag. An unknown number of a closed enum goes to the unknown fields.
fn arm(cx: &Cx<'_>, field: &Field, kind: &Kind, (shape, wire_type): (&str, u32)) -> TokenStream {
    let rt = &cx.rt;
    let tag = number(field.number << 3 | wire_type);
    let (number, name, shape) = (number(field.number), ident(&field.ident), ident(shape));
    if kind.is_closed() {
        let kinds = closed_kinds(cx, field);
        return quote! {
            #tag => #rt::closed::#shape::merge::<#kinds>(#number, &mut self.#name, &mut input, &mut self.unknown_fields)?,
        };
    }
    let kinds = kinds(cx, field);
    quote!(#tag => #rt::#shape::merge::<#kinds>(#number, &mut self.#name, &mut input)?,)
}

fn merge_required(cx: &Cx<'_>, field: &Field, kind: &Kind) -> TokenStream {
    let rt = &cx.rt;
    let tag = number(field.number << 3 | kind.wire_type());
    let (number, name) = (number(field.number), ident(&field.ident));
    if kind.is_closed() {
        let value = field::value(cx, kind);
        return quote! {
            #tag => #rt::closed::required::merge::<#value, _>(#number, (&mut self.#name, &mut required), &mut input, &mut self.unknown_fields)?,
        };
    }
    let kind = field::kind(cx, kind);
    quote!(#tag => required.merge::<#kind>(#number, &mut self.#name, &mut input)?,)
}

fn merge_oneof(cx: &Cx<'_>, oneof: &OneofField) -> TokenStream {
    let rt = &cx.rt;
    let name = ident(&oneof.ident);
    let tags = oneof.tags.iter().map(|tag| number(*tag));
    if oneof.closed {
        return quote! {
            #(#tags)|* => #rt::oneof::merge_closed(tag, &mut self.#name, &mut input, &mut self.unknown_fields)?,
        };
    }
    quote!(#(#tags)|* => #rt::oneof::merge(tag, &mut self.#name, &mut input)?,)
}

/// The module of the runtime for a shape.
fn shape(cx: &Cx<'_>, field: &Field) -> TokenStream {
    let rt = &cx.rt;
    let shape = ident(match &field.shape {
        Shape::Implicit(_) => "implicit",
        Shape::Optional(_) => "optional",
        Shape::Required(_) => "required",
        Shape::Repeated(_) => "repeated",
        Shape::Packed(_) => "packed",
        Shape::Map(..) => "map",
    });
    quote!(#rt::#shape)
}

fn kinds(cx: &Cx<'_>, field: &Field) -> TokenStream {
    match &field.shape {
        Shape::Map(key, value) => {
            let (key, value) = (field::kind(cx, key), field::kind(cx, value));
            quote!(#key, #value)
        }
        Shape::Implicit(kind)
        | Shape::Optional(kind)
        | Shape::Required(kind)
        | Shape::Repeated(kind)
        | Shape::Packed(kind) => field::kind(cx, kind),
    }
}

/// The closed shapes take the enum itself.
fn closed_kinds(cx: &Cx<'_>, field: &Field) -> TokenStream {
    match &field.shape {
        Shape::Map(key, value) => {
            let (key, value) = (field::kind(cx, key), field::value(cx, value));
            quote!(#key, #value)
        }
        Shape::Implicit(kind)
        | Shape::Optional(kind)
        | Shape::Required(kind)
        | Shape::Repeated(kind)
        | Shape::Packed(kind) => field::value(cx, kind),
    }
}
