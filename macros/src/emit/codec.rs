//! The wire codec of a message: one line per field and direction. A field is written by a call of the runtime's shape
//! and kind; for reading it names its slot.
//!
//! `emit::message` calls [`definition`] for `impl Message`.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

use super::path::{Cx, ident, number};
use super::{field, reflect};
use crate::model::{Field, Kind, Member, Message, OneofField, Shape, view_name};

/// Length-delimited: what packed fields and maps are.
const DELIMITED: u32 = 2;

/// `impl Message for …`.
pub(super) fn definition(cx: &Cx<'_>, message: &Message) -> TokenStream {
    let (rt, allow) = (&cx.rt, &cx.allow);
    let name = ident(&message.ident);
    let full_name = &message.full_name;
    let walks = walks(cx, message);
    let fields = fields(cx, message);
    let table = is_small(cx, message).then(|| table(cx, message));
    quote! {
        #allow
        impl #rt::Message for #name {
            const NAME: &'static ::core::primitive::str = #full_name;
            #walks
        }
        #fields
        #table
    }
}

/// Whether the message is written by its table. A view is written by lines of its own.
fn is_small(cx: &Cx<'_>, message: &Message) -> bool {
    message.small && !cx.view
}

/// `impl Table for …`: where each field is written from, the one with the highest number first.
fn table(cx: &Cx<'_>, message: &Message) -> TokenStream {
    let (rt, allow) = (&cx.rt, &cx.allow);
    let name = ident(&message.ident);
    let rows = by_number(message).into_iter().rev().enumerate().map(|(index, member)| {
        let (index, shown) = (Literal::usize_unsuffixed(index), shown(cx, member));
        quote!(#index => #shown,)
    });
    quote! {
        #allow
        impl #rt::Table for #name {
            fn shown(&self, index: ::core::primitive::usize, out: &mut #rt::Output<'_>) -> #rt::Shown<'_> {
                match index {
                    #(#rows)*
                    _ => #rt::Shown::End,
                }
            }
        }
    }
}

