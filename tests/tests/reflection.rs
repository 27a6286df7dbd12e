//! Every message knows what its schema says of it, and its fields can be read and changed by name and number.

use std::collections::HashMap;

use protocall::reflect::{FieldKind, MapKey, ReflectError, Value, ValueMut};
use protocall::well_known::{Edition, FileDescriptorProto, Timestamp};
use protocall::{Bytes, Message, OwnedValue, Reflect};

mod schema {
    protocall::include_proto!(
        inline = r#"
            syntax = "proto3";
            package test.v1;
            import "google/protobuf/timestamp.proto";
            message Order {
                enum Status { STATUS_UNSPECIFIED = 0; STATUS_PAID = 3; }
                message Line { string item = 1; uint32 count = 2; }
                string order_id = 1 [json_name = "key"];
                optional int32 points = 20;
                Status status = 3;
                repeated Line lines = 4;
                map<string, sint64> stock = 5;
                oneof discount { int32 percent = 6; Line gift = 7; }
                google.protobuf.Timestamp at = 8;
                bytes seal = 9;
                Order parent = 10;
                repeated Status history = 11;
            }
            service Desk { rpc Place(Order) returns (stream Order.Line); }
        "#
    );
    protocall::include_proto!(
        inline = r#"
            edition = "2023";
            package modern;
            option features.field_presence = IMPLICIT;
            message Node {
                int32 plain = 1;
                int32 shown = 2 [features.field_presence = EXPLICIT, deprecated = true];
                repeated int32 apart = 3 [features.repeated_field_encoding = EXPANDED];
                Node inner = 4 [features.message_encoding = DELIMITED];
                string secret = 5 [debug_redact = true];
                enum Closed { option features.enum_type = CLOSED; A = 1; }
            }
        "#
    );
}
use schema::modern::Node;
use schema::test::v1::{Order, order};

fn sample() -> Order {
    Order {
        order_id: "o-1".to_owned(),
        points: Some(0),
        status: order::Status::Paid,
        lines: vec![order::Line { item: "tea".to_owned(), count: 2, ..Default::default() }],
        stock: HashMap::from([("b".to_owned(), -2), ("a".to_owned(), 1)]),
        discount: Some(order::Discount::Percent(10)),
        at: Some(Timestamp { seconds: 5, ..Default::default() }),
        history: vec![order::Status::Paid, order::Status::Unrecognized(9)],
        ..Default::default()
    }
}

#[test]
fn a_descriptor_says_what_the_schema_says() {
    let order = Order::default();
    let message = order.descriptor();
    assert_eq!((message.full_name(), message.name()), ("test.v1.Order", "Order"));
    let names: Vec<_> = message.fields().map(|field| (field.name(), field.number())).collect();
    assert_eq!(names[..3], [("order_id", 1), ("points", 20), ("status", 3)]);
    let field = |name| message.field(name).unwrap();
    assert_eq!(field("order_id").json_name(), "key");
    assert_eq!(message.field_by_json_name("key"), message.field_by_number(1));
    assert!(field("points").has_presence() && !field("order_id").has_presence());
    assert!(field("stock").is_map() && !field("stock").is_list() && field("lines").is_list());
    assert!(field("history").is_packed());
    assert!(matches!(field("status").kind(), FieldKind::Enum(status) if status.values().len() == 2));
    assert!(matches!(field("gift").kind(), FieldKind::Message(line) if line.parent() == Some(message)));
    let oneofs: Vec<_> = message.oneofs().map(|oneof| (oneof.name(), oneof.field_indices().len())).collect();
    assert_eq!(oneofs, [("discount", 2)], "the oneof of an `optional` is none");
    let desk = message.pool().service("test.v1.Desk").unwrap();
    let place = desk.methods().next().unwrap();
    assert!(place.is_server_streaming() && !place.is_client_streaming());
    assert_eq!(place.input(), Some(message));
}

#[test]
fn a_nested_message_has_the_descriptor_of_its_own() {
    assert_eq!(order::Line::default().descriptor().full_name(), "test.v1.Order.Line");
    assert_eq!(Node::default().descriptor().full_name(), "modern.Node");
    assert_eq!(Timestamp::default().descriptor().full_name(), "google.protobuf.Timestamp");
}

#[test]
fn editions_are_resolved_by_their_features() {
    let node = Node::default();
    let field = |name| node.descriptor().field(name).unwrap();
    assert!(!field("plain").has_presence() && field("shown").has_presence());
    assert!(!field("apart").is_packed() && field("inner").is_delimited());
    assert!(field("secret").is_redacted() && !field("plain").is_redacted());
    assert!(node.descriptor().pool().enumeration("modern.Node.Closed").unwrap().is_closed());
    assert_eq!(node.descriptor().file().unwrap().syntax(), "editions");
}

#[test]
fn the_files_are_a_descriptor_set() {
    let order = Order::default();
    let names: Vec<_> = order.descriptor().pool().files().map(|file| file.name()).collect();
    assert_eq!(names, ["google/protobuf/timestamp.proto", "inline.proto"]);
}

