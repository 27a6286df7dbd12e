//! Fields: the type that a value has in Rust, the runtime's kind for it, and the member of the struct.
//!
//! `emit::message`, `emit::oneof` and `emit::codec` spell fields with this.

use proc_macro2::TokenStream;
use quote::quote;

use super::path::{Cx, ident, outer};
use crate::model::{Field, Kind, OneofField, Scalar, Shape, view_name};
use crate::parse::Holder;

/// The member of the struct.
pub(super) fn definition(cx: &Cx<'_>, field: &Field) -> TokenStream {
    let outer = outer(&field.doc, field.deprecated);
    let name = ident(&field.ident);
    let held = held(cx, field);
    let attributes = cx.attributes(&field.attributes);
    quote!(#outer #attributes pub #name: #held,)
}

/// The member that holds a oneof.
pub(super) fn oneof(cx: &Cx<'_>, field: &OneofField) -> TokenStream {
    let rt = &cx.rt;
    let outer = outer(&field.doc, false);
    let name = ident(&field.ident);
    let path = oneof_path(cx, field);
    let attributes = cx.attributes(&field.attributes);
    quote!(#outer #attributes pub #name: #rt::Option<#path>,)
}

/// The enum of a oneof. One that borrows nothing is the same in a view.
pub(super) fn oneof_path(cx: &Cx<'_>, field: &OneofField) -> TokenStream {
    if field.borrows { cx.message(&field.path) } else { cx.path(&field.path) }
}

/// The runtime's kind of a value.
pub(super) fn kind(cx: &Cx<'_>, kind: &Kind) -> TokenStream {
    let rt = &cx.rt;
    match kind {
        Kind::Scalar(scalar) => {
            let name = ident(&scalar_kind(cx, *scalar));
            let lifetime = (cx.view && scalar.borrows()).then(|| quote!(<'a>));
            quote!(#rt::#name #lifetime)
        }
        Kind::Held(holder) => held_kind(cx, *holder),
        Kind::Enum { path, .. } => {
            let path = cx.path(path);
            quote!(#rt::Enum<#path>)
        }
        Kind::Message { delimited, .. } => {
            let message = value(cx, kind);
            match (delimited, cx.view) {
                (false, false) => quote!(#rt::Nested<#message>),
                (true, false) => quote!(#rt::Group<#message>),
                (false, true) => quote!(#rt::NestedView<'a, #message>),
                (true, true) => quote!(#rt::GroupView<'a, #message>),
            }
        }
    }
}

/// The Rust type of one value.
pub(super) fn value(cx: &Cx<'_>, kind: &Kind) -> TokenStream {
    let rt = &cx.rt;
    match kind {
        Kind::Scalar(scalar) => scalar_value(cx, *scalar),
        Kind::Held(holder) if cx.view => lent_value(cx, *holder),
        Kind::Held(holder) => self::holder(cx, *holder),
        Kind::Enum { path, .. } => cx.path(path),
        Kind::Message { path, boxed: false, .. } => cx.message(path),
        Kind::Message { path, boxed: true, .. } => {
            let path = cx.message(path);
            quote!(#rt::Box<#path>)
        }
    }
}

fn held(cx: &Cx<'_>, field: &Field) -> TokenStream {
    let rt = &cx.rt;
    match &field.shape {
        Shape::Implicit(kind) | Shape::Required(kind) => value(cx, kind),
        Shape::Optional(kind) => {
            let value = value(cx, kind);
            quote!(#rt::Option<#value>)
        }
        Shape::Repeated(kind) | Shape::Packed(kind) => {
            let value = value(cx, kind);
            quote!(#rt::Vec<#value>)
        }
        Shape::Map(key, held) => {
            let (key, held) = (value(cx, key), value(cx, held));
            let map = ident(match (cx.view, field.sorted) {
                (true, _) => "MapView",
                (false, true) => "BTreeMap",
                (false, false) => "HashMap",
            });
            quote!(#rt::#map<#key, #held>)
        }
    }
}

/// The runtime's kind of what is held in a type of the call's choice; that of a view is as of any other.
fn held_kind(cx: &Cx<'_>, holder: Holder) -> TokenStream {
    let rt = &cx.rt;
    let lent = lent_kind(holder);
    if cx.view {
        let name = ident(&view_name(lent));
        return quote!(#rt::#name<'a>);
    }
    if holder == Holder::SharedStr {
        return quote!(#rt::StrShared);
    }
    let (name, held) = (ident(&format!("{lent}As")), self::holder(cx, holder));
    quote!(#rt::#name<#held>)
}

/// The usual kind of what the type holds.
pub(super) fn lent_kind(holder: Holder) -> &'static str {
    match holder {
        Holder::ArcStr | Holder::BoxStr | Holder::SharedStr => "Str",
        Holder::BoxBytes | Holder::VecBytes => "Raw",
    }
}

fn lent_value(cx: &Cx<'_>, holder: Holder) -> TokenStream {
    scalar_value(cx, if lent_kind(holder) == "Str" { Scalar::Str } else { Scalar::Raw })
}

/// The type itself.
pub(super) fn holder(cx: &Cx<'_>, holder: Holder) -> TokenStream {
    let rt = &cx.rt;
    match holder {
        Holder::ArcStr => quote!(#rt::Arc<#rt::str>),
        Holder::BoxStr => quote!(#rt::Box<#rt::str>),
        Holder::SharedStr => quote!(#rt::SharedStr),
        Holder::BoxBytes => quote!(#rt::Box<[#rt::u8]>),
        Holder::VecBytes => quote!(#rt::Vec<#rt::u8>),
    }
}

/// The name of the runtime's kind.
pub(super) fn scalar_kind(cx: &Cx<'_>, scalar: Scalar) -> String {
    let name = match scalar {
        Scalar::Double => "Double",
        Scalar::Float => "Float",
        Scalar::Int32 => "Int32",
        Scalar::Int64 => "Int64",
        Scalar::Uint32 => "Uint32",
        Scalar::Uint64 => "Uint64",
        Scalar::Sint32 => "Sint32",
        Scalar::Sint64 => "Sint64",
        Scalar::Fixed32 => "Fixed32",
        Scalar::Fixed64 => "Fixed64",
        Scalar::Sfixed32 => "Sfixed32",
        Scalar::Sfixed64 => "Sfixed64",
        Scalar::Bool => "Bool",
        Scalar::Str => "Str",
        Scalar::Raw => "Raw",
    };
    if cx.view && scalar.borrows() { view_name(name) } else { name.to_owned() }
}

pub(super) fn scalar_value(cx: &Cx<'_>, scalar: Scalar) -> TokenStream {
    let rt = &cx.rt;
    match scalar {
        Scalar::Double => quote!(#rt::f64),
        Scalar::Float => quote!(#rt::f32),
        Scalar::Int32 | Scalar::Sint32 | Scalar::Sfixed32 => quote!(#rt::i32),
        Scalar::Int64 | Scalar::Sint64 | Scalar::Sfixed64 => quote!(#rt::i64),
        Scalar::Uint32 | Scalar::Fixed32 => quote!(#rt::u32),
        Scalar::Uint64 | Scalar::Fixed64 => quote!(#rt::u64),
        Scalar::Bool => quote!(#rt::bool),
        Scalar::Str if cx.view => quote!(&'a #rt::str),
        Scalar::Raw if cx.view => quote!(&'a [#rt::u8]),
        Scalar::Str => quote!(#rt::String),
        Scalar::Raw => quote!(#rt::Bytes),
    }
}
