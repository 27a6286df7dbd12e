//! One unknown type: one error, although the code uses the whole package.

protocall::include_proto!(
    inline = r#"syntax = "proto3";
package shop.v1;
message Order { Custommer customer = 1; }
message Customer { string name = 1; }
service Orders { rpc Get(Customer) returns (Order); }"#
);
use shop::v1::{Customer, Order, Orders, OrdersClient};

fn name(order: &Order) -> &str {
    &order.customer.as_ref().unwrap().name
}

fn main() {
    let _ = name(&Order { customer: Some(Customer::default()), ..Default::default() });
    let _: Option<OrdersClient> = None;
    fn takes<T: Orders>() {}
}
