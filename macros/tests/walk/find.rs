//! Files on disk: import roots, what is emitted of imported files, and what a rebuild depends on.

use super::{expanded, problems};

fn text(call: &str) -> String {
    let file = syn::parse2(expanded(call)).expect("the output is Rust");
    prettyplease::unparse(&file)
}

#[test]
fn the_root_is_the_directory_above_the_package() {
    for call in [
        "\"tests/walk/proto/shop/v1/order.proto\"",
        r#""tests\\walk\\proto\\shop\\v1\\order.proto""#,
        "\"tests/walk/proto/shop/v1/order.proto\", include = [\"tests/walk/proto\"]",
        "\"shop/v1/order.proto\", include = [\"./tests/walk/proto/\"]",
    ] {
        let text = text(call);
        for expected in [
            "pub items: __rt::Vec<Item>",
            "pub total: __rt::Option<super::super::billing::Money>",
            "Proto: shop.v1.Order (tests/walk/proto/shop/v1/order.proto:8)",
        ] {
            assert!(text.contains(expected), "{call}: {expected}\n{text}");
        }
    }
}

#[test]
fn imported_files_give_types_but_no_services() {
    let text = text("\"tests/walk/proto/shop/v1/order.proto\"");
    assert!(text.contains("pub mod orders") && !text.contains("pub mod items"), "{text}");
}

#[test]
fn every_file_on_disk_is_tracked_once() {
    let text = text("\"tests/walk/proto/shop/v1/order.proto\"");
    assert_eq!(text.matches("::core::include_bytes!").count(), 3, "{text}");
    for file in ["order.proto\"", "item.proto\"", "money.proto\""] {
        assert_eq!(text.matches(file).count(), 1, "{file}: {text}");
    }
}

#[test]
fn a_name_with_two_files_is_refused() {
    let call =
        "\"tests/walk/proto/shop/v1/order.proto\", include = [\"tests/walk/proto\", \"tests/walk/second\"]";
    let texts = problems(expanded(call));
    assert_eq!(texts.len(), 1, "{texts:?}");
    let expected = "`shop/v1/item.proto` is two files: `tests/walk/proto/shop/v1/item.proto` and \
                    `tests/walk/second/shop/v1/item.proto`";
    assert!(texts[0].starts_with(expected), "{}", texts[0]);
}

#[test]
fn each_side_of_a_service_can_be_left_out() {
    let call = |options: &str| text(&format!("\"tests/walk/proto/shop/v1/order.proto\", {options}"));
    let client = call("server = false");
    assert!(client.contains("if_client!") && !client.contains("if_server!") && !client.contains("if_local!"));
    let server = call("client = false");
    assert!(server.contains("if_server!") && !server.contains("if_client!") && !server.contains("if_local!"));
    assert!(!call("client = false, server = false").contains("pub mod orders"));
}
