//! The tokens of a `.proto` file, with their places: enough to look at a file, or to rewrite it, before it is parsed.
//!
//! `parse::scan` and `parse::lower` read files with it.

/// Words, strings and single signs, without comments and blanks.
pub(super) struct Tokens<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Tokens<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or("")
    }

    /// The character at hand, where it is not ASCII.
    fn foreign(&self) -> Option<char> {
        self.rest().chars().next().filter(|sign| !sign.is_ascii())
    }

    fn skip_blanks_and_comments(&mut self) {
        let bytes = self.text.as_bytes();
        loop {
            match (bytes.get(self.at), bytes.get(self.at + 1)) {
                (Some(b' ' | b'\t'..=b'\r'), _) => self.at += 1,
                (Some(b'/'), Some(b'/')) => self.at += self.rest().find('\n').unwrap_or(self.rest().len()),
                (Some(b'/'), Some(b'*')) => {
                    self.at += self.rest().find("*/").map_or(self.rest().len(), |end| end + 2);
                }
                (Some(0x80..), _) => match self.foreign().filter(|sign| sign.is_whitespace()) {
                    Some(blank) => self.at += blank.len_utf8(),
                    None => return,
                },
                _ => return,
            }
        }
    }

    /// Goes behind a word, if one begins here. By bytes: every file is read so, by a macro that nothing optimises.
    fn skip_word(&mut self) {
        let bytes = self.text.as_bytes();
        loop {
            match bytes.get(self.at) {
                Some(b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_') => self.at += 1,
                Some(0x80..) => match self.foreign().filter(|sign| sign.is_alphanumeric()) {
                    Some(letter) => self.at += letter.len_utf8(),
                    None => return,
                },
                _ => return,
            }
        }
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = (usize, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        self.skip_blanks_and_comments();
        let start = self.at;
        match *self.text.as_bytes().get(start)? {
            quote @ (b'"' | b'\'') => self.at += quoted(self.rest(), char::from(quote)),
            _ => self.skip_word(),
        }
        if self.at == start {
            self.at += self.foreign().map_or(1, char::len_utf8);
        }
        self.text.get(start..self.at).map(|token| (start, token))
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
    fn blanks_and_comments_of_all_kinds_are_between_the_tokens() {
        let text = "a_1\u{a0}= \"x \\\" y\"/* b */+ 'c'\u{b}// d\nst\u{e4}dte\u{2014}\u{3000}9/e/*";
        let tokens: Vec<&str> = Tokens::new(text).map(|(_, token)| token).collect();
        let expected = ["a_1", "=", "\"x \\\" y\"", "+", "'c'", "st\u{e4}dte", "\u{2014}", "9", "/", "e"];
        assert_eq!(tokens, expected);
        assert!(Tokens::new(text).all(|(at, token)| text[at..].starts_with(token)));
    }
}
