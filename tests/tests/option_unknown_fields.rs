//! The option `unknown_fields = false`: messages have no member for what their schema does not name, and drop it.

use protocall::{Extendable, Json, Message, MessageView, Reflect};

mod pb {
    protocall::include_proto!("proto/dropping.proto", unknown_fields = false, views = true);
}

mod keeping {
    protocall::include_proto!("proto/dropping.proto");
}

mod small {
    protocall::include_proto!("proto/dropping.proto", unknown_fields = false, code_size = true);
}

use pb::dropping::{Colour, NOTE, Open, Order, OrderView, Shade, order};

/// An order with a field of number 9, and numbers in all places that `Shade` does not name.
fn strange() -> Vec<u8> {
    let known = keeping::dropping::Order { id: "7".into(), ..Default::default() };
    let mut bytes = known.encode_to_vec();
    bytes.extend([18, 2, 72, 1, 24, 5, 34, 2, 1, 8, 32, 9, 42, 4, 8, 1, 16, 9, 48, 9, 72, 1]);
    bytes
}

#[test]
fn a_message_has_no_member_for_them() {
    let order = Order {
        id: String::from("7"),
        parent: None,
        colour: Colour::Red,
        shades: vec![Shade::Dark],
        by_number: [(1, Shade::Dark)].into(),
        one: Some(order::One::Text("t".into())),
    };
    assert_eq!(Order::decode(&order.encode_to_vec()), Ok(order));
}

#[test]
fn they_are_read_over_and_not_written() {
    let order = Order::decode(&strange()).expect("it is an order");
    assert_eq!(order.parent, Some(Box::default()));
    assert_eq!((order.colour, &order.shades[..]), (Colour::Unrecognized(5), &[Shade::Dark][..]));
    assert!(order.by_number.is_empty() && order.one.is_none());
    let known = [10, 1, 55, 18, 0, 24, 5, 34, 1, 1];
    assert_eq!(order.encode_to_vec(), known);
    let kept = keeping::dropping::Order::decode(&strange()).expect("it is an order");
    assert!(kept.encoded_len() > known.len() && !kept.unknown_fields.is_empty());
    let small = small::dropping::Order::decode(&strange()).expect("it is an order");
    assert_eq!(small.encode_to_vec(), known);
}

#[test]
fn what_is_broken_is_still_an_error() {
    assert!(Order::decode(&[74, 5, 1]).is_err(), "an unknown field ends before its length");
    assert!(Order::decode(&[75, 1]).is_err(), "a group of no known field has no end");
}

#[test]
fn views_json_and_reflection_know_of_none() {
    let bytes = strange();
    let view = OrderView::decode(&bytes).expect("it is an order");
    assert_eq!(view.encode_to_vec(), [10, 1, 55, 18, 0, 24, 5, 34, 1, 1]);
    let mut order = view.to_message();
    assert_eq!(OrderView::of(&order).id, "7");
    assert!(!format!("{order:?}").contains("unknown"), "{order:?}");
    assert_eq!(Order::from_json(&order.to_json().expect("it has JSON")).expect("it is an order"), order);
    order.reflect_mut().clear_all();
    assert_eq!(order, Order::default());
}

#[test]
fn messages_with_extensions_keep_them() {
    let mut open = Open::decode(&[8, 1, 80, 1]).expect("it is open");
    open.set_extension(&NOTE, &Some("n".to_owned()));
    assert_eq!(open.extension(&NOTE), Ok(Some("n".to_owned())));
    let read = Open::decode(&open.encode_to_vec()).expect("it is open");
    assert_eq!(read, open);
}
