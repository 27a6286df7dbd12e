//! A look at a `.proto` file without parsing it: its package and its `edition` statement.
//!
//! The package decides the import root before the file has a name, and it is known even where the file does not
//! parse. `parse::roots` and `parse::load` call it.

/// The package that the file declares, or an empty text.
pub(super) fn package(text: &str) -> String {
    let mut tokens = Tokens { text, at: 0 };
    let (mut depth, mut first) = (0_usize, true);
    while let Some((_, token)) = tokens.next() {
        if token == "package" && first && depth == 0 {
            return tokens.map(|(_, part)| part).take_while(|part| *part != ";").collect();
        }
        match token {
            "{" => depth += 1,
            "}" => depth = depth.saturating_sub(1),
            _ => {}
        }
        first = matches!(token, ";" | "}");
    }
    String::new()
}

/// Where the file's `edition = "…";` stands: offset, length, edition.
pub(super) fn edition(text: &str) -> Option<(usize, usize, &str)> {
    let mut tokens = Tokens { text, at: 0 };
    let (start, _) = tokens.next().filter(|(_, token)| *token == "edition")?;
    tokens.next().filter(|(_, token)| *token == "=")?;
    let (_, edition) = tokens.next()?;
    Some((start, tokens.at - start, edition.trim_matches(['"', '\''])))
}

/// Words, strings and single signs, without comments and blanks.
struct Tokens<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Tokens<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn skip_blanks_and_comments(&mut self) {
        loop {
            let rest = self.rest();
            let blank = rest.len() - rest.trim_start().len();
            let comment = match rest.trim_start() {
                line if line.starts_with("//") => line.find('\n').unwrap_or(line.len()),
                block if block.starts_with("/*") => block.find("*/").map_or(block.len(), |end| end + 2),
                _ => 0,
            };
            self.at += blank + comment;
            if blank + comment == 0 {
                return;
            }
        }
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = (usize, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        self.skip_blanks_and_comments();
        let rest = self.rest();
        let first = rest.chars().next()?;
        let word = |sign: char| sign.is_alphanumeric() || sign == '_';
        let length = if first == '"' || first == '\'' {
            quoted(rest, first)
        } else if word(first) {
            rest.find(|sign| !word(sign)).unwrap_or(rest.len())
        } else {
            first.len_utf8()
        };
        let start = self.at;
        self.at += length;
        rest.get(..length).map(|token| (start, token))
    }
}

fn quoted(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (index, sign) in text.char_indices().skip(1) {
        if sign == quote && !escaped {
            return index + 1;
        }
        escaped = sign == '\\' && !escaped;
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_package_is_found() {
        for (text, expected) in [
            ("// package no;\nsyntax = \"proto3\"; /* package no; */ package shop . v1;", "shop.v1"),
            ("message A { string package = 1; } package x;", "x"),
            ("option a = \"; package y;\"; message package {}", ""),
            ("", ""),
        ] {
            assert_eq!(package(text), expected, "{text}");
        }
    }

    #[test]
    fn the_edition_is_found() {
        assert_eq!(edition("// x\nedition = \"2023\";"), Some((5, 16, "2023")));
        assert_eq!(edition("syntax = \"proto3\"; message edition {}"), None);
    }
}
