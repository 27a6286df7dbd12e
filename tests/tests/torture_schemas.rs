//! Upstream's own test schemas, the torture set, go through the macro: every file is taken or refused as protoc does it,
//! what is taken compiles without a warning, and every message of it passes through the codec with nothing lost. Google's
//! protobuf for Python reads the same random bytes: both sides take them or refuse them, and read the same.

use std::process::Command;
use std::sync::LazyLock;

use protocall_tests::peer;
use protocall_tests::program::{finish, workspace};
use protocall_tests::torture::{self, Group, Protoc, Tree};
use serde_json::Value;

const SEED: &str = "20261";
/// How often a message is made anew.
const ROUNDS: &str = "8";

struct Set {
    trees: Vec<Tree>,
    groups: Vec<Group>,
    /// What protoc refuses: trees and files.
    refused: Vec<(&'static str, String)>,
}

static SET: LazyLock<Set> = LazyLock::new(|| {
    let (protoc, trees) = (Protoc::installed(), torture::trees());
    let mut set = Set { trees, groups: Vec::new(), refused: Vec::new() };
    for tree in &set.trees {
        let (groups, refused) = Group::all(tree, &protoc);
        set.groups.extend(groups);
        set.refused.extend(refused.into_iter().map(|file| (tree.name, file)));
    }
    let files: usize = set.groups.iter().map(|group| group.files.len()).sum();
    assert!(files >= 150, "protoc takes only {files} files: is this the set?");
    set
});

#[test]
fn what_protoc_refuses_is_refused() {
    let outside = torture::refused(&SET.trees, &SET.refused);
    let output = outside.cargo("build").arg("--message-format=json").output().expect("cargo starts");
    let refusals = torture::refusals(&String::from_utf8_lossy(&output.stdout));
    let numbered = SET.refused.iter().enumerate();
    let taken: Vec<_> = numbered.filter(|(number, _)| !refusals.contains_key(number)).collect();
    assert!(taken.is_empty(), "protoc refuses these, protocall takes them: {taken:#?}");
    assert!(!SET.refused.is_empty(), "protoc refuses nothing: is this the set?");
}

#[test]
fn every_message_passes_through() {
    let outside = torture::testee(&SET.trees, &SET.groups);
    finish(&mut outside.cargo("build"));
    let mut judge = Command::new(peer::python());
    judge.arg(workspace().join("tests/torture/judge.py")).arg(outside.program()).args([SEED, ROUNDS]);
    judge
        .args(SET.groups.iter().map(|it| format!("{}={}={}", it.name, it.strings, it.descriptors.display())));
    let report: Value =
        serde_json::from_slice(&finish(&mut judge).stdout).expect("the judge prints a JSON object");
    assert_eq!(report["complaints"], Value::Array(Vec::new()), "{report:#}");
    for (what, least) in [("messages", 1000), ("sound", 16_000), ("damaged", 16_000), ("extensions", 700)] {
        let count = report["counts"][what].as_u64().unwrap_or(0);
        assert!(count >= least, "only {count} {what}: {report:#}");
    }
}
