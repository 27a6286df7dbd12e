//! A field that the message does not have, and one that was left out without the rest.

protocall::include_proto!(
    inline = r#"syntax = "proto3";
package shop;
message Order { string id = 1; oneof discount { string code = 2; double rate = 3; } }
message Item { string name = 1; }
service Orders { rpc Get(Item) returns (Order); }"#
);
use shop::{Item, Order};

fn main() {
    let _ = Item { title: String::new(), ..Default::default() };
    let _ = Order { id: String::new() };
}
