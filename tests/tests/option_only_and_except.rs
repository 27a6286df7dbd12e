//! The options `only` and `except`: what is left of a schema is whole, it compiles and serves.

use protocall::{Context, Message, Result};

mod one_method {
    protocall::include_proto!("proto/selected.proto", only = ["shop.v1.Shop.Find", "shop.v1.note"]);
}

mod without {
    protocall::include_proto!(
        "proto/selected.proto",
        except = ["shop.v1.Admin", "shop.v1.Audit*", "shop.v1.Shop.Watch"],
        views = true
    );
}

use one_method::shop::v1::{FindRequest, NOTE, Order, Shop, ShopClient, shop};

struct Finder;

impl Shop for Finder {
    async fn find(&self, _: &Context, request: FindRequest) -> Result<Order> {
        let mut order = Order::default();
        protocall::Extendable::set_extension(&mut order, &NOTE, &request.id);
        Ok(order)
    }
}

#[test]
fn the_method_that_was_chosen_is_served() {
    let request = FindRequest { id: Some("A7".into()), ..Default::default() };
    let order =
        protocall::run(async { ShopClient::local(Finder).find(request).await }).expect("it is served");
    assert_eq!(protocall::Extendable::extension(&order, &NOTE), Ok(Some("A7".to_owned())));
    assert_eq!(shop::NAME, "shop.v1.Shop");
}

#[test]
fn what_was_not_left_out_is_the_same_on_the_wire() {
    use without::shop::v1::{Item, Order, item};
    let order = Order {
        item: Some(Item::default()),
        state: Some(without::shop::v1::order::State::Kind(item::Kind::Box)),
        ..Default::default()
    };
    let read = one_method::shop::v1::Order::decode(&order.encode_to_vec()).expect("it is an order");
    assert_eq!(
        read.state,
        Some(one_method::shop::v1::order::State::Kind(one_method::shop::v1::item::Kind::Box))
    );
}
