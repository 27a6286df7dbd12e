//! The law of the house: inside a crate a file imports only from layers above its own, and no files import each other
//! in a circle. The lists below are the architecture; who adds a layer adds it here, at its place.

use std::collections::{BTreeMap, BTreeSet};

use protocall_tests::paths::{self, Path};
use protocall_tests::source::{Source, rust_files};
use syn::{Item, Visibility};

/// The top-level modules of a crate, each line one rank: a rank imports from those before it, never from its own.
type Ranks = &'static [&'static [&'static str]];

const MACROS: Ranks = &[&["error"], &["parse"], &["model"], &["emit"], &["expand"]];
const RUNTIME: Ranks = &[
    &["wire"],
    &["message"],
    &["reflect"],
    &["well_known"],
    &["rpc"],
    &["json"],
    &["text"],
    &["grpc"],
    &["tls"],
    &["server", "client"],
    &["transport"],
    &["services"],
    &["fuzz"],
    &["guide"],
];

/// Sees everything and is imported by no one.
const LIB: &str = "lib";

/// The macros of generated code, which name what is behind the private door of lib.rs.
const GENERATED: &str = "generated";

/// Re-exported by lib.rs, but from the macro's crate, which is above all.
const OWN_MACRO: &str = "include_proto";

const SOCKETS: &[&[&str]] = &[&["hyper"], &["hyper_util"], &["tokio", "net"]];

fn rank(ranks: Ranks, layer: &str) -> Option<usize> {
    ranks.iter().position(|names| names.contains(&layer))
}

/// What breaks the law of the layers, one line for each.
fn wrong_imports(sources: &[Source], ranks: Ranks) -> Vec<String> {
    let mut wrong = Vec::new();
    for source in sources {
        let own = &source.module()[0];
        if own == LIB || own == GENERATED {
            continue;
        }
        let Some(own_rank) = rank(ranks, own) else {
            wrong.push(format!("{}: `{own}` is not in the list of layers", source.path));
            continue;
        };
        for import in paths::of_own_crate(source) {
            let Some(target) = import.first().filter(|target| *target != own && *target != OWN_MACRO) else {
                continue;
            };
            if rank(ranks, target).is_none_or(|target_rank| target_rank >= own_rank) {
                wrong.push(format!("{}: imports crate::{}", source.path, import.join("::")));
            }
        }
    }
    wrong
}

/// For each name that a mod.rs re-exports, the path that it stands for.
fn reexports(sources: &[Source]) -> BTreeMap<Path, Path> {
    let mut known = BTreeMap::new();
    for source in sources.iter().filter(|source| source.is_mod_file()) {
        let folder = source.module();
        for item in source.syntax().items {
            let Item::Use(item) = item else { continue };
            if matches!(item.vis, Visibility::Inherited) {
                continue;
            }
            for origin in paths::of_reexport(&item.tree, &folder) {
                let name = origin.last().expect("a path names something").clone();
                known.insert([&folder[..], &[name]].concat(), origin);
            }
        }
    }
    known
}

/// The file that a path leads to: through re-exports, of which one may name another.
fn file_of<'a>(
    mut path: Path,
    modules: &BTreeMap<Path, &'a Source>,
    origins: &BTreeMap<Path, Path>,
) -> Option<&'a Source> {
    const LONGEST_CHAIN: usize = 8;
    for _ in 0..LONGEST_CHAIN {
        let depth = (1..=path.len()).rev().find(|depth| modules.contains_key(&path[..*depth]))?;
        let Some(origin) = path.get(..=depth).and_then(|name| origins.get(name)) else {
            return modules.get(&path[..depth]).copied();
        };
        path.splice(..=depth, origin.iter().cloned());
    }
    None
}

