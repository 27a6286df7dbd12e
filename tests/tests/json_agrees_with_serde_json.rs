//! Texts are read by a parser of our own, other formats by way of serde: what serde_json makes of a text through the same
//! traits is the same message, or the same mistake at the same place.

use protocall::Json;
use protocall::json::JsonWriter;
use protocall_tests::drawn::{Dice, fill};

mod schema {
    protocall::include_proto!(["proto/kinds.proto", "proto/every_shape.proto", "proto/text.proto"]);
    protocall::include_proto!(
        inline = r#"
            syntax = "proto3";
            package forms.v1;
            import "google/protobuf/any.proto";
            import "google/protobuf/duration.proto";
            import "google/protobuf/field_mask.proto";
            import "google/protobuf/struct.proto";
            import "google/protobuf/timestamp.proto";
            import "google/protobuf/wrappers.proto";
            message Forms {
                google.protobuf.Any any = 1;
                repeated google.protobuf.Timestamp at = 2;
                google.protobuf.Duration after = 3;
                google.protobuf.FieldMask mask = 4;
                google.protobuf.Value value = 5;
                google.protobuf.Struct fields = 6;
                map<string, google.protobuf.ListValue> lists = 7;
                google.protobuf.Int64Value wide = 8;
                google.protobuf.BytesValue bytes = 9;
                google.protobuf.NullValue null = 10;
                Forms inner = 11 [json_name = "a \"b\" \\"];
            }
        "#
    );
}
use schema::forms::v1::Forms;
use schema::kinds::v1::{Choice, Explicit, Lists, Maps, Plain, Tree};
use schema::shapes::v1::Every;
use schema::test::v1::Order;

const SEEDS: u64 = 60;
const DAMAGES: usize = 40;

/// What is said of a mistake besides the path, which only we know.
type Mistake = (String, usize, usize);

fn ours<M: Json + PartialEq>(text: &str) -> Result<M, Mistake> {
    M::from_json(text).map_err(|error| (error.message().to_owned(), error.line(), error.column()))
}

fn by_serde<M: Json + serde::de::DeserializeOwned>(text: &str) -> Result<M, Mistake> {
    serde_json::from_str(text).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        let shown = error.to_string();
        let place = format!(" at line {line} column {column}");
        (shown.strip_suffix(&place).unwrap_or(&shown).to_owned(), line, column)
    })
}

fn agrees<M: Json + PartialEq + serde::de::DeserializeOwned>(text: &str) {
    // As text: a NaN is not equal to itself.
    let shown = |read: Result<M, Mistake>| read.map(|message| format!("{:?}", message.reflect()));
    assert_eq!(shown(ours(text)), shown(by_serde(text)), "{text}");
}

/// Changes a text in some places.
fn damaged(text: &str, dice: &mut Dice) -> String {
    const PARTS: [&str; 32] = [
        "{",
        "}",
        "[",
        "]",
        ":",
        ",",
        "\"",
        "\\",
        "\\u12",
        "\\ud83d",
        "\\ude00",
        "\\u0041",
        "\\n",
        "\u{1}",
        "\n",
        " \t\r\n",
        "0",
        "-",
        "1.5",
        "e9",
        "e999",
        ".",
        "null",
        "true",
        "fals",
        "é",
        "[]",
        "{}",
        "\"\"",
        "12345678901234567890123",
        "/",
        "1e400",
    ];
    let mut signs: Vec<char> = text.chars().collect();
    for _ in 0..=dice.below(2) {
        let at = dice.below(signs.len() + 1);
        match dice.below(4) {
            0 => signs.truncate(at),
            1 => drop(signs.drain(at..signs.len().min(at + 2))),
            _ => drop(signs.splice(at..at, PARTS[dice.below(PARTS.len())].chars())),
        }
    }
    signs.into_iter().collect()
}

fn holds<M: Json + PartialEq + serde::Serialize + serde::de::DeserializeOwned>() {
    for seed in 0..SEEDS {
        let (mut message, dice) = (M::default(), &mut Dice::new(seed));
        fill(message.reflect_mut(), dice, 3);
        // Some that are drawn have no JSON: times out of range, values that hold nothing.
        let Ok(text) = message.to_json() else {
            assert!(serde_json::to_string(&message).is_err(), "{:?}", message.reflect());
            continue;
        };
        assert_eq!(serde_json::to_string(&message).ok().as_ref(), Some(&text));
        let pretty = JsonWriter::new().pretty(true).write(&message).expect("it was just written");
        assert_eq!(serde_json::to_string_pretty(&message).ok().as_ref(), Some(&pretty));
        for text in [&text, &pretty] {
            agrees::<M>(text);
            (0..DAMAGES).for_each(|_| agrees::<M>(&damaged(text, dice)));
        }
    }
}

#[test]
fn messages_and_their_damaged_texts() {
    holds::<Plain>();
    holds::<Explicit>();
    holds::<Lists>();
    holds::<Choice>();
    holds::<Maps>();
    holds::<Tree>();
    holds::<Every>();
    holds::<Order>();
    holds::<Forms>();
}

