//! The option `deps`: types that the call of another module or crate made are used, and not made again; and what such a
//! call has from others in turn is found through it.

use protocall::{Message, MessageView, Reflect};

mod by_hand {
    protocall::include_proto!("proto/deps/unpackaged.proto", views = true);
}

/// The end of the chain: it makes one type and has the other from elsewhere.
mod common {
    protocall::include_proto!(
        ["proto/deps/cash/money.proto", "proto/deps/unpackaged.proto"],
        include = ["proto/deps"],
        extern_path = [("Tag", crate::by_hand::Tag)],
        views = true,
        export = true
    );
}

pub(crate) mod catalog {
    protocall::include_proto!(
        "proto/deps/catalog/product.proto",
        include = ["proto/deps"],
        deps = [super::common],
        views = ["deps.catalog.Product"],
        visibility = "pub(crate)",
        export = true
    );
}

mod sales {
    pub(super) mod inner {
        protocall::include_proto!(
            ["proto/deps/sales/order.proto"],
            include = ["proto/deps"],
            deps = [crate::catalog],
            views = true,
        );
    }
}

use catalog::deps::catalog::Product;
use common::deps::cash::{Currency, Money, money};
use sales::inner::deps::sales::{Order, OrderView};

fn order() -> Order {
    let price =
        Money { units: 12, currency: Currency::Eur, rounding: money::Rounding::Up, ..Default::default() };
    let product = Product { name: "Tea".into(), price: Some(price.clone()), ..Default::default() };
    Order {
        products: vec![product],
        total: Some(price.clone()),
        currency: Currency::Eur,
        discounts: [("May".to_owned(), price)].into(),
        tags: vec![by_hand::Tag { text: "new".into(), ..Default::default() }],
        ..Default::default()
    }
}

#[test]
fn the_types_are_the_same_ones() {
    let order = order();
    assert_eq!(Order::decode(&order.encode_to_vec()).expect("it is an order"), order);
    let debug = format!("{order:?}");
    assert!(debug.contains("currency: CURRENCY_EUR") && debug.contains("rounding: ROUNDING_UP"), "{debug}");
}

#[test]
fn views_are_those_of_the_other_call() {
    let bytes = order().encode_to_vec();
    let view = OrderView::decode(&bytes).expect("it is an order");
    let price: common::deps::cash::MoneyView<'_> = view.products[0].price.clone().expect("it has a price");
    assert_eq!(price.units, 12);
}

#[test]
fn the_descriptors_hold_the_files_of_the_others_too() {
    let order = order();
    let files: Vec<&str> = order.descriptor().pool().files().map(|file| file.name()).collect();
    let expected = [
        "google/protobuf/duration.proto",
        "cash/money.proto",
        "unpackaged.proto",
        "catalog/product.proto",
        "sales/order.proto",
    ];
    assert_eq!(files, expected);
}
