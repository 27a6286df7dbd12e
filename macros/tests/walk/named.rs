//! Names that would clash in Rust: which of two gives way, and that the output is the same in every run.

use super::expanded;

/// The output without white space.
fn spelled(schema: &str) -> String {
    expanded(&format!("inline = r##\"{schema}\"##")).to_string().split_whitespace().collect()
}

fn assert_has(schema: &str, expected: &[&str]) {
    let text = spelled(schema);
    let missing = |part: &&&str| !text.contains(&part.split_whitespace().collect::<String>());
    let missing: Vec<_> = expected.iter().filter(missing).collect();
    assert!(missing.is_empty(), "{missing:#?} is not in the output of {schema}");
    assert!(!text.contains("compile_error!"), "{schema} is refused: {text}");
}

#[test]
fn what_is_made_for_a_service_gives_way_to_messages_and_to_other_services() {
    assert_has(
        "syntax = \"proto3\"; message GameServer {} message GameClient {} message game {}
         service Game { rpc Play(GameServer) returns (GameClient); } service GAME {} service GAMEServer {}",
        &[
            "pub struct GameServer {",
            "pub struct GameServer_<__S>",
            "pub struct GameClient_ {",
            "impl GameClient_ { #[doc = r\" A client that calls",
            "pub trait Game:",
            "pub trait GAMEServer:",
            "pub struct GAMEServer_<__S>",
            "pub mod game_ {",
            "pub mod game__ {",
            "&game_::PLAY",
        ],
    );
}

#[test]
fn oneofs_give_way_to_nested_types_and_to_earlier_oneofs() {
    assert_has(
        "syntax = \"proto3\"; package p; message A {
           message Kind {} enum BothOneof { NONE = 0; } message Both {}
           oneof kind { int32 a = 1; } oneof both { int32 b = 2; } oneof kind_ { int32 c = 3; } }",
        &[
            "pub kind: __rt::Option<a::KindOneof>",
            "pub both: __rt::Option<a::BothOneof_>",
            "pub kind_: __rt::Option<a::KindOneof_2>",
        ],
    );
}

#[test]
fn methods_leave_the_names_that_clients_have() {
    let rpc = |name: &str| format!("rpc {name}(M) returns (M);");
    let methods: String =
        ["New", "Clone", "Connect", "Local", "Into", "Name", "NAME_", "doIt", "do_it", "Type", "Self"]
            .map(rpc)
            .concat();
    assert_has(
        &format!("syntax = \"proto3\"; message M {{}} service S {{ {methods} }}"),
        &[
            "fn new(",
            "fn clone_(",
            "fn connect_(",
            "fn local_(",
            "fn into_(",
            "fn name(",
            "fn do_it(",
            "fn do_it_2(",
            "fn r#type(",
            "fn self_(",
            "static NAME_: __rt",
            "static TYPE:",
        ],
    );
}

#[test]
fn constants_of_methods_are_distinct() {
    let text = spelled(
        "syntax = \"proto3\"; message M {} service S { rpc name(M) returns (M); rpc name_(M) returns (M); }",
    );
    let statics = text.split("pubstatic").skip(1).filter_map(|rest| rest.split(':').next());
    let constants = statics.filter(|name| !name.starts_with("__FILES_"));
    assert_eq!(constants.collect::<Vec<_>>(), ["NAME_2", "NAME_"]);
}

#[test]
fn getters_leave_the_names_that_all_messages_have() {
    let names = ["encode", "decode", "clone", "default", "merge", "eq", "encoded_len", "plain", "clone_"];
    let fields: String =
        (1..).zip(names).map(|(number, name)| format!("optional int32 {name} = {number};")).collect();
    assert_has(
        &format!("syntax = \"proto2\"; message M {{ {fields} }}"),
        &[
            "pub encode: ::protocall::__private_0_1_0::Option",
            "fn encode_(&self)",
            "fn decode_(&self)",
            "fn clone__(&self)",
            "fn clone_(&self)",
            "fn default_(&self)",
            "fn merge_(&self)",
            "fn eq_(&self)",
            "fn encoded_len_(&self)",
            "fn plain(&self)",
        ],
    );
}

#[test]
fn packages_and_extensions_are_escaped() {
    assert_has(
        "syntax = \"proto2\"; package self.type.Super.crate._; message M { extensions 1 to 9; }
         extend M { optional int32 foo = 1; optional int32 Foo = 2; optional int32 _ = 3; }",
        &[
            "pub mod self_ {",
            "pub mod r#type {",
            "pub mod super_ {",
            "pub mod crate_ {",
            "pub mod __ {",
            "pub const FOO:",
            "pub const FOO_2:",
            "pub const __:",
        ],
    );
}

#[test]
fn the_output_is_the_same_in_every_run() {
    let names = ["Ant", "Bee", "Cat", "Dog", "Elk", "Fox", "Gnu", "Hen"];
    let messages: String = names
        .iter()
        .map(|name| format!("message {name} {{ oneof a {{ Bee b = 1; string c = 2; }} optional Gnu d = 3; }} service {name}s {{}}"))
        .collect();
    let call = format!("inline = r##\"syntax = \"proto3\"; package a.b; {messages}\"##, views = true");
    let first = expanded(&call).to_string();
    for _ in 0..8 {
        assert!(expanded(&call).to_string() == first, "two runs differ");
    }
}
