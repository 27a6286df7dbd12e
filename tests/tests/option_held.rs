//! The options `btree_maps` and `boxed`: how fields are held. The bytes are those of any other message.

use std::collections::BTreeMap;

use protocall::{Json, Message, MessageView};

const PROTO: &str =
    r#"{"counts":{"a":1,"b":2},"colours":{"7":"COLOUR_RED"},"large":{"text":"x"},"small":{"text":"y"}}"#;

mod plain {
    protocall::include_proto!("proto/held.proto", views = true);
}

mod chosen {
    protocall::include_proto!(
        "proto/held.proto",
        btree_maps = ["held.Order.counts", "held.Order.colours"],
        boxed = ["held.Order.large", "held.Order.detail"],
        views = true
    );
}

mod all {
    protocall::include_proto!("proto/held.proto", btree_maps = true, derive = [("held.Sorted", [Eq, Hash])]);
}

use chosen::held::{Colour, Large, Order, OrderView, order};

fn order() -> Order {
    let large = || Box::new(Large { text: "x".into(), ..Default::default() });
    Order {
        counts: BTreeMap::from([("b".to_owned(), 2), ("a".to_owned(), 1)]),
        colours: BTreeMap::from([(7, Colour::Red)]),
        others: [("o".to_owned(), Large::default())].into(),
        large: Some(large()),
        small: Some(Large { text: "y".into(), ..Default::default() }),
        kind: Some(order::Kind::Detail(large())),
        ..Default::default()
    }
}

#[test]
fn the_bytes_are_the_same() {
    let bytes = order().encode_to_vec();
    let other = plain::held::Order::decode(&bytes).expect("it is an order");
    assert_eq!(other.counts["a"], 1);
    assert_eq!(other.large.as_ref().map(|large| large.text.as_str()), Some("x"));
    assert_eq!(Order::decode(&other.encode_to_vec()).expect("it is an order"), order());
}

#[test]
fn views_json_and_reflection_see_them() {
    let order = order();
    let bytes = order.encode_to_vec();
    let view = OrderView::decode(&bytes).expect("it is an order");
    assert_eq!(view.to_message(), order);
    let read = Order::from_json(PROTO).expect("it is an order");
    assert_eq!(read.counts, order.counts);
    assert_eq!(Order::from_json(&order.to_json().expect("it has JSON")).expect("it is an order"), order);
    assert!(format!("{order:?}").contains("counts"), "{order:?}");
}

#[test]
fn all_maps_can_be_sorted() {
    fn has_order<T: std::hash::Hash + Eq>(_: &T) {}
    let sorted = all::held::Sorted { counts: BTreeMap::new(), ..Default::default() };
    has_order(&sorted);
    let order = all::held::Order { others: BTreeMap::new(), ..Default::default() };
    assert!(order.encode_to_vec().is_empty());
}
