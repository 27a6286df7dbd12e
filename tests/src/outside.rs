//! Crates outside of this workspace, as a user has them: made in the target folder, with `protocall` as their only
//! dependency. Called by outside_crate.rs, rebuild.rs and the torture test.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::program::{cargo, finish, target_dir, workspace};

/// A new crate with nothing in it but its manifest; an old one of the same name is removed.
#[derive(Debug)]
pub struct OutsideCrate {
    name: String,
    folder: PathBuf,
}

impl OutsideCrate {
    /// The name is that of the program, too.
    pub fn new(name: &str) -> Self {
        Self::in_folder(name, name)
    }

    /// The same, in a folder of another name.
    pub fn in_folder(name: &str, folder: &str) -> Self {
        let folder = target_dir().join("tmp").join("outside").join(folder);
        let outside = Self { name: name.to_owned(), folder };
        outside.clear();
        outside.write("Cargo.toml", &format!("{}\n[workspace]\n", manifest(name)));
        outside.lock();
        outside
    }

    /// Another crate in the workspace of this one, in a folder of its name. There can be one.
    pub fn member(&self, name: &str) -> Self {
        self.extend_manifest(&format!("members = [{name:?}]\n"));
        let member = Self { name: name.to_owned(), folder: self.folder.join(name) };
        member.write("Cargo.toml", &manifest(name));
        member
    }

    /// The crate as `cargo package` packs it, unpacked again.
    pub fn packaged(&self) -> Self {
        let pack = ["--no-verify", "--allow-dirty", "--offline", "--exclude-lockfile"];
        finish(self.cargo("package").args(pack));
        let packed = Self::target().join("package").join(format!("{}-0.0.0.crate", self.name));
        let unpacked = Self { name: self.name.clone(), folder: self.folder.with_extension("unpacked") };
        unpacked.clear();
        fs::create_dir_all(&unpacked.folder).expect("the target folder can be written");
        let mut tar = Command::new("tar");
        finish(tar.arg("-xzf").arg(&packed).arg("--strip-components=1").arg("-C").arg(&unpacked.folder));
        // Ours is not in the registry, where the packed crate would have it from.
        unpacked.extend_manifest(&format!(
            "[workspace]\n\n[patch.crates-io]\nprotocall = {{ path = {:?} }}\n",
            runtime()
        ));
        unpacked.lock();
        unpacked
    }

    /// Removes what an earlier run has left.
    fn clear(&self) {
        if self.folder.exists() {
            fs::remove_dir_all(&self.folder).expect("the target folder can be written");
        }
    }

    /// The same versions as ours: nothing to fetch, and what is tested is what we ship.
    fn lock(&self) {
        let lock = fs::read_to_string(workspace().join("Cargo.lock")).expect("cargo made a lock file");
        self.write("Cargo.lock", &lock);
    }

    /// Adds to the manifest.
    pub fn extend_manifest(&self, text: &str) {
        let path = self.folder.join("Cargo.toml");
        let manifest = fs::read_to_string(&path).expect("the manifest was written");
        self.write("Cargo.toml", &format!("{manifest}\n{text}"));
    }

    /// Takes another edition of Rust than the latest.
    pub fn set_edition(&self, edition: &str) {
        let manifest = fs::read_to_string(self.folder.join("Cargo.toml")).expect("the manifest was written");
        self.write("Cargo.toml", &manifest.replace("\"2024\"", &format!("{edition:?}")));
    }

    /// Takes protocall under another name.
    pub fn rename_runtime(&self, name: &str) {
        let manifest = fs::read_to_string(self.folder.join("Cargo.toml")).expect("the manifest was written");
        let renamed = format!("\n{name} = {{ package = \"protocall\", ");
        self.write("Cargo.toml", &manifest.replace("\nprotocall = { ", &renamed));
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

fn manifest(name: &str) -> String {
    let (runtime, version) = (runtime(), env!("CARGO_PKG_VERSION"));
    format!(
        "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
         [dependencies]\nprotocall = {{ path = {runtime:?}, version = \"{version}\" }}\n"
    )
}

fn runtime() -> PathBuf {
    workspace().join("runtime")
}
