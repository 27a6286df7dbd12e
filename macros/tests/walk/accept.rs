//! Sound schemas: the output is Rust and says what the schema says.

use super::{expanded, formatted, problems};

const ORDER: &str = r#"
syntax = "proto3";
package shop.v1;
message Order { int32 id = 1; string name = 2; repeated string lines = 3; }
"#;

/// The text without its line breaks.
fn joined(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn a_message_of_three_fields_is_small() {
    let text = formatted(ORDER);
    // Of all lines the allow list of the module is the longest part; it stands there once.
    let lines = text.lines().skip_while(|line| !line.contains("pub mod v1")).count();
    assert!(lines <= 120, "{lines} lines:\n{text}");
    for line in ["implicit[__rt::Int32] (1 id)", "18 => Str(& mut self.name)", "2 => lines,"] {
        assert_eq!(joined(&text).matches(line).count(), 1, "{line}: {text}");
    }
}

#[test]
fn a_message_that_is_to_be_small_shares_its_codec() {
    let by_file = ORDER.replace("message", "option optimize_for = CODE_SIZE; message");
    for (schema, small) in [(ORDER, false), (&by_file, true)] {
        let text = formatted(schema);
        assert_eq!(joined(&text).contains("__rt::walked! { '_, read_shared, shared }"), small, "{text}");
        assert_eq!(joined(&text).contains("(1 id)"), !small, "{text}");
    }
}

#[test]
fn every_construct_is_rust() {
    for schema in [
        "syntax = \"proto3\"; message A { oneof kind { A a = 1; string b = 2; } enum Kind { X = 0; } map<int32, Kind> m = 4; }",
        "message A { optional group G = 1 { required int32 x = 1 [default = -5]; } repeated E e = 2 [packed = true]; } enum E { A1 = 3; }",
        "syntax = \"proto3\"; message Option { string self = 1; string type = 2; bytes crate = 3; } message String { Option o = 1; }",
        "syntax = \"proto3\"; package core.std; import \"google/protobuf/timestamp.proto\"; message Vec { google.protobuf.Timestamp at = 1; }",
        "syntax = \"proto3\"; message message { message m = 1; enum e { x = 0; } }",
        "optional_less = 1;",
        "package }; message A {}",
    ] {
        let file: Result<syn::File, _> = syn::parse2(expanded(&format!("inline = r##\"{schema}\"##")));
        assert!(file.is_ok(), "{schema}");
    }
}

#[test]
fn extensions_in_values_of_options_are_found_from_the_element_outwards() {
    let schema = r#"package p; import "google/protobuf/descriptor.proto";
        extend google.protobuf.FieldOptions { optional A all = 50000; }
        extend A { optional int32 more = 100; optional A another = 101; }
        message A {
          optional int32 x = 1 [(all) = { x: 1 [more]: 2 [p.another] { [ more ]: 3 [A.inner]: 4 } }];
          optional int32 y = 2 [(p.all) = { [inner]: 5 }];
          extensions 100 to 200;
          extend A { optional int32 inner = 102; }
        }"#;
    let text = formatted(schema);
    assert!(!text.contains("compile_error") && text.contains("pub struct A"), "{text}");
}

#[test]
fn defaults_and_getters_follow_the_schema() {
    let text = formatted(
        r#"package p; message A {
            optional int32 count = 1 [default = -5];
            optional string name = 2 [default = "x"];
            optional E e = 3 [default = TWO];
            optional float f = 4 [default = inf];
            required bool flag = 5;
            optional A next = 6;
        } enum E { ONE = 1; TWO = 2; }"#,
    );
    for expected in [
        "optional::value(self.count, -5)",
        "optional::text(&self.name, \"x\")",
        "optional::value(self.e, E::Two)",
        "f32::INFINITY",
        "pub flag: __rt::bool",
        "pub next: __rt::Option<__rt::Box<A>>",
        "optional::boxed_message(&self.next)",
    ] {
        assert!(text.contains(expected), "{expected}:\n{text}");
    }
}

