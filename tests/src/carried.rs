//! Schemas that crates of the registry carry: cargo fetches such a crate, and nothing in it is compiled.
//!
//! Called by `torture` and `envoy`.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::program::{cargo, finish, target_dir};

/// The folder of a crate's sources, by its name and version.
///
/// # Panics
/// When it cannot be had.
pub fn source((name, version): (&str, &str)) -> PathBuf {
    let folder = target_dir().join("carried").join(name);
    fs::create_dir_all(folder.join("src")).expect("the target folder can be written");
    let manifest = format!(
        "[package]\nname = \"carried\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
         [dependencies]\n{name} = {{ version = \"{version}\", default-features = false }}\n\n[workspace]\n"
    );
    fs::write(folder.join("Cargo.toml"), manifest).expect("the target folder can be written");
    fs::write(folder.join("src/lib.rs"), "//! Never compiled.\n").expect("the target folder can be written");
    let output = finish(cargo().current_dir(&folder).args(["metadata", "--format-version=1"]));
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo metadata prints JSON");
    let packages = metadata["packages"].as_array().expect("metadata lists packages");
    let found = packages.iter().find(|package| package["name"] == name).expect("the package was asked for");
    let manifest = Path::new(found["manifest_path"].as_str().expect("a package has a manifest"));
    manifest.parent().expect("a manifest has a folder").to_path_buf()
}

/// The schemas under a folder: their paths, with the prefix in front, and their texts.
///
/// # Panics
/// When the folder cannot be read.
pub fn schemas(folder: &Path, prefix: &Path) -> Vec<(String, String)> {
    let mut files = Vec::new();
    read(folder, prefix, &mut files);
    files
}

fn read(folder: &Path, prefix: &Path, files: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
        let path = entry.expect("a folder can be read").path();
        let name = path.file_name().expect("an entry has a name");
        if path.is_dir() {
            read(&path, &prefix.join(name), files);
        } else if path.extension().is_some_and(|end| end == "proto") {
            let text = fs::read_to_string(&path).expect("schemas are UTF-8");
            files.push((prefix.join(name).to_str().expect("schemas have UTF-8 names").to_owned(), text));
        }
    }
}
