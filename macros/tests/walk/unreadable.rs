//! Files and folders that are there and cannot be read: each is told of as what it is, and not as missing.

use std::fs;
use std::path::PathBuf;

use super::problems;

/// A folder that a call's paths are relative to, empty; it goes when the test is through.
struct Base(PathBuf);

impl Base {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("protocall-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("there is room for temporary files");
        Self(folder)
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        fs::write(self.0.join(name), bytes).expect("the folder can be written");
    }

    fn problems(&self, call: &str) -> Vec<String> {
        problems(crate::expand(call.parse().expect("the call is made of tokens"), &self.0, String::new()))
    }
}

impl Drop for Base {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn a_file_that_is_not_utf8_is_told_of_with_the_place() {
    let base = Base::new("latin1");
    base.write("cafe.proto", b"syntax = \"proto3\";\n// caf\xe9\nmessage Cafe {}\n");
    let expected = "`cafe.proto` is not UTF-8\n --> cafe.proto:2:7\n  |\n2 | // caf\u{fffd}\n  |       ^ the byte 0xe9\n  |\n  \
                    = help: save it as UTF-8";
    assert_eq!(base.problems("\"cafe.proto\""), [expected]);
}

#[test]
fn a_file_in_utf16_is_recognised_and_one_with_a_mark_of_utf8_is_read() {
    let base = Base::new("utf16");
    let wide: Vec<u8> = "\u{feff}syntax = \"proto3\";".encode_utf16().flat_map(u16::to_le_bytes).collect();
    base.write("wide.proto", &wide);
    base.write("marked.proto", "\u{feff}syntax = \"proto3\"; message Marked {}".as_bytes());
    let expected = "`wide.proto` is not UTF-8\n = help: it is UTF-16: save it as UTF-8";
    assert_eq!(base.problems("[\"wide.proto\", \"marked.proto\"]"), [expected]);
}

#[test]
fn a_folder_in_the_place_of_a_file_and_a_file_in_that_of_a_folder_are_not_found() {
    let base = Base::new("swapped");
    fs::create_dir(base.0.join("folder.proto")).expect("the folder can be written");
    base.write("file.proto", b"syntax = \"proto3\";");
    let found = base.problems("[\"folder.proto\", \"file.proto\"], include = [\"file.proto\"]").join("\n");
    assert!(found.contains("the import root `file.proto` is not a directory"), "{found}");
    assert!(found.contains("couldn't find the .proto file `folder.proto`"), "{found}");
}

/// A link to itself stands for all that the system refuses to open: no right is needed to make one, and none opens it.
#[cfg(unix)]
#[test]
fn what_the_system_refuses_is_told_in_its_words() {
    let base = Base::new("refused");
    std::os::unix::fs::symlink("loop", base.0.join("loop")).expect("links can be made");
    base.write("a.proto", b"syntax = \"proto3\"; import \"loop/b.proto\";");
    let found = base.problems("\"a.proto\", include = [\"loop\"]");
    let [root, import] = found.as_slice() else { panic!("{found:#?}") };
    assert!(root.starts_with("couldn't read the import root `loop`: "), "{root}");
    assert!(import.starts_with("couldn't read `loop/b.proto`: "), "{import}");
    let found = base.problems("\"loop/c.proto\"");
    assert!(found.iter().all(|text| text.starts_with("couldn't read `loop/c.proto`: ")), "{found:#?}");
    assert_eq!(found.len(), 1, "{found:#?}");
}
