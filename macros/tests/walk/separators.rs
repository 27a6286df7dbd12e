//! Paths as they are written on Windows: files and import roots are taken with either separator, and whatever is told or
//! emitted of them has `/`, so that a crate is the same wherever it is built.

use super::{expanded, problems};

fn text(call: &str) -> String {
    expanded(call).to_string()
}

/// The same call with `\` in its strings.
fn on_windows(call: &str) -> String {
    call.replace('/', r"\\")
}

#[test]
fn files_and_roots_are_the_same_with_either_separator() {
    for call in [
        "\"tests/walk/proto/shop/v1/order.proto\"",
        "\"tests/walk/proto/shop/v1/order.proto\", include = [\"tests/walk/proto\"]",
        "\"./shop/v1//order.proto\", include = [\"./tests/walk/proto/\"]",
        "[\"tests/walk/proto/shop/v1/item.proto\", \"tests/walk/proto/shop/v1/order.proto\"]",
    ] {
        // What is emitted holds the descriptors, with the names of the files, and the places in the docs.
        assert_eq!(text(&on_windows(call)), text(call), "{call}");
        assert!(!text(call).contains(r"\\"), "{call}");
    }
}

#[test]
fn problems_tell_of_paths_with_slashes() {
    for (call, expected) in [
        (
            "\"tests/walk/proto/shop/v1/ordr.proto\"",
            "couldn't find the .proto file `tests/walk/proto/shop/v1/ordr.proto`",
        ),
        (
            "\"shop/v1/order.proto\", include = [\"tests/walk/prot\"]",
            "looked for `$CARGO_MANIFEST_DIR/tests/walk/prot`",
        ),
        (
            "\"shop/v1/order.proto\", include = [\"tests/walk/proto\", \"tests/walk/second\"]",
            "`tests/walk/proto/shop/v1/item.proto` and `tests/walk/second/shop/v1/item.proto`",
        ),
    ] {
        let (ours, theirs) =
            (problems(expanded(call)).join("\n"), problems(expanded(&on_windows(call))).join("\n"));
        assert!(theirs.contains(expected), "{call}: {theirs}");
        assert!(ours.contains(expected), "{call}: {ours}");
    }
}

#[test]
fn absolute_paths_of_any_kind_are_refused() {
    for path in [
        r"C:\\shop\\order.proto",
        "C:/shop/order.proto",
        r"\\\\server\\shop\\order.proto",
        r"\\shop.proto",
        "/shop.proto",
    ] {
        let texts = problems(expanded(&format!("\"{path}\"")));
        assert_eq!(texts.len(), 1, "{path}: {texts:?}");
        assert!(texts[0].starts_with("the path of this .proto file is absolute"), "{path}: {}", texts[0]);
        assert!(
            problems(expanded(&format!("\"a.proto\", include = [\"{path}\"]")))
                .join(" ")
                .contains("is absolute")
        );
    }
}

/// On Windows the file would be found by it.
#[test]
fn imports_have_slashes() {
    let call = r#"inline = r"syntax = 'proto3'; import 'shop\\v1\\item.proto'; message A {}", include = ["tests/walk/proto"]"#;
    let texts = problems(expanded(call));
    assert_eq!(texts.len(), 1, "{texts:?}");
    assert!(texts[0].contains("imports may not contain backslashes"), "{}", texts[0]);
}
