//! Getters: where presence is explicit, a method of the field's name that answers the value or its default.
//!
//! `emit::message` calls [`all`].

use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, quote};

use super::field::value;
use super::path::{Cx, ident, signed};
use crate::model::{DefaultValue, Field, Kind, Member, Message, Shape, view_name};

/// The getters of a message, if it has any.
pub(super) fn all(cx: &Cx<'_>, message: &Message) -> TokenStream {
    let getters: Vec<TokenStream> = message.members.iter().filter_map(|member| getter(cx, member)).collect();
    if getters.is_empty() {
        return TokenStream::new();
    }
    let allow = &cx.allow;
    let lifetime = cx.lifetime();
    let name = ident(&if cx.view { view_name(&message.ident) } else { message.ident.clone() });
    quote! {
        #allow
        impl #lifetime #name #lifetime {
            #(#getters)*
        }
    }
}

fn getter(cx: &Cx<'_>, member: &Member) -> Option<TokenStream> {
    let Member::Field(field) = member else { return None };
    let (Shape::Optional(kind), Some(default)) = (&field.shape, &field.default) else { return None };
    // There is no view to lend where none is set: a static one would need a lifetime of its own.
    if cx.view && matches!(kind, Kind::Message { .. }) {
        return None;
    }
    let doc = format!("The value of `{}`, or its default where it is not set.", field.proto_name);
    let deprecated = field.deprecated.then(|| quote!(#[deprecated]));
    let name = ident(&field.getter);
    let (answer, body) = body(cx, field, (kind, default));
    Some(quote! {
        #[doc = #doc]
        #deprecated
        pub fn #name(&self) -> #answer {
            #body
        }
    })
}

/// The type of the answer and the call that makes it.
fn body(cx: &Cx<'_>, field: &Field, (kind, default): (&Kind, &DefaultValue)) -> (TokenStream, TokenStream) {
    let rt = &cx.rt;
    let name = ident(&field.ident);
    match (kind, default) {
        (_, DefaultValue::Text(text)) if cx.view => {
            (quote!(&'a ::core::primitive::str), quote!(#rt::optional::value(self.#name, #text)))
        }
        (_, DefaultValue::Bytes(bytes)) if cx.view => {
            let bytes = Literal::byte_string(bytes);
            (quote!(&'a [::core::primitive::u8]), quote!(#rt::optional::value(self.#name, #bytes)))
        }
        (_, DefaultValue::Text(text)) => {
            (quote!(&::core::primitive::str), quote!(#rt::optional::text(&self.#name, #text)))
        }
        (_, DefaultValue::Bytes(bytes)) => {
            let bytes = Literal::byte_string(bytes);
            (quote!(&[::core::primitive::u8]), quote!(#rt::optional::bytes(&self.#name, #bytes)))
        }
        (Kind::Message { path, .. }, DefaultValue::Message { boxed }) => {
            let path = cx.path(path);
            let verb = ident(if *boxed { "boxed_message" } else { "message" });
            (quote!(&#path), quote!(#rt::optional::#verb(&self.#name)))
        }
        (_, default) => {
            let default = spelled(cx, default);
            (value(cx, kind), quote!(#rt::optional::value(self.#name, #default)))
        }
    }
}

fn spelled(cx: &Cx<'_>, default: &DefaultValue) -> TokenStream {
    match default {
        DefaultValue::Signed(number) => signed(*number),
        DefaultValue::Unsigned(number) => Literal::u64_unsuffixed(*number).to_token_stream(),
        DefaultValue::Bool(value) => value.to_token_stream(),
        DefaultValue::Single(number) => single(*number),
        DefaultValue::Double(number) => double(*number),
        DefaultValue::Variant(path, variant) => {
            let (path, variant) = (cx.path(path), ident(variant));
            quote!(#path::#variant)
        }
        // These have a form of their own in `body`.
        DefaultValue::Text(_) | DefaultValue::Bytes(_) | DefaultValue::Message { .. } => TokenStream::new(),
    }
}

fn single(number: f32) -> TokenStream {
    let float = quote!(::core::primitive::f32);
    match unusual(number.into(), &float) {
        Some(tokens) => tokens,
        None => signed_literal(number.is_sign_negative(), Literal::f32_unsuffixed(number.abs())),
    }
}

fn double(number: f64) -> TokenStream {
    let float = quote!(::core::primitive::f64);
    match unusual(number, &float) {
        Some(tokens) => tokens,
        None => signed_literal(number.is_sign_negative(), Literal::f64_unsuffixed(number.abs())),
    }
}

fn unusual(number: f64, float: &TokenStream) -> Option<TokenStream> {
    if number.is_nan() {
        Some(quote!(#float::NAN))
    } else if number.is_infinite() {
        let name = ident(if number > 0.0 { "INFINITY" } else { "NEG_INFINITY" });
        Some(quote!(#float::#name))
    } else {
        None
    }
}

fn signed_literal(negative: bool, literal: Literal) -> TokenStream {
    if negative { quote!(-#literal) } else { literal.to_token_stream() }
}
