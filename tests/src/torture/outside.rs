//! The two crates: one that compiles every sound schema and answers for its messages, one that must not compile.

use std::collections::BTreeMap;

use serde_json::Value;

use super::group::Group;
use super::upstream::Tree;
use crate::outside::OutsideCrate;

/// The program of `tests/torture/testee.rs` for all groups.
pub fn testee(trees: &[Tree], groups: &[Group]) -> OutsideCrate {
    let testee = OutsideCrate::new("torture_testee");
    lay_out(&testee, trees);
    // A third of the time to compile it.
    testee.extend_manifest("[profile.dev.package.torture_testee]\ndebug = false\n");
    testee.write("src/main.rs", include_str!("../../torture/testee.rs"));
    testee.write("src/schemas.rs", &schemas(groups));
    testee.write("src/table.rs", &table(groups));
    testee
}

/// A crate with a file for each schema that protoc refuses, `src/refused_N.rs`.
pub fn refused(trees: &[Tree], files: &[(&str, String)]) -> OutsideCrate {
    let refused = OutsideCrate::new("torture_refused");
    lay_out(&refused, trees);
    let mut modules = String::from("//! What protoc refuses.\n#![allow(missing_docs)]\n");
    for (number, (tree, file)) in files.iter().enumerate() {
        modules.push_str(&format!("pub mod refused_{number};\n"));
        refused
            .write(&format!("src/refused_{number}.rs"), &call((tree, "string"), std::slice::from_ref(file)));
    }
    refused.write("src/lib.rs", &modules);
    refused
}

/// The numbers of the refused files that have an error, each with its first one, from the messages of cargo.
pub fn refusals(messages: &str) -> BTreeMap<usize, String> {
    let mut found = BTreeMap::new();
    for line in messages.lines() {
        let Ok(line) = serde_json::from_str::<Value>(line) else { continue };
        let message = &line["message"];
        if message["level"] != "error" {
            continue;
        }
        let spans = message["spans"].as_array().map_or(&[] as &[_], Vec::as_slice);
        let files = spans.iter().filter_map(|span| span["file_name"].as_str());
        let numbers =
            files.filter_map(|file| file.strip_prefix("src/refused_")?.strip_suffix(".rs")?.parse().ok());
        for number in numbers {
            found.entry(number).or_insert_with(|| message["message"].as_str().unwrap_or_default().to_owned());
        }
    }
    found
}

fn lay_out(outside: &OutsideCrate, trees: &[Tree]) {
    for tree in trees {
        for (path, text) in &tree.files {
            outside.write(&format!("{}/{path}", tree.name), text);
        }
    }
}

fn call((tree, strings): (&str, &str), files: &[String]) -> String {
    let files: String =
        files.iter().map(|file| format!("        {:?},\n", format!("{tree}/{file}"))).collect();
    // They have imports that nothing uses, as protoc says too.
    let options = format!(
        "include = [{tree:?}], message_set = true, unchecked_strings = {strings:?}, warnings = false"
    );
    format!("protocall::include_proto!(\n    [\n{files}    ],\n    {options}\n);\n")
}

fn schemas(groups: &[Group]) -> String {
    let mut text = String::from("//! One call for each group of files.\n");
    for group in groups {
        text.push_str(&format!(
            "/// Some files.\npub(crate) mod {} {{\n{}}}\n",
            group.name,
            call((group.tree, group.strings), &group.files)
        ));
    }
    text
}

fn table(groups: &[Group]) -> String {
    let mut arms = String::new();
    for group in groups {
        for (full_name, path) in &group.named.messages {
            let keys = group.named.extensions.iter().filter(|(extended, _)| extended == full_name);
            let keys: String = keys
                .map(|(_, key)| format!("extension!(message, schemas::{}::{key});", group.name))
                .collect();
            let extensions = if keys.is_empty() {
                "crate::no_extensions".to_owned()
            } else {
                format!("|message| {{ {keys} Ok(()) }}")
            };
            arms.push_str(&format!(
                "        \"{0}:{full_name}\" => again::<schemas::{0}::{path}>(verb, bytes, {extensions}),\n",
                group.name
            ));
        }
    }
    format!(
        "//! Every message by its name.\n#![allow(deprecated)]\nuse crate::{{Answer, again, extension, schemas}};\nuse protocall::Extendable;\n\n\
         pub(crate) fn answer(verb: &[u8], name: &str, bytes: &[u8]) -> Answer {{\n    match name {{\n{arms}\
         \x20       _ => (\"broken\", b\"no such message\".to_vec()),\n    }}\n}}\n"
    )
}
