//! What a short text may cost in the text format: memory and depth have limits, as in the binary format.

use protocall::text::{TextError, TextReader};
use protocall::{DynamicMessage, Reflect, Text};

mod schema {
    protocall::include_proto!(
        inline = r#"
            edition = "2023";
            package cost.v1;
            import "google/protobuf/any.proto";
            import "google/protobuf/struct.proto";
            message Wide {
                string a = 1; string b = 2; string c = 3; string d = 4; string e = 5; string f = 6; string g = 7;
                string h = 8; string i = 9; string j = 10; string k = 11; string l = 12; string m = 13; string n = 14;
            }
            message Cost {
                repeated Wide list = 1;
                map<uint32, Wide> map = 2;
                Cost inner = 3;
                repeated double numbers = 4;
                google.protobuf.Value value = 5;
                google.protobuf.Any any = 6;
                repeated google.protobuf.Any anys = 7;
                double number = 8;
                int64 wide = 9;
                extensions 100 to 199;
            }
            extend Cost { repeated Wide more = 100; }
        "#
    );
}
use schema::cost::v1::{Cost, Wide};

const KNOB: &str = "its elements take more memory than the limit, TextReader::memory_budget";
/// Of elements that together are larger than the budget, and whose text is short.
const MANY: usize = 400_000;

fn list(field: &str, element: &str, count: usize) -> String {
    format!("{field}[{}{element}]", format!("{element},").repeat(count - 1))
}

fn refusal(read: Result<Cost, TextError>) -> (String, String) {
    let error = read.expect_err("it is more than the budget");
    (error.message().to_owned(), error.path().to_owned())
}

#[test]
fn many_short_elements_are_refused_before_they_fill_the_memory() {
    let refused = (KNOB.to_owned(), "list".to_owned());
    for text in [list("list", "{}", MANY), "list{}".repeat(2 * MANY), "list<>".repeat(2 * MANY)] {
        assert_eq!(refusal(Cost::from_text(&text)), refused);
        assert!(TextReader::new().memory_budget(usize::MAX).read::<Cost>(&text).is_ok());
    }
    let more = list("[cost.v1.more]", "{}", MANY);
    assert_eq!(refusal(Cost::from_text(&more)), (KNOB.to_owned(), "[cost.v1.more]".to_owned()));
}

#[test]
fn the_budget_is_settable() {
    let reader = TextReader::new().memory_budget(10 * size_of::<Wide>());
    assert!(reader.read::<Cost>(&list("list", "{}", 10)).is_ok());
    assert_eq!(refusal(reader.read(&list("list", "{}", 11))), (KNOB.to_owned(), "list".to_owned()));
    let reader = TextReader::new().memory_budget(10 * size_of::<f64>());
    assert!(reader.read::<Cost>(&list("numbers:", "1", 10)).is_ok());
    assert_eq!(refusal(reader.read(&list("numbers:", "1", 11))).0, KNOB);
    let reader = TextReader::new().memory_budget(size_of::<Cost>());
    assert!(reader.read::<Cost>("inner{}").is_ok());
    assert_eq!(refusal(reader.read("inner{inner{}}")), (KNOB.to_owned(), "inner.inner".to_owned()));
    let entries: String = (0..1000).map(|key| format!("map{{key:{key}}}")).collect();
    assert_eq!(refusal(TextReader::new().memory_budget(100_000).read(&entries)).0, KNOB);
    assert!(Cost::from_text(&entries).is_ok());
}

#[test]
fn elements_of_usual_size_are_never_too_many() {
    let element = "{a:\"some text\" b:\"some more text\" c:\"and more of it\"}";
    let read = Cost::from_text(&list("list", element, 200_000)).expect("text pays for its elements");
    assert_eq!(read.list.len(), 200_000);
}

#[test]
fn messages_of_any_type_are_paid_for() {
    let mut message = DynamicMessage::new(Cost::default().descriptor());
    let read = TextReader::new().merge(&mut message, &list("list", "{}", MANY));
    assert_eq!(read.expect_err("it is more than the budget").message(), KNOB);

    let any = |count: usize| {
        let values = "values{},".repeat(count);
        format!("{{[a/google.protobuf.ListValue]{{{values}}}}}")
    };
    let reader = TextReader::new().memory_budget(1_000_000);
    assert_eq!(refusal(reader.read(&format!("any{}", any(100_000)))).0, KNOB);
    // What is gone again is free for the next.
    assert!(reader.read::<Cost>(&format!("anys{}", any(500)).repeat(100)).is_ok());
    let values = format!("value{{list_value{{{}}}}}", "values{null_value:NULL_VALUE}".repeat(100_000));
    assert_eq!(refusal(reader.read(&values)).0, KNOB);
}

#[test]
fn depth_is_limited_in_every_form() {
    for (open, close) in [
        ("inner{", "}"),
        ("value{list_value{values{", "}}}"),
        ("any{[a/cost.v1.Cost]{", "}}"),
        ("lost{", "}"),
    ] {
        let text = format!("{}{}", open.repeat(100_000), close.repeat(100_000));
        assert!(Cost::from_text(&text).is_err());
        let error = TextReader::new().ignore_unknown(true).read::<Cost>(&text).expect_err("it is too deep");
        assert_eq!(error.message(), "this is nested deeper than the limit");
    }
}

#[test]
fn no_text_makes_a_reader_wait() {
    let digits = "9".repeat(1_000_000);
    for (text, fits) in [
        ("number: 1e999999999".to_owned(), true),
        ("number: 1e-999999999".to_owned(), true),
        (format!("number: {digits}"), true),
        (format!("number: 0.{digits}"), true),
        (format!("number: 1e{digits}"), true),
        (format!("wide: {digits}"), false),
        (format!("wide: 0x{digits}"), false),
        ("#".repeat(1_000_000), true),
        (" ".repeat(1_000_000), true),
        (";".repeat(1_000_000), false),
    ] {
        assert_eq!(Cost::from_text(&text).is_ok(), fits, "{}", text.get(..60).unwrap_or(&text));
    }
}
