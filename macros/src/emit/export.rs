//! What ties calls together: the names under which a call reaches its `deps`, the hidden macro by which it asks each of
//! them what they made, and the one by which it tells.
//!
//! A macro sees its own tokens only. So a call with `deps` becomes a call of the first one's hidden macro, which calls
//! `include_proto!` again with what it exports in front, until all were asked. `lib.rs` calls [`ask`], `emit::package`
//! calls [`deps`] and [`exported`].

use std::collections::BTreeMap;

use proc_macro2::{Ident, Literal, TokenStream, TokenTree};
use quote::quote;

use super::path::{Call, Cx, ident, mark, parent, runtime, viewed};
use crate::model::{ExportedType, TypePath, view_name};
use crate::parse::{Schema, SchemaFile, SchemaType};

/// What a call exports.
#[derive(Debug)]
pub(crate) struct Exported {
    pub(crate) files: Vec<SchemaFile>,
    pub(crate) types: Vec<ExportedType>,
}

/// The hidden macro in the module of a call. Who names a module without one reads this name in the error.
const HANDED_ON: &str = "__include_proto_with_export_true";

/// The call once more, by way of what one of its `deps` exports.
pub(crate) fn ask(call: &Call, dep: &[TokenTree], tokens: &TokenStream) -> TokenStream {
    let span = dep.last().map(TokenTree::span);
    let name = Ident::new(HANDED_ON, span.unwrap_or_else(proc_macro2::Span::call_site));
    let runtime = runtime(call.runtime.as_deref());
    quote!(#(#dep)* :: #name ! { [#runtime::include_proto] #tokens })
}

/// A name for each of the `deps`, which is seen below the call, and by whom the call exports to.
pub(super) fn deps(cx: &Cx<'_>, exports: bool) -> TokenStream {
    let visibility = exports.then(|| cx.visibility.clone());
    let uses = (0..).zip(&cx.call.deps).map(|(entry, path)| {
        let name = cx.dep(entry);
        quote! {
            #[doc(hidden)]
            #[allow(unused_imports)]
            #visibility use #(#path)* as #name;
        }
    });
    uses.collect()
}

/// The hidden macro that hands the schema on, and names for what the call has from `extern_path`.
pub(super) fn exported(cx: &Cx<'_>, exported: &Exported) -> TokenStream {
    let mut aliases = BTreeMap::new();
    let types = exported.types.iter().map(|known| {
        let path = spelled(cx, known, &mut aliases);
        (known.full_name.clone(), SchemaType { path, view: known.view })
    });
    let schema = Schema { files: exported.files.clone(), types: types.collect() };
    let visibility = &cx.visibility;
    let aliases = aliases.into_iter().map(|((entry, trim), view)| {
        let base = cx.call.externs.get(entry).map_or(&[] as &[_], Vec::as_slice);
        let (base, name) = (if trim { parent(base) } else { base }, alias(cx, entry, trim));
        let view = view.then(|| {
            let (base, name) = (viewed(base.iter().cloned()), ident(&view_name(&name.to_string())));
            quote!(#[doc(hidden)] #visibility use #base as #name;)
        });
        quote!(#[doc(hidden)] #visibility use #(#base)* as #name; #view)
    });
    let text = Literal::string(&schema.written());
    // The name is one in the whole crate, where several calls may export one schema.
    let name = ident(&format!("__protocall_schema_{}_{}", cx.mark, mark(cx.call.place.as_bytes())));
    let handed_on = ident(HANDED_ON);
    quote! {
        #(#aliases)*
        #[doc(hidden)]
        #[macro_export]
        macro_rules! #name {
            ([$($callback:tt)*] $($call:tt)*) => { $($callback)* ! { @ #text $($call)* } };
        }
        #[doc(hidden)]
        #[allow(unused_imports)]
        #visibility use #name as #handed_on;
    }
}

/// What stands in for an entry of `extern_path`, or for what is around it, and whether for its view, too.
type Aliases = BTreeMap<(usize, bool), bool>;

/// The path of a type from the place of the call, by names that are seen from elsewhere.
fn spelled(cx: &Cx<'_>, known: &ExportedType, aliases: &mut Aliases) -> String {
    let (first, segments) = match &known.path {
        TypePath::Local { segments, .. } | TypePath::WellKnown(segments) => (None, segments),
        TypePath::Dep { entry, segments, .. } => (Some(cx.dep(*entry)), segments),
        TypePath::Extern { entry, trim, segments } => {
            // Without segments the entry is the type itself.
            *aliases.entry((*entry, *trim)).or_default() |= known.view && segments.is_empty();
            (Some(alias(cx, *entry, *trim)), segments)
        }
    };
    let first = first.map(|name| name.to_string());
    first.iter().chain(segments).cloned().collect::<Vec<_>>().join("::")
}

fn alias(cx: &Cx<'_>, entry: usize, trim: bool) -> Ident {
    ident(&format!("__extern_{}_{entry}{}", cx.mark, if trim { "_around" } else { "" }))
}
