//! Google's common schemas, `google/api`, `google/rpc`, `google/type` and their like, as the package
//! `googleapis-common-protos` has them, which comes along with grpcio's.
//!
//! Called by the tests that take a set of schemas that others use every day.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::peer;
use crate::program::{finish, target_dir};

/// A folder with nothing but the schemas, and their paths in it.
#[derive(Debug)]
pub struct Googleapis {
    /// The import root.
    pub root: PathBuf,
    /// The files, in order.
    pub files: Vec<String>,
}

impl Googleapis {
    /// Lays them out anew; the first call of all installs the package.
    ///
    /// # Panics
    /// When the package cannot be had, or has no schemas.
    pub fn laid_out() -> Self {
        let output = finish(
            Command::new(peer::python()).args(["-c", "import google.api.http_pb2 as it; print(it.__file__)"]),
        );
        let module = PathBuf::from(String::from_utf8_lossy(&output.stdout).trim());
        let source = module.ancestors().nth(2).expect("the module is in google/api").to_path_buf();
        let (root, mut files) = (target_dir().join("googleapis"), Vec::new());
        copy(&source, Path::new("google"), &root, &mut files);
        files.sort();
        assert!(files.len() >= 50, "only {} schemas: is this the package?", files.len());
        Self { root, files }
    }
}

fn copy(folder: &Path, prefix: &Path, root: &Path, files: &mut Vec<String>) {
    for entry in fs::read_dir(folder).expect("the package can be read") {
        let path = entry.expect("a folder can be read").path();
        let name = prefix.join(path.file_name().expect("an entry has a name"));
        if path.is_dir() {
            copy(&path, &name, root, files);
        } else if path.extension().is_some_and(|end| end == "proto") {
            fs::create_dir_all(root.join(prefix)).expect("the target folder can be written");
            fs::copy(&path, root.join(&name)).expect("the target folder can be written");
            files.push(name.to_str().expect("schemas have UTF-8 names").to_owned());
        }
    }
}
