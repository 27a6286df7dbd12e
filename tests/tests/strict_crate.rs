//! Generated code where every lint is an error, without a prelude, and in a module within a function. The lints of clippy are
//! seen where clippy runs over the tests.

#![forbid(unsafe_code)]
#![deny(
    warnings,
    future_incompatible,
    keyword_idents,
    let_underscore,
    missing_copy_implementations,
    missing_debug_implementations,
    missing_docs,
    nonstandard_style,
    rust_2018_compatibility,
    rust_2018_idioms,
    rust_2021_compatibility,
    rust_2024_compatibility,
    single_use_lifetimes,
    trivial_casts,
    trivial_numeric_casts,
    unit_bindings,
    unreachable_pub,
    unused,
    unused_import_braces,
    unused_lifetimes,
    unused_qualifications,
    unused_results,
    variant_size_differences,
    clippy::all,
    clippy::nursery,
    clippy::pedantic,
    clippy::unwrap_used,
    clippy::expect_used
)]

use protocall::Message;

mod strict {
    protocall::include_proto!("proto/strict.proto", views = true);
}

#[no_implicit_prelude]
mod bare {
    ::protocall::include_proto!("proto/strict.proto", views = true);
}

struct Keeper;

impl strict::strict::Store for Keeper {
    async fn keep(
        &self,
        _: &protocall::Context,
        order: strict::strict::Order,
    ) -> protocall::Result<strict::strict::Order> {
        Ok(order)
    }
}

#[test]
fn strict_code_is_served() {
    let order = strict::strict::Order { name: "A".into(), ..Default::default() };
    let client = strict::strict::StoreClient::local(Keeper);
    let answer = protocall::run(async { client.keep(order.clone()).await });
    assert!(answer.is_ok_and(|answer| answer == order));
}

#[test]
fn a_module_in_a_function_and_one_without_a_prelude_are_the_same_on_the_wire() {
    mod inner {
        protocall::include_proto!("proto/strict.proto");
    }
    let order = inner::strict::Order {
        name: "A".into(),
        kind: Some(inner::strict::order::Kind::Code(7)),
        ..Default::default()
    };
    let read = bare::strict::Order::decode(&order.encode_to_vec());
    assert!(read.is_ok_and(|read| read.name == "A" && read.kind == Some(bare::strict::order::Kind::Code(7))));
}
