//! Mistakes in schemas and calls: the rendered texts, whole, against `diagnostics.txt` beside this file.
//!
//! A case is a call, a line of dashes, and the texts that it must give. `BLESS=1` writes the file anew.

use std::fs;
use std::path::Path;

use super::{expanded, problems};

const GIVES: &str = "\n----\n";
const NEXT: &str = "\n====\n";

#[test]
fn every_mistake_is_shown_as_the_file_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/walk/diagnostics.txt");
    let text = fs::read_to_string(&path).expect("the cases are there");
    let mut found = Vec::new();
    for case in text.trim_end().split(NEXT) {
        let call = case.split(GIVES).next().unwrap_or(case);
        found.push(format!("{call}{GIVES}{}", problems(expanded(call)).join("\n\n")));
    }
    let found = found.join(NEXT) + "\n";
    if std::env::var_os("BLESS").is_some() {
        fs::write(&path, &found).expect("the file can be written");
    }
    for (expected, found) in text.trim_end().split(NEXT).zip(found.trim_end().split(NEXT)) {
        assert_eq!(expected, found);
    }
}
