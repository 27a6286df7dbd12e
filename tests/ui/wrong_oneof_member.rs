//! A oneof's member with a value of another type, and a message where its oneof belongs.

protocall::include_proto!(
    inline = r#"syntax = "proto3";
package shop;
message Order { string id = 1; oneof discount { string code = 2; double rate = 3; } }
message Item { string name = 1; }
service Orders { rpc Get(Item) returns (Order); }"#
);
use shop::{Order, order::Discount};

fn main() {
    let _ = Order { discount: Some(Discount::Rate("ten")), ..Default::default() };
    let _ = Order { discount: Discount::Code(String::new()), ..Default::default() };
}
