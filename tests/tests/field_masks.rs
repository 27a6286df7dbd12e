//! Field masks: what is a path of a message and what is not, masks as sets, and messages by a mask, as the documentation of
//! protobuf's `FieldMaskUtil` has it.

use std::collections::HashMap;

use proptest::prelude::*;
use protocall::well_known::FieldMask;
use protocall::{DynamicMessage, Message, Reflect};

protocall::include_proto!(
    inline = r#"
    syntax = "proto3";
    package masks;
    message Product {
        string id = 1;
        string display_name = 2;
        Price price = 3;
        repeated string tags = 4;
        map<string, Price> regional = 5;
        repeated Price history = 6;
        optional int32 stock = 7;
        Product parent = 8;
        oneof source { string supplier = 9; Price made_for = 10; }
        State state = 11;
        bytes picture = 12;
    }
    message Price { string currency = 1; int64 cents = 2; }
    enum State { STATE_NONE = 0; STATE_SOLD = 1; }
"#
);
use masks::{Price, Product, State, product::Source};

fn mask(paths: &str) -> FieldMask {
    paths.parse().expect("names joined by dots")
}

fn price(currency: &str, cents: i64) -> Price {
    Price { currency: currency.into(), cents, ..Default::default() }
}

fn stored() -> Product {
    Product {
        id: "7".into(),
        display_name: "Tea".into(),
        price: Some(price("CHF", 950)),
        tags: vec!["hot".into()],
        regional: HashMap::from([("de".into(), price("EUR", 990)), ("fr".into(), price("EUR", 980))]),
        stock: Some(3),
        parent: Some(Box::new(Product { id: "1".into(), ..Default::default() })),
        source: Some(Source::Supplier("Ada".into())),
        ..Default::default()
    }
}

#[test]
fn paths_lead_to_fields_or_the_error_says_where_they_do_not() {
    mask("id,price,price.cents,tags,regional,history,parent.parent.price.currency,supplier,made_for.cents")
        .check::<Product>()
        .expect("all are fields");
    let nothing_behind =
        |name: &str| format!("nothing can stand behind `{name}`, which is no single message");
    for (path, problem, suggestion) in [
        ("displayName", "masks.Product has no field `displayName`".to_owned(), Some("display_name")),
        ("price.curency", "masks.Price has no field `curency`".to_owned(), Some("currency")),
        ("parent.Tags", "masks.Product has no field `Tags`".to_owned(), Some("tags")),
        ("colour", "masks.Product has no field `colour`".to_owned(), None),
        ("source", "masks.Product has no field `source`".to_owned(), None),
        ("id.length", nothing_behind("id"), None),
        ("history.cents", nothing_behind("history"), None),
        ("regional.de", nothing_behind("regional"), None),
        ("", "masks.Product has no field ``".to_owned(), None),
    ] {
        let error = FieldMask::of(["id", path]).check::<Product>().expect_err(path);
        assert_eq!((error.path(), error.problem(), error.suggestion()), (path, &*problem, suggestion));
    }
}

#[test]
fn texts_are_paths_between_commas() {
    assert_eq!(mask(" a.b , ,c_1,").to_string(), "a.b,c_1");
    assert_eq!(mask(""), FieldMask::default());
    for text in ["a..b", ".a", "a.", "a b", "a,1b", "a.*"] {
        assert!(text.parse::<FieldMask>().is_err(), "{text}");
    }
}

#[test]
fn masks_are_sets_of_fields() {
    let left = mask("price.cents,id,parent,id,parent.tags");
    assert_eq!(left.normalized().to_string(), "id,parent,price.cents");
    for (path, expected) in [
        ("id", true),
        ("parent.price.cents", true),
        ("price", false),
        ("price.currency", false),
        ("i", false),
    ] {
        assert_eq!(left.contains(path), expected, "{path}");
    }
    let right = mask("price,parent.tags,stock");
    assert_eq!(left.union(&right).to_string(), "id,parent,price,stock");
    assert_eq!(left.intersection(&right).to_string(), "parent.tags,price.cents");
    assert_eq!(left.difference(&right).to_string(), "id,parent");
    assert_eq!(right.difference(&left).to_string(), "price,stock");
}

#[test]
fn apply_makes_the_named_fields_what_they_are_in_the_source() {
    let source = Product {
        display_name: "Green tea".into(),
        price: Some(price("", 900)),
        tags: vec!["cold".into()],
        source: Some(Source::MadeFor(price("EUR", 1))),
        state: State::Sold,
        picture: vec![1, 2].into(),
        ..Default::default()
    };
    let mut target = stored();
    let named = mask("display_name,price.cents,tags,regional,stock,made_for,state,picture,parent.id,history");
    named.apply(&source, &mut target).expect("all are fields");
    let expected = Product {
        id: "7".into(),
        price: Some(price("CHF", 900)),
        parent: Some(Box::new(Product::default())),
        ..source.clone()
    };
    assert_eq!(target, expected);

    let mut target = Product::default();
    mask("parent.parent.id,price.cents").apply(&Product::default(), &mut target).expect("all are fields");
    assert_eq!(target, Product::default(), "what neither has is not made on the way");
}

