//! The programs of `rpc_programs`: built, and started on their processors. Called by `peer`, `h2load` and the bench `rest`.

use std::path::{Path, PathBuf};
use std::process::Command;

use protocall_tests::program::{Running, cargo, finish, installed, target_dir, workspace};

/// Where servers run, and where what loads them does.
const SERVER: &str = "0";
const LOAD: &str = "1";

/// The paths of what is started.
#[derive(Debug)]
pub(crate) struct Program {
    folder: PathBuf,
    taskset: PathBuf,
    pub(crate) h2load: PathBuf,
}

impl Program {
    /// Builds all of them.
    pub(crate) fn build() -> Self {
        let target = target_dir().join("rpc_programs");
        let mut build = cargo();
        build.current_dir(workspace().join("tests/benches/rpc_programs"));
        build.args(["build", "--release", "--locked", "--target-dir"]).arg(&target);
        finish(&mut build);
        Self {
            folder: target.join("release"),
            taskset: installed("taskset", "util-linux"),
            h2load: installed("h2load", "nghttp2-client"),
        }
    }

    /// The path of a program that was built.
    pub(crate) fn built(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Starts a server.
    pub(crate) fn start(&self, program: &Path, words: &[&str]) -> Running {
        let program = program.to_string_lossy();
        Running::start(&self.taskset, &[&["-c", SERVER, &program], words].concat())
    }

    /// A command that loads a server.
    pub(crate) fn load(&self, program: &Path) -> Command {
        let mut command = Command::new(&self.taskset);
        command.args(["-c", LOAD]).arg(program);
        command
    }
}
