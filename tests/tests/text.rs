//! Messages are written as text and read from it, in all the forms that the specification has; mistakes are shown with
//! their place.

use protocall::text::{TextReader, TextWriter};
use protocall::well_known::Any;
use protocall::{DynamicMessage, Extendable, Message, Reflect, Text};

mod schema {
    protocall::include_proto!("proto/text.proto");
    protocall::include_proto!(
        inline = r#"syntax = "proto3"; package other.v1; message Foreign { string word = 1; }"#
    );
}
use schema::other::v1::Foreign;
use schema::test::v1::{INNER, MARKS, NOTE, Order, Strict, order};

fn read(text: &str) -> Order {
    Order::from_text(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn refused(text: &str) -> String {
    match Order::from_text(text) {
        Ok(order) => panic!("{text} was read as {order:?}"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn integers_are_decimal_hexadecimal_or_octal() {
    for (text, value) in [
        ("0", 0),
        ("-0", 0),
        ("2147483647", i32::MAX),
        ("-2147483648", i32::MIN),
        ("0x7fFFffff", i32::MAX),
        ("-0X80000000", i32::MIN),
        ("-017", -15),
        ("- # a comment\n 5", -5),
    ] {
        assert_eq!(read(&format!("i32: {text}")).i32, Some(value), "{text}");
    }
    assert_eq!(read("u64: 0xFFFFFFFFFFFFFFFF").u64, Some(u64::MAX));
    for text in
        ["2147483648", "-2147483649", "0x", "08", "1.0", "1f", "1e3", "true", "\"1\"", "5x", "--5", "0b1"]
    {
        refused(&format!("i32: {text}"));
    }
    for text in ["-1", "-0", "18446744073709551616", "0x1FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"] {
        refused(&format!("u64: {text}"));
    }
}

#[test]
fn floats_have_points_exponents_and_names() {
    for (text, value) in [
        ("1", 1.0),
        ("-1.5f", -1.5),
        ("1F", 1.0),
        (".5", 0.5),
        ("5.", 5.0),
        ("1.e+2", 100.0),
        ("2e-1", 0.2),
        ("inf", f64::INFINITY),
        ("- Infinity", f64::NEG_INFINITY),
        ("INF", f64::INFINITY),
        ("1e999", f64::INFINITY),
        ("-1e999", f64::NEG_INFINITY),
        ("18446744073709551616", 18446744073709551616.0),
        ("0.1", 0.1),
    ] {
        assert_eq!(read(&format!("d: {text}")).d, Some(value), "{text}");
    }
    assert!(read("d: nan").d.is_some_and(f64::is_nan) && read("f: -NaN").f.is_some_and(f32::is_nan));
    assert_eq!(read("f: 3.4028236e38").f, Some(f32::INFINITY));
    assert!(read("d: -0.0").d.is_some_and(|zero| zero == 0.0 && zero.is_sign_negative()));
    for text in ["0x1", "01", "01.5", "1.5.5", "1e", "e5", "infinite", "1 . 5", "'1'", "."] {
        refused(&format!("d: {text}"));
    }
}

#[test]
fn strings_are_joined_and_unescaped() {
    assert_eq!(read(r#"id: "a" 'b"' "\'\u00e9\x41" # end"#).id(), "ab\"'éA");
    assert_eq!(read(r#"blob: "\377\000" 'é'"#).blob(), [&[0xff, 0][..], "é".as_bytes()].concat());
    assert_eq!(read(r#"id: "\303\251""#).id(), "é", "bytes that make up UTF-8");
    for text in [
        "\"a",
        "'a\"",
        "\"a\nb\"",
        "\"\\q\"",
        "\"\\ud83d\\ude00\"",
        "\"\\377\"",
        "a",
        "5",
        "\"a\"b",
        "\"a\0\"",
    ] {
        refused(&format!("id: {text}"));
    }
}

#[test]
fn bools_and_enums_have_names_and_numbers() {
    for (text, value) in
        [("true", true), ("True", true), ("t", true), ("1", true), ("0x1", true), ("01", true)]
    {
        assert_eq!(read(&format!("on: {text}")).on, Some(value), "{text}");
    }
    for text in ["false", "False", "f", "0", "00", "0x0"] {
        assert_eq!(read(&format!("on: {text}")).on, Some(false), "{text}");
    }
    for text in ["TRUE", "2", "-1", "tRue", "\"true\"", "1.0"] {
        refused(&format!("on: {text}"));
    }
    assert_eq!(read("status: PAID").status, Some(order::Status::Paid));
    assert_eq!(read("status: -0x1").status, Some(order::Status::Minus));
    for text in ["paid", "7", "\"PAID\"", "3.0", "-PAID"] {
        refused(&format!("status: {text}"));
    }
}

#[test]
fn fields_are_separated_or_not_and_messages_are_bracketed_two_ways() {
    let forms = [
        "parts { id: 'a' } parts { id: 'b' } numbers: 1 numbers: 2",
        "parts: <id: 'a'>; parts: {id: 'b',}, numbers: [1, 2];",
        "parts [{ id: 'a'; }, < id: 'b' >]numbers:[1]numbers:2",
        "numbers: 1 parts: [{id:'a'}] numbers: [] numbers: [2] parts: [] parts:[{id:'b'}] # all",
    ];
    for form in forms {
        let order = read(form);
        assert_eq!(order.numbers, [1, 2], "{form}");
        assert_eq!(order.parts.iter().map(|part| part.id()).collect::<Vec<_>>(), ["a", "b"], "{form}");
    }
    for text in [
        "numbers 1",
        "numbers [1]",
        "numbers: [1,]",
        "numbers: [1 2]",
        "numbers: 1,,",
        "; numbers: 1",
        "i32: [1]",
        "parts {",
        "parts { >",
        "parts: 1",
        "parts }",
        "detail [{}]",
        "parts: [{}",
        "é: 1",
    ] {
        refused(text);
    }
}

#[test]
fn a_group_is_called_by_its_type_or_its_field() {
    for text in ["Detail { depth: 5 }", "detail: < depth: 5 >"] {
        assert_eq!(read(text).detail().depth, Some(5), "{text}");
    }
    refused("DETAIL { depth: 5 }");
    assert_eq!(read("detail {}").to_text(), "Detail {}\n");
}

#[test]
fn entries_of_maps_may_lack_key_or_value_and_the_last_counts() {
    let order = read(
        "named { key: 'a' value { i32: 1 } } named [{ value: { id: 'v' } }, { key: 'b' }, { key: 'a' }]",
    );
    assert_eq!(order.named.len(), 3);
    assert_eq!((order.named[""].id(), order.named["a"].i32, order.named["b"].i32), ("v", None, None));
    refused("named { key: 'a' key: 'b' }");
    assert_eq!(
        order.to_text(),
        "named {\n  key: \"\"\n  value {\n    id: \"v\"\n  }\n}\nnamed {\n  key: \"a\"\n  value {}\n}\nnamed {\n  key: \"b\"\n  value {}\n}\n"
    );
}

#[test]
fn extensions_stand_in_brackets() {
    let order = read(
        "[test.v1.note]: 'soon' [ test . v1 # where\n .marks ]: [1, 2] [test.v1.marks]: 3 [test.v1.inner] { [test.v1.note]: 'in' }",
    );
    assert_eq!(order.extension(&NOTE).unwrap().as_deref(), Some("soon"));
    assert_eq!(order.extension(&MARKS).unwrap(), [1, 2, 3]);
    assert_eq!(order.extension(&INNER).unwrap().unwrap().extension(&NOTE).unwrap().as_deref(), Some("in"));
    let text = "[test.v1.note]: \"soon\"\n[test.v1.marks]: 1\n[test.v1.marks]: 2\n[test.v1.marks]: 3\n\
                [test.v1.inner] {\n  [test.v1.note]: \"in\"\n}\n";
    assert_eq!(order.to_text(), text);
    for text in [
        "[test.v1.lost]: 1",
        "[note]: 'a'",
        "[test.v1.note]: 'a' [test.v1.note]: 'b'",
        "[test.v1.note] 'a'",
        "[test.v1.inner] { [test.v1.lost]: 1 }",
        "[test.v1.stricts] { x: 1 }",
        "[test..v1]: 1",
        "[]: 1",
        "strict { [test.v1.note]: 'a' }",
    ] {
        refused(text);
    }
}

#[test]
fn an_any_is_written_as_what_it_holds() {
    let text = "any { [type.googleapis.com/test.v1.Order] { id: 'in' } }";
    let order = read(text);
    let inner = Order { id: Some("in".to_owned()), ..Default::default() };
    assert_eq!(order.any().type_url, "type.googleapis.com/test.v1.Order");
    assert_eq!(order.any().value, inner.encode_to_bytes());
    assert_eq!(TextWriter::new().one_line(true).write(&order), text.replace('\'', "\""));
    let plain = TextWriter::new().one_line(true).expand_any(false).write(&order);
    assert_eq!(plain, r#"any { type_url: "type.googleapis.com/test.v1.Order" value: "\n\002in" }"#);
    assert_eq!(read(&plain), order);
    assert_eq!(
        read("any { [x.y/sub~1/%2F/google.protobuf.Duration]: < seconds: 5 > }").any().value[..],
        [8, 5]
    );
    for text in [
        "any { [type.googleapis.com/test.v1.Lost] {} }",
        "any { [type.googleapis.com/test.v1.Order] { lost: 1 } }",
        "any { [type.googleapis.com/test.v1.Strict] { x: 1 } }",
        "any { [/test.v1.Order] {} }",
        "any { [a/%zz/test.v1.Order] {} }",
        "any { [a/test.v1.Order] {} [a/test.v1.Order] {} }",
        "any { type_url: 'a' [a/test.v1.Order] {} }",
        "any { [test.v1.Order] {} }",
        "[type.googleapis.com/test.v1.Order] {}",
    ] {
        refused(text);
    }
}

#[test]
fn types_of_other_files_are_found_in_the_pool_that_is_given() {
    let pool = Foreign::default().descriptor().pool().clone();
    let text = "type.googleapis.com/other.v1.Foreign";
    let any = Any { type_url: text.to_owned(), value: vec![10, 1, b'a'].into(), ..Default::default() };
    let order = Order { any: Some(any), ..Default::default() };
    let plain = TextWriter::new().one_line(true).write(&order);
    assert!(plain.starts_with("any { type_url:"), "{plain}");
    let writer = TextWriter::new().one_line(true).types(pool.clone());
    let expanded = writer.write(&order);
    assert_eq!(expanded, format!("any {{ [{text}] {{ word: \"a\" }} }}"));
    refused(&expanded);
    assert_eq!(TextReader::new().types(pool).read::<Order>(&expanded).unwrap(), order);
}

#[test]
fn a_single_field_is_there_once() {
    for text in [
        "i32: 1 i32: 1",
        "i32: 0 i32: 0",
        "detail {} Detail {}",
        "percent: 1 voucher: 'a'",
        "percent: 0 percent: 0",
        "strict { x: 1 y: '' } strict { x: 1 y: '' }",
    ] {
        refused(text);
    }
}

#[test]
fn required_fields_must_be_there_unless_part_is_enough() {
    let error = refused("strict { x: 1 }");
    assert_eq!(error, "strict: the required field `y` is missing, line 1 column 15");
    let partial = TextReader::new().partial(true);
    assert_eq!(partial.read::<Order>("strict { x: 1 }").unwrap().strict().x, 1);
    let mut dynamic = DynamicMessage::new(Strict::default().descriptor());
    assert!(TextReader::new().merge(&mut dynamic, "x: 1").is_err());
    assert!(TextReader::new().merge(&mut dynamic, "y: 'a'").is_ok(), "the other one is there already");
    assert_eq!(TextWriter::new().write(&dynamic), "x: 1\ny: \"a\"\n");
}

#[test]
fn what_is_reserved_is_passed_over_and_what_is_unknown_is_not() {
    let values = [
        "1",
        "-1.5f",
        "- inf",
        "'a' \"b\"",
        "NAME",
        "[1, 'a', {}]",
        "{ a: 1 b { c <> } [x.y/z]: 5 [q.r] {} }",
    ];
    for value in values {
        assert_eq!(read(&format!("gone: {value} i32: 5")).i32, Some(5), "{value}");
        refused(&format!("other: {value} i32: 5"));
        let reader = TextReader::new().ignore_unknown(true);
        let text = format!("other: {value}, [a.b]: {value}; 77: {value} i32: 5");
        assert_eq!(reader.read::<Order>(&text).unwrap().i32, Some(5), "{value}");
    }
    assert_eq!(read("gone { a: 1 } away [{}] i32: 5").i32, Some(5));
    for text in ["gone 1", "gone [1]", "gone: -name", "gone: {", "gone:", "gone: [1", "gone: { 0x1: 5 }"] {
        refused(text);
    }
    let lenient: Order = TextReader::new().ignore_unknown(true).read("status: LOST numbers: 1").unwrap();
    assert_eq!((lenient.status, lenient.numbers), (None, vec![1]));
}

#[test]
fn fields_may_be_named_by_number_where_that_is_asked_for() {
    refused("2: 5");
    let reader = TextReader::new().field_numbers(true);
    let order: Order = reader.read("2: 5 10 { 1: 'a' } 100: 'b' 21: 'reserved'").unwrap();
    assert_eq!((order.i32, order.parts[0].id()), (Some(5), "a"));
    assert_eq!(order.extension(&NOTE).unwrap().as_deref(), Some("b"));
    assert!(reader.read::<Order>("99: 5").is_err());
}

#[test]
fn unknown_fields_are_shown_on_request() {
    let bytes = [
        &[0xb8, 0x3e, 0x96, 1][..],
        &[0xbd, 0x3e, 1, 0, 0, 0],
        &[0xb9, 0x3e, 2, 0, 0, 0, 0, 0, 0, 0],
        &[0xba, 0x3e, 3, 0x0a, 1, b'x'],
        &[0xba, 0x3e, 2, 0xff, b'a'],
        &[0xba, 0x3e, 0],
        &[0xbb, 0x3e, 8, 1, 0xbc, 0x3e],
    ];
    let order = Order::decode(&bytes.concat()).unwrap();
    assert_eq!(order.to_text(), "");
    let shown = TextWriter::new().one_line(true).unknown_fields(true).write(&order);
    assert_eq!(
        shown,
        r#"999: 150 999: 0x00000001 999: 0x0000000000000002 999 { 1: "x" } 999: "\377a" 999: "" 999 { 1: 1 }"#
    );
    refused(&shown);
    assert_eq!(TextReader::new().ignore_unknown(true).read::<Order>(&shown), Ok(Order::default()));
}

#[test]
fn the_ways_of_writing() {
    let order = Order {
        id: Some("é\n".to_owned()),
        numbers: vec![1, -2],
        parts: vec![Order::default(), Order { d: Some(1e300), f: Some(0.1), ..Default::default() }],
        secret: Some("password".to_owned()),
        ..Default::default()
    };
    assert_eq!(
        order.to_text(),
        "id: \"é\\n\"\nnumbers: 1\nnumbers: -2\nparts {}\nparts {\n  d: 1e300\n  f: 0.1\n}\nsecret: \"password\"\n"
    );
    let writer = TextWriter::new().ascii(true).short_lists(true).redact(true).indent(4);
    assert_eq!(
        writer.write(&order),
        "id: \"\\303\\251\\n\"\nnumbers: [1, -2]\nparts {}\nparts {\n    d: 1e300\n    f: 0.1\n}\nsecret: [REDACTED]\n"
    );
}

#[test]
fn a_mistake_is_shown_with_its_place() {
    for (text, shown) in [
        ("parts {\n  parts { é: 1 }\n}", "parts.parts: 'é' has no meaning here, line 2 column 11"),
        (
            "parts {}\nparts { numbers: [1, x] }",
            "parts.numbers: expected an int64, found `x`, line 2 column 22",
        ),
        ("id: 'a\\q'", "id: there is no such escape, line 1 column 7"),
        ("lost: 1", "test.v1.Order has no field `lost`, line 1 column 1"),
        ("i32: 1 \n i32: 2", "i32: this field is there twice, line 2 column 2"),
        ("percent: 1 voucher: ''", "voucher: `percent` of the same oneof is there already, line 1 column 12"),
        ("status: LOST", "status: `LOST` is no value of test.v1.Order.Status, line 1 column 9"),
        ("i32: 2147483648", "i32: this is too great for an int32, line 1 column 6"),
        ("i32:", "i32: expected an int32, found the end, line 1 column 5"),
        ("parts {", "parts: expected the name of a field, found the end, line 1 column 8"),
        ("[a.b]: 1", "test.v1.Order has no field `[a.b]`, line 1 column 1"),
    ] {
        assert_eq!(refused(text), shown);
    }
}

#[test]
fn depth_is_limited() {
    let nested = |levels: usize| format!("{}{}", "parts {".repeat(levels), "}".repeat(levels));
    assert!(Order::from_text(&nested(100)).is_ok());
    assert!(refused(&nested(101)).contains("nested deeper than the limit"));
    assert!(TextReader::new().max_depth(10).read::<Order>(&nested(11)).is_err());
    refused(&format!("gone: {}", "{a:".repeat(100_000)));
    refused(&"any{[a/google.protobuf.Any]:{".repeat(100_000));
}

#[test]
fn a_text_is_merged_into_a_message() {
    let mut order = read("id: 'a' numbers: 1 detail { depth: 5 } percent: 5 [test.v1.marks]: 1");
    let text = "id: 'b' numbers: 2 detail {} voucher: 'v' [test.v1.marks]: 2";
    TextReader::new().merge(&mut order, text).unwrap();
    assert_eq!(
        order,
        read("id: 'b' numbers: [1, 2] detail { depth: 5 } voucher: 'v' [test.v1.marks]: [1, 2]")
    );
}
