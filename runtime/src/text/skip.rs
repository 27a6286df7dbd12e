//! The passing over of fields that the schema does not have: by their looks, as their types are not known. Called by
//! `read`.

use super::error::Fault;
use super::reading::Reading;
use super::scalar::is_unusual;
use super::token::Token;

impl Reading<'_> {
    /// Passes over what stands behind the name of a field.
    pub(super) fn skip_values(&mut self) -> Result<(), Fault> {
        // Without a colon there are messages only.
        let scalars = self.accept(':')?;
        self.each(true, |reading| reading.skip_value(scalars))
    }

    fn skip_value(&mut self, scalars: bool) -> Result<(), Fault> {
        match self.tokens.token() {
            Token::Sign('{' | '<') => self.block(|reading, close| {
                while !reading.is(close) {
                    reading.skip_field()?;
                }
                Ok(())
            }),
            _ if !scalars => Err(self.wrong("`:` or a message")),
            Token::Quoted(_) => {
                while let Token::Quoted(_) = self.tokens.token() {
                    self.tokens.advance()?;
                }
                Ok(())
            }
            Token::Name(_) | Token::Integer(..) | Token::Float(_) => self.tokens.advance(),
            Token::Sign('-') => {
                self.tokens.advance()?;
                match self.tokens.token() {
                    Token::Integer(..) | Token::Float(_) => self.tokens.advance(),
                    Token::Name(name) if is_unusual(name) => self.tokens.advance(),
                    _ => Err(self.wrong("a number")),
                }
            }
            _ => Err(self.wrong("a value")),
        }
    }

    fn skip_field(&mut self) -> Result<(), Fault> {
        match self.tokens.token() {
            Token::Sign('[') => self.bracketed().map(|_| ())?,
            Token::Name(_) | Token::Integer(_, 10) => self.tokens.advance()?,
            _ => return Err(self.wrong("a field")),
        }
        self.skip_values()?;
        self.separator()
    }
}
