//! Programs of other implementations that are written in Go: built at the first call, which takes a while.
//!
//! Called by the tests that hold protocall against grpc-go, Connect's conformance suite, grpc-health-probe and grpcurl.

use std::path::PathBuf;
use std::process::Command;

use crate::program::{finish, target_dir, workspace};

/// The path of a program of `tests/go/programs.txt`.
pub fn program(name: &str) -> PathBuf {
    let mut install = Command::new(workspace().join("tests/go/install.sh"));
    let output = finish(install.arg("program").arg(target_dir().join("go")).arg(name));
    let printed = String::from_utf8(output.stdout).expect("install.sh prints UTF-8");
    PathBuf::from(printed.trim())
}
