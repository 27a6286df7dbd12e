//! A method that takes another message than the schema says.

protocall::include_proto!(
    inline = r#"syntax = "proto3";
package shop;
message Order { string id = 1; oneof discount { string code = 2; double rate = 3; } }
message Item { string name = 1; }
service Orders { rpc Get(Item) returns (Order); }"#
);
use shop::{Item, Order, Orders};

struct Desk;

impl Orders for Desk {
    async fn get(&self, _: &protocall::Context, request: Order) -> protocall::Result<Order> {
        Ok(request)
    }
}

fn main() {
    let _ = Item::default();
}