#[test]
fn the_bytes_of_a_file_are_those_of_its_descriptor() {
    let node = Node::default();
    let file = node.descriptor().file().unwrap();
    let file = FileDescriptorProto::decode(file.bytes()).unwrap();
    assert_eq!((file.syntax(), file.edition()), ("editions", Edition::Edition2023));
    assert!(file.options().features().field_presence.is_some());
}

#[test]
fn fields_are_read_by_name_and_number() {
    let order = sample();
    let message = order.reflect();
    assert!(matches!(message.get("order_id"), Ok(Some(Value::String("o-1")))));
    assert!(matches!(message.get(3), Ok(Some(Value::Enum(3)))));
    assert!(matches!(message.get("percent"), Ok(Some(Value::I32(10)))));
    assert!(matches!(message.get("gift"), Ok(None)));
    assert!(matches!(message.get("seal"), Ok(Some(Value::Bytes(b"")))), "no presence: always there");
    assert_eq!(
        (message.has("seal"), message.has("points"), message.has("parent")),
        (Ok(false), Ok(true), Ok(false))
    );
    let lines = message.list("lines").unwrap();
    assert!(matches!(lines.get(0), Some(Value::Message(line)) if line.has("count") == Ok(true)));
    assert!(lines.get(1).is_none());
    let stock = message.map("stock").unwrap();
    assert!(matches!(stock.get(&MapKey::String("b".to_owned())), Some(Value::I64(-2))));
    assert!(stock.get(&MapKey::I32(1)).is_none(), "a key of another type");
    let set: Vec<_> = message.set_fields().map(|(field, _)| field.name()).collect();
    assert_eq!(set, ["order_id", "points", "status", "lines", "stock", "percent", "at", "history"]);
}

#[test]
fn what_cannot_be_is_an_error() {
    let mut order = sample();
    let message = order.reflect_mut();
    assert_eq!(message.get("nothing").unwrap_err().to_string(), "`test.v1.Order` has no field `nothing`");
    assert_eq!(message.get("lines").unwrap_err().to_string(), "`test.v1.Order.lines` is not a single value");
    assert!(matches!(message.set("order_id", 5), Err(ReflectError::Mismatch { .. })));
    assert!(message.list_mut("stock").is_err() && message.map_mut("lines").is_err());
    assert_eq!(order, sample(), "nothing was changed");
}

#[test]
fn fields_are_changed_in_their_places() {
    let mut order = Order::default();
    let message = order.reflect_mut();
    message.set("order_id", "o-1").unwrap();
    message.set("points", 0).unwrap();
    message.set("status", OwnedValue::Enum(3)).unwrap();
    message.set("gift", 1).unwrap_err();
    message.set("percent", 10).unwrap();
    let ValueMut::Message(line) = message.list_mut("lines").unwrap().push() else { panic!("a message") };
    line.set("item", "tea").unwrap();
    line.set("count", 2_u32).unwrap();
    for (key, count) in [("a", 1_i64), ("b", -2)] {
        let entry = message.map_mut("stock").unwrap().entry(MapKey::String(key.to_owned()));
        assert!(entry.unwrap().set(count.into()));
    }
    let ValueMut::Message(at) = message.make("at").unwrap() else { panic!("a message") };
    at.set("seconds", 5_i64).unwrap();
    for number in [3, 9] {
        assert!(message.list_mut("history").unwrap().push().set(OwnedValue::Enum(number)));
    }
    assert_eq!(order, sample());

    let message = order.reflect_mut();
    message.make("gift").unwrap();
    assert_eq!((message.has("percent"), message.has("gift")), (Ok(false), Ok(true)), "a oneof holds one");
    message.clear("percent").unwrap();
    assert_eq!(message.has("gift"), Ok(true), "another field of the oneof is cleared");
    message.set("seal", Bytes::from_static(b"x")).unwrap();
    message.list_mut("lines").unwrap().truncate(0);
    assert!(message.map_mut("stock").unwrap().remove(&MapKey::String("a".to_owned())));
    assert_eq!((message.has("lines"), message.map("stock").unwrap().len()), (Ok(false), 1));
    message.clear_all();
    assert_eq!(order, Order::default());
}

#[test]
fn debug_shows_what_is_set() {
    let order = sample();
    assert_eq!(
        format!("{order:?}"),
        "Order { order_id: \"o-1\", points: 0, status: STATUS_PAID, lines: [Line { item: \"tea\", count: 2 }], \
         stock: {\"a\": 1, \"b\": -2}, percent: 10, at: Timestamp { seconds: 5 }, history: [STATUS_PAID, 9] }"
    );
    let line = order::Line { item: "tea".to_owned(), ..Default::default() };
    assert_eq!(format!("{line:#?}"), "Line {\n    item: \"tea\",\n}");
    let node = Node { secret: "password".to_owned(), ..Default::default() };
    assert_eq!(format!("{node:?}"), "Node { secret: [REDACTED] }");
    let read = order::Line::decode(&[0x78, 7]).unwrap();
    assert_eq!(format!("{read:?}"), "Line { unknown_fields: {15: Varint(7)} }");
}