#[test]
fn merge_keeps_what_holds_more_than_one_value() {
    let source = Product {
        price: Some(price("", 900)),
        tags: vec!["cold".into()],
        regional: HashMap::from([("de".into(), price("", 1))]),
        parent: Some(Box::new(Product { display_name: "Drinks".into(), ..Default::default() })),
        ..Default::default()
    };
    let mut target = stored();
    mask("price,tags,regional,parent,stock").merge(&source, &mut target).expect("all are fields");
    let parent = Product { id: "1".into(), display_name: "Drinks".into(), ..Default::default() };
    let expected = Product {
        price: Some(price("CHF", 900)),
        tags: vec!["hot".into(), "cold".into()],
        regional: HashMap::from([("de".into(), price("", 1)), ("fr".into(), price("EUR", 980))]),
        parent: Some(Box::new(parent)),
        stock: None,
        ..stored()
    };
    assert_eq!(target, expected);
}

#[test]
fn trim_leaves_the_named_fields() {
    let mut message = stored();
    mask("id,price.cents,parent.tags,regional").trim(&mut message).expect("all are fields");
    let expected = Product {
        id: "7".into(),
        price: Some(price("", 950)),
        regional: stored().regional,
        parent: Some(Box::default()),
        ..Default::default()
    };
    assert_eq!(message, expected);
    let mut unknown = Product::decode(&[0xf8, 0x07, 1]).expect("an unknown field");
    mask("id").trim(&mut unknown).expect("all are fields");
    assert_eq!(unknown, Product::default());
    let mut emptied = stored();
    FieldMask::default().trim(&mut emptied).expect("no path is wrong");
    assert_eq!(emptied, Product::default());
}

#[test]
fn a_wrong_path_changes_nothing() {
    let mut message = stored();
    let wrong = mask("id,colour");
    wrong.apply(&Product::default(), &mut message).expect_err("no colour");
    wrong.merge(&Product::default(), &mut message).expect_err("no colour");
    wrong.trim(&mut message).expect_err("no colour");
    assert_eq!(message, stored());
}

#[test]
fn messages_known_by_descriptor_follow_masks_too() {
    let product = stored();
    let dynamic = |product: &Product| {
        DynamicMessage::decode(product.descriptor(), &product.encode_to_vec()).expect("it is one")
    };
    let named = mask("price.cents,tags,regional,source_id");
    assert!(named.check_against(product.descriptor()).is_err());
    let named = mask("price.cents,tags,regional");
    let mut target = DynamicMessage::new(product.descriptor());
    named.apply(&dynamic(&product), &mut target).expect("all are fields");
    let mut expected = product.clone();
    named.trim(&mut expected).expect("all are fields");
    assert_eq!(target, dynamic(&expected));
}

#[test]
fn masks_of_any_length_are_checked_in_time_and_without_a_deep_stack() {
    let deep = vec!["parent"; 20_000].join(".");
    let mut many: Vec<String> = (0..20_000).map(|depth| format!("parent.f{}", depth % 10_000)).collect();
    many.push(deep.clone());
    let mask = FieldMask::of(many);
    assert_eq!(mask.normalized().paths.len(), 10_001);
    assert_eq!(mask.intersection(&mask).paths.len(), 10_001);
    let error = mask.check::<Product>().expect_err("no such fields");
    assert!(error.to_string().len() < 400, "{error}");
    let deep = FieldMask::of([deep]);
    let mut message = stored();
    deep.apply(&Product::default(), &mut message).expect("they are fields");
    deep.trim(&mut message).expect("they are fields");
    assert_eq!(message, Product { parent: Some(Box::default()), ..Default::default() });
}

fn paths() -> impl Strategy<Value = FieldMask> {
    let path =
        proptest::collection::vec(prop_oneof!["a", "b", "a_b"], 1..4).prop_map(|names| names.join("."));
    proptest::collection::vec(path, 0..6).prop_map(FieldMask::of)
}

/// All paths of up to four names: a field is in a mask if one of the mask's paths is the beginning of its names.
fn named(mask: &FieldMask) -> Vec<String> {
    let mut all = vec![String::new()];
    for _ in 0..4 {
        let longer = all.iter().flat_map(|path| ["a", "b", "a_b"].map(|name| format!("{path}.{name}")));
        all = longer.collect();
    }
    let starts =
        |path: &str| mask.paths.iter().any(|start| format!("{path}.").starts_with(&format!(".{start}.")));
    all.into_iter().filter(|path| starts(path)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn sets_have_the_fields_that_they_should(left in paths(), right in paths()) {
        let (ours, theirs) = (named(&left), named(&right));
        prop_assert_eq!(named(&left.normalized()), ours.clone());
        let union: Vec<String> = named(&left.union(&right));
        prop_assert!(union.iter().all(|path| ours.contains(path) || theirs.contains(path)));
        prop_assert!(ours.iter().chain(&theirs).all(|path| union.contains(path)));
        let both: Vec<String> = ours.iter().filter(|path| theirs.contains(path)).cloned().collect();
        prop_assert_eq!(named(&left.intersection(&right)), both);
        for path in &ours {
            prop_assert!(left.contains(path.trim_start_matches('.')));
        }
    }
}

#[test]
fn one_that_json_would_read_back_as_another_has_no_json() {
    use protocall::Json;
    for paths in [&["a,b"][..], &[""], &["a", ""], &["fooBar"]] {
        let mask =
            FieldMask { paths: paths.iter().map(|&path| path.to_owned()).collect(), ..Default::default() };
        assert!(mask.to_json().is_err(), "{paths:?}");
    }
    assert_eq!(FieldMask::default().to_json().as_deref(), Ok("\"\""));
}
