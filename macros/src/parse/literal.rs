//! String literals of the call, read by hand from their token: plain with escapes, and raw.
//!
//! `parse::input` calls it; `Literal::str_value` of the compiler is not stable yet.

use proc_macro2::Literal;

/// Why a literal of another kind has no value.
pub(super) const NO_STRING: &str = "expected a string literal";

/// The value of a string literal, or why there is none.
pub(crate) fn string(literal: &Literal) -> Result<String, &'static str> {
    let text = literal.to_string();
    if let Some(raw) = text.strip_prefix('r') {
        let quoted = raw.trim_start_matches('#');
        let hashes = raw.len() - quoted.len();
        let inner = raw.get(hashes..raw.len().saturating_sub(hashes)).and_then(unquoted);
        return inner.map(newlines).ok_or(NO_STRING);
    }
    unescape(&newlines(unquoted(&text).ok_or(NO_STRING)?))
}

fn unquoted(text: &str) -> Option<&str> {
    text.strip_prefix('"')?.strip_suffix('"')
}

/// The compiler reads a line end of two characters in a literal as one.
fn newlines(text: &str) -> String {
    text.replace("\r\n", "\n")
}

fn unescape(text: &str) -> Result<String, &'static str> {
    let mut value = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(next) = rest.next() {
        if next != '\\' {
            value.push(next);
            continue;
        }
        match rest.next() {
            Some('n') => value.push('\n'),
            Some('r') => value.push('\r'),
            Some('t') => value.push('\t'),
            Some('0') => value.push('\0'),
            Some(same @ ('\\' | '\'' | '"')) => value.push(same),
            Some('x') => value.push(code(&rest.by_ref().take(2).collect::<String>())?),
            Some('u') => {
                let digits: String = rest.by_ref().take_while(|digit| *digit != '}').collect();
                value.push(code(&digits.replace(['{', '_'], ""))?);
            }
            // A backslash at the end of a line joins it with the next one.
            Some('\n') => {
                let tail = rest.as_str().trim_start();
                rest = tail.chars();
            }
            _ => return Err("this escape is not one of a Rust string"),
        }
    }
    Ok(value)
}

fn code(digits: &str) -> Result<char, &'static str> {
    u32::from_str_radix(digits, 16).ok().and_then(char::from_u32).ok_or("this escape is not a character")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<String, &'static str> {
        string(&text.parse::<Literal>().unwrap())
    }

    #[test]
    fn plain_and_raw_strings_are_read() {
        for (written, value) in [
            (r#""proto/a.proto""#, "proto/a.proto"),
            (r##"r#"syntax = "proto3";"#"##, "syntax = \"proto3\";"),
            (r#"r"a\b""#, r"a\b"),
            (r#""a\\b\n\x41\u{1F600}\"""#, "a\\b\nA\u{1F600}\""),
            ("\"a\\\n    b\"", "ab"),
        ] {
            assert_eq!(read(written).as_deref(), Ok(value), "{written}");
        }
    }

    #[test]
    fn other_literals_are_refused() {
        for written in ["1", "'a'", "b\"a\"", "1.5"] {
            assert!(read(written).is_err(), "{written}");
        }
    }
}
