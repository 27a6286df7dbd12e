//! Messages, fields, values and methods may have names that mean something in Rust: the schema compiles, with a package
//! and without one, and each name leads to its own thing.

use protocall::{Enumeration, Message};

/// With a package, in a module of its own.
mod packed {
    protocall::include_proto!("proto/hostile/names.proto", views = true);
}

/// Without a package, and with types around it that have the names of the prelude.
mod rooted {
    ::protocall::include_proto!("proto/hostile/rooted.proto", views = true);
}

/// Packages with the names of crates and keywords, side by side.
mod crates {
    ::protocall::include_proto!(
        inline = r#"
        syntax = "proto3";
        package std.core.protocall.self.type;
        message Vec { optional string string = 1; Vec vec = 2; }
        service Vecs { rpc Get(Vec) returns (stream Vec); }
    "#
    );
}

use packed::hostile;

#[test]
fn messages_called_as_the_prelude_go_through_the_codec() {
    let some = hostile::Some { some: Some(true), ..Default::default() };
    let inner = hostile::Box { r#box: Some(hostile::r#box::Box::B(some)), ..Default::default() };
    let vec = hostile::Vec {
        boxes: [("a".to_owned(), inner)].into(),
        vec: vec![hostile::Vec::default()],
        ..Default::default()
    };
    let result = hostile::Result { ok: Some(vec), err: text("no".to_owned()), ..Default::default() };
    assert_eq!(hostile::Result::decode(&result.encode_to_vec()), Ok(result));
    let rooted = rooted::Option { some: Some("x".into()), ..Default::default() };
    assert_eq!(rooted::Option::decode(&rooted.encode_to_vec()), Ok(rooted));
}

#[test]
fn names_that_no_identifier_can_have_get_an_underscore() {
    let own = hostile::Self_ { self_: Some(1), self2: Some(2), ..Default::default() };
    assert_eq!((hostile::Self_::NAME, own.self_(), own.self2()), ("hostile.Self", 1, 2));
    assert_eq!((hostile::self_::NAME, hostile::__::NAME), ("hostile.self", "hostile._"));
    assert_eq!(crates::std::core::protocall::self_::r#type::Vec::NAME, "std.core.protocall.self.type.Vec");
}

#[test]
fn a_getter_does_not_hide_what_messages_do() {
    let message = hostile::Message { decode: Some("x".into()), merge: Some(3), ..Default::default() };
    let bytes = message.encode_to_vec();
    assert_eq!(message.encoded_len(), bytes.len());
    let mut again = hostile::Message::decode(&bytes).expect("our own bytes");
    assert_eq!(
        (again.decode_(), again.merge_(), again.encode_(), again.encoded_len_()),
        ("x", 3, &[][..], 0)
    );
    again.merge(&bytes).expect("our own bytes");
    assert_eq!(again, message.clone());
    let named = hostile::Clone { clone: Some("kept".into()), ..hostile::Clone::default() };
    assert_eq!(named.clone().clone_(), "kept");
}

#[test]
fn values_are_found_by_name_without_a_trait_in_scope() {
    mod apart {
        use super::hostile::{Error, unit::Kind};

        pub(super) fn names() -> [Option<&'static str>; 3] {
            [Kind::Self_.name(), Error::Name.name(), Kind::Unrecognized(77).name()]
        }

        pub(super) fn values() -> [Option<Kind>; 2] {
            [Kind::from_name("SELF"), Kind::from_name("Self_")]
        }
    }
    assert_eq!(apart::names(), [Some("SELF"), Some("NAME"), None]);
    assert_eq!(apart::values(), [Some(hostile::unit::Kind::Self_), None]);
    assert_eq!(hostile::unit::Kind::Unrecognized_.number(), 7);
}

fn text(string: String) -> std::option::Option<hostile::String> {
    Some(hostile::String { string: Some(string), ..Default::default() })
}

struct Keeper;

impl hostile::Gate for Keeper {
    async fn clone_(
        &self,
        _: &protocall::Context,
        request: hostile::Option,
    ) -> protocall::Result<hostile::Result> {
        Ok(hostile::Result { err: text(format!("clone {}", request.some())), ..Default::default() })
    }

    async fn into_(
        &self,
        _: &protocall::Context,
        request: hostile::Option,
    ) -> protocall::Result<hostile::Result> {
        Ok(hostile::Result { err: text(format!("into {}", request.some())), ..Default::default() })
    }

    async fn name_(&self, _: &protocall::Context, _: hostile::Option) -> protocall::Result<hostile::Result> {
        Ok(hostile::Result { err: text("name_".to_owned()), ..Default::default() })
    }
}

#[test]
fn methods_called_as_those_of_rust_are_called() {
    let client = hostile::GateClient::local(Keeper);
    let option = hostile::Option { some: Some("it".into()), ..Default::default() };
    protocall::run(async {
        let second = client.clone();
        assert_eq!(client.clone_(option.clone()).await?.err().string(), "clone it");
        assert_eq!(second.into_(option.clone()).await?.err().string(), "into it");
        assert_eq!(second.name_(option.clone()).await?.err().string(), "name_");
        let missing = second.new(option).await.expect_err("it is left out");
        assert_eq!(missing.code(), protocall::Code::Unimplemented);
        Ok::<(), protocall::Status>(())
    })
    .expect("all methods answer");
}
