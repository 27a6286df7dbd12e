//! Tokens as readable text: a line per statement, item and field, indented by braces, docs as comments. Blanks are left
//! out only where they mean nothing, so that the text reads back as the same tokens.
//!
//! `emit::expansion` writes what the compiler is shown in place of the tokens.

use proc_macro2::{Delimiter, Group, Punct, Spacing, TokenStream, TokenTree};

use crate::parse::string_value;

/// After these words a path, a type or an expression begins.
const KEYWORDS: [&str; 23] = [
    "as", "async", "await", "const", "crate", "dyn", "else", "fn", "for", "if", "impl", "in", "let", "match",
    "move", "mut", "pub", "ref", "return", "static", "unsafe", "use", "where",
];

/// The text of the tokens, with a line end behind the last.
pub(crate) fn text(tokens: TokenStream) -> String {
    let mut printer =
        Printer { depth: 0, last: Last::Start, angles: 0, binary: false, joint: false, text: String::new() };
    printer.tokens(tokens, Level::Lines);
    printer.line();
    printer.text
}

/// What a list of tokens stands in.
#[derive(Clone, Copy, PartialEq)]
enum Level {
    /// Braces, or nothing: each statement has a line.
    Lines,
    /// Parentheses or brackets.
    Inline,
}

/// What was written last, as far as the next token asks for it.
#[derive(Clone, Copy, PartialEq)]
enum Last {
    /// A line begins.
    Start,
    /// Something that ends an operand: a name, a literal, a closing bracket, `>`.
    Operand,
    Keyword,
    /// A sign that the next token belongs to.
    Glue,
    /// Any other sign.
    Sign,
}

struct Printer {
    text: String,
    depth: usize,
    last: Last,
    /// How many lists of generic arguments are open.
    angles: usize,
    /// Whether the last sign stands between two operands.
    binary: bool,
    /// Whether the last sign was written without a blank behind it.
    joint: bool,
}

impl Printer {
    fn tokens(&mut self, tokens: TokenStream, level: Level) {
        let mut tokens = tokens.into_iter().peekable();
        while let Some(token) = tokens.next() {
            if let (TokenTree::Punct(sign), Level::Lines) = (&token, level)
                && sign.as_char() == '#'
                && let Some(TokenTree::Group(attribute)) = tokens.next_if(is_attribute)
            {
                self.attribute(&attribute);
                continue;
            }
            match token {
                TokenTree::Group(group) => {
                    self.group(&group, level);
                    let ends = group.delimiter() == Delimiter::Brace && !tokens.peek().is_some_and(goes_on);
                    if ends && level == Level::Lines {
                        self.line();
                    }
                }
                TokenTree::Punct(sign) => {
                    self.sign(&sign, tokens.peek());
                    if level == Level::Lines && self.ends_line(sign.as_char()) {
                        self.line();
                    }
                }
                TokenTree::Ident(name) => {
                    let name = name.to_string();
                    let is_keyword = KEYWORDS.contains(&name.as_str());
                    self.word(&name, if is_keyword { Last::Keyword } else { Last::Operand });
                }
                TokenTree::Literal(literal) => self.word(&literal.to_string(), Last::Operand),
            }
        }
    }

    fn ends_line(&self, sign: char) -> bool {
        sign == ';' || sign == ',' && self.angles == 0
    }

    /// `#[doc = "…"]` as the comment that it is for readers.
    fn attribute(&mut self, group: &Group) {
        self.line();
        match doc(group).filter(|text| !text.contains('\r')) {
            Some(text) => {
                for line in text.split('\n') {
                    let blank = if line.is_empty() || line.starts_with(' ') { "" } else { " " };
                    self.word(&format!("///{blank}{line}"), Last::Operand);
                    self.line();
                }
            }
            None => {
                self.word("#", Last::Glue);
                self.group(group, Level::Inline);
                self.line();
            }
        }
    }

    fn group(&mut self, group: &Group, level: Level) {
        match group.delimiter() {
            Delimiter::None => self.tokens(group.stream(), level),
            Delimiter::Brace => self.block(group),
            delimiter => {
                let (open, close) = if delimiter == Delimiter::Bracket { ("[", "]") } else { ("(", ")") };
                if !matches!(self.last, Last::Start | Last::Glue | Last::Operand) {
                    self.text.push(' ');
                }
                self.put(open, Last::Glue);
                self.tokens(group.stream(), Level::Inline);
                self.put(close, Last::Operand);
            }
        }
    }

    fn block(&mut self, group: &Group) {
        if !matches!(self.last, Last::Start | Last::Glue) {
            self.text.push(' ');
        }
        if group.stream().is_empty() {
            return self.put("{}", Last::Operand);
        }
        self.put("{", Last::Operand);
        self.depth += 1;
        self.line();
        self.angles = 0;
        self.tokens(group.stream(), Level::Lines);
        self.line();
        self.angles = 0;
        self.depth -= 1;
        self.put("}", Last::Operand);
    }

