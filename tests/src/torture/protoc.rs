//! Google's protoc, of the package that brings the conformance suite: the judge of what is a
//! sound schema, and of what is the text of a message.

use std::io::Write;
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

    /// The path of the program.
    pub fn program(&self) -> &Path {
        &self.program
    }

    /// The bytes of the message that a text is; otherwise what protoc says against it. The schema is a folder and a file
    /// in it.
    ///
    /// # Errors
    /// When protoc refuses the text.
    pub fn encode(&self, schema: (&Path, &str), message: &str, text: &str) -> Result<Vec<u8>, String> {
        self.convert(schema, &format!("--encode={message}"), text.as_bytes())
    }

    /// The text of a message.
    ///
    /// # Errors
    /// When protoc refuses the bytes.
    pub fn decode(&self, schema: (&Path, &str), message: &str, bytes: &[u8]) -> Result<String, String> {
        let text = self.convert(schema, &format!("--decode={message}"), bytes)?;
        String::from_utf8(text).map_err(|error| error.to_string())
    }

    fn convert(&self, (folder, file): (&Path, &str), way: &str, input: &[u8]) -> Result<Vec<u8>, String> {
        let mut protoc = Command::new(&self.program);
        protoc.args([folder, &self.include].map(|path| format!("--proto_path={}", path.display())));
        protoc.args([way, file]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = protoc.spawn().expect("protoc starts");
        let mut stdin = child.stdin.take().expect("stdin is piped");
        let sent = stdin.write_all(input);
        drop(stdin);
        let output = child.wait_with_output().expect("protoc ends");
        sent.map_err(|error| error.to_string())?;
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        if output.status.success() { Ok(output.stdout) } else { Err(said) }
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
