//! One reading of a text: its tokens, its options and how deep it is. Made by `convert`, used by the files that read.

use std::fmt;

use super::error::Fault;
use super::options::TextReader;
use super::token::{Token, Tokens};
use super::url::Bracketed;
use crate::reflect::{DescriptorPool, ValueMut};

/// What every message may take in memory, and what each byte of its text adds to that: as in the binary format.
const BUDGET: usize = 64 * 1024 * 1024;
const BUDGET_PER_BYTE: usize = 32;

/// What all levels of one reading share.
pub(super) struct Reading<'t> {
    pub(super) tokens: Tokens<'t>,
    pub(super) reader: &'t TextReader,
    /// That of the outermost message.
    pub(super) pool: &'t DescriptorPool,
    /// How many more levels may be opened.
    depth: u32,
    /// Bytes that elements may still take in memory.
    budget: usize,
}

impl<'t> Reading<'t> {
    pub(super) fn new(
        text: &'t str,
        reader: &'t TextReader,
        pool: &'t DescriptorPool,
    ) -> Result<Self, Fault> {
        let usual = text.len().saturating_mul(BUDGET_PER_BYTE).saturating_add(BUDGET);
        let budget = reader.budget.unwrap_or(usual);
        Ok(Self { tokens: Tokens::new(text)?, reader, pool, depth: reader.depth, budget })
    }

    /// Takes from the budget what a value costs that was just made, in a place of that size.
    pub(super) fn charge(&mut self, value: &ValueMut<'_>, size: usize) -> Result<(), Fault> {
        match self.budget.checked_sub(size + value.apart()) {
            Some(left) => {
                self.budget = left;
                Ok(())
            }
            None => {
                Err(self.fault("its elements take more memory than the limit, TextReader::memory_budget"))
            }
        }
    }

    /// Reads something that is gone again afterwards, with all that it took from the budget.
    pub(super) fn passing<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.budget;
        let result = read(self);
        self.budget = before;
        result
    }

    /// A mistake at the current token.
    pub(super) fn fault(&self, message: impl fmt::Display) -> Fault {
        Fault::new(self.tokens.at(), message)
    }

    /// That something else stands at the current token.
    pub(super) fn wrong(&self, expected: impl AsRef<str>) -> Fault {
        let expected = expected.as_ref();
        self.fault(match self.tokens.token() {
            Token::End => format!("expected {expected}, found the end"),
            Token::Quoted(_) => format!("expected {expected}, found a string"),
            Token::Sign(sign) => format!("expected {expected}, found `{sign}`"),
            Token::Name(text) | Token::Integer(text, _) | Token::Float(text) => {
                format!("expected {expected}, found `{text}`")
            }
        })
    }

    pub(super) fn is(&self, sign: char) -> bool {
        self.tokens.token() == Token::Sign(sign)
    }

    /// Passes the sign if it is there; whether it was.
    pub(super) fn accept(&mut self, sign: char) -> Result<bool, Fault> {
        let found = self.is(sign);
        if found {
            self.tokens.advance()?;
        }
        Ok(found)
    }

    pub(super) fn expect(&mut self, sign: char) -> Result<(), Fault> {
        if self.accept(sign)? { Ok(()) } else { Err(self.wrong(format!("`{sign}`"))) }
    }

    /// Passes what may stand behind a field.
    pub(super) fn separator(&mut self) -> Result<(), Fault> {
        if !self.accept(',')? {
            self.accept(';')?;
        }
        Ok(())
    }

    /// The name in the brackets that open here; goes behind them.
    pub(super) fn bracketed(&mut self) -> Result<Bracketed, Fault> {
        let at = self.tokens.at();
        let inside = self.tokens.bracketed()?;
        self.expect(']')?;
        Bracketed::of(inside).ok_or_else(|| Fault::new(at, "this is no name of an extension or type"))
    }

    /// Reads what stands between the brackets of a message.
    pub(super) fn block(
        &mut self,
        inside: impl FnOnce(&mut Self, char) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let close = match self.tokens.token() {
            Token::Sign('{') => '}',
            Token::Sign('<') => '>',
            _ => return Err(self.wrong("a message")),
        };
        self.depth =
            self.depth.checked_sub(1).ok_or_else(|| self.fault("this is nested deeper than the limit"))?;
        self.tokens.advance()?;
        inside(self, close)?;
        self.depth += 1;
        self.expect(close)
    }

    /// Reads one value, or a list of them in brackets if there may be one.
    pub(super) fn each(
        &mut self,
        list: bool,
        mut value: impl FnMut(&mut Self) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        if !list || !self.accept('[')? {
            return value(self);
        }
        if self.accept(']')? {
            return Ok(());
        }
        loop {
            value(self)?;
            if self.accept(']')? {
                return Ok(());
            }
            self.expect(',')?;
        }
    }
}
