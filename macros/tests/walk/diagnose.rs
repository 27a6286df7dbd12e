//! What is said of mistakes, whole texts. In schemas: each `tests/diagnostics/NAME.proto` is a call of its own, and
//! `NAME.txt` beside it is what that must give; an empty text says that nothing is wrong. In calls: `calls.txt` beside
//! this file has a call, a line of dashes, and its texts.
//!
//! `BLESS=1` writes the texts anew.

use std::fs;
use std::path::{Path, PathBuf};

use super::{expanded, problems};

const GIVES: &str = "\n----\n";
const NEXT: &str = "\n====\n";

#[test]
fn every_mistake_in_a_schema_is_shown_as_the_text_beside_it_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/diagnostics");
    let files = fs::read_dir(&folder).expect("the cases are there");
    let mut schemas: Vec<PathBuf> = files.map(|file| file.expect("the folder is read").path()).collect();
    schemas.retain(|path| path.extension().is_some_and(|end| end == "proto"));
    schemas.sort();
    assert!(schemas.len() >= 25, "only {} schemas were found", schemas.len());
    let mut differing = Vec::new();
    for schema in schemas {
        let name = schema.file_name().expect("it is a file").to_string_lossy();
        let found = shown(&format!("\"tests/diagnostics/{name}\""));
        let text = schema.with_extension("txt");
        if std::env::var_os("BLESS").is_some() {
            fs::write(&text, &found).expect("the text can be written");
        }
        let expected = fs::read_to_string(&text).unwrap_or_default();
        if expected != found {
            differing.push(format!("{name} gives\n{found}\nand not\n{expected}"));
        }
    }
    assert!(differing.is_empty(), "{}", differing.join("\n"));
}

#[test]
fn every_mistake_in_a_call_is_shown_as_the_file_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/walk/calls.txt");
    let text = fs::read_to_string(&path).expect("the cases are there");
    let mut found = Vec::new();
    for case in text.trim_end().split(NEXT) {
        let call = case.split(GIVES).next().unwrap_or(case);
        found.push(format!("{call}{GIVES}{}", shown(call).trim_end()));
    }
    let found = found.join(NEXT) + "\n";
    if std::env::var_os("BLESS").is_some() {
        fs::write(&path, &found).expect("the file can be written");
    }
    for (expected, found) in text.trim_end().split(NEXT).zip(found.trim_end().split(NEXT)) {
        assert_eq!(expected, found);
    }
}

/// The texts of a call, each as the compiler begins it.
fn shown(call: &str) -> String {
    let told = |text: String| if text.starts_with("warning: ") { text } else { format!("error: {text}") };
    let texts = problems(expanded(call)).into_iter().map(|text| told(text) + "\n");
    texts.collect::<Vec<_>>().join("\n")
}
