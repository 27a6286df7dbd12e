//! A service of one method with a program that calls it, with protocall and with tonic: laid out as a user has it, and built
//! from nothing. Called by `macro_cost`.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use protocall_tests::program::{cargo, finish, target_dir, workspace};
use protocall_tests::torture::Protoc;

use crate::cost::Cost;

#[derive(Debug, Clone, Copy)]
pub(crate) enum Hello {
    Ours,
    Tonic,
}

/// What one clean build took.
#[derive(Debug)]
pub(crate) struct Built {
    pub(crate) cost: Cost,
    /// How many crates were compiled.
    pub(crate) crates: usize,
}

impl Hello {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Ours => "protocall",
            Self::Tonic => "tonic",
        }
    }

    /// Writes the crate, fetches what it depends on, and proves that the program works.
    pub(crate) fn lay_out(self) {
        self.write("Cargo.toml", &self.manifest());
        self.write("proto/greeter.proto", include_str!("hello/greeter.proto"));
        match self {
            Self::Ours => self.write("src/main.rs", include_str!("hello/ours.rs")),
            Self::Tonic => {
                self.write("src/main.rs", include_str!("hello/tonic.rs"));
                self.write("build.rs", include_str!("hello/tonic_build.rs"));
            }
        }
        let lock = match self {
            Self::Ours => workspace().join("Cargo.lock"),
            Self::Tonic => workspace().join("tests/benches/rpc_programs/Cargo.lock"),
        };
        self.write("Cargo.lock", &fs::read_to_string(lock).expect("the lock file is there"));
        finish(&mut self.cargo("build"));
        let program = self.folder().join("target/debug").join(format!("hello_{}", self.name()));
        let output = finish(&mut Command::new(program));
        assert_eq!(String::from_utf8_lossy(&output.stdout), "Hello, Ada!\n");
    }

    /// Builds it from nothing.
    pub(crate) fn build(self) -> Built {
        fs::remove_dir_all(self.folder().join("target")).expect("it was built before");
        let (cost, output) = Cost::with(self.cargo("build").arg("--offline"));
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let crates = said.lines().filter(|line| line.trim_start().starts_with("Compiling ")).count();
        Built { cost, crates }
    }

    fn manifest(self) -> String {
        let dependencies = match self {
            Self::Ours => format!("protocall = {{ path = {:?} }}\n", workspace().join("runtime")),
            Self::Tonic => "prost = \"0.14\"\ntokio = { version = \"1\", features = [\"macros\", \"net\", \
                            \"rt-multi-thread\"] }\ntonic = \"0.14\"\ntonic-prost = \"0.14\"\n\
                            tokio-stream = { version = \"0.1\", features = [\"net\"] }\n\n\
                            [build-dependencies]\ntonic-prost-build = \"0.14\"\n"
                .to_owned(),
        };
        format!(
            "[package]\nname = \"hello_{}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
             [dependencies]\n{dependencies}\n[workspace]\n",
            self.name()
        )
    }

    fn cargo(self, command: &str) -> Command {
        let mut cargo = cargo();
        let folder = self.folder();
        cargo.current_dir(&folder).arg(command).env("CARGO_TARGET_DIR", folder.join("target"));
        cargo.env("CARGO_INCREMENTAL", "0").env("PROTOC", Protoc::installed().program());
        cargo
    }

    fn folder(self) -> PathBuf {
        target_dir().join("macro_cost").join(self.name())
    }

    fn write(self, path: &str, text: &str) {
        let file = self.folder().join(path);
        fs::create_dir_all(file.parent().expect("a file has a folder"))
            .expect("the target folder can be written");
        fs::write(file, text).expect("the target folder can be written");
    }
}