#[test]
fn a_bundled_file_of_the_call_is_emitted() {
    let output = expanded("[\"google/protobuf/any.proto\", \"google/protobuf/struct.proto\"]");
    let text = prettyplease::unparse(&syn::parse2(output).unwrap());
    assert!(text.contains("pub struct Any") && text.contains("pub enum NullValue"), "{text}");
    assert!(text.contains("pub fields: __rt::HashMap<__rt::String, Value>"), "{text}");
}

#[test]
fn extern_paths_map_packages_and_types() {
    let schema = "syntax = \\\"proto3\\\"; import \\\"google/protobuf/struct.proto\\\"; \
                  message A { google.protobuf.Value v = 1; google.protobuf.ListValue l = 2; }";
    let call = format!(
        "inline = \"{schema}\", extern_path = [(\"google.protobuf\", ::pb::wkt), (\"google.protobuf.Value\", ::x::V)]"
    );
    let text = prettyplease::unparse(&syn::parse2(expanded(&call)).unwrap());
    assert!(text.contains("Option<::x::V>") && text.contains("Option<::pb::wkt::ListValue>"), "{text}");
    let unused = format!("inline = \"{schema}\", extern_path = [(\"google.type\", ::x)]");
    assert_eq!(problems(expanded(&unused)).len(), 1);
}

#[test]
fn names_that_differ_in_case_live_side_by_side() {
    let text = formatted(
        "syntax = \"proto3\"; message A { string self = 1; string Self = 2; string foo = 3; string _foo = 4; message B { int32 x = 1; int32 X = 2; } }",
    );
    for expected in ["pub self_: ", "pub self__2: ", "pub foo: ", "pub _foo: ", "pub x: ", "pub x_2: "] {
        assert!(text.contains(expected), "{expected}:\n{text}");
    }
}

#[test]
fn values_of_recursive_maps_are_not_boxed() {
    let text = formatted(
        "syntax = \"proto3\"; package p; message Tree { map<int32, Tree> by_id = 1; Tree left = 2; repeated Tree more = 3; \
         oneof kind { Tree only = 4; int32 leaf = 5; } }",
    );
    for expected in [
        "HashMap<__rt::i32, Tree>",
        "pub left: __rt::Option<__rt::Box<Tree>>",
        "Only(__rt::Box<super::Tree>)",
    ] {
        assert!(text.contains(expected), "{expected}:\n{text}");
    }
}

#[test]
fn strings_that_are_not_checked_are_bytes_where_the_call_wants_it() {
    let schema = r#"edition = "2023";
        message A {
          string checked = 1;
          string fee = 2 [features.utf8_validation = NONE, default = "\"x\001"];
          repeated string many = 3 [features.utf8_validation = NONE];
          map<string, string> map = 4 [features.utf8_validation = NONE];
          oneof o { string member = 5 [features.utf8_validation = NONE]; string other = 6; }
          extensions 100 to 200;
        }
        extend A { string extra = 100 [features.utf8_validation = NONE]; string text = 101; }"#;
    let bytes = [
        "pub checked: __rt::Option<__rt::String>",
        "pub fee: __rt::Option<__rt::Bytes>",
        "pub many: __rt::Vec<__rt::Bytes>",
        "pub map: __rt::HashMap<__rt::Bytes, __rt::Bytes>",
        "Member(__rt::Bytes)",
        "Other(__rt::String)",
        "EXTRA: __rt::Extension<A, __rt::OptionalExtension<__rt::Raw>>",
        "TEXT: __rt::Extension<A, __rt::OptionalExtension<__rt::Str>>",
        "optional::bytes(&self.fee, b\"\\\"x\\x01\")",
    ];
    let packaged = schema.replacen(';', "; package p;", 1);
    let text = |option: &str| {
        let output = expanded(&format!("inline = r##\"{packaged}\"## {option}"));
        prettyplease::unparse(&syn::parse2(output).unwrap())
    };
    let chosen = text(", unchecked_strings = \"bytes\"");
    for expected in bytes {
        assert!(chosen.contains(expected), "{expected}:\n{chosen}");
    }
    for option in ["", ", unchecked_strings = \"string\""] {
        assert!(!text(option).contains("__rt::Bytes"), "{option}");
    }
}
