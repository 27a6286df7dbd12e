//! The schemas: taken from the crate `protobuf-src`, which carries the whole of protobuf 27.1, and laid out as upstream's
//! build has them. Cargo fetches that crate; nothing in it is compiled.

use std::fs;
use std::path::{Path, PathBuf};

use crate::carried;
use crate::program::{target_dir, workspace};

const SOURCE: (&str, &str) = ("protobuf-src", "=2.1.1");

/// Paths in a tree, and the folders of upstream that lie there.
type Folders = &'static [(&'static str, &'static str)];

/// What is laid out where: the name of a tree, what its strings are that are not to be checked, and the folders of
/// upstream that are in it, each under its path there.
const LAYOUT: [(&str, &str, Folders); 5] = [
    ("upstream", "bytes", &[("", "src"), ("google/protobuf/editions", "editions")]),
    ("conformance", "string", &[("", "conformance")]),
    ("examples", "string", &[("", "examples")]),
    ("objc", "string", &[("objectivec/Tests", "objectivec/Tests")]),
    ("csharp", "string", &[("csharp/protos", "csharp/protos")]),
];

/// What protoc has come to refuse since 27.1, and how it takes the file all the same: file, text, what stands for it.
const MENDED: [(&str, &str, &str); 7] = [
    // "Extensions cannot be marked as unverified_lazy", which only C++ has ever looked at.
    ("google/protobuf/unittest.proto", "_extension = 28 [unverified_lazy=true]", "_extension = 28"),
    ("google/protobuf/edition_unittest.proto", "_extension = 28 [unverified_lazy=true]", "_extension = 28"),
    (
        "google/protobuf/unittest_lite.proto",
        "_extension_lite = 28\n      [unverified_lazy = true]",
        "_extension_lite = 28",
    ),
    ("objectivec/Tests/unittest.proto", "_extension = 28 [unverified_lazy=true]", "_extension = 28"),
    // "… has been removed but does not specify a removal error", which 27.1 has no field for.
    (FEATURES, "edition_removed: EDITION_2023", ""),
    (FEATURES, "edition_removed: EDITION_2024", ""),
    // The same, and "was deprecated before it was introduced".
    (FEATURES, VALUE_FUTURE, "VALUE_FUTURE = 99;"),
];
const FEATURES: &str = "google/protobuf/unittest_features.proto";
const VALUE_FUTURE: &str = r#"VALUE_FUTURE = 99 [feature_support = {
    edition_introduced: EDITION_99997_TEST_ONLY
    edition_deprecated: EDITION_99998_TEST_ONLY
    deprecation_warning: "Custom feature deprecation warning"
    edition_removed: EDITION_99999_TEST_ONLY
  }];"#;

/// Schemas that belong together under one import root.
#[derive(Debug)]
pub struct Tree {
    /// Its name, which is a module's, too.
    pub name: &'static str,
    /// What its calls say of strings that are not to be checked.
    pub strings: &'static str,
    /// Every file: its path under the root, and its text.
    pub files: Vec<(String, String)>,
    /// The root with the files that protoc reads.
    pub mended: PathBuf,
}

/// All schemas. The first call fetches them.
pub fn trees() -> Vec<Tree> {
    let source = carried::source(SOURCE).join("protobuf");
    let folder = target_dir().join("torture");
    let tree = |(name, strings, folders)| Tree { strings, ..Tree::new(name, folders, (&source, &folder)) };
    LAYOUT.into_iter().map(tree).collect()
}

impl Tree {
    fn new(name: &'static str, folders: Folders, (source, target): (&Path, &Path)) -> Self {
        let mended = target.join("mended").join(name);
        let mut files = Vec::new();
        for (prefix, folder) in folders {
            files.extend(carried::schemas(&source.join(folder), Path::new(prefix)));
        }
        files.sort();
        for (path, text) in &mut files {
            // The macro's own copy wins over any other.
            if let Ok(bundled) = fs::read_to_string(workspace().join("macros/bundle").join(path)) {
                *text = bundled;
            }
        }
        if mended.exists() {
            fs::remove_dir_all(&mended).expect("the target folder can be written");
        }
        for (path, text) in &files {
            let file = mended.join(path);
            fs::create_dir_all(file.parent().expect("a file has a folder"))
                .expect("the target folder can be written");
            fs::write(file, mend(path, text)).expect("the target folder can be written");
        }
        Self { name, strings: "", files, mended }
    }
}

fn mend(path: &str, text: &str) -> String {
    let mut text = text.to_owned();
    for (_, from, to) in MENDED.iter().filter(|(file, ..)| *file == path) {
        assert_eq!(text.matches(from).count(), 1, "{path} is not the one that was looked at: {from}");
        text = text.replace(from, to);
    }
    text
}
