//! A text cut into tokens, one after the other. Called by `reading`.

use super::error::Fault;
use super::url::is_part;

/// A token.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Token<'t> {
    Name(&'t str),
    /// The digits of an integer, and what they are to the base of.
    Integer(&'t str, u32),
    /// A number with a point, an exponent or the suffix `f`, which is left out.
    Float(&'t str),
    /// What stands between quotes, its escapes as they are.
    Quoted(&'t str),
    /// Any other sign.
    Sign(char),
    End,
}

/// A text with a place in it.
#[derive(Debug)]
pub(super) struct Tokens<'t> {
    text: &'t str,
    /// Where the next token is looked for.
    next: usize,
    /// Where the current one begins.
    at: usize,
    token: Token<'t>,
}

impl<'t> Tokens<'t> {
    /// At the first token.
    pub(super) fn new(text: &'t str) -> Result<Self, Fault> {
        let mut tokens = Self { text, next: 0, at: 0, token: Token::End };
        tokens.advance()?;
        Ok(tokens)
    }

    pub(super) fn token(&self) -> Token<'t> {
        self.token
    }

    /// Where the token begins, in bytes.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// Goes to the next token.
    pub(super) fn advance(&mut self) -> Result<(), Fault> {
        self.pass_blank();
        self.at = self.next;
        let Some(first) = self.rest().chars().next() else {
            self.token = Token::End;
            return Ok(());
        };
        let digit_follows = || self.rest().as_bytes().get(1).is_some_and(u8::is_ascii_digit);
        self.token = match first {
            'a'..='z' | 'A'..='Z' | '_' => Token::Name(self.take_while(is_part_of_name)),
            '0'..='9' => self.number()?,
            '.' if digit_follows() => self.number()?,
            '"' | '\'' => self.quoted(first)?,
            '{' | '}' | '<' | '>' | '[' | ']' | ':' | ',' | ';' | '-' | '.' | '/' => {
                self.next += 1;
                Token::Sign(first)
            }
            other => return Err(Fault::new(self.at, format!("{other:?} has no meaning here"))),
        };
        Ok(())
    }

    /// What stands in the brackets that open here, without blanks and comments, up to the sign that can stand in none;
    /// goes to that sign. Google's suite has blanks and comments within names, too.
    pub(super) fn bracketed(&mut self) -> Result<String, Fault> {
        let mut inside = String::new();
        loop {
            self.pass_blank();
            let part = self.take_while(is_part);
            if part.is_empty() {
                self.advance()?;
                return Ok(inside);
            }
            inside.push_str(part);
        }
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.next..).unwrap_or_default()
    }

    /// Takes ASCII as long as `is_part` says so.
    fn take_while(&mut self, is_part: impl Fn(u8) -> bool) -> &'t str {
        let rest = self.rest();
        let length = rest.bytes().take_while(|sign| sign.is_ascii() && is_part(*sign)).count();
        self.next += length;
        rest.get(..length).unwrap_or_default()
    }

    fn take(&mut self, signs: &[u8]) -> bool {
        let found = self.rest().as_bytes().first().is_some_and(|first| signs.contains(first));
        self.next += usize::from(found);
        found
    }

    fn pass_blank(&mut self) {
        loop {
            self.take_while(|sign| b" \n\t\x0b\x0c\r".contains(&sign));
            if !self.rest().starts_with('#') {
                return;
            }
            self.next += self.rest().find('\n').unwrap_or(self.rest().len());
        }
    }

    fn number(&mut self) -> Result<Token<'t>, Fault> {
        let token = if self.rest().starts_with("0x") || self.rest().starts_with("0X") {
            self.next += 2;
            Token::Integer(self.take_while(|sign| sign.is_ascii_hexdigit()), 16)
        } else {
            self.decimal()
        };
        let follower = self.rest().bytes().next().unwrap_or(b' ');
        let octal = |digits: &str| digits.bytes().all(|digit| digit < b'8');
        match token {
            _ if is_part_of_name(follower) || follower == b'.' => {
                Err(Fault::new(self.next, "a blank is missing behind this number"))
            }
            Token::Integer("", _) => Err(Fault::new(self.at, "`0x` without digits")),
            Token::Integer(digits, 10) if digits.len() > 1 && digits.starts_with('0') => {
                match octal(digits) {
                    true => Ok(Token::Integer(digits, 8)),
                    false => Err(Fault::new(self.at, "a number that begins with 0 is octal")),
                }
            }
            Token::Float(text) if is_padded(text) => Err(Fault::new(self.at, "a float that begins with 0")),
            token => Ok(token),
        }
    }

    /// Digits, with a point and an exponent or without.
    fn decimal(&mut self) -> Token<'t> {
        let start = self.rest();
        let before = self.next;
        self.take_while(|sign| sign.is_ascii_digit());
        let mut float = false;
        if self.take(b".") {
            float = true;
            self.take_while(|sign| sign.is_ascii_digit());
        }
        let mark = self.next;
        if self.take(b"eE") {
            self.take(b"+-");
            let digits = self.take_while(|sign| sign.is_ascii_digit());
            float |= !digits.is_empty();
            if digits.is_empty() {
                self.next = mark;
            }
        }
        let text = start.get(..self.next - before).unwrap_or_default();
        float |= self.take(b"fF");
        if float { Token::Float(text) } else { Token::Integer(text, 10) }
    }

    fn quoted(&mut self, quote: char) -> Result<Token<'t>, Fault> {
        let start = self.next + 1;
        let mut signs = self.rest().char_indices().skip(1);
        while let Some((place, sign)) = signs.next() {
            let at = self.next + place;
            match sign {
                '\n' | '\0' => return Err(Fault::new(at, "this sign must be escaped in a string")),
                // Whatever is escaped, a quote too, is none of the string's end; but the end of the line is.
                '\\' if signs.next().is_some_and(|(_, escaped)| escaped == '\n') => {
                    return Err(Fault::new(at, "a string ends on its line"));
                }
                sign if sign == quote => {
                    self.next = at + 1;
                    return Ok(Token::Quoted(self.text.get(start..at).unwrap_or_default()));
                }
                _ => {}
            }
        }
        Err(Fault::new(self.at, "a string without an end"))
    }
}

fn is_part_of_name(sign: u8) -> bool {
    sign.is_ascii_alphanumeric() || sign == b'_'
}

/// Whether zeros stand before the number, which only an integer may have, to say that it is octal.
fn is_padded(text: &str) -> bool {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    digits > 1 && text.starts_with('0')
}
