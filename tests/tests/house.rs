//! The habits of the house, held by reading every file: heads, lengths, parameters, and no trace of any one machine.

use protocall_tests::source::{Source, files, height, rust_files};
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Block, FnArg, Signature};

const LONGEST_FILE: usize = 500;
/// 40 is the aim; what emits may be 60, most of it one `quote!`.
const LONGEST_FUNCTION: usize = 60;
const MOST_PARAMETERS: usize = 4;
const CRATES: [&str; 5] = ["macros", "runtime", "tests", "examples", "fuzz"];

fn sources() -> Vec<Source> {
    let all: Vec<Source> = CRATES.iter().flat_map(|folder| rust_files(folder)).collect();
    assert!(all.len() > 20, "only {} Rust files were found", all.len());
    all
}

fn assert_none(what: &str, found: Vec<String>) {
    assert!(found.is_empty(), "{what}:\n  {}", found.join("\n  "));
}

/// Tests may list cases at length; everything else keeps to the measures.
fn is_measured(source: &Source) -> bool {
    source.path.contains("/src/")
}

struct Functions<'a> {
    path: &'a str,
    wrong: Vec<String>,
}

impl Functions<'_> {
    fn of(source: &Source) -> Vec<String> {
        let mut functions = Functions { path: &source.path, wrong: Vec::new() };
        functions.visit_file(&source.syntax());
        functions.wrong
    }

    fn measure(&mut self, signature: &Signature, block: Option<&Block>) {
        let typed = signature.inputs.iter().filter(|input| matches!(input, FnArg::Typed(_))).count();
        let lines = block.map_or(0, |block| height(block.span()));
        let name = &signature.ident;
        if typed > MOST_PARAMETERS {
            self.wrong.push(format!("{}: {name} takes {typed} parameters", self.path));
        }
        if lines > LONGEST_FUNCTION {
            self.wrong.push(format!("{}: {name} is {lines} lines long", self.path));
        }
    }
}

impl<'ast> Visit<'ast> for Functions<'_> {
    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.measure(&item.sig, Some(&item.block));
        visit::visit_item_fn(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.measure(&item.sig, Some(&item.block));
        visit::visit_impl_item_fn(self, item);
    }

    fn visit_trait_item_fn(&mut self, item: &'ast syn::TraitItemFn) {
        self.measure(&item.sig, item.default.as_ref());
        visit::visit_trait_item_fn(self, item);
    }
}

/// The head that a file must begin with, by the kind of the file.
fn has_head(file: &Source) -> bool {
    match file.path.rsplit_once('.').map(|(_, end)| end) {
        Some("rs") => file.text.starts_with("//! "),
        Some("py") => file.text.starts_with("\"\"\""),
        Some("sh") => {
            file.text.starts_with("#!") && file.text.lines().nth(1).is_some_and(|l| l.starts_with("# "))
        }
        _ => true,
    }
}

/// Words that tie a file to one machine or to one way of fetching packages. Spelled in halves, to not find themselves.
fn machine_words() -> Vec<String> {
    let halves = [
        ("/wo", "rk/"),
        ("/ro", "ot/"),
        ("/ho", "me/"),
        ("../sha", "red"),
        ("pypi", ".org"),
        ("index.cra", "tes.io"),
        ("static.cra", "tes.io"),
        ("proxy.go", "lang"),
        ("registry.np", "mjs"),
        ("repo1.ma", "ven"),
        ("deb.deb", "ian"),
    ];
    halves.iter().map(|(first, second)| [*first, *second].concat()).collect()
}

fn ties(file: &Source) -> Vec<String> {
    let found = machine_words().into_iter().filter(|word| file.text.contains(word.as_str()));
    found.map(|word| format!("{}: {word}", file.path)).collect()
}

#[test]
fn every_file_begins_with_its_head() {
    let headless = files("").into_iter().filter(|file| !has_head(file));
    assert_none("files without a head", headless.map(|file| file.path).collect());
}

#[test]
fn no_file_is_too_long() {
    let long = sources().into_iter().filter(|source| source.lines() > LONGEST_FILE);
    assert_none(
        "too long",
        long.map(|source| format!("{}: {} lines", source.path, source.lines())).collect(),
    );
}

#[test]
fn no_function_is_too_long_or_takes_too_much() {
    let measured: Vec<Source> = sources().into_iter().filter(is_measured).collect();
    assert_none("out of measure", measured.iter().flat_map(Functions::of).collect());
}

#[test]
fn no_file_knows_a_machine() {
    let all = files("");
    let ours = all.iter().filter(|file| !file.path.ends_with("Cargo.lock"));
    assert_none("ties to a machine or a registry", ours.flat_map(ties).collect());
}

#[test]
fn no_file_has_a_name_that_says_nothing() {
    let vague = ["utils", "util", "helpers", "helper", "common", "misc"];
    let all = files("");
    let named = |file: &&Source| file.path.split(['/', '.']).any(|part| vague.contains(&part));
    assert_none("vague names", all.iter().filter(named).map(|file| file.path.clone()).collect());
}

mod the_rules_themselves {
    use super::*;

    #[test]
    fn find_a_long_function_wherever_it_stands() {
        let body = "let _ = 1;\n".repeat(LONGEST_FUNCTION);
        for text in [
            format!("fn f() {{\n{body}}}"),
            format!("impl A {{ fn f(&self) {{\n{body}}} }}"),
            format!("trait A {{ fn f(&self) {{\n{body}}} }}"),
            format!("mod a {{ mod b {{ fn f() {{\n{body}}} }} }}"),
        ] {
            assert_eq!(Functions::of(&Source::new("a/src/b.rs", &text)).len(), 1, "{text}");
        }
        let in_tests = format!("#[cfg(test)]\nmod tests {{ fn f() {{\n{body}}} }}");
        assert!(Functions::of(&Source::new("a/src/b.rs", &in_tests)).is_empty());
    }

    #[test]
    fn find_too_many_parameters() {
        let count = |text: &str| Functions::of(&Source::new("a/src/b.rs", text)).len();
        assert_eq!(count("fn f(a: A, b: B, c: C, d: D, e: E) {}"), 1);
        assert_eq!(count("impl X { fn f(&self, a: A, b: B, c: C, d: D) {} }"), 0);
    }

    #[test]
    fn count_lines_without_tests() {
        let source = Source::new(
            "a/src/b.rs",
            "//! Doc.\n\nfn f() {}\n\n#[cfg(test)]\nmod tests {\n    fn g() {}\n}\n",
        );
        assert_eq!(source.lines(), 4);
    }

    #[test]
    fn find_a_missing_head_and_a_machine() {
        assert!(!has_head(&Source::new("a.rs", "// A comment.\n")));
        assert!(!has_head(&Source::new("a.py", "import os\n")));
        assert!(!has_head(&Source::new("a.sh", "#!/bin/sh\nset -e\n")));
        let machine = machine_words().remove(0);
        assert_eq!(ties(&Source::new("a.md", &format!("see {machine}x"))).len(), 1);
    }
}
