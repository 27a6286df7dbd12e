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
            let package: String = tokens.map(|(_, part)| part).take_while(|part| *part != ";").collect();
            // What does not parse may have anything there.
            return if is_name(&package) { package } else { String::new() };
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

fn is_name(package: &str) -> bool {
    let is_word = |part: &str| {
        part.starts_with(|sign: char| sign.is_ascii_alphabetic() || sign == '_')
            && part.chars().all(|sign| sign.is_ascii_alphanumeric() || sign == '_')
    };
    package.split('.').all(is_word)
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
            ("package }; message A {}", ""),
            ("package a.1; message A {}", ""),
            ("package a..b; message A {}", ""),
            ("package a message A {}", ""),
            ("", ""),
        ] {
            assert_eq!(package(text), expected, "{text}");
        }
    }
}
