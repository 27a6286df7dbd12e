//! The workspace's own Rust as data: its files, and what of a file counts when a rule is held against it.
//!
//! Called by layers.rs and house.rs, the tests that read the code instead of running it.

use std::fs;
use std::path::Path;

use proc_macro2::{TokenStream, TokenTree};
use syn::spanned::Spanned;
use syn::{Attribute, Item};

use crate::program::workspace;

/// A Rust file of the workspace.
#[derive(Debug, Clone)]
pub struct Source {
    /// Its path from the workspace's root, with slashes.
    pub path: String,
    /// What it holds.
    pub text: String,
}

impl Source {
    /// A file that need not exist: for the tests of the rules themselves.
    pub fn new(path: &str, text: &str) -> Self {
        Self { path: path.to_owned(), text: text.to_owned() }
    }

    /// Where the file stands in its crate: `runtime/src/wire/field/map.rs` is `[wire, field, map]`, a mod.rs its folder.
    pub fn module(&self) -> Vec<String> {
        let (_, inside) =
            self.path.split_once("/src/").unwrap_or_else(|| panic!("{} is no source of a crate", self.path));
        let inside = inside.trim_end_matches(".rs").trim_end_matches("/mod");
        inside.split('/').map(str::to_owned).collect()
    }

    /// Whether it only puts a folder together.
    pub fn is_mod_file(&self) -> bool {
        self.path.ends_with("/mod.rs")
    }

    /// Whether the code holds an identifier or keyword; comments and literals do not count.
    pub fn has_word(&self, word: &str) -> bool {
        fn any(tokens: TokenStream, word: &str) -> bool {
            tokens.into_iter().any(|tree| match tree {
                TokenTree::Group(group) => any(group.stream(), word),
                TokenTree::Ident(ident) => ident == word,
                _ => false,
            })
        }
        any(self.text.parse().unwrap_or_else(|error| panic!("{}: not Rust: {error}", self.path)), word)
    }

    /// The file as syntax, without what is only compiled for tests.
    pub fn syntax(&self) -> syn::File {
        let mut file =
            syn::parse_file(&self.text).unwrap_or_else(|error| panic!("{}: not Rust: {error}", self.path));
        file.items.retain(|item| !is_for_tests(item));
        file
    }

    /// The number of lines that are not part of a `#[cfg(test)]` module.
    pub fn lines(&self) -> usize {
        let all = syn::parse_file(&self.text).map(|file| file.items).unwrap_or_default();
        let tests = all.iter().filter(|item| is_for_tests(item));
        self.text.lines().count() - tests.map(|item| height(item.span())).sum::<usize>()
    }
}

/// How many lines a piece of syntax takes.
pub fn height(span: proc_macro2::Span) -> usize {
    span.end().line - span.start().line + 1
}

/// The Rust files below a folder of the workspace, sorted.
pub fn rust_files(folder: &str) -> Vec<Source> {
    files(folder).into_iter().filter(|file| file.path.ends_with(".rs")).collect()
}

/// All text files below a folder of the workspace (`""` for all), sorted, without what tools leave behind.
pub fn files(folder: &str) -> Vec<Source> {
    let mut found = Vec::new();
    gather(&workspace().join(folder), &mut found);
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

fn gather(folder: &Path, found: &mut Vec<Source>) {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    for entry in entries.map(|entry| entry.expect("a folder can be read to its end").path()) {
        let name = entry.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        // `.git` is a folder in a clone and a file in a linked work tree.
        if matches!(name, "target" | ".git" | ".cache" | "__pycache__" | "node_modules") {
            continue;
        }
        if entry.is_dir() {
            gather(&entry, found);
        } else if let Ok(text) = fs::read_to_string(&entry) {
            let path = entry.strip_prefix(workspace()).expect("below the workspace");
            found.push(Source { path: path.to_string_lossy().replace('\\', "/"), text });
        }
    }
}

/// Whether an item carries `#[cfg(test)]`.
pub fn is_for_tests(item: &Item) -> bool {
    let attributes = match item {
        Item::Mod(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        _ => return false,
    };
    attributes.iter().any(is_cfg_test)
}

fn is_cfg_test(attribute: &Attribute) -> bool {
    attribute.path().is_ident("cfg")
        && attribute.parse_args::<syn::Path>().is_ok_and(|condition| condition.is_ident("test"))
}
