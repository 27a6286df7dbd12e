//! The options `derive` and `…_attributes`: traits that generated types derive besides the usual ones or no longer, and
//! attributes on types, fields and values, named one by one, by what is around them, or by a pattern.

use std::collections::HashSet;
use std::error::Error;

mod pb {
    protocall::include_proto!(
        inline = r#"
            syntax = "proto3";
            package shop.v1;
            enum Cause { CAUSE_UNKNOWN = 0; CAUSE_STOCK = 1; CAUSE_MONEY = 2; }
            message Failure {
                string order = 1;
                Cause cause = 2;
                oneof detail { Missing missing = 3; string text = 4; }
                message Missing { int32 items = 1; }
            }
            message Point { int32 x = 1; int32 y = 2; }
            message Secret { string word = 1; oneof form { int32 number = 2; } }
        "#,
        derive = [
            ("shop.v1", [Eq, ::core::hash::Hash]),
            ("shop.v1.Failure", [thiserror::Error]),
            ("shop.v1.Failure.*", [::thiserror::Error]),
            ("**.Cause", [thiserror::Error, !PartialOrd, !Ord]),
            ("shop.v1.Point", [PartialOrd, Ord]),
            ("shop.v1.Secret", [!Debug, !Clone]),
        ],
        message_attributes = [
            ("shop.v1.Failure", [error("order {order}: {cause}"), doc(alias = "Error")]),
            ("shop.v1.Failure.Missing", [error("{items} are missing")]),
        ],
        enum_attributes = [("shop.v1.Cause", [error("another cause")])],
        value_attributes = [("shop.v1.Cause.CAUSE_STOCK", [error("out of stock")])],
        oneof_attributes = [("shop.v1.Failure.detail", [error("it says {0:?}")])],
        field_attributes = [
            ("shop.v1.Failure.missing", [error(transparent)]),
            ("shop.v1.Failure.detail", [source]),
            ("shop.v1.Secret.*", [doc(hidden)]),
        ],
    );
}
use pb::shop::v1::{Cause, Failure, Point, Secret, failure, secret};

/// Answers whether a type has a trait, at compile time: the inherent function is found first, if its bound holds.
macro_rules! has {
    ($type:ty: $bound:path) => {{
        struct Probe<T>(std::marker::PhantomData<T>);
        #[allow(dead_code)]
        trait Otherwise {
            fn answer(&self) -> bool {
                false
            }
        }
        impl<T> Otherwise for Probe<T> {}
        #[allow(dead_code)]
        impl<T: $bound> Probe<T> {
            fn answer(&self) -> bool {
                true
            }
        }
        Probe::<$type>(std::marker::PhantomData).answer()
    }};
}

#[test]
fn traits_are_added_to_all_of_a_package() {
    let points = HashSet::from([Point { x: 1, y: 2, ..Default::default() }, Point::default()]);
    assert!(points.contains(&Point { y: 2, x: 1, ..Default::default() }));
    assert!(has!(failure::Missing: Eq) && has!(failure::Detail: Eq) && has!(secret::Form: Eq));
}

#[test]
fn a_name_is_one_type_and_not_what_is_nested_in_it() {
    assert!(Point { x: 1, y: 2, ..Default::default() } < Point { x: 1, y: 3, ..Default::default() });
    assert!(has!(Point: Ord) && !has!(Failure: Ord) && !has!(failure::Missing: Ord));
    assert!(!has!(Secret: std::fmt::Debug) && has!(secret::Form: std::fmt::Debug));
}

#[test]
fn traits_are_taken_away() {
    assert!(!has!(Secret: Clone) && has!(Secret: PartialEq) && has!(Point: Clone));
    assert!(!has!(Cause: Ord) && !has!(Cause: PartialOrd) && has!(Cause: std::hash::Hash));
}

#[test]
fn attributes_reach_types_fields_and_values() {
    let missing = failure::Missing { items: 3, ..Default::default() };
    let failure = Failure {
        order: "A7".into(),
        cause: Cause::Stock,
        detail: Some(failure::Detail::Missing(missing)),
        ..Default::default()
    };
    assert_eq!(failure.to_string(), "order A7: out of stock");
    let source = failure.source().expect("the member of the oneof is its source");
    assert_eq!(source.to_string(), "3 are missing");
    assert_eq!(failure::Detail::Text("no".into()).to_string(), "it says \"no\"");
    assert_eq!(Cause::Money.to_string(), "another cause");
    assert_eq!(Cause::Unrecognized(9).to_string(), "another cause");
}
