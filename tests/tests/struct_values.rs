//! Values without a schema: made by `value!` and `From`, read by indexing, changed, and from and to `serde_json`'s.

use std::collections::{BTreeMap, HashMap};

use protocall::well_known::structure::NoJson;
use protocall::well_known::{ListValue, Struct, Value};
use protocall::{Json, Message, value};
use serde_json::json;

#[test]
fn the_macro_says_what_json_says() {
    let (name, count) = (String::from("tea"), 2_u32);
    let ours = value!({
        "null": null, "name": name.clone(), "sum": 1 + 1, "minus": -2.5,
        ("k".repeat(2)): [null, [], {}, [1, 2].len() as u32, { "deep": [true, false,], }, count],
        "method": name.to_uppercase(), "none": None::<bool>,
    });
    let theirs = json!({
        "null": null, "name": "tea", "sum": 2, "minus": -2.5,
        "kk": [null, [], {}, 2, { "deep": [true, false] }, 2], "method": "TEA", "none": null,
    });
    assert_eq!(ours, Value::from(theirs.clone()));
    assert_eq!(serde_json::Value::try_from(ours.clone()), Ok(theirs));
    assert_eq!(Value::decode(&ours.encode_to_vec()), Ok(ours));
    assert_eq!(
        [value!(null), value!([]), value!({})],
        [Value::NULL, ListValue::default().into(), Struct::default().into()]
    );
}

#[test]
fn indexing_finds_what_is_there_and_null_elsewhere() {
    let value = value!({ "a": [10, { "b": "c" }], "n": 1.5, "t": true });
    assert_eq!(value["a"][1]["b"].as_str(), Some("c"));
    assert_eq!(
        (value["a"][0].as_i64(), value["n"].as_i64(), value["n"].as_f64()),
        (Some(10), None, Some(1.5))
    );
    assert_eq!((value["t"].as_bool(), value["t"].as_str()), (Some(true), None));
    for missing in [&value["x"], &value["a"][9], &value["a"]["x"], &value[0], &value["x"]["y"][3]] {
        assert!(missing.is_null());
    }
    assert!(value.get("x").is_none() && value.at(0).is_none() && value["a"].at(2).is_none());
    assert_eq!(value.as_struct().map(|it| &it["n"]), Some(&value!(1.5)));
    assert_eq!(value["a"].as_list().map(|it| &it[0]), Some(&value!(10)));
    assert_eq!(value!(9.3e18).as_i64(), None);
    assert_eq!(value!(-9_223_372_036_854_775_808.0).as_i64(), Some(i64::MIN));
    assert_eq!(value!(f64::NAN).as_i64(), None);
}

#[test]
fn rusts_collections_become_structs_and_lists() {
    let expected = value!({ "a": [1, 2], "b": [] });
    let lists = || [("a", vec![1, 2]), ("b", vec![])];
    assert_eq!(Value::from(HashMap::from(lists())), expected);
    assert_eq!(Value::from(BTreeMap::from(lists())), expected);
    assert_eq!(Value::from(lists().into_iter().collect::<Struct>()), expected);
    assert_eq!(["x", "y"].into_iter().collect::<Value>(), Value::from(["x", "y"]));
    let mut fields = Struct::default();
    assert_eq!(fields.insert("b", Vec::<Value>::new()), None);
    fields.extend([("a", [1])]);
    let mut value = Value::from(fields);
    let list = value.as_struct_mut().and_then(|it| it.fields.get_mut("a")).and_then(Value::as_list_mut);
    list.expect("a list").push(2);
    assert_eq!(value, expected);
    assert_eq!(value.as_struct_mut().and_then(|it| it.insert("a", ())), Some(value!([1, 2])));
    assert_eq!(
        ListValue::from([1, 2]).into_iter().map(|it| it.as_f64()).collect::<Vec<_>>(),
        [Some(1.0), Some(2.0)]
    );
}

#[test]
fn numbers_keep_their_form_in_json() {
    let to_json = |value: f64| serde_json::Value::try_from(Value::from(value)).map(|json| json.to_string());
    for (number, text) in [
        (0.0, "0"),
        (-0.0, "-0.0"),
        (-7.0, "-7"),
        (0.1, "0.1"),
        (9_007_199_254_740_992.0, "9007199254740992"),
        (1e300, "1e+300"),
    ] {
        assert_eq!(to_json(number).as_deref(), Ok(text));
    }
    for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        assert_eq!(to_json(number), Err(NoJson::NotFinite));
    }
    assert_eq!(serde_json::Value::try_from(value!([{ "a": Value::default() }])), Err(NoJson::NotSet));
    let struct_of = |json: serde_json::Value| json.as_object().cloned().map(Struct::from);
    let fields = struct_of(json!({ "big": u64::MAX })).expect("an object");
    assert_eq!(fields["big"].as_f64(), Some(18_446_744_073_709_551_616.0));
    assert_eq!(serde_json::Map::try_from(fields).map(|it| it["big"].is_f64()), Ok(true));
}

#[test]
fn both_ways_to_json_say_the_same() {
    let json = json!({ "a": [1, -2.5, "x", null, true, { "b": {} }] });
    let value = Value::from(json.clone());
    let text = value.to_json().expect("all of it is JSON");
    assert_eq!(Value::from_json(&text), Ok(value));
    assert_eq!(Value::from_json(&json.to_string()).map(serde_json::Value::try_from), Ok(Ok(json)));
}