/// What has types of its own is written at once.
fn shown(cx: &Cx<'_>, member: &Member) -> TokenStream {
    let rt = &cx.rt;
    if let Member::Field(field) = member
        && let Some((shape, scalar)) = match &field.shape {
            Shape::Implicit(Kind::Scalar(scalar)) => Some(("", scalar)),
            Shape::Optional(Kind::Scalar(scalar)) => Some(("Optional", scalar)),
            Shape::Repeated(Kind::Scalar(scalar)) => Some(("List", scalar)),
            Shape::Packed(Kind::Scalar(scalar)) => Some(("Packed", scalar)),
            _ => None,
        }
    {
        let variant = ident(&format!("{shape}{}", field::scalar_kind(cx, *scalar)));
        let (number, name) = (number(field.number), ident(&field.ident));
        return quote!(#rt::Shown::#variant(#number, &self.#name));
    }
    let put = put(cx, member);
    quote!({
        #put
        #rt::Shown::Done
    })
}

/// The two walks over the fields, out and in, as the runtime's macro spells them from a line for each field.
pub(super) fn walks(cx: &Cx<'_>, message: &Message) -> TokenStream {
    let rt = &cx.rt;
    // Written back to front, so that the bytes stand in the order of the numbers.
    let puts = by_number(message).into_iter().rev().map(|member| line(cx, member));
    let puts = if is_small(cx, message) { quote!(shared) } else { quote!(#(#puts)*) };
    let lifetime = if cx.view { quote!('a) } else { quote!('_) };
    let required: Vec<_> = required(message).map(number).collect();
    let read = if !required.is_empty() {
        quote!(read_required[#(#required),*])
    } else if message.small {
        quote!(read_shared)
    } else {
        quote!(read)
    };
    let bare = reflect::bare(message);
    quote!(#rt::walked! { #bare #lifetime, #read, #puts })
}

/// A field as the walk out takes it: shape, kinds, number and name.
fn line(cx: &Cx<'_>, member: &Member) -> TokenStream {
    match member {
        Member::Field(field) => {
            let (shape, number, name) = (shape(field), number(field.number), ident(&field.ident));
            let kinds = kinds(cx, field);
            quote!(#shape[#kinds](#number #name))
        }
        Member::Oneof(oneof) => {
            let name = ident(&oneof.ident);
            quote!(oneof[](#name))
        }
    }
}

fn required(message: &Message) -> impl Iterator<Item = u32> {
    message.members.iter().filter_map(|member| match member {
        Member::Field(Field { number, shape: Shape::Required(_), .. }) => Some(*number),
        _ => None,
    })
}

/// `impl Fields for …`: where each field is read to, as variants of the runtime's `Slot`.
pub(super) fn fields(cx: &Cx<'_>, message: &Message) -> TokenStream {
    let (rt, allow, lifetime) = (&cx.rt, &cx.allow, cx.lifetime());
    let name = ident(&if cx.view { view_name(&message.ident) } else { message.ident.clone() });
    let unknown = unknown_place(cx, message);
    let slots = by_number(message).into_iter().map(|member| slot(cx, member, &unknown));
    let texts = message.text_extensions.iter().map(|extension| number(extension << 3 | DELIMITED));
    let texts: Vec<_> = texts.collect();
    let texts = (!texts.is_empty()).then(|| quote!(#(#texts)|* => Text,));
    let rest = if message.message_set {
        quote!(Done(#rt::message_set::merge(tag, input, &mut self.unknown_fields)))
    } else {
        quote!(Unknown)
    };
    let bare = reflect::bare(message);
    quote! {
        #rt::slotted! {
            #bare
            #allow
            <'a> #name #lifetime, (self, tag, input),
            #(#slots)*
            #texts
            _ => #rest,
        }
    }
}

/// Where numbers go to that a closed enum does not name.
fn unknown_place(cx: &Cx<'_>, message: &Message) -> TokenStream {
    let rt = &cx.rt;
    if message.keeps_unknown { quote!(self.unknown_fields) } else { quote!(#rt::UnknownFields::new()) }
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

fn put(cx: &Cx<'_>, member: &Member) -> TokenStream {
    let rt = &cx.rt;
    match member {
        Member::Field(field) => {
            let (shape, number, name) = (shape(field), number(field.number), ident(&field.ident));
            let kinds = kinds(cx, field);
            quote!(#rt::#shape::put::<#kinds>(#number, &self.#name, out);)
        }
        Member::Oneof(oneof) => {
            let name = ident(&oneof.ident);
            quote!(#rt::oneof::put(&self.#name, out);)
        }
    }
}

fn slot(cx: &Cx<'_>, member: &Member, unknown: &TokenStream) -> TokenStream {
    let field = match member {
        Member::Oneof(oneof) => return oneof_slot(cx, oneof, unknown),
        Member::Field(field) => field,
    };
    let name = ident(&field.ident);
    let tag = |wire_type: u32| number(field.number << 3 | wire_type);
    match &field.shape {
        Shape::Map(..) => map_slot(cx, field, unknown),
        Shape::Implicit(kind) | Shape::Required(kind) if is_read_at_once(cx, kind) => {
            read_slot(cx, field, (kind, "implicit"))
        }
        Shape::Optional(kind) if is_read_at_once(cx, kind) => read_slot(cx, field, (kind, "optional")),
        Shape::Repeated(kind @ Kind::Held(_)) if !cx.view => read_slot(cx, field, (kind, "repeated")),
        Shape::Implicit(kind) | Shape::Required(kind) => {
            let (tag, slot) = (tag(kind.wire_type()), slot_name(cx, kind, ""));
            quote!(#tag => #slot(&mut self.#name),)
        }
        Shape::Optional(kind) => {
            let (tag, slot) = (tag(kind.wire_type()), slot_name(cx, kind, "Optional"));
            quote!(#tag => #slot(&mut self.#name),)
        }
        // "Parsers must accept both forms, whichever the schema declares."
        Shape::Repeated(kind) | Shape::Packed(kind) => {
            let (single, slot) = (tag(kind.wire_type()), slot_name(cx, kind, "List"));
            let packed = kind.is_packable().then(|| tag(DELIMITED)).map(|packed| quote!(| #packed));
            quote!(#single #packed => #slot(&mut self.#name),)
        }
    }
}

/// The variant of the runtime's `Slot`: of a kind in a shape, or of all shapes of enums and messages.
fn slot_name(cx: &Cx<'_>, kind: &Kind, shape: &str) -> Ident {
    match kind {
        Kind::Scalar(scalar) => ident(&format!("{shape}{}", field::scalar_kind(cx, *scalar))),
        Kind::Enum { .. } => ident("Enum"),
        Kind::Held(holder) => ident(&format!("{shape}{}View", field::lent_kind(*holder))),
        Kind::Message { .. } => ident(if cx.view { "View" } else { "Message" }),
    }
}

/// One message is read at once: to name its place would cost a call that cannot be foreseen, and most are short. What is
/// held in a type of the call's choice has no slot.
fn is_read_at_once(cx: &Cx<'_>, kind: &Kind) -> bool {
    matches!(kind, Kind::Message { .. }) || matches!(kind, Kind::Held(_)) && !cx.view
}

fn read_slot(cx: &Cx<'_>, field: &Field, (kind, shape): (&Kind, &str)) -> TokenStream {
    let rt = &cx.rt;
    let (tag, number) = (number(field.number << 3 | kind.wire_type()), number(field.number));
    let (name, shape, kind) = (ident(&field.ident), ident(shape), field::kind(cx, kind));
    quote!(#tag => Done(#rt::#shape::merge::<#kind>(#number, &mut self.#name, input)),)
}

/// An entry with a value that a closed enum does not name goes to the unknown fields as a whole.
fn map_slot(cx: &Cx<'_>, field: &Field, unknown: &TokenStream) -> TokenStream {
    let rt = &cx.rt;
    let (tag, number, name) =
        (number(field.number << 3 | DELIMITED), number(field.number), ident(&field.ident));
    if let Shape::Map(key, value) = &field.shape
        && value.is_closed()
    {
        let (key, value) = (field::kind(cx, key), field::value(cx, value));
        return quote! {
            #tag => Done(#rt::closed::merge_map::<#key, #value>(#number, &mut self.#name, input, &mut #unknown)),
        };
    }
    let kinds = kinds(cx, field);
    quote!(#tag => Done(#rt::map::merge::<#kinds>(#number, &mut self.#name, input)),)
}

fn oneof_slot(cx: &Cx<'_>, oneof: &OneofField, unknown: &TokenStream) -> TokenStream {
    let rt = &cx.rt;
    let name = ident(&oneof.ident);
    let tags = oneof.tags.iter().map(|tag| number(*tag));
    let merged = if oneof.closed {
        quote!(#rt::oneof::merge_closed(tag, &mut self.#name, input, &mut #unknown))
    } else {
        quote!(#rt::oneof::merge(tag, &mut self.#name, input))
    };
    quote!(#(#tags)|* => Done(#merged),)
}

/// The module of the runtime for a shape.
fn shape(field: &Field) -> Ident {
    ident(match &field.shape {
        Shape::Implicit(_) => "implicit",
        Shape::Optional(_) => "optional",
        Shape::Required(_) => "required",
        Shape::Repeated(_) => "repeated",
        Shape::Packed(_) => "packed",
        Shape::Map(..) => "map",
    })
}

fn kinds(cx: &Cx<'_>, field: &Field) -> TokenStream {
    kinds_by(cx, field, field::kind)
}

/// The kinds of a field, each as `spelled` has it: of a map two.
pub(super) fn kinds_by(
    cx: &Cx<'_>,
    field: &Field,
    spelled: fn(&Cx<'_>, &Kind) -> TokenStream,
) -> TokenStream {
    match &field.shape {
        Shape::Map(key, value) => {
            let (key, value) = (spelled(cx, key), spelled(cx, value));
            quote!(#key, #value)
        }
        Shape::Implicit(kind)
        | Shape::Optional(kind)
        | Shape::Required(kind)
        | Shape::Repeated(kind)
        | Shape::Packed(kind) => spelled(cx, kind),
    }
}
