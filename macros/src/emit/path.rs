//! Paths and identifiers: the one place that spells the runtime's private door, and how a type is named.
//!
//! Every other file of this layer gets its [`Cx`], which knows how deep in the tree the code stands.

use proc_macro2::{Ident, Literal, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};

use crate::model::{Derive, Trait, TypePath, view_name};

/// What the call contributes to the output besides its files.
#[derive(Debug, Default)]
pub(crate) struct Call {
    /// The literals of the files, then that of the inline text.
    pub(crate) spans: Vec<Span>,
    /// The Rust paths of `extern_path`.
    pub(crate) externs: Vec<Vec<TokenTree>>,
    /// The path of the runtime, where it is not `::protocall`.
    pub(crate) runtime: Option<Vec<TokenTree>>,
    /// The traits that `derive` adds.
    pub(crate) derives: Vec<TokenStream>,
    /// What stands in the attributes that an entry of the call puts on items.
    pub(crate) attributes: Vec<Vec<TokenStream>>,
    /// What the items at the place of the call begin with, where it is not `pub`.
    pub(crate) visibility: Option<TokenStream>,
    /// The paths of `deps`.
    pub(crate) deps: Vec<Vec<TokenTree>>,
    /// Where the call stands, in the source of its crate.
    pub(crate) place: String,
    pub(crate) client: bool,
    pub(crate) server: bool,
    /// What the file with the expansion is called, where there is to be one.
    pub(crate) debug: Option<String>,
}

/// Where the code at hand stands.
#[derive(Clone, Debug)]
pub(super) struct Cx<'a> {
    pub(super) call: &'a Call,
    /// The runtime as this module spells it.
    pub(super) rt: TokenStream,
    /// The lints that an item at the level of the call switches off for itself; a module does it for all.
    pub(super) allow: TokenStream,
    /// What an item begins with.
    pub(super) visibility: TokenStream,
    /// Whether messages are spelled as their views.
    pub(super) view: bool,
    /// The static that holds the descriptors, as this module spells it.
    pub(super) files: TokenStream,
    /// What the hidden names of this call end with.
    pub(super) mark: &'a str,
}

/// FNV-1a: of the same bytes the same name, wherever and by whatever compiler.
pub(super) fn mark(bytes: &[u8]) -> String {
    let hash = bytes.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    format!("{hash:016X}")
}

/// The lints that generated code must not trip, whatever the user's crate denies.
pub(super) fn allowed() -> TokenStream {
    quote! {
        #[allow(
            clippy::all, clippy::nursery, clippy::pedantic, deprecated, missing_copy_implementations,
            missing_debug_implementations, missing_docs, non_camel_case_types, non_snake_case,
            non_upper_case_globals, rustdoc::all, unreachable_pub, unused, unused_qualifications, unused_results,
            variant_size_differences
        )]
    }
}

impl<'a> Cx<'a> {
    /// The level of the call itself, where no `use` may be added.
    pub(super) fn root(call: &'a Call, mark: &'a str) -> Self {
        let rt = door(call.runtime.as_deref());
        let visibility = call.visibility.clone().unwrap_or_else(|| quote!(pub));
        Self {
            call,
            rt,
            allow: allowed(),
            visibility,
            view: false,
            files: files(mark).to_token_stream(),
            mark,
        }
    }

