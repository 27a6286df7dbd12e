//! Google's protoc, of the package that brings the conformance suite: the judge of what is a sound schema.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::program::{finish, workspace};

/// The compiler.
#[derive(Debug)]
pub struct Protoc {
    program: PathBuf,
    /// The folder of the schemas that come with it.
    pub include: PathBuf,
}

impl Protoc {
    /// The first call installs it.
    pub fn installed() -> Self {
        let (script, cache) =
            (workspace().join("tests/conformance/install.sh"), workspace().join(".cache/conformance"));
        finish(Command::new("bash").arg(script).arg(&cache));
        Self { program: cache.join("protoc"), include: cache.join("include") }
    }

    /// The descriptors of the files and of all that they import, unless it refuses them.
    pub(super) fn describe(&self, root: &Path, files: &[&str]) -> Option<Vec<u8>> {
        self.judge(root, files).ok()
    }

    /// The same, or else what it has against them.
    pub fn judge(&self, root: &Path, files: &[&str]) -> Result<Vec<u8>, String> {
        let mut protoc = Command::new(&self.program);
        protoc.arg("--include_imports").arg(format!("--proto_path={}", root.display()));
        protoc
            .arg("--retain_options")
            .arg("--descriptor_set_out=/dev/stdout")
            .args(files)
            .stdin(Stdio::null());
        let output = protoc.output().expect("protoc starts");
        if output.status.success() {
            Ok(output.stdout)
        } else {
            Err(String::from_utf8_lossy(&output.stderr).into_owned())
        }
    }
}
