//! The peers of `tests/node/`, in JavaScript: installs what they stand on and starts them.
//!
//! Called by the tests that hold protocall against grpc-js and buf.

use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;

use crate::program::{finish, target_dir, workspace};

fn modules() -> PathBuf {
    static MODULES: OnceLock<PathBuf> = OnceLock::new();
    MODULES
        .get_or_init(|| {
            let install = workspace().join("tests/node/install.sh");
            let output = finish(Command::new(install).arg(target_dir().join("node")));
            let printed = String::from_utf8(output.stdout).expect("install.sh prints UTF-8");
            PathBuf::from(printed.trim())
        })
        .clone()
}

/// A command that runs a script of `tests/node/`.
pub fn command(name: &str) -> Command {
    let mut command = Command::new("node");
    command.env("NODE_PATH", modules()).arg(workspace().join("tests/node").join(name));
    command
}

/// A program of one of the packages that the peers stand on.
pub fn program(name: &str) -> Command {
    Command::new(modules().join(".bin").join(name))
}
