//! Brings the schemas of other people's suites to where `include_proto!` names them: Google's conformance suite for
//! `src/bin/conformance.rs`, Connect's for `src/connect`.
//!
//! Run by cargo before this crate is compiled; it does nothing on the network once the schemas are in the cache.

use std::process::{Command, Stdio};

/// Outside of the target folder, whose place differs from user to user: the macro takes relative paths.
const CONFORMANCE: &str = "../.cache/conformance";
const CONNECT: &str = "../.cache/connect";

fn main() {
    for path in ["conformance/install.sh", "conformance/requirements.txt", "go/install.sh", "go/programs.txt"]
    {
        println!("cargo::rerun-if-changed={path}");
    }
    for cache in [CONFORMANCE, CONNECT] {
        println!("cargo::rerun-if-changed={cache}/ready");
    }
    install(&["conformance/install.sh", CONFORMANCE]);
    install(&["go/install.sh", "schemas", CONNECT]);
}

fn install(script: &[&str]) {
    let output = Command::new("bash").args(script).stdin(Stdio::null()).output();
    let output = output.unwrap_or_else(|error| panic!("tests/{} needs bash: {error}", script[0]));
    assert!(
        output.status.success(),
        "the schemas of a suite could not be fetched: tests/{} ended with {}\n{}",
        script.join(" "),
        output.status,
        String::from_utf8_lossy(&output.stderr),
    );
}
