//! The table of the macro's options in rustdoc has a row for each option that there is, and each row has a test that uses
//! it. The list of the tests is here.

use std::collections::BTreeSet;
use std::fs;

use protocall_tests::program::workspace;

/// Each row of the table, and the test that shows what the option does: a file of `tests/tests` and a function of it.
const TESTS: [(&str, &str, &str); 30] = [
    ("files", "option_deps", "the_descriptors_hold_the_files_of_the_others_too"),
    ("inline", "option_visibility", "items_are_seen_as_far_as_was_said"),
    ("include", "option_deps", "the_descriptors_hold_the_files_of_the_others_too"),
    ("extern_path", "option_deps", "the_types_are_the_same_ones"),
    ("deps", "option_deps", "views_are_those_of_the_other_call"),
    ("export", "option_deps", "the_types_are_the_same_ones"),
    ("only", "option_only_and_except", "the_method_that_was_chosen_is_served"),
    ("except", "option_only_and_except", "what_was_not_left_out_is_the_same_on_the_wire"),
    ("client", "option_sides", "a_call_without_clients_makes_none"),
    ("server", "option_sides", "a_call_without_servers_makes_none"),
    ("derive", "option_derive_and_attributes", "traits_are_added_to_all_of_a_package"),
    ("message_attributes", "option_derive_and_attributes", "attributes_reach_types_fields_and_values"),
    ("enum_attributes", "option_derive_and_attributes", "attributes_reach_types_fields_and_values"),
    ("value_attributes", "option_derive_and_attributes", "attributes_reach_types_fields_and_values"),
    ("oneof_attributes", "option_derive_and_attributes", "attributes_reach_types_fields_and_values"),
    ("field_attributes", "option_derive_and_attributes", "attributes_reach_types_fields_and_values"),
    ("visibility", "option_visibility", "items_are_seen_as_far_as_was_said"),
    ("btree_maps", "option_held", "all_maps_can_be_sorted"),
    ("strings", "option_strings_and_bytes", "fields_have_the_types_that_were_asked_for"),
    ("bytes", "option_strings_and_bytes", "fields_have_the_types_that_were_asked_for"),
    ("boxed", "option_held", "the_bytes_are_the_same"),
    ("views", "option_strings_and_bytes", "views_json_text_and_reflection_see_them"),
    ("view_requests", "view_requests", "a_unary_request"),
    ("code_size", "option_strings_and_bytes", "the_bytes_are_the_same"),
    ("message_set", "message_set", "a_set_is_written_item_by_item"),
    ("unchecked_strings", "unchecked_strings", "strings_are_checked_unless_the_call_asks_for_bytes"),
    ("unknown_fields", "option_unknown_fields", "they_are_read_over_and_not_written"),
    ("warnings", "option_sides", "a_call_without_warnings_gives_none"),
    ("debug", "readable_expansion", "the_file_can_be_read_and_does_the_same"),
    ("crate", "option_crate", "a_crate_knows_the_runtime_by_another_name"),
];

fn text(path: &str) -> String {
    fs::read_to_string(workspace().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The first column of the table.
fn rows() -> BTreeSet<String> {
    let table = text("macros/src/options.md");
    let rows = table.lines().skip_while(|line| !line.starts_with("| ---")).skip(1);
    let rows = rows.take_while(|line| line.starts_with("| "));
    rows.filter_map(|row| Some(row.split('|').nth(1)?.trim().trim_matches('`').to_owned())).collect()
}

/// The names that the macro reads.
fn options() -> BTreeSet<String> {
    let source = text("macros/src/parse/input.rs");
    let (_, list) = source.split_once("const OPTIONS: ").expect("the macro has a list of its options");
    let (list, _) = list.split_once("];").expect("the list ends");
    let names = list.split('"').skip(1).step_by(2);
    names.map(str::to_owned).collect()
}

#[test]
fn every_option_has_a_row_and_every_row_is_an_option() {
    let mut known = options();
    known.insert("files".to_owned());
    assert!(known.len() > 20, "{known:?}");
    assert_eq!(rows(), known);
}

#[test]
fn every_row_has_a_test_that_uses_the_option() {
    let listed: BTreeSet<String> = TESTS.iter().map(|(option, ..)| (*option).to_owned()).collect();
    assert_eq!(listed, rows());
    assert_eq!(listed.len(), TESTS.len(), "an option is listed twice");
    for (option, file, test) in TESTS {
        let source = text(&format!("tests/tests/{file}.rs"));
        let uses = format!("{option} = ");
        assert!(option == "files" || source.contains(&uses), "{file}.rs does not use `{uses}`");
        let tests = [format!("test]\nfn {test}("), format!("test]\nasync fn {test}(")];
        assert!(tests.iter().any(|test| source.contains(test)), "{file}.rs has no test `{test}`");
    }
}
