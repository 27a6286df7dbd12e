//! Comments of `.proto` files as rustdoc that is safe: no accidental doctest, no broken link, no HTML.
//!
//! Every model file asks here for the docs of what it builds.

use crate::parse::Source;

/// The docs of anything that has a comment.
pub(crate) fn doc(source: &Source, path: &[i32]) -> String {
    cleaned(source.comment(path))
}

/// The docs of a type: its comment, and where it is declared.
pub(crate) fn type_doc(source: &Source, path: &[i32], full_name: &str) -> String {
    let comment = doc(source, path);
    let line = source.line(path).map(|line| format!(":{line}")).unwrap_or_default();
    let place = format!("Proto: {full_name} ({}{line})", source.shown);
    if comment.is_empty() { place } else { format!("{comment}\n\n{place}") }
}

/// Markdown as people write it in comments, made harmless.
fn cleaned(comment: &str) -> String {
    let mut cleaner = Cleaner::default();
    for line in comment.trim_end().lines() {
        let line = line.strip_prefix(' ').unwrap_or(line).trim_end().replace('\t', "    ");
        cleaner.line(&line);
    }
    cleaner.close_block();
    if let Block::Fence(fence) = &cleaner.block {
        cleaner.lines.push(fence.clone());
    }
    cleaner.lines.join("\n").trim_matches('\n').to_owned()
}

#[derive(Default)]
struct Cleaner {
    lines: Vec<String>,
    block: Block,
    list: bool,
}

/// What the line at hand is part of.
#[derive(Default, PartialEq)]
enum Block {
    #[default]
    Text,
    /// A fence and how it ends.
    Fence(String),
    /// Lines that are code by indentation alone.
    Indented,
}

impl Cleaner {
    fn line(&mut self, line: &str) {
        let text = line.trim_start();
        if let Block::Fence(fence) = &self.block {
            let ends = text.starts_with(fence.as_str());
            self.lines.push(line.to_owned());
            if ends {
                self.block = Block::Text;
            }
            return;
        }
        let indent = line.len() - text.len();
        if text.is_empty() {
            self.lines.push(String::new());
        } else if indent >= 4 && self.is_code() {
            self.code(line);
        } else {
            self.close_block();
            self.text(text, indent);
        }
    }

    /// Indentation makes code only after a blank line, and not in a list.
    fn is_code(&self) -> bool {
        let after_blank = self.lines.last().is_none_or(String::is_empty);
        self.block == Block::Indented || after_blank && !self.list
    }

    fn code(&mut self, line: &str) {
        if self.block != Block::Indented {
            self.block = Block::Indented;
            self.lines.push("```text".to_owned());
        }
        self.lines.push(line.get(4..).unwrap_or("").to_owned());
    }

    fn text(&mut self, text: &str, indent: usize) {
        let fence: String = text.chars().take_while(|sign| *sign == '`' || *sign == '~').collect();
        if fence.len() >= 3 {
            self.lines.push(format!("{fence}text"));
            self.block = Block::Fence(fence);
            return;
        }
        let bullet = text.starts_with("- ") || text.starts_with("* ") || text.starts_with("+ ");
        let number = text.trim_start_matches(|sign: char| sign.is_ascii_digit());
        let numbered = number.len() < text.len() && (number.starts_with(". ") || number.starts_with(") "));
        let after_blank = self.lines.last().is_none_or(String::is_empty);
        self.list = bullet || numbered || self.list && !(after_blank && indent == 0);
        // Deeper than four would be code inside of the list item.
        let kept = if self.list { indent.min(4) } else { 0 };
        self.lines.push(format!("{}{}", " ".repeat(kept), inline(text)));
    }

    fn close_block(&mut self) {
        if self.block != Block::Indented {
            return;
        }
        self.block = Block::Text;
        let blank = self.lines.iter().rev().take_while(|line| line.is_empty()).count();
        self.lines.truncate(self.lines.len() - blank);
        self.lines.push("```".to_owned());
        self.lines.extend(std::iter::repeat_n(String::new(), blank));
    }
}