/// Texts of `forms.v1.Forms` in the corners of the grammar and of the forms.
const CORNERS: &[&str] = &[
    "",
    " ",
    "{",
    "{}",
    "{} ",
    "{}x",
    "[]",
    "nul",
    "null",
    "nulll",
    "{,}",
    "{\"at\"}",
    "{\"at\":}",
    "{\"at\":[}",
    "{\"at\":[,]}",
    "{\"at\":[null]}",
    "{\"at\":[\"1970-01-01T00:00:00Z\",]}",
    "{\"at\":[\"1970-01-01T00:00:00Z\" \"\"]}",
    "{\"at\":{}}",
    "{\"at\": [ ] , \"after\" : null }",
    "{\"after\":[ ]}",
    "{\"after\":[1]}",
    "{\"after\":\"1s\",}",
    "{\"after\":\"1s\"]",
    "{\"after\":\"1s\" \"mask\":\"\"}",
    "{\"after\":\"\\u0031s\"}",
    "{after:1}",
    "{\"a \\\"b\\\" \\\\\":{}}",
    "{\"a \\\"b\\\" \\\\\":{\"wide\":[\n\n ]}}",
    "{\"mask\":\"a.bC,d\"}",
    "{\"mask\":\"a_b\"}",
    "{\"value\":[1,{\"a\":[null,true,\"\\ud83d\\ude00\",-0,1e5]}]}",
    "{\"value\":\"\\ud83d\"}",
    "{\"value\":\"\\ude00\"}",
    "{\"value\":\"\\ud83d\\n\"}",
    "{\"value\":\"\\ud83d\\ud83d\"}",
    "{\"value\":\"\\x\"}",
    "{\"value\":\"\\u00g0\"}",
    "{\"value\":\"\t\"}",
    "{\"value\":\"a",
    "{\"value\":\"a\\",
    "{\"value\":\"a\\u00",
    "{\"value\":01}",
    "{\"value\":-}",
    "{\"value\":1.}",
    "{\"value\":1e}",
    "{\"value\":1e+}",
    "{\"value\":1e999}",
    "{\"value\":-1e999999999999}",
    "{\"value\":0e999999999999}",
    "{\"value\":1e-999999999999}",
    "{\"fields\":{\"a\":1,\"a\":2}}",
    "{\"fields\":[]}",
    "{\"lists\":{\"a\":[[[]]],\"b\":[{}]}}",
    "{\"wide\":\"9223372036854775807\"}",
    "{\"wide\":9223372036854775807}",
    "{\"wide\":9223372036854775808}",
    "{\"wide\":-9223372036854775808}",
    "{\"wide\":-9223372036854775809}",
    "{\"wide\":1e3}",
    "{\"wide\":\"1e3\"}",
    "{\"wide\":\"1\",\"wide\":\"1\"}",
    "{\"bytes\":\"-_8\"}",
    "{\"bytes\":\"a\"}",
    "{\"null\":null}",
    "{\"null\":\"NULL_VALUE\"}",
    "{\"null\":0}",
    "{\"null\":1}",
    "{\"any\":{}}",
    "{\"any\":{\"@type\":\"x/forms.v1.Forms\",\"null\":null,\"wide\":5}}",
    "{\"any\":{\"wide\":5,\"@type\":\"x/forms.v1.Forms\"}}",
    "{\"any\":{\"wide\":true,\"@type\":\"x/forms.v1.Forms\"}}",
    "{\"any\":{\"@type\":\"x/google.protobuf.Duration\",\"value\":\"1s\"}}",
    "{\"any\":{\"@type\":\"x/google.protobuf.Duration\",\"value\":\"1\"}}",
    "{\"any\":{\"@type\":\"x/google.protobuf.Duration\"}}",
    "{\"any\":{\"@type\":\"x\",\"@type\":\"x\"}}",
    "{\"any\":{\"@type\":5}}",
    "{\"any\":{\"a\":1,\"a\":2}}",
    "{\"any\":{\"a\":1}}",
    "{\"lost\":{\"a\":[1,\"\\ud83d\",1e999]}}",
];

#[test]
fn corners() {
    for text in CORNERS {
        agrees::<Forms>(text);
        agrees::<Forms>(&format!("\n {text}\n"));
    }
}

#[test]
fn unknown_fields_are_passed_over_by_the_same_rules() {
    use protocall::json::JsonReader;
    let lenient = JsonReader::new().ignore_unknown(true);
    let deep = format!("{}1{}", "[{\"a\":".repeat(5000), "}]".repeat(5000));
    for value in [
        "1",
        "-0.5e+3",
        "\"a\\\"\\u00e9\\ud83d\"",
        "[]",
        "[ 1 , [ ] , { } ]",
        "{\"a\":{\"b\":[true,false,null]}}",
        "1e999",
        &deep,
    ] {
        let read = lenient.read::<Forms>(&format!("{{ \"lost\" : {value} , \"wide\" : 5 }}"));
        assert_eq!(read.map(|forms| forms.wide().value), Ok(5), "{value}");
    }
    for value in [
        "", "01", "[1,]", "[1 2]", "{\"a\"}", "{\"a\":}", "{1:2}", "[}", "{]", "\"\\x\"", "\"\n\"", "nul",
        "[", "-",
    ] {
        assert!(lenient.read::<Forms>(&format!("{{\"lost\":{value},\"wide\":5}}")).is_err(), "{value}");
    }
}
