//! `null` leaves an extension unset, as it does a field; where null is a value, it is that.

use protocall::{Extendable, Json};

mod schema {
    protocall::include_proto!(
        inline = r#"
            syntax = "proto2";
            package test.v1;
            import "google/protobuf/struct.proto";
            import "google/protobuf/timestamp.proto";
            message Order { extensions 100 to 200; }
            enum Color { RED = 0; }
            extend Order {
                optional int32 number = 100;
                repeated int32 numbers = 101;
                optional google.protobuf.Timestamp at = 102;
                optional Color color = 103;
                optional google.protobuf.Value value = 104;
                optional google.protobuf.NullValue none = 105;
                repeated google.protobuf.Value values = 106;
            }
        "#
    );
}
use schema::test::v1::{NONE, NUMBER, Order, VALUE, VALUES};

#[test]
fn it_is_as_if_the_extension_were_not_there() {
    for name in ["number", "numbers", "at", "color", "values"] {
        let order = Order::from_json(&format!(r#"{{"[test.v1.{name}]":null}}"#));
        assert_eq!(order, Ok(Order::default()), "{name}");
    }
    let both = Order::from_json(r#"{"[test.v1.at]":null,"[test.v1.number]":7}"#).expect("it is JSON");
    assert_eq!(both.extension(&NUMBER), Ok(Some(7)));
}

#[test]
fn elements_are_not_null() {
    let error = Order::from_json(r#"{"[test.v1.numbers]":[1,null]}"#).expect_err("null is no int32");
    assert_eq!(error.path(), "[test.v1.numbers][1]");
}

#[test]
fn where_null_is_a_value_it_is_set() {
    let order =
        Order::from_json(r#"{"[test.v1.value]":null,"[test.v1.none]":null,"[test.v1.values]":[null]}"#)
            .expect("it is JSON");
    assert!(order.has_extension(&VALUE) && order.has_extension(&NONE) && order.has_extension(&VALUES));
    let text = order.to_json().expect("it has a form in JSON");
    assert_eq!(text, r#"{"[test.v1.value]":null,"[test.v1.none]":null,"[test.v1.values]":[null]}"#);
}
