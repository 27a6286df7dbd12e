//! Draws schemas of as many messages as are asked for, in files of a hundred that import each other. Called by `macro_cost`.

use std::fmt::Write;

/// How many messages are in a file.
const A_FILE: usize = 100;
/// The types of fields, one after the other.
const TYPES: [&str; 8] =
    ["string", "int64", "int32", "bool", "double", "bytes", "repeated string", "map<string, int64>"];

/// The paths and texts of the files.
pub(crate) fn files(messages: usize) -> Vec<(String, String)> {
    (0..messages.div_ceil(A_FILE)).map(|file| (path(file), text(file, messages))).collect()
}

fn path(file: usize) -> String {
    format!("drawn/v{file}/part.proto")
}

fn text(file: usize, messages: usize) -> String {
    let mut text = format!("syntax = \"proto3\";\n\npackage drawn.v{file};\n\n");
    for import in file.saturating_sub(2)..file {
        text.push_str(&format!("import \"{}\";\n", path(import)));
    }
    text.push_str("\nenum State {\n  STATE_UNSPECIFIED = 0;\n  STATE_OPEN = 1;\n  STATE_DONE = 2;\n}\n");
    for number in file * A_FILE..messages.min((file + 1) * A_FILE) {
        message(number, &mut text);
    }
    text
}

/// Eight fields: scalars, lists, a map, an enum and an earlier message.
fn message(number: usize, text: &mut String) {
    let first = (number / A_FILE).saturating_sub(2) * A_FILE;
    let earlier = number.saturating_sub(1 + number * 7 % 60).max(first);
    // Writing to a string cannot fail.
    let _ = write!(text, "\n// Item {number} of all.\nmessage Item{number} {{\n");
    for (index, kind) in TYPES.iter().cycle().skip(number % TYPES.len()).take(8).enumerate() {
        let kind = match index {
            3 => "State".to_owned(),
            5 => format!(".drawn.v{}.Item{earlier}", earlier / A_FILE),
            _ => (*kind).to_owned(),
        };
        if index == 0 {
            text.push_str("  // The first of them, as its owner has set it.\n");
        }
        let _ = writeln!(text, "  {kind} field_{index} = {};", index + 1);
    }
    text.push_str("}\n");
}