/// Which file imports which. A name that a mod.rs re-exports counts as an import of the file it comes from.
fn imported_files(sources: &[Source]) -> BTreeMap<String, BTreeSet<String>> {
    let modules: BTreeMap<_, _> = sources.iter().map(|source| (source.module(), source)).collect();
    let origins = reexports(sources);
    let edges = sources.iter().filter(|source| !source.is_mod_file()).map(|source| {
        let imports = paths::of_own_crate(source);
        let files = imports
            .into_iter()
            .filter_map(|import| file_of(import, &modules, &origins))
            .filter(|file| !file.is_mod_file() && file.path != source.path);
        (source.path.clone(), files.map(|file| file.path.clone()).collect())
    });
    edges.collect()
}

/// The imports that lead back to where they stand.
fn circles(sources: &[Source]) -> Vec<String> {
    let imports = imported_files(sources);
    let leads_to = |from: &String, to: &String| {
        let (mut seen, mut open) = (BTreeSet::new(), vec![from]);
        while let Some(file) = open.pop() {
            if seen.insert(file) {
                open.extend(imports.get(file).into_iter().flatten());
            }
        }
        seen.contains(to)
    };
    let edges = imports.iter().flat_map(|(file, files)| files.iter().map(move |import| (file, import)));
    let circular = edges.filter(|(file, import)| leads_to(import, file));
    circular.map(|(file, import)| format!("{file} imports {import}")).collect()
}

/// mod.rs files that hold more than docs, `mod` lines, re-exports and the modules that our own macro makes.
fn full_mod_files(sources: &[Source]) -> Vec<String> {
    let is_plain = |item: &Item| match item {
        Item::Mod(item) => item.content.is_none(),
        Item::Use(_) => true,
        Item::Macro(item) => item.mac.path.segments.last().is_some_and(|name| name.ident == OWN_MACRO),
        _ => false,
    };
    let full = |source: &&Source| source.is_mod_file() && !source.syntax().items.iter().all(is_plain);
    sources.iter().filter(full).map(|source| source.path.clone()).collect()
}

/// Files outside `folder` that spell a path which begins like one of `forbidden`.
fn strays(sources: &[Source], folder: &str, forbidden: &[&[&str]]) -> Vec<String> {
    let is_forbidden =
        |path: &Path| forbidden.iter().any(|start| path.iter().take(start.len()).eq(start.iter()));
    let outside = sources.iter().filter(|source| !source.path.starts_with(folder));
    let strays = outside.filter(|source| paths::spelled(source).iter().any(is_forbidden));
    strays.map(|source| source.path.clone()).collect()
}

fn assert_none(what: &str, found: Vec<String>) {
    assert!(found.is_empty(), "{what}:\n  {}", found.join("\n  "));
}

/// A crate's sources, of which there must be some: a rule that looks at nothing holds always.
fn sources_of(folder: &str) -> Vec<Source> {
    let sources = rust_files(folder);
    assert!(sources.len() > 1, "{folder} holds {} Rust files", sources.len());
    sources
}

#[test]
fn the_macro_imports_only_from_layers_above() {
    assert_none("imports against the order", wrong_imports(&sources_of("macros/src"), MACROS));
}

#[test]
fn the_runtime_imports_only_from_layers_above() {
    assert_none("imports against the order", wrong_imports(&sources_of("runtime/src"), RUNTIME));
}

#[test]
fn no_files_import_each_other_in_a_circle() {
    assert_none("circles in the macro", circles(&sources_of("macros/src")));
    assert_none("circles in the runtime", circles(&sources_of("runtime/src")));
}

#[test]
fn a_mod_file_holds_only_modules_and_reexports() {
    for folder in ["macros/src", "runtime/src"] {
        assert_none("mod.rs files with code", full_mod_files(&sources_of(folder)));
    }
}

#[test]
fn sockets_live_in_the_transport_alone() {
    assert_none("sockets", strays(&sources_of("runtime/src"), "runtime/src/transport/", SOCKETS));
}

