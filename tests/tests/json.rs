//! Messages are written as JSON and read from it, by us and by serde's formats; mistakes are shown with their place.

use std::collections::HashMap;

use protocall::json::{JsonReader, JsonWriter};
use protocall::well_known::{Any, Duration, Timestamp};
use protocall::{Json, Message};

mod schema {
    protocall::include_proto!(
        inline = r#"
            edition = "2023";
            package test.v1;
            import "google/protobuf/any.proto";
            import "google/protobuf/duration.proto";
            import "google/protobuf/timestamp.proto";
            option features.field_presence = IMPLICIT;
            message Order {
                enum Status { STATUS_UNSPECIFIED = 0; STATUS_PAID = 3; }
                string order_id = 1;
                int64 points = 2;
                Status status = 3;
                repeated Order parts = 4;
                map<int32, bytes> seals = 5;
                google.protobuf.Timestamp at = 6;
                google.protobuf.Duration after = 7;
                google.protobuf.Any more = 8;
                oneof discount { int32 percent = 9; double amount = 10; }
                extensions 100 to 200;
            }
            extend Order { string note = 100; }
        "#
    );
}
use schema::test::v1::{NOTE, Order, order};

fn sample() -> Order {
    let note = Order { order_id: "inner".to_owned(), ..Default::default() };
    let mut order = Order {
        order_id: "7".to_owned(),
        points: 1 << 60,
        status: order::Status::Paid,
        parts: vec![Order::default()],
        seals: HashMap::from([(-1, vec![0xfb, 0xff].into())]),
        at: Some(Timestamp { seconds: 1, nanos: 5_000_000, ..Default::default() }),
        after: Some(Duration { seconds: -1, nanos: -500_000_000, ..Default::default() }),
        more: Some(Any {
            type_url: "type.googleapis.com/test.v1.Order".to_owned(),
            value: note.encode_to_bytes(),
            ..Default::default()
        }),
        discount: Some(order::Discount::Percent(0)),
        ..Default::default()
    };
    protocall::Extendable::set_extension(&mut order, &NOTE, &Some("soon".to_owned()));
    order
}

const TEXT: &str = concat!(
    r#"{"orderId":"7","points":"1152921504606846976","status":"STATUS_PAID","parts":[{}],"seals":{"-1":"+/8="},"#,
    r#""at":"1970-01-01T00:00:01.005Z","after":"-1.500s","#,
    r#""more":{"@type":"type.googleapis.com/test.v1.Order","orderId":"inner"},"percent":0,"[test.v1.note]":"soon"}"#
);

#[test]
fn a_message_is_written_and_read_back() {
    assert_eq!(sample().to_json().unwrap(), TEXT);
    assert_eq!(Order::from_json(TEXT).unwrap(), sample());
}

#[test]
fn serde_does_the_same() {
    assert_eq!(serde_json::to_string(&sample()).unwrap(), TEXT);
    assert_eq!(serde_json::from_str::<Order>(TEXT).unwrap(), sample());
    let tree: serde_json::Value = serde_json::to_value([sample()]).unwrap();
    assert_eq!(serde_json::from_value::<Vec<Order>>(tree).unwrap(), [sample()]);
    assert_eq!(serde_json::to_string(&order::Status::Paid).unwrap(), r#""STATUS_PAID""#);
    assert_eq!(serde_json::from_str::<order::Status>("9").unwrap(), order::Status::Unrecognized(9));
    for three in ["3", "3.0", "3e0"] {
        assert_eq!(serde_json::from_str::<order::Status>(three).unwrap(), order::Status::Paid);
    }
    assert!(serde_json::from_str::<order::Status>("3.5").is_err());
}

#[test]
fn a_mistake_is_shown_with_its_place() {
    let error = Order::from_json("{\"parts\": [{},\n{\"parts\": [{\"points\": 1.5}]}]}").unwrap_err();
    assert_eq!(error.to_string(), "parts[1].parts[0].points: expected int64, found 1.5, line 2 column 25");
    for (text, path) in [
        (r#"{"points": "9223372036854775808"}"#, "points"),
        (r#"{"orderId": "a", "order_id": "b"}"#, "order_id"),
        (r#"{"percent": 1, "amount": 2}"#, "amount"),
        (r#"{"seals": {"x": ""}}"#, r#"seals["x"]"#),
        (r#"{"seals": {"1": "!"}}"#, r#"seals["1"]"#),
        (r#"{"status": "STATUS_LOST"}"#, "status"),
        (r#"{"at": "1970-01-01"}"#, "at"),
        (r#"{"parts": [null]}"#, "parts[0]"),
        (r#"{"more": {"@type": "x/test.v1.Lost"}}"#, "more"),
        (r#"{"unknown": 1}"#, "unknown"),
        ("{} {}", ""),
        ("null", ""),
    ] {
        assert_eq!(Order::from_json(text).unwrap_err().path(), path, "{text}");
    }
}

#[test]
fn depth_is_limited() {
    let nested = |levels: usize| format!("{}{}", "{\"parts\":[".repeat(levels), "]}".repeat(levels));
    assert!(Order::from_json(&nested(60)).is_ok());
    assert!(JsonReader::new().max_depth(10).read::<Order>(&nested(10)).is_ok());
    assert!(JsonReader::new().max_depth(10).read::<Order>(&nested(11)).is_err());
    assert!(Order::from_json(&nested(100_000)).is_err());
}

#[test]
fn the_ways_of_writing_and_reading() {
    let order = Order { status: order::Status::Paid, ..Default::default() };
    let written = JsonWriter::new().proto_names(true).enum_numbers(true).defaults(true).write(&order);
    assert_eq!(written.unwrap(), r#"{"order_id":"","points":"0","status":3,"parts":[],"seals":{}}"#);
    let text = r#"{"status": "STATUS_LOST", "unknown": [{}], "points": 1e2, "orderId": null}"#;
    let read: Order = JsonReader::new().ignore_unknown(true).read(text).unwrap();
    assert_eq!(read, Order { points: 100, ..Default::default() });
}
