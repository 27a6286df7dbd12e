//! A look at a `.proto` file without parsing it: its package.
//!
//! The package decides the import root before the file has a name, and it is known even where the file does not
//! parse. `parse::roots`, `parse::lower` and `parse::load` call it.

use super::token::Tokens;

/// The package that the file declares, or an empty text.
pub(super) fn package(text: &str) -> String {
    let mut tokens = Tokens::new(text);
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
}
