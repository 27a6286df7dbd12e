//! The text of a file on disk, or what keeps it from being read, with the place of the first byte that is not UTF-8.
//!
//! `parse::load` reads every file that is not bundled with it.

use std::fs;
use std::path::Path;

use crate::error::{Blame, Label, Problem, Snippet};

/// Reads a file; `shown` is its path as the user knows it.
pub(super) fn read(path: &Path, shown: &str, blame: Blame) -> Result<String, Problem> {
    let bytes =
        fs::read(path).map_err(|error| Problem::new(format!("couldn't read `{shown}`: {error}"), blame))?;
    match String::from_utf8(bytes) {
        Ok(text) => Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text)),
        Err(error) => Err(not_utf8(error.as_bytes(), error.utf8_error().valid_up_to(), shown, blame)),
    }
}

fn not_utf8(bytes: &[u8], offset: usize, shown: &str, blame: Blame) -> Problem {
    let problem = Problem::new(format!("`{shown}` is not UTF-8"), blame);
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return problem.help("it is UTF-16: save it as UTF-8");
    }
    let (before, after) = bytes.split_at(offset.min(bytes.len()));
    let line = before.iter().filter(|byte| **byte == b'\n').count();
    let head = before.rsplit(|byte| *byte == b'\n').next().unwrap_or(before);
    let tail = after.split(|byte| *byte == b'\n').next().unwrap_or(after);
    // What is before the offset is UTF-8; each wrong byte after it is shown as one sign.
    let head = String::from_utf8_lossy(head);
    let text = format!("{head}{}", String::from_utf8_lossy(tail));
    let note = after.first().map_or_else(String::new, |byte| format!("the byte 0x{byte:02x}"));
    let end =
        head.len() + text.get(head.len()..).and_then(|tail| tail.chars().next()).map_or(1, char::len_utf8);
    let label = Label { line, start: head.len(), end, text, note, primary: true };
    problem.at(Snippet { file: shown.to_owned(), labels: vec![label] }).help("save it as UTF-8")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_wrong_byte_is_shown_in_its_line() {
        let text = b"syntax = \"proto3\";\n// caf\xe9 au lait\nmessage A {}\n";
        let offset = String::from_utf8(text.to_vec()).expect_err("it is Latin-1").utf8_error().valid_up_to();
        let expected = "`a.proto` is not UTF-8\n --> a.proto:2:7\n  |\n2 | // caf\u{fffd} au lait\n  \
                        |       ^ the byte 0xe9\n  |\n  = help: save it as UTF-8";
        assert_eq!(not_utf8(text, offset, "a.proto", Blame::File(0)).render(), expected);
    }
}
