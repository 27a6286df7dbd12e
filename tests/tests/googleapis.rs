//! Google's common schemas in one call, of a crate where every warning is an error: they compile, and what they make
//! works.

use std::fs;
use std::process::Command;

use protocall_tests::googleapis::Googleapis;
use protocall_tests::outside::OutsideCrate;
use protocall_tests::program::finish;

const MAIN: &str = r#"
use pb::google::api::{Http, HttpRule, http_rule};
use pb::google::longrunning::{Operation, operation};
use pb::google::r#type::{Date, DayOfWeek, LatLng, Money};
use protocall::well_known::Any;
use protocall::{Extendable, Json, Message, Text};

fn again<M: Message + Json + Text + PartialEq + std::fmt::Debug>(message: M) -> Result<(), Box<dyn std::error::Error>> {
    assert_eq!(M::decode(&message.encode_to_vec())?, message);
    assert_eq!(M::from_json(&message.to_json()?)?, message);
    assert_eq!(M::from_text(&message.to_text())?, message);
    Ok(())
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let rule = HttpRule {
        selector: "shop.v1.Shop.Get".into(),
        pattern: Some(http_rule::Pattern::Get("/v1/{name=orders/*}".into())),
        additional_bindings: vec![HttpRule { body: "*".into(), ..Default::default() }],
        ..Default::default()
    };
    again(Http { rules: vec![rule.clone()], ..Default::default() })?;
    again(Money { currency_code: "EUR".into(), units: 12, nanos: 500_000_000, ..Default::default() })?;
    again(LatLng { latitude: 59.9, longitude: 10.7, ..Default::default() })?;
    let date = Date { year: 2026, month: 11, day: 26, ..Default::default() };
    again(Operation {
        name: "operations/1".into(),
        done: true,
        metadata: Some(Any::pack(&date)),
        result: Some(operation::Result::Response(Any::pack(&rule))),
        ..Default::default()
    })?;
    assert_eq!(DayOfWeek::from_name("THURSDAY"), Some(DayOfWeek::Thursday));

    let mut options = protocall::well_known::MethodOptions::default();
    options.set_extension(&pb::google::api::HTTP, &Some(rule.clone()));
    let read = protocall::well_known::MethodOptions::decode(&options.encode_to_vec())?;
    assert_eq!(read.extension(&pb::google::api::HTTP)?, Some(rule));
    println!("all is well");
    Ok(())
}
"#;

#[test]
fn all_of_googleapis_compiles_and_works() {
    let google = Googleapis::laid_out();
    let outside = OutsideCrate::new("outside_googleapis");
    let mut paths = String::new();
    for file in &google.files {
        let text = fs::read_to_string(google.root.join(file)).expect("it was laid out");
        outside.write(&format!("proto/{file}"), &text);
        paths.push_str(&format!("    \"proto/{file}\",\n"));
    }
    let options = "include = [\"proto\"], warnings = false";
    let head = "//! All of it.\n#![deny(warnings)]\n";
    outside.write(
        "src/main.rs",
        &format!("{head}mod pb {{\n    protocall::include_proto!([\n{paths}], {options});\n}}\n{MAIN}"),
    );
    outside.extend_manifest("[profile.dev.package.outside_googleapis]\ndebug = false\n");
    finish(&mut outside.cargo("build"));
    let output = finish(&mut Command::new(outside.program()));
    assert_eq!(String::from_utf8_lossy(&output.stdout), "all is well\n");
}