#[test]
fn unsafe_code_lives_in_the_wire_alone() {
    let mut sources = sources_of("runtime/src");
    sources.extend(sources_of("macros/src"));
    sources.retain(|source| !source.path.starts_with("runtime/src/wire/"));
    let unsafe_files = sources.iter().filter(|source| source.has_word("unsafe"));
    assert_none("unsafe code", unsafe_files.map(|source| source.path.clone()).collect());
}

mod the_law_itself {
    use super::*;

    fn wrong(path: &str, text: &str) -> Vec<String> {
        wrong_imports(&[Source::new(path, text)], RUNTIME)
    }

    #[test]
    fn finds_an_import_from_below_however_it_is_written() {
        for text in [
            "use crate::client::Call;",
            "use crate::{wire::Input, client::{self, Call}};",
            "use super::super::client::Call;",
            "fn f() { crate::client::call() }",
            "type T = Vec<crate::client::Call>;",
            "mod inner { use super::super::super::client::Call; }",
            "macro_rules! m { () => { $crate::client::call() } }",
            "fn f() { vec![crate::client::Call]; }",
            "use crate::Reexported;",
            "pub(crate) use crate::transport::listen as heard;",
        ] {
            assert!(!wrong("runtime/src/server/router.rs", text).is_empty(), "{text}");
        }
    }

    #[test]
    fn allows_what_is_above_and_what_only_tests_use() {
        for text in [
            "use crate::wire::Input; use super::handler::Unary; use std::fmt;",
            "#[cfg(test)] mod tests { use crate::client::Call; }",
            "//! Not `crate::client`.\nuse crate::grpc::{Status, frame::Frame};",
        ] {
            assert_eq!(wrong("runtime/src/server/router.rs", text), Vec::<String>::new(), "{text}");
        }
        assert!(wrong("runtime/src/lib.rs", "pub use client::Call;").is_empty());
    }

    #[test]
    fn finds_a_layer_that_is_not_listed() {
        assert_eq!(wrong("runtime/src/helpers.rs", "").len(), 1);
    }

    #[test]
    fn finds_a_circle_through_a_reexport() {
        let sources = [
            Source::new(
                "runtime/src/wire/mod.rs",
                "mod a; mod b; pub use a::A; pub(crate) use self::b::{B as C};",
            ),
            Source::new("runtime/src/wire/a.rs", "use super::b::B;"),
            Source::new("runtime/src/wire/b.rs", "use super::A;"),
            Source::new("runtime/src/wire/c.rs", "use super::A;"),
        ];
        let found = circles(&sources);
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(circles(&sources[..2]).is_empty());
    }

    #[test]
    fn finds_code_in_a_mod_file() {
        let sources = [
            Source::new("runtime/src/wire/mod.rs", "//! Doc.\nmod a;\npub use a::A;"),
            Source::new("runtime/src/grpc/mod.rs", "mod a;\nconst N: u8 = 1;"),
            Source::new("runtime/src/text/mod.rs", "mod a { }"),
        ];
        assert_eq!(full_mod_files(&sources), ["runtime/src/grpc/mod.rs", "runtime/src/text/mod.rs"]);
    }

    #[test]
    fn finds_a_socket_outside_the_transport() {
        let with =
            |path: &str, text: &str| strays(&[Source::new(path, text)], "runtime/src/transport/", SOCKETS);
        for text in
            ["use tokio::{sync, net::TcpStream};", "fn f(_: hyper::Request<()>) {}", "use hyper::body;"]
        {
            assert_eq!(with("runtime/src/grpc/frame.rs", text).len(), 1, "{text}");
            assert!(with("runtime/src/transport/listen.rs", text).is_empty());
        }
        assert!(with("runtime/src/grpc/frame.rs", "use tokio::sync;").is_empty());
    }

    #[test]
    fn finds_the_word_unsafe_in_code_but_not_in_text() {
        assert!(Source::new("a/src/b.rs", "fn f() { unsafe { g() } }").has_word("unsafe"));
        assert!(!Source::new("a/src/b.rs", "//! unsafe\nconst A: &str = \"unsafe\";").has_word("unsafe"));
    }
}
