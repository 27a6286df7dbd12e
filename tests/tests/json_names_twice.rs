//! A name that an object of JSON has twice is a mistake wherever it is: nobody can say which of the values was meant.

use protocall::Json;

mod schema {
    protocall::include_proto!(
        inline = r#"
            syntax = "proto2";
            package test.v1;
            import "google/protobuf/any.proto";
            import "google/protobuf/struct.proto";
            message Order {
                optional int32 id = 1;
                map<string, int32> points = 2;
                optional google.protobuf.Any more = 3;
                optional google.protobuf.Struct free = 4;
                optional Order part = 5;
                extensions 100 to 200;
            }
            extend Order { optional int32 note = 100; repeated int32 notes = 101; }
        "#
    );
}
use schema::test::v1::Order;

fn refused(object: &str) {
    let error = Order::from_json(object).expect_err(object);
    assert!(error.to_string().contains("there twice"), "{object}: {error}");
}

#[test]
fn in_a_message_a_map_a_struct_and_an_extension() {
    for object in [
        r#"{"id":1,"id":1}"#,
        r#"{"points":{"a":1,"a":1}}"#,
        r#"{"free":{"a":1,"a":1}}"#,
        r#"{"free":{"a":{"b":1,"b":1}}}"#,
        r#"{"[test.v1.note]":1,"[test.v1.note]":1}"#,
        r#"{"[test.v1.notes]":[1],"[test.v1.notes]":[2]}"#,
        r#"{"[test.v1.note]":null,"[test.v1.note]":1}"#,
    ] {
        refused(object);
    }
}

#[test]
fn in_all_that_an_any_holds() {
    const TYPE: &str = r#""@type":"type.googleapis.com/test.v1.Order""#;
    for fields in [
        r#""id":1,"id":1"#,
        r#""part":{"id":1,"id":1}"#,
        r#""points":{"a":1,"a":1}"#,
        r#""free":{"a":1,"a":1}"#,
        &format!(r#""more":{{{TYPE},"part":{{"id":1,"id":1}}}}"#),
    ] {
        refused(&format!(r#"{{"more":{{{TYPE},{fields}}}}}"#));
        refused(&format!(r#"{{"more":{{{fields},{TYPE}}}}}"#));
    }
}
