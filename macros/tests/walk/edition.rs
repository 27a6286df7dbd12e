//! Editions: schemas that are taken and schemas that are refused, as protoc does it, and what features mean in Rust.
//!
//! `editions.txt` beside this file has a schema per line, and indented below it the titles of its problems.
//! `BLESS=1` writes the titles anew.

use std::fs;
use std::path::Path;

use super::{expanded, formatted, problems};

/// The titles of the problems of a schema, each on a line of its own and indented.
fn titles(schema: &str) -> String {
    let call = format!("inline = r##\"{schema}\"##, include = [\"tests/walk/proto\"], message_set = true");
    let texts = problems(expanded(&call));
    texts.iter().map(|text| format!("  {}\n", text.lines().next().unwrap_or(""))).collect()
}

/// The output without the descriptors, which say how the features were chosen.
fn types(schema: &str) -> String {
    const FILES: &str = "__FILES_";
    let text = formatted(schema);
    let (types, descriptors) = text.split_once("#[doc(hidden)]").expect("the descriptors follow the types");
    let name = descriptors.split_once(FILES).expect("a static of that name").1;
    types.replace(&format!("{FILES}{}", &name[..16]), FILES)
}

#[test]
fn every_schema_is_taken_or_refused_as_the_file_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/walk/editions.txt");
    let expected = fs::read_to_string(&path).expect("the cases are there");
    let mut found = String::new();
    for line in expected.lines().filter(|line| !line.starts_with("  ")) {
        let is_schema = !line.is_empty() && !line.starts_with('#');
        found.push_str(&format!("{line}\n{}", if is_schema { titles(line) } else { String::new() }));
    }
    if std::env::var_os("BLESS").is_some() {
        fs::write(&path, &found).expect("the file can be written");
    }
    for (expected, found) in expected.lines().zip(found.lines()) {
        assert_eq!(expected, found);
    }
    assert_eq!(expected.lines().count(), found.lines().count());
}

#[test]
fn features_give_what_proto2_gives() {
    let proto2 = r#"syntax = "proto2";
message A {
  optional int32 a = 1 [default = -5];
  required string b = 2;
  repeated int32 c = 3;
  repeated int32 d = 4 [packed = true];
  optional group G = 5 { optional int32 x = 1; }
  optional E e = 6 [default = Y];
  oneof o { A f = 7; group H = 8 { optional bytes y = 1 [default = "\001\""]; } }
  map<int32, E> m = 9;
  optional double n = 10 [default = -inf];
  optional A next = 11;
  reserved "old";
}
enum E { X = 1; Y = 2; }
"#;
    let edition = r#"edition = "2023"; option features.enum_type = CLOSED; option features.repeated_field_encoding = EXPANDED;
message A {
  int32 a = 1 [default = -5];
  string b = 2 [features.field_presence = LEGACY_REQUIRED];
  repeated int32 c = 3;
  repeated int32 d = 4 [features.repeated_field_encoding = PACKED];
  message G { int32 x = 1; } G g = 5 [features.message_encoding = DELIMITED];
  E e = 6 [default = Y];
  message H { bytes y = 1 [default = "\001\""]; } oneof o { A f = 7; H h = 8 [features = { message_encoding: DELIMITED }]; }
  map<int32, E> m = 9;
  double n = 10 [default = -inf];
  A next = 11;
  reserved old;
}
enum E { X = 1; Y = 2; }
"#;
    // A map to an enum without 0 is not for protoc, but the same mistake in both.
    let without_map = |schema: &str| schema.replace("  map<int32, E> m = 9;\n", "\n");
    assert_eq!(types(&without_map(edition)), types(&without_map(proto2)));
    assert_eq!(titles(edition), titles(proto2));
}

#[test]
fn features_give_what_proto3_gives() {
    let proto3 = r#"syntax = "proto3";
message A {
  int32 a = 1;
  optional string b = 2;
  repeated int32 c = 3;
  repeated int32 d = 4 [packed = false];
  A e = 5;
  oneof o { E f = 6; A g = 7; }
  map<string, E> m = 8;
}
enum E { X = 0; Y = 2; }
"#;
    let edition = r#"edition = "2024"; option features.field_presence = IMPLICIT; option features.message_encoding = DELIMITED;
message A {
  int32 a = 1;
  string b = 2 [features.field_presence = EXPLICIT];
  repeated int32 c = 3;
  repeated int32 d = 4 [features.repeated_field_encoding = EXPANDED];
  A e = 5 [features.message_encoding = LENGTH_PREFIXED];
  oneof o { E f = 6; A g = 7 [features.message_encoding = LENGTH_PREFIXED]; }
  map<string, E> m = 8;
}
export enum E { X = 0; Y = 2; }
"#;
    assert_eq!(types(edition), types(proto3));
}

#[test]
fn a_delimited_field_is_a_group_whatever_its_name() {
    let text = formatted(
        "edition = \"2023\"; option features.message_encoding = DELIMITED; \
         message A { B first = 1; repeated B more = 2; map<int32, C> by_number = 3; } message B {} message C {}",
    );
    let text: String = text.split_whitespace().collect();
    assert!(text.contains("Group<B>") && text.contains("Nested<C>"), "{text}");
    assert!(!text.contains("Nested<B>") && !text.contains("Group<C>"), "{text}");
}

#[test]
fn comments_stay_where_they_belong() {
    let text = formatted(
        "edition = \"2024\";\nmessage A {\n  // Gone.\n  reserved old;\n  int32 x = 1;\n}\n// Kept inside.\nlocal message B {}\n",
    );
    assert!(!text.contains("Gone.") && text.contains("Kept inside."), "{text}");
}