    /// Inside a module that begins with [`Cx::opening`], so many modules below the call.
    pub(super) fn module(call: &'a Call, mark: &'a str, depth: usize) -> Self {
        let supers = (0..depth).map(|_| quote!(super::));
        let files = files(mark);
        let files = quote!(#(#supers)* #files);
        let (rt, visibility) = (quote!(__rt), quote!(pub));
        Self { call, rt, allow: TokenStream::new(), visibility, view: false, files, mark }
    }

    /// The same place, where messages are spelled as their views.
    pub(super) fn of_views(&self) -> Self {
        Self { view: true, ..self.clone() }
    }

    /// The traits that a type derives. A view has the usual ones only: what is added is for data that owns.
    pub(super) fn derive(&self, derives: &[Derive]) -> TokenStream {
        let paths = derives.iter().filter_map(|derive| match derive {
            Derive::Std(it) => Some(standard(*it)),
            Derive::Given(_) if self.view => None,
            Derive::Given(index) => self.call.derives.get(*index).cloned(),
        });
        let paths: Vec<TokenStream> = paths.collect();
        if paths.is_empty() { TokenStream::new() } else { quote!(#[derive(#(#paths),*)]) }
    }

    /// The attributes of the call; a view has none.
    pub(super) fn attributes(&self, entries: &[usize]) -> TokenStream {
        let entries =
            entries.iter().filter(|_| !self.view).filter_map(|entry| self.call.attributes.get(*entry));
        let attributes = entries.flatten();
        quote!(#(#[#attributes])*)
    }

    /// The lifetime of a view, as a parameter.
    pub(super) fn lifetime(&self) -> TokenStream {
        if self.view { quote!(<'a>) } else { TokenStream::new() }
    }

    /// The path of a message, or of its view.
    pub(super) fn message(&self, path: &TypePath) -> TokenStream {
        if self.view { self.view_for(path, &quote!('a)) } else { self.path(path) }
    }

    /// The path of a message's view.
    pub(super) fn view_for(&self, path: &TypePath, lifetime: &TokenStream) -> TokenStream {
        let view = viewed(self.path(path));
        quote!(#view<#lifetime>)
    }

    /// The first line of every module.
    pub(super) fn opening(&self) -> TokenStream {
        let door = door(self.call.runtime.as_deref());
        quote!(use #door as __rt;)
    }

    /// The identifier of an item, which the editor finds at the literal of its file.
    pub(super) fn item(&self, name: &str, blame: usize) -> Ident {
        let span = Span::call_site();
        let span = self.call.spans.get(blame).map_or(span, |literal| span.located_at(*literal));
        ident_at(name, span)
    }

    pub(super) fn path(&self, path: &TypePath) -> TokenStream {
        match path {
            TypePath::Local { up, segments } => {
                let supers = (0..*up).map(|_| quote!(super::));
                let segments = segments.iter().map(|segment| ident(segment));
                quote!(#(#supers)* #(#segments)::*)
            }
            TypePath::WellKnown(segments) => {
                let segments = segments.iter().map(|segment| ident(segment));
                let runtime = runtime(self.call.runtime.as_deref());
                quote!(#runtime #(:: #segments)*)
            }
            TypePath::Extern { entry, trim, segments } => {
                let base = self.call.externs.get(*entry).map_or(&[] as &[_], Vec::as_slice);
                let base = if *trim { parent(base) } else { base };
                let segments = segments.iter().map(|segment| ident(segment));
                quote!(#(#base)* #(:: #segments)*)
            }
            TypePath::Dep { up, entry, segments } => {
                let supers = (0..*up).map(|_| quote!(super::));
                let segments = segments.iter().map(|segment| ident(segment));
                let dep = self.dep(*entry);
                quote!(#(#supers)* #dep #(:: #segments)*)
            }
        }
    }

    /// The name that one of the `deps` has at the place of the call.
    pub(super) fn dep(&self, entry: usize) -> Ident {
        ident(&format!("__dep_{}_{entry}", self.mark))
    }
}

/// The static that holds the descriptors. Two calls in one module have two, unless they are the same.
fn files(mark: &str) -> Ident {
    ident(&format!("__FILES_{mark}"))
}

fn standard(it: Trait) -> TokenStream {
    match it {
        Trait::Clone => quote!(::core::clone::Clone),
        Trait::Copy => quote!(::core::marker::Copy),
        Trait::Debug => quote!(::core::fmt::Debug),
        Trait::Default => quote!(::core::default::Default),
        Trait::Eq => quote!(::core::cmp::Eq),
        Trait::Hash => quote!(::core::hash::Hash),
        Trait::Ord => quote!(::core::cmp::Ord),
        Trait::PartialEq => quote!(::core::cmp::PartialEq),
        Trait::PartialOrd => quote!(::core::cmp::PartialOrd),
    }
}

/// What generated code stands on. The version is in the name, so that a macro and a runtime that do not fit fail with a
/// clear word.
pub(super) fn door(path: Option<&[TokenTree]>) -> TokenStream {
    let version = env!("CARGO_PKG_VERSION").replace(['.', '-', '+'], "_");
    let (runtime, door) = (runtime(path), ident(&format!("__private_{version}")));
    quote!(#runtime::#door)
}

pub(super) fn runtime(path: Option<&[TokenTree]>) -> TokenStream {
    match path {
        Some(path) => quote!(#(#path)*),
        None => quote!(::protocall),
    }
}

/// An identifier of the model; raw ones carry their `r#`.
pub(super) fn ident(name: &str) -> Ident {
    ident_at(name, Span::call_site())
}

pub(super) fn number(number: u32) -> Literal {
    Literal::u32_unsuffixed(number)
}

/// A number with its sign as a token of its own.
pub(super) fn signed(number: i64) -> TokenStream {
    let literal = Literal::u64_unsuffixed(number.unsigned_abs());
    if number < 0 { quote!(-#literal) } else { literal.to_token_stream() }
}

/// The doc attribute, where there is something to say.
pub(super) fn doc(text: &str) -> TokenStream {
    if text.is_empty() { TokenStream::new() } else { quote!(#[doc = #text]) }
}

/// Docs and deprecation of an item that comes from the schema.
pub(super) fn outer(text: &str, deprecated: bool) -> TokenStream {
    let doc = doc(text);
    let deprecated = deprecated.then(|| quote!(#[deprecated]));
    quote!(#doc #deprecated)
}

fn ident_at(name: &str, span: Span) -> Ident {
    match name.strip_prefix("r#") {
        Some(raw) => Ident::new_raw(raw, span),
        None if name.is_empty() => Ident::new("_unnamed", span),
        None => Ident::new(name, span),
    }
}

/// The path of a message's view, which stands beside the message.
pub(super) fn viewed(path: impl IntoIterator<Item = TokenTree>) -> TokenStream {
    let mut tokens: Vec<TokenTree> = path.into_iter().collect();
    let last = tokens.pop().map(|last| match last {
        TokenTree::Ident(name) => TokenTree::Ident(Ident::new(&view_name(&name.to_string()), name.span())),
        other => other,
    });
    quote!(#(#tokens)* #last)
}

/// The path without its last segment.
pub(super) fn parent(path: &[TokenTree]) -> &[TokenTree] {
    let colon = |token: &TokenTree| matches!(token, TokenTree::Punct(sign) if sign.as_char() == ':');
    let end = path.iter().rposition(colon).map_or(0, |last| last.saturating_sub(1));
    path.get(..end).unwrap_or(path)
}