    fn word(&mut self, word: &str, kind: Last) {
        if matches!(self.last, Last::Operand | Last::Keyword | Last::Sign) {
            self.text.push(' ');
        }
        self.put(word, kind);
    }

    fn sign(&mut self, punct: &Punct, next: Option<&TokenTree>) {
        let (sign, joint) = (punct.as_char(), punct.spacing() == Spacing::Joint);
        let next = match next {
            Some(TokenTree::Punct(next)) if joint => Some(next.as_char()),
            _ => None,
        };
        let starts = self.last != Last::Glue || self.text.ends_with(['<', '(', '[', '&', '*']);
        if starts {
            self.binary = self.last == Last::Operand;
        }
        let glued = self.clings(sign, next);
        if !glued && !matches!(self.last, Last::Start | Last::Glue) {
            self.text.push(' ');
        }
        let arrow = self.text.ends_with(['-', '=']) && self.last == Last::Glue;
        match sign {
            '<' if glued => self.angles += 1,
            '>' if !arrow => self.angles = self.angles.saturating_sub(1),
            ';' => self.angles = 0,
            _ => {}
        }
        let second = self.text.ends_with(sign) && self.last == Last::Glue;
        let kind = match sign {
            '>' if glued && !arrow => Last::Operand,
            '!' if glued => Last::Operand,
            '?' => Last::Operand,
            '.' | '#' | '$' => Last::Glue,
            '<' if glued || !self.binary => Last::Glue,
            '=' if self.text.ends_with("..") => Last::Glue,
            ':' if second => Last::Glue,
            '&' | '*' | '!' | '-' | '|' if !self.binary && !second => Last::Glue,
            _ if joint => Last::Glue,
            _ => Last::Sign,
        };
        self.put(sign.encode_utf8(&mut [0; 4]), kind);
        self.joint = joint;
    }

    /// Whether a sign stands right behind what is before it.
    fn clings(&self, sign: char, next: Option<char>) -> bool {
        let operand = self.last == Last::Operand;
        match sign {
            ',' | ';' | '?' => true,
            '.' => operand,
            '!' => operand && next != Some('='),
            ':' => operand && (!self.text.ends_with('>') || self.joint),
            '<' => {
                let generics =
                    operand && !self.text.ends_with([')', ']', '}']) || self.text.ends_with("impl");
                (generics || self.text.ends_with("for")) && !matches!(next, Some('<' | '='))
            }
            '>' => operand && self.angles > 0 && next != Some('='),
            _ => false,
        }
    }

    fn put(&mut self, text: &str, kind: Last) {
        if self.last == Last::Start {
            self.text.extend(std::iter::repeat_n("    ", self.depth));
        }
        self.text.push_str(text);
        self.last = kind;
    }

    /// Ends the line, if there is anything on it.
    fn line(&mut self) {
        if self.last != Last::Start {
            self.text.push('\n');
            self.last = Last::Start;
        }
    }
}

/// Whether a token belongs to the block before it.
fn goes_on(token: &TokenTree) -> bool {
    match token {
        TokenTree::Punct(sign) => matches!(sign.as_char(), ',' | ';' | '.' | '?'),
        TokenTree::Ident(name) => name == "else",
        _ => false,
    }
}

fn is_attribute(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket)
}

/// The text of a `doc = "…"`.
fn doc(group: &Group) -> Option<String> {
    let mut tokens = group.stream().into_iter();
    match (tokens.next()?, tokens.next()?, tokens.next()?, tokens.next()) {
        (TokenTree::Ident(name), TokenTree::Punct(_), TokenTree::Literal(text), None) if name == "doc" => {
            string_value(&text).ok()
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    fn printed(text: &str) -> String {
        super::text(text.parse().expect("the text is made of tokens"))
    }

    #[test]
    fn items_look_as_people_write_them() {
        let expected = "\
/// An order.
#[derive(::core::clone::Clone, Debug)]
pub struct Order<'a> {
    pub lines: ::std::vec::Vec<Line<'a>>,
    pub note: &'a str,
}
impl<'a> ::core::fmt::Debug for Order<'a> {
    fn len(&self, input: &mut [u8; 4]) -> Result<usize, Self::Error> {
        let a = -1 + input[0] * !self.mask;
        match a {
            0..=4 | 7 => Some(..),
            _ if a != 2 && b => ::core::panic!(\"{}\", a),
        }
        if_server! {
            use a as b;
        }
    }
}
";
        let tokens = "#[doc = \" An order.\"] #[derive(::core::clone::Clone, Debug)] pub struct Order<'a> {
            pub lines: ::std::vec::Vec<Line<'a>>, pub note: &'a str, }
            impl<'a> ::core::fmt::Debug for Order<'a> {
                fn len(&self, input: &mut [u8; 4]) -> Result<usize, Self::Error> {
                    let a = -1 + input[0] * !self.mask;
                    match a { 0..=4 | 7 => Some(..), _ if a != 2 && b => ::core::panic!(\"{}\", a), }
                    if_server! { use a as b; } } }";
        assert_eq!(printed(tokens), expected);
        assert_eq!(printed(expected), expected);
    }
}
