//! The whole output of one small schema, formatted, against `expansion.txt` beside this file: to be read in review.
//!
//! `BLESS=1` writes the file anew.

use std::fs;
use std::path::Path;

use syn::{File, Item};

use super::expanded;

const SCHEMA: &str = r#"syntax = "proto3";
package shop.v1;
// An order. See [docs][x]:
//
//     not a doctest
message Order {
  int32 id = 1;
  optional string note = 2;
  Order parent = 3 [deprecated = true];
  repeated sint64 points = 4;
  map<string, Status> states = 5;
  oneof discount { Fixed fixed = 6; string code = 7; }
  message Fixed { double amount = 1; }
}
enum Status { option allow_alias = true; STATUS_UNKNOWN = 0; STATUS_OPEN = 1; STATUS_NEW = 1; }
// Keeps orders.
service Orders {
  // One order.
  rpc Get(Order) returns (Order);
  rpc Watch(stream Order) returns (stream Order.Fixed);
}
"#;

#[test]
fn the_output_is_the_one_that_was_reviewed() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/walk/expansion.txt");
    let found = prettyplease::unparse(&opened());
    if std::env::var_os("BLESS").is_some() {
        fs::write(&path, &found).expect("the file can be written");
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    let differ =
        expected.lines().zip(found.lines()).zip(1..).find(|((expected, found), _)| expected != found);
    assert_eq!(differ, None, "this line is another one");
    assert_eq!(expected.len(), found.len(), "one of the two ends too early");
}

/// The output with the bodies of the runtime's switches as modules, since only items are formatted.
fn opened() -> File {
    let mut file: File =
        syn::parse2(expanded(&format!("inline = r##\"{SCHEMA}\"##"))).expect("the output is Rust");
    file.items.iter_mut().for_each(open);
    file
}

fn open(item: &mut Item) {
    match item {
        Item::Mod(module) => module.content.iter_mut().for_each(|(_, items)| items.iter_mut().for_each(open)),
        Item::Macro(switch) => {
            let (name, body) =
                (&switch.mac.path.segments.last().expect("a path has a name").ident, &switch.mac.tokens);
            // What the runtime's macros take instead of items stays as it is.
            if let Ok(File { items, .. }) = syn::parse2(body.clone()) {
                *item = syn::parse_quote!(mod #name { #(#items)* });
            }
        }
        _ => {}
    }
}
