//! A method that the service does not have.

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
    async fn fetch(&self, _: &protocall::Context, _: Item) -> protocall::Result<Order> {
        Ok(Order::default())
    }
}

fn main() {}
