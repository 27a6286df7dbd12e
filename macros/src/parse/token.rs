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
