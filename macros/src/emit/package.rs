//! The tree of modules: each module's items in order, nested modules last, problems in the module of their package.
//!
//! `lib.rs` calls [`package`] with the whole tree.

use proc_macro2::TokenStream;
use quote::quote;

use super::export::{self, Exported};
use super::path::{Call, Cx, allowed, ident, mark};
use super::{
    client, enumeration, expansion, extension, failure, message, oneof, reflect, server, service, track,
    twice,
};
use crate::error::{Errors, Problem};
use crate::model::{Module, Service, modules_of};

/// What was read for a call.
#[derive(Debug)]
pub(crate) struct Read<'a> {
    /// The files on disk.
    pub(crate) tracked: &'a [String],
    /// All files as a `google.protobuf.FileDescriptorSet`.
    pub(crate) descriptors: &'a [u8],
    /// What other calls may use, where there are to be any.
    pub(crate) exported: Option<Exported>,
}

/// The output of a call: the tree, what is wrong, the descriptors, and the files to track.
pub(crate) fn package(call: &Call, mut root: Module, errors: Errors, read: &Read<'_>) -> TokenStream {
    let warnings: TokenStream = errors.warnings().map(|problem| failure::warning(call, problem)).collect();
    let problems: Vec<(Vec<String>, Problem)> =
        errors.shown().into_iter().map(|problem| (modules_of(problem.package()), problem)).collect();
    for (module, _) in &problems {
        root.at(module);
    }
    let mark = mark(read.descriptors);
    let mut tree = Tree { call, problems: &problems, path: Vec::new(), mark: &mark };
    let cx = Cx::root(call, &mark);
    let items = tree.items(&cx, &root);
    // Errors point at the call, which they could not from within a file.
    let items = match call.debug.as_deref().filter(|_| problems.is_empty()) {
        Some(label) => expansion::included(items, label),
        None => items,
    };
    let files = reflect::files(&cx, read.descriptors);
    let tracked = track::files(read.tracked);
    let advice = twice::advice(call, &root);
    let deps = export::deps(&cx, read.exported.is_some());
    let exported = read.exported.as_ref().map(|it| export::exported(&cx, it));
    quote!(#advice #deps #items #files #exported #warnings #tracked)
}

struct Tree<'a> {
    call: &'a Call,
    problems: &'a [(Vec<String>, Problem)],
    /// The module at hand.
    path: Vec<String>,
    /// What the hidden names of the call end with.
    mark: &'a str,
}

impl Tree<'_> {
    fn items(&mut self, cx: &Cx<'_>, module: &Module) -> TokenStream {
        let here = self.problems.iter().filter(|(path, _)| *path == self.path);
        let problems: TokenStream =
            here.map(|(_, problem)| failure::compile_error(self.call, problem)).collect();
        let messages = module.messages.iter().map(|item| message::definition(cx, item));
        let oneofs = module.oneofs.iter().map(|item| oneof::definition(cx, item));
        let enums = module.enums.iter().map(|item| enumeration::definition(cx, item));
        let extensions = module.extensions.iter().map(|item| extension::definition(cx, item));
        let services = module.services.iter().map(|item| services(cx, item));
        let modules = module.modules.iter().map(|item| self.module(item));
        let modules: TokenStream = modules.collect();
        quote!(#problems #(#messages)* #(#oneofs)* #(#enums)* #(#extensions)* #(#services)* #modules)
    }

    fn module(&mut self, module: &Module) -> TokenStream {
        self.path.push(module.name.clone());
        let name = ident(&module.name);
        let cx = Cx::module(self.call, self.mark, self.path.len());
        let opening = cx.opening();
        // Lint levels are inherited, so the outermost module speaks for all.
        let allow = (self.path.len() == 1).then(allowed);
        let root = (self.path.len() == 1).then(|| self.call.visibility.clone()).flatten();
        let visibility = root.unwrap_or_else(|| quote!(pub));
        let items = self.items(&cx, module);
        self.path.pop();
        quote! {
            #allow
            #visibility mod #name {
                #opening
                #items
            }
        }
    }
}

/// All of a service, as far as the call wants it.
fn services(cx: &Cx<'_>, item: &Service) -> TokenStream {
    let constants = service::constants(cx, item);
    let server = cx.call.server.then(|| server::definition(cx, item));
    let client = cx.call.client.then(|| client::definition(cx, item));
    let local = (cx.call.server && cx.call.client).then(|| client::local(cx, item));
    quote!(#constants #server #client #local)
}
