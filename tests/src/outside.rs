//! Crates outside of this workspace, as a user has them: made in the target folder, with `protocall` as their only
//! dependency. Called by outside_crate.rs, rebuild.rs and the torture test.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::program::{cargo, target_dir, workspace};

/// A new crate with nothing in it but its manifest; an old one of the same name is removed.
#[derive(Debug)]
pub struct OutsideCrate {
    name: String,
    folder: PathBuf,
}

impl OutsideCrate {
    /// The name is that of the program, too.
    pub fn new(name: &str) -> Self {
        let folder = target_dir().join("tmp").join("outside").join(name);
        if folder.exists() {
            fs::remove_dir_all(&folder).expect("the target folder can be written");
        }
        let outside = Self { name: name.to_owned(), folder };
        let runtime = workspace().join("runtime");
        outside.write(
            "Cargo.toml",
            &format!(
                "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
                 [dependencies]\nprotocall = {{ path = {runtime:?} }}\n\n[workspace]\n"
            ),
        );
        // The same versions as ours: nothing to fetch, and what is tested is what we ship.
        let lock = fs::read_to_string(workspace().join("Cargo.lock")).expect("cargo made a lock file");
        outside.write("Cargo.lock", &lock);
        outside
    }

    /// Adds to the manifest.
    pub fn extend_manifest(&self, text: &str) {
        let path = self.folder.join("Cargo.toml");
        let manifest = fs::read_to_string(&path).expect("the manifest was written");
        self.write("Cargo.toml", &format!("{manifest}\n{text}"));
    }

    /// Lets the crate use another one from outside.
    pub fn depend_on(&self, other: &OutsideCrate) {
        self.extend_manifest(&format!("[dependencies.{}]\npath = {:?}\n", other.name, other.folder));
    }

    /// Writes a file of the crate.
    pub fn write(&self, path: &str, text: &str) {
        let file = self.folder.join(path);
        fs::create_dir_all(file.parent().expect("a file has a folder"))
            .expect("the target folder can be written");
        fs::write(file, text).expect("the target folder can be written");
    }

    /// A cargo command in the crate. All outside crates share what they compile of the dependencies.
    pub fn cargo(&self, command: &str) -> Command {
        let mut cargo = cargo();
        cargo.current_dir(&self.folder).arg(command).env("CARGO_TARGET_DIR", Self::target());
        cargo
    }

    /// The built program.
    pub fn program(&self) -> PathBuf {
        Self::target().join("debug").join(&self.name)
    }

    fn target() -> PathBuf {
        target_dir().join("outside")
    }
}
