//! Brings the schemas of Google's conformance suite to where `include_proto!` of `src/bin/conformance.rs` names them.
//!
//! Run by cargo before this crate is compiled; it does nothing on the network once the schemas are in the cache.

use std::process::{Command, Stdio};

const SCRIPT: &str = "conformance/install.sh";
/// Outside of the target folder, whose place differs from user to user: the macro takes relative paths.
const CACHE: &str = "../.cache/conformance";

fn main() {
    for path in [SCRIPT, "conformance/requirements.txt", &format!("{CACHE}/ready")] {
        println!("cargo::rerun-if-changed={path}");
    }
    let output = Command::new("bash").args([SCRIPT, CACHE]).stdin(Stdio::null()).output();
    let output = output.unwrap_or_else(|error| panic!("tests/{SCRIPT} needs bash: {error}"));
    assert!(
        output.status.success(),
        "the schemas of the conformance suite could not be fetched: tests/{SCRIPT} ended with {}\n{}",
        output.status,
        String::from_utf8_lossy(&output.stderr),
    );
}
