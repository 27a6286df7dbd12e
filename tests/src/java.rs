//! grpc-java's interoperability programs: fetched at the first call, which takes a while.
//!
//! Called by the test that holds protocall's calls against them.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;

use crate::interop::peer::Credentials;
use crate::program::{finish, target_dir, workspace};

/// What the certificate of its programs is for.
const NAME: &str = "foo.test.google.fr";

fn folder() -> PathBuf {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER
        .get_or_init(|| {
            let install = workspace().join("tests/java/install.sh");
            let output = finish(Command::new(install).arg(target_dir().join("java")));
            let printed = String::from_utf8(output.stdout).expect("install.sh prints UTF-8");
            PathBuf::from(printed.trim())
        })
        .clone()
}

/// A command that runs a class of `io.grpc.testing.integration`.
pub fn command(class: &str) -> Command {
    let mut command = Command::new("java");
    // Each runs for a second only: what makes long runs fast would cost more than it gives.
    command.args(["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp"]);
    command.arg(folder().join("lib/*")).arg(format!("io.grpc.testing.integration.{class}"));
    command
}

/// The credentials that its programs have built in.
///
/// # Panics
/// When they are not where they were put.
pub fn credentials() -> Credentials {
    let read = |name: &str| {
        let path = folder().join("certs").join(name);
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    };
    Credentials::of(NAME, &read("ca.pem"), [&read("server1.pem"), &read("server1.key")])
}