/// One line of text: what could be a link or HTML is escaped outside of code spans, addresses become links.
fn inline(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut rest = text;
    while let Some(sign) = rest.chars().next() {
        let length = match sign {
            '`' => code_span(rest, &mut out),
            '[' => link(rest, &mut out),
            'h' if starts_address(rest, &out) => address(rest, &mut out),
            '\\' => escape(rest, &mut out),
            '<' | '>' | ']' => {
                out.extend(['\\', sign]);
                1
            }
            _ => {
                out.push(sign);
                sign.len_utf8()
            }
        };
        rest = rest.get(length..).unwrap_or("");
    }
    out
}

fn code_span(rest: &str, out: &mut String) -> usize {
    let ticks = rest.len() - rest.trim_start_matches('`').len();
    let (fence, tail) = rest.split_at(ticks);
    match tail.find(fence).filter(|end| !tail.get(end + ticks..).unwrap_or("").starts_with('`')) {
        Some(end) => {
            out.push_str(rest.get(..ticks + end + ticks).unwrap_or(rest));
            ticks + end + ticks
        }
        None => {
            out.push_str(&"\\`".repeat(ticks));
            ticks
        }
    }
}

/// `[text](https://…)` stays; every other bracket is text.
fn link(rest: &str, out: &mut String) -> usize {
    let whole = rest.find("](http").and_then(|middle| {
        let end = middle + rest.get(middle..)?.find(')')? + 1;
        let inner = rest.get(1..middle)?;
        (!inner.contains(['[', ']', '<', '>', '`'])).then_some(end)
    });
    match whole {
        Some(end) => {
            out.push_str(rest.get(..end).unwrap_or(""));
            end
        }
        None => {
            out.push_str("\\[");
            1
        }
    }
}

fn starts_address(rest: &str, before: &str) -> bool {
    let fresh = !before.ends_with(|sign: char| sign.is_alphanumeric());
    let body = rest.strip_prefix("http://").or_else(|| rest.strip_prefix("https://"));
    fresh && body.is_some_and(|body| body.starts_with(|sign: char| sign.is_ascii_alphanumeric()))
}

fn address(rest: &str, out: &mut String) -> usize {
    let end =
        rest.find(|sign: char| sign.is_whitespace() || "<>`\"'()[]".contains(sign)).unwrap_or(rest.len());
    let address = rest.get(..end).unwrap_or(rest).trim_end_matches(['.', ',', ';', ':', '!', '?', '*', '_']);
    out.push('<');
    out.push_str(address);
    out.push('>');
    address.len()
}

/// A bracket that is already escaped is not escaped again.
fn escape(rest: &str, out: &mut String) -> usize {
    out.push('\\');
    match rest.chars().nth(1).filter(|next| "<>[]`\\".contains(*next)) {
        Some(next) => {
            out.push(next);
            2
        }
        None => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_made_harmless() {
        for (comment, expected) in [
            (" One line.\n", "One line."),
            (
                " See [Type][pkg.Type] and <T> `Vec<T>` here.",
                "See \\[Type\\]\\[pkg.Type\\] and \\<T\\> `Vec<T>` here.",
            ),
            (" At https://example.com/a_b. Done", "At <https://example.com/a_b>. Done"),
            (" [docs](https://example.com) stay", "[docs](https://example.com) stay"),
            (" a ` b", "a \\` b"),
            (
                " Example:\n\n     let x = 1;\n\n     y\n\n After",
                "Example:\n\n```text\nlet x = 1;\n\ny\n```\n\nAfter",
            ),
            (" ```rust\n panic!()\n ```\n", "```text\npanic!()\n```"),
            (" ```\n open", "```text\nopen\n```"),
            (" A line\n      that goes on", "A line\nthat goes on"),
            (" - item\n\n        more of it", "- item\n\n    more of it"),
            ("\n * stars\n", "* stars"),
        ] {
            assert_eq!(cleaned(comment), expected, "{comment}");
        }
    }
}
