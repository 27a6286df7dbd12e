//! What a short text of JSON may cost: memory and depth have limits, as in the binary format, and no text makes a reader
//! wait.

use protocall::json::JsonReader;
use protocall::{DynamicMessage, Json, Reflect};

mod schema {
    protocall::include_proto!(
        inline = r#"
            syntax = "proto3";
            package cost.v1;
            import "google/protobuf/any.proto";
            import "google/protobuf/struct.proto";
            import "google/protobuf/wrappers.proto";
            message Wide {
                string a = 1; string b = 2; string c = 3; string d = 4; string e = 5; string f = 6; string g = 7;
                string h = 8; string i = 9; string j = 10; string k = 11; string l = 12; string m = 13; string n = 14;
            }
            message Cost {
                repeated Wide list = 1;
                map<uint32, Wide> map = 2;
                Cost inner = 3;
                repeated Cost costs = 4;
                google.protobuf.Value value = 5;
                google.protobuf.Any any = 6;
                repeated google.protobuf.Any anys = 7;
                repeated google.protobuf.BytesValue bytes = 8;
                double number = 9;
                int64 wide = 10;
                string text = 11;
            }
        "#
    );
}
use schema::cost::v1::{Cost, Wide};

const KNOB: &str = "its elements take more memory than the limit, JsonReader::memory_budget";
/// Of elements that together are larger than the budget, and whose text is short.
const MANY: usize = 400_000;

fn list(element: &str, count: usize) -> String {
    format!("{{\"list\":[{}{element}]}}", format!("{element},").repeat(count - 1))
}

fn refusal(read: Result<Cost, protocall::json::JsonError>) -> (String, String) {
    let error = read.expect_err("it is more than the budget");
    (error.message().to_owned(), error.path().to_owned())
}

#[test]
fn many_short_elements_are_refused_before_they_fill_the_memory() {
    let text = list("{}", MANY);
    let (message, path) = refusal(Cost::from_json(&text));
    assert_eq!(message, KNOB);
    // 64 MiB, and 32 bytes for each of the text.
    let at = (64 * 1024 * 1024 + 32 * text.len()) / size_of::<Wide>();
    assert_eq!(path, format!("list[{at}]"));
    assert!(JsonReader::new().memory_budget(usize::MAX).read::<Cost>(&text).is_ok());
}

#[test]
fn the_budget_is_settable() {
    let reader = JsonReader::new().memory_budget(10 * size_of::<Wide>());
    assert!(reader.read::<Cost>(&list("{}", 10)).is_ok());
    assert_eq!(refusal(reader.read(&list("{}", 11))), (KNOB.to_owned(), "list[10]".to_owned()));
    let map = r#"{"map":{"1":{},"2":{},"3":{},"4":{},"5":{},"6":{},"7":{},"8":{},"9":{},"10":{}}}"#;
    assert_eq!(refusal(reader.read(map)).0, KNOB);
}

#[test]
fn elements_of_usual_size_are_never_too_many() {
    let element = r#"{"a":"some text","b":"some more text","c":"and more of it"}"#;
    let read = Cost::from_json(&list(element, 200_000)).expect("text pays for its elements");
    assert_eq!(read.list.len(), 200_000);
}

