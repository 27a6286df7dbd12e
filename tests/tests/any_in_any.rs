//! Anys within Anys come as bytes that no limit of decoding holds: what writes them as JSON or text has limits of its own, and
//! neither a stack nor the memory runs over.

use protocall::text::TextReader;
use protocall::well_known::Any;
use protocall::{Json, Message, Text};

mod schema {
    protocall::include_proto!(
        inline = r#"
            syntax = "proto3";
            package test.v1;
            import "google/protobuf/any.proto";
            import "google/protobuf/struct.proto";
            message Node { bytes data = 1; Node next = 2; google.protobuf.Any more = 3; google.protobuf.Value value = 4; }
            message Blocks { repeated Empty blocks = 1; google.protobuf.Any more = 2; }
            message Empty {}
        "#
    );
}
use schema::test::v1::{Blocks, Node};

/// So many levels around the message.
fn around(inner: Any, levels: usize) -> Any {
    (0..levels).fold(inner, |inner, _| Any::pack(&inner))
}

fn node(more: Any) -> Node {
    Node { more: Some(more), ..Default::default() }
}

#[test]
fn those_within_the_limits_are_written_and_read_back() {
    let inner = Any::pack(&Node { data: vec![7; 1000].into(), ..Default::default() });
    let node = node(around(inner, 40));
    assert_eq!(Node::from_json(&node.to_json().expect("it is not deep")), Ok(node.clone()));
    let text = node.to_text();
    assert!(text.contains("[type.googleapis.com/test.v1.Node] {"), "{text}");
    assert_eq!(Node::from_text(&text), Ok(node));
}

#[test]
fn deeper_ones_are_an_error_of_json_and_stay_bytes_in_text() {
    for levels in [150, 3000] {
        let node = node(around(Any::pack(&Node::default()), levels));
        let error = node.to_json().expect_err("it is too deep");
        assert!(error.to_string().contains("nested deeper"), "{error}");
        assert!(serde_json::to_string(&node).is_err());
        let text = node.to_text();
        assert!(text.contains("type_url: ") && !text.contains("test.v1.Node]"), "{levels}");
        let read: Result<Node, _> = TextReader::new().max_depth(200).read(&text);
        assert_eq!(read, Ok(node), "{levels}");
    }
}

#[test]
fn messages_between_them_count_as_well() {
    let chain =
        |end: Node| (0..60).fold(end, |next, _| Node { next: Some(Box::new(next)), ..Default::default() });
    let deep = (0..40).fold(chain(Node::default()), |inner, _| chain(node(Any::pack(&inner))));
    assert!(Node::decode(&deep.encode_to_vec()).is_ok(), "each of them is not deep");
    assert!(deep.to_json().is_err());
    assert!(deep.to_text().contains("type_url: "));
    let flat = chain(node(Any::pack(&chain(Node::default()))));
    assert!(flat.to_json().is_ok());
    assert!(!flat.to_text().contains("type_url: "));
}

#[test]
fn copies_of_what_they_hold_are_limited() {
    let heavy = Any::pack(&Node { data: vec![7; 4 << 20].into(), ..Default::default() });
    let (few, many) = (node(around(heavy.clone(), 3)), node(around(heavy, 90)));
    assert!(few.to_json().is_ok_and(|text| text.len() > 4 << 20));
    let error = many.to_json().expect_err("that is 360 MiB");
    assert!(error.to_string().contains("more memory"), "{error}");
    assert!(many.to_text().contains("type_url: "));
}

#[test]
fn so_is_what_many_small_elements_become() {
    let blocks = |more| Blocks { blocks: vec![Default::default(); 60_000], more, ..Default::default() };
    let deep = (0..40).fold(blocks(None), |inner, _| blocks(Some(Any::pack(&inner))));
    let error = deep.to_json().expect_err("each level takes 3.6 MiB, and all that it holds once more");
    assert!(error.to_string().contains("more memory"), "{error}");
}

#[test]
fn limits_end_with_their_any() {
    // One behind the other, not one within the other.
    let heavy = Any::pack(&Node { data: vec![7; 1 << 20].into(), ..Default::default() });
    let row = (0..50).fold(Node::default(), |next, _| Node {
        next: Some(Box::new(next)),
        more: Some(around(heavy.clone(), 2)),
        ..Default::default()
    });
    assert!(row.to_json().is_ok());
    assert!(!row.to_text().contains("type_url: "));
}
