//! Reads `features = { field_presence: IMPLICIT }`: the entries of an option value in text format.
//!
//! `parse::option` calls it with the text that the parser has put together of the value's tokens.

use super::token::Tokens;

/// The hosts of the types that an `Any` in the value of an option can hold.
pub(super) const HOSTS: [&str; 2] = ["type.googleapis.com", "type.googleprod.com"];

/// One `name: value`.
#[derive(Debug, PartialEq)]
pub(super) struct Entry<'a> {
    pub(super) name: &'a str,
    pub(super) value: &'a str,
}

/// The entries, without extensions, which are other generators' features. `None` where the text is no list of entries.
pub(super) fn entries(text: &str) -> Option<Vec<Entry<'_>>> {
    let tokens: Vec<&str> = Tokens::new(text).map(|(_, token)| token).collect();
    let mut rest = tokens.as_slice();
    let mut entries = Vec::new();
    while let Some((first, after)) = rest.split_first() {
        rest = match (*first, after) {
            ("," | ";", _) => after,
            ("[", _) => extension(after)?,
            (name, [":", value, after @ ..]) if is_word(name) && is_word(value) => {
                entries.push(Entry { name, value });
                after
            }
            _ => return None,
        };
    }
    Some(entries)
}

/// The host in `[host/package.Type]`, if it is not one of [`HOSTS`].
pub(super) fn other_host(text: &str) -> Option<String> {
    let tokens: Vec<&str> = Tokens::new(text).map(|(_, token)| token).collect();
    let slash = tokens.iter().position(|token| *token == "/")?;
    let before = tokens.get(..slash)?;
    let start = before.iter().rposition(|token| *token == "[")?;
    let host: String = before.get(start + 1..)?.concat();
    (!HOSTS.contains(&host.as_str())).then_some(host)
}

/// The names and values of a list without messages in it; values can be strings with their quotes.
pub(super) fn pairs(text: &str) -> Option<Vec<(&str, &str)>> {
    let tokens: Vec<&str> = Tokens::new(text).map(|(_, token)| token).collect();
    let mut rest = tokens.as_slice();
    let mut pairs = Vec::new();
    while let Some((first, after)) = rest.split_first() {
        rest = match (*first, after) {
            ("," | ";", _) => after,
            (name, [":", value, after @ ..]) if is_word(name) => {
                pairs.push((name, *value));
                after
            }
            _ => return None,
        };
    }
    Some(pairs)
}

/// Goes behind `pb.cpp] : { … }`.
fn extension<'a, 'b>(tokens: &'b [&'a str]) -> Option<&'b [&'a str]> {
    let name = tokens.iter().position(|token| *token == "]")?;
    let value = tokens.get(name + 1..)?;
    let value = value.strip_prefix(&[":"]).unwrap_or(value);
    let mut depth = 0_usize;
    for (index, token) in value.iter().enumerate() {
        match *token {
            "{" | "<" => depth += 1,
            "}" | ">" => depth = depth.checked_sub(1)?,
            _ => {}
        }
        if depth == 0 {
            return value.get(index + 1..);
        }
    }
    None
}

fn is_word(token: &str) -> bool {
    token.starts_with(|first: char| first.is_alphanumeric() || first == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_read() {
        let text = "a : B , [ pb . cpp ] { x : { y : 1 } } ; [ z ] : < > c : 2";
        let expected = [Entry { name: "a", value: "B" }, Entry { name: "c", value: "2" }];
        assert_eq!(entries(text).as_deref(), Some(&expected[..]));
        assert_eq!(entries("").as_deref(), Some(&[][..]));
    }

    #[test]
    fn what_is_no_entry_is_refused() {
        for text in ["a", "a :", "a : { }", "a B", "[ x", "[ x ] {", "[ x ] }", "a : \"B\""] {
            assert_eq!(entries(text), None, "{text}");
        }
    }
}