#[test]
fn messages_in_boxes_are_paid_for() {
    let reader = JsonReader::new().memory_budget(2 * size_of::<Cost>());
    assert!(reader.read::<Cost>(r#"{"inner":{"inner":{}}}"#).is_ok());
    assert_eq!(refusal(reader.read(r#"{"inner":{"inner":{"inner":{}}}}"#)).0, KNOB);
}

#[test]
fn other_formats_of_serde_have_a_budget_too() {
    let error = serde_json::from_str::<Cost>(&list("{}", MANY)).expect_err("it is more than the budget");
    assert!(error.to_string().starts_with(KNOB), "{error}");
    let element = r#"{"a":"some text","b":"some more text","c":"and more of it"}"#;
    assert!(serde_json::from_str::<Cost>(&list(element, 200_000)).is_ok());
}

#[test]
fn dynamic_messages_are_paid_for_with_all_their_fields() {
    let cost = Cost::default();
    let mut message = DynamicMessage::new(cost.descriptor());
    let read = JsonReader::new().merge(&mut message, &list("{}", MANY));
    assert_eq!(read.expect_err("it is more than the budget").message(), KNOB);
}

#[test]
fn values_lists_and_structs_are_paid_for() {
    let reader = JsonReader::new().memory_budget(100_000);
    for (open, element, close) in [("[", "null,", "null]"), ("[", "[],", "[]]"), ("[", "{},", "{}]")] {
        let few = format!("{{\"value\":{open}{}{close}}}", element.repeat(10));
        assert!(reader.read::<Cost>(&few).is_ok(), "{few}");
        let many = format!("{{\"value\":{open}{}{close}}}", element.repeat(10_000));
        assert_eq!(refusal(reader.read(&many)).0, KNOB);
    }
    let entries: Vec<String> = (0..10_000).map(|key| format!("\"{key}\":0")).collect();
    assert_eq!(refusal(reader.read(&format!("{{\"value\":{{{}}}}}", entries.join(",")))).0, KNOB);
}

#[test]
fn the_tree_of_an_any_is_paid_for_while_it_is_there() {
    let any = |count: usize| {
        let values = "null,".repeat(count);
        format!(r#"{{"@type":"a/google.protobuf.Value","value":[{values}null]}}"#)
    };
    let reader = JsonReader::new().memory_budget(1_000_000);
    assert_eq!(refusal(reader.read(&format!("{{\"any\":{}}}", any(100_000)))).0, KNOB);
    // What is gone again is free for the next.
    let many = [(); 200].map(|()| any(1_000)).join(",");
    assert!(reader.read::<Cost>(&format!("{{\"anys\":[{many}]}}")).is_ok());
    // Behind the values as well.
    let late = format!(r#"{{"any":{{"value":[{}1],"@type":"a/b"}}}}"#, "1,".repeat(100_000));
    assert_eq!(refusal(reader.read(&late)).0, KNOB);
}

#[test]
fn depth_is_limited_in_every_form() {
    let deep = |open: &str, close: &str| format!("{}{}", open.repeat(100_000), close.repeat(100_000));
    let any = r#"{"@type":"a/cost.v1.Cost","any":"#;
    for text in [
        deep("{\"inner\":", "}"),
        format!("{{\"value\":{}}}", deep("[", "]")),
        format!("{{\"value\":{}}}", deep("{\"a\":", "}")),
        format!("{{\"any\":{}}}", deep(any, "}")),
        deep("[", ""),
        deep("{\"lost\":", ""),
    ] {
        assert!(Cost::from_json(&text).is_err());
        assert!(JsonReader::new().max_depth(u32::MAX).read::<Cost>(&text).is_err());
    }
    let nested = |levels: usize| {
        format!("{}{{}}{}", "{\"any\":".to_owned() + &any.repeat(levels), "}".repeat(levels + 1))
    };
    assert!(Cost::from_json(&nested(30)).is_ok());
    assert!(JsonReader::new().max_depth(20).read::<Cost>(&nested(30)).is_err());
}

#[test]
fn no_text_makes_a_reader_wait() {
    let digits = "9".repeat(1_000_000);
    for (text, fits) in [
        (r#"{"number":1e999999999}"#.to_owned(), false),
        (r#"{"number":"1e999999999"}"#.to_owned(), false),
        (r#"{"number":1e-999999999}"#.to_owned(), true),
        (r#"{"wide":1e999999999}"#.to_owned(), false),
        (r#"{"wide":"1e999999999"}"#.to_owned(), false),
        (format!("{{\"number\":{digits}}}"), false),
        (format!("{{\"number\":0.{digits}}}"), true),
        (format!("{{\"number\":\"0.{digits}\"}}"), true),
        (format!("{{\"wide\":{digits}}}"), false),
        (format!("{{\"wide\":\"{digits}\"}}"), false),
        (format!("{{\"number\":1e{digits}}}"), false),
        (format!("{{\"text\":\"{}\"}}", "\\u00e9".repeat(300_000)), true),
        (format!("{{\"text\":\"{}", "\\\\".repeat(300_000)), false),
        (format!("{{\"{}\":1}}", "\\n".repeat(300_000)), false),
        (" ".repeat(1_000_000), false),
    ] {
        assert_eq!(Cost::from_json(&text).is_ok(), fits, "{}", text.get(..60).unwrap_or(&text));
    }
}
