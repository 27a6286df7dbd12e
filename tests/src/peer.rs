//! The Python peers of `tests/peers/`: makes their environment and starts them.
//!
//! Called by the tests that hold protocall against Python's grpcio and protobuf.

use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;

use crate::program::{Running, finish, target_dir, workspace};

/// A script of `tests/peers/`.
pub fn script(name: &str) -> PathBuf {
    workspace().join("tests/peers").join(name)
}

/// The Python that has grpcio and the shop's generated modules; made at the first call, which takes a while.
pub fn python() -> PathBuf {
    static LAUNCHER: OnceLock<PathBuf> = OnceLock::new();
    LAUNCHER
        .get_or_init(|| {
            let output = finish(Command::new(script("install.sh")).arg(target_dir().join("peers")));
            let printed = String::from_utf8(output.stdout).expect("install.sh prints UTF-8");
            PathBuf::from(printed.trim())
        })
        .clone()
}

/// A command that runs a script of `tests/peers/`.
pub fn command(name: &str) -> Command {
    let mut command = Command::new(python());
    command.arg(script(name));
    command
}

/// The shop served by Python on a free port.
pub fn shop_service() -> Running {
    shop_service_at("0")
}

/// The shop served by Python on this port.
pub fn shop_service_at(port: &str) -> Running {
    let script = script("shop_service.py");
    Running::start(python(), &[script.to_str().expect("the workspace has a UTF-8 path"), "--port", port])
}
