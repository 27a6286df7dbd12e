//! Editing a .proto file, imported ones too, rebuilds the crate that uses it; a mistake in one is told with its place.

use std::process::Command;

use protocall_tests::outside::OutsideCrate;
use protocall_tests::program::finish;

const MAIN: &str = r#"protocall::include_proto!("proto/shop/v1/shop.proto");
fn main() {
    // Explicitly set, and so shown.
    let basket = <shop::v1::Basket as protocall::Message>::decode(&[8, 0]);
    println!("{:?}", basket.unwrap());
}
"#;

const SHOP: &str = r#"syntax = "proto3";
package shop.v1;
import "shop/v1/colour.proto";
message Basket { optional Colour colour = 1; }
"#;

fn colours(values: &str) -> String {
    format!("syntax = \"proto3\";\npackage shop.v1;\nenum Colour {{\n  COLOUR_{values} = 0;\n}}\n")
}

fn basket(name: &str) -> OutsideCrate {
    let outside = OutsideCrate::new(name);
    outside.write("src/main.rs", MAIN);
    outside.write("proto/shop/v1/shop.proto", SHOP);
    outside.write("proto/shop/v1/colour.proto", &colours("RED"));
    outside
}

fn printed(outside: &OutsideCrate) -> String {
    finish(&mut outside.cargo("build"));
    let output = finish(&mut Command::new(outside.program()));
    String::from_utf8(output.stdout).expect("Debug prints UTF-8")
}

#[test]
fn an_edit_of_an_imported_file_rebuilds() {
    let outside = basket("rebuild_edit");
    assert!(printed(&outside).contains("COLOUR_RED"), "{}", printed(&outside));
    outside.write("proto/shop/v1/colour.proto", &colours("GREEN"));
    assert!(printed(&outside).contains("COLOUR_GREEN"), "{}", printed(&outside));
    outside.write("proto/shop/v1/shop.proto", &SHOP.replace("colour = 1", "paint = 1"));
    assert!(printed(&outside).contains("paint: COLOUR_GREEN"), "{}", printed(&outside));
}

#[test]
fn what_was_not_edited_is_not_rebuilt() {
    let outside = basket("rebuild_none");
    printed(&outside);
    let output = finish(&mut outside.cargo("build"));
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!told.contains("Compiling"), "{told}");
}

#[test]
fn a_mistake_in_an_imported_file_is_told_with_its_place_and_line() {
    let outside = basket("rebuild_mistake");
    printed(&outside);
    let wrong = "syntax = \"proto3\";\npackage shop.v1;\nenum Colour { COLOUR_RED = 0; }\nmessage Paint {\n  Coluor base = 1;\n}\n";
    outside.write("proto/shop/v1/colour.proto", wrong);
    let output = outside.cargo("build").output().expect("cargo starts");
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success(), "the mistake was not seen:\n{told}");
    for part in ["shop/v1/colour.proto:5:3", "  Coluor base = 1;", "^"] {
        assert!(told.contains(part), "{part:?} is not in:\n{told}");
    }
    outside.write("proto/shop/v1/colour.proto", &colours("BLUE"));
    assert!(printed(&outside).contains("COLOUR_BLUE"), "a repaired file rebuilds, too");
}
