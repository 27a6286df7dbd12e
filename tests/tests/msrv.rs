//! The Rust version in the manifest is real: no crate that a user of `protocall` builds asks for a newer one. (That our
//! own code uses nothing newer is clippy's `incompatible_msrv`.)

use std::collections::HashMap;

use protocall_tests::program::{cargo, finish};
use serde_json::Value;

/// `1.85` and `1.85.1` as numbers that compare.
/// 1.88 is 1.88.0.
fn version(text: &str) -> [u32; 3] {
    let mut version = [0; 3];
    for (number, part) in version.iter_mut().zip(text.split('.')) {
        *number = part.parse().expect("cargo writes numbers");
    }
    version
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

/// All that `package` is built with, tests aside.
fn tree<'a>(metadata: &'a Value, package: &'a str) -> Vec<&'a str> {
    let nodes = metadata["resolve"]["nodes"].as_array().expect("cargo resolves");
    let nodes: HashMap<&str, &Value> = nodes.iter().map(|node| (text(node, "id"), node)).collect();
    let mut found = vec![package];
    let mut next = 0;
    while let Some(id) = found.get(next).copied() {
        next += 1;
        for dependency in nodes[id]["deps"].as_array().into_iter().flatten() {
            let kinds = dependency["dep_kinds"].as_array().expect("cargo tells the kinds");
            let needed = kinds.iter().any(|kind| text(kind, "kind") != "dev");
            if needed && !found.contains(&text(dependency, "pkg")) {
                found.push(text(dependency, "pkg"));
            }
        }
    }
    found
}

#[test]
fn no_dependency_asks_for_a_newer_compiler() {
    let output = finish(cargo().args(["metadata", "--format-version", "1", "--locked"]));
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo writes JSON");
    let packages = metadata["packages"].as_array().expect("there are packages");
    let packages: HashMap<&str, &Value> =
        packages.iter().map(|package| (text(package, "id"), package)).collect();
    let ours = packages.values().find(|package| text(package, "name") == "protocall").expect("we are in it");
    let stated = version(text(ours, "rust_version"));
    let tree = tree(&metadata, text(ours, "id"));
    assert!(tree.len() > 20, "only {} crates: the tree was not read as it should", tree.len());
    for id in tree {
        let needs = text(packages[id], "rust_version");
        assert!(needs.is_empty() || version(needs) <= stated, "{id} needs Rust {needs}");
    }
}
