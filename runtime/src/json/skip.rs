//! Values of a text that are passed over, because nothing is named as they are. Called by `parser`.

use super::escape;
use super::fault::Fault;
use super::number;
use super::parser::Parser;
use super::scan;

impl Parser<'_> {
    /// Passes over a value of any form, however deep it is.
    pub(super) fn skip(&mut self) -> Result<(), Fault> {
        let mut open = Vec::new();
        loop {
            match self.peek() {
                Some(b'"') => self.skip_string()?,
                Some(b'-' | b'0'..=b'9') => {
                    self.at += number::length(self.rest()).ok_or_else(Fault::syntax)?
                }
                Some(b'n') => self.word(b"null")?,
                Some(b't') => self.word(b"true")?,
                Some(b'f') => self.word(b"false")?,
                Some(sign @ (b'[' | b'{')) => {
                    self.at += 1;
                    // Behind the blank of ASCII in both cases is the sign that closes.
                    let close = sign + 2;
                    if self.peek() != Some(close) {
                        open.push(close);
                        if close == b'}' {
                            self.skip_key()?;
                        }
                        continue;
                    }
                    self.at += 1;
                }
                _ => return Err(Fault::syntax()),
            }
            if self.skip_ends(&mut open)? {
                return Ok(());
            }
        }
    }

    /// Passes over what stands behind a value; whether it was the last one.
    fn skip_ends(&mut self, open: &mut Vec<u8>) -> Result<bool, Fault> {
        while let Some(close) = open.last() {
            match self.peek() {
                Some(b',') => {
                    self.at += 1;
                    if *close == b'}' {
                        self.skip_key()?;
                    }
                    return Ok(false);
                }
                Some(sign) if sign == *close => {
                    self.at += 1;
                    open.pop();
                }
                _ => return Err(Fault::syntax()),
            }
        }
        Ok(true)
    }

    fn skip_key(&mut self) -> Result<(), Fault> {
        match self.peek() {
            Some(b'"') => self.skip_string()?,
            _ => return Err(Fault::syntax()),
        }
        self.pass(b':')
    }

    fn skip_string(&mut self) -> Result<(), Fault> {
        self.at += 1;
        loop {
            self.at += scan::plain(self.rest());
            match self.rest() {
                [b'"', ..] => {
                    self.at += 1;
                    return Ok(());
                }
                [b'\\', ..] => self.at += escape::length(self.rest()).ok_or_else(Fault::syntax)?,
                _ => return Err(Fault::syntax()),
            }
        }
    }
}
