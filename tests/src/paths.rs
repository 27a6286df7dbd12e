//! The paths that a Rust file spells, in `use` items and in the midst of code, as flat lists of names.
//!
//! Called by layers.rs, which holds them against the order of the layers.

use std::collections::BTreeSet;

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Item, ItemMod, ItemUse, Macro, UseTree};

use crate::source::{Source, is_for_tests};

/// Names as they would stand between `::`.
pub type Path = Vec<String>;

const CRATE: &str = "crate";

/// All paths of two names or more outside of tests. Those of the own crate are absolute and begin with `crate`.
pub fn spelled(source: &Source) -> BTreeSet<Path> {
    let mut paths = Paths { module: source.module(), found: BTreeSet::new() };
    paths.visit_file(&source.syntax());
    paths.found
}

/// Those into the own crate, without the leading `crate`.
pub fn of_own_crate(source: &Source) -> BTreeSet<Path> {
    let own = spelled(source).into_iter().filter(|path| path[0] == CRATE);
    own.map(|path| path[1..].to_vec()).collect()
}

/// What a `use` of a mod.rs stands for, without the leading `crate`: `use input::Input` in `wire` is `wire::input::Input`.
pub fn of_reexport(tree: &UseTree, folder: &[String]) -> BTreeSet<Path> {
    let mut paths = Paths { module: folder.to_vec(), found: BTreeSet::new() };
    paths.add_use(tree, &[]);
    let absolute = paths.found.into_iter().map(|path| match path[0].as_str() {
        CRATE => path[1..].to_vec(),
        _ => [folder, &path].concat(),
    });
    absolute.collect()
}

struct Paths {
    module: Path,
    found: BTreeSet<Path>,
}

impl Paths {
    fn add(&mut self, path: &[String]) {
        let start: &[String] = match path.first().map(String::as_str) {
            Some(CRATE | "protocall") => &[],
            Some("self") => &self.module,
            Some("super") => &self.module[..self.module.len().saturating_sub(1)],
            _ => {
                self.found.insert(path.to_vec());
                return;
            }
        };
        let mut absolute = [&[CRATE.to_owned()], start].concat();
        for name in &path[1..] {
            if name == "super" {
                absolute.pop();
            } else {
                absolute.push(name.clone());
            }
        }
        self.found.insert(absolute);
    }

    fn add_use(&mut self, tree: &UseTree, before: &[String]) {
        let with = |name: String| [before, &[name]].concat();
        match tree {
            UseTree::Path(path) => self.add_use(&path.tree, &with(path.ident.to_string())),
            UseTree::Group(group) => group.items.iter().for_each(|part| self.add_use(part, before)),
            UseTree::Glob(_) => self.add(before),
            UseTree::Name(name) if name.ident == "self" => self.add(before),
            UseTree::Name(name) => self.add(&with(name.ident.to_string())),
            UseTree::Rename(rename) => self.add(&with(rename.ident.to_string())),
        }
    }

    /// Inside a macro's tokens only `crate::` is sure to be a path of this crate: `super::` may be code to emit.
    fn add_tokens(&mut self, tokens: TokenStream) {
        let trees: Vec<TokenTree> = tokens.into_iter().collect();
        for (index, tree) in trees.iter().enumerate() {
            match tree {
                TokenTree::Group(group) => self.add_tokens(group.stream()),
                TokenTree::Ident(ident) if ident == CRATE => self.add(&path_at(&trees[index..])),
                _ => {}
            }
        }
    }
}

/// The path that the first tokens are: `crate :: wire :: Input`.
fn path_at(trees: &[TokenTree]) -> Path {
    let mut path = Vec::new();
    for tree in trees {
        match tree {
            TokenTree::Ident(ident) => path.push(ident.to_string()),
            TokenTree::Punct(punct) if punct.as_char() == ':' => {}
            _ => break,
        }
    }
    path
}

impl<'ast> Visit<'ast> for Paths {
    fn visit_item(&mut self, item: &'ast Item) {
        if !is_for_tests(item) {
            visit::visit_item(self, item);
        }
    }

    fn visit_item_mod(&mut self, item: &'ast ItemMod) {
        self.module.push(item.ident.to_string());
        visit::visit_item_mod(self, item);
        self.module.pop();
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        self.add_use(&item.tree, &[]);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        if path.segments.len() > 1 {
            self.add(&path.segments.iter().map(|segment| segment.ident.to_string()).collect::<Vec<_>>());
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, item: &'ast Macro) {
        self.add_tokens(item.tokens.clone());
        visit::visit_macro(self, item);
    }
}
