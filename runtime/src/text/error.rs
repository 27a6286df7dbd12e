//! Why a text is not that of a message. Made by the files that read.

use std::fmt;

use crate::wire::brief;

/// What is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextError {
    message: String,
    path: String,
    line: usize,
    column: usize,
}

impl TextError {
    /// What is wrong.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The way to the field from the outermost message: `lines[2].item`. Empty for the message itself.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The line of the text, counted from 1.
    pub fn line(&self) -> usize {
        self.line
    }

    /// The column in bytes, counted from 1.
    pub fn column(&self) -> usize {
        self.column
    }
}

impl fmt::Display for TextError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        write!(f, "{}, line {} column {}", self.message, self.line, self.column)
    }
}

impl std::error::Error for TextError {}

/// A mistake, before it is known which line it is on and which message is the outermost.
#[derive(Debug)]
pub(super) struct Fault {
    message: String,
    /// The place in the text, in bytes.
    at: usize,
    /// The way to the field, from the inside out.
    trail: Vec<String>,
}

impl Fault {
    pub(super) fn new(at: usize, message: impl fmt::Display) -> Self {
        Self { message: brief(message), at, trail: Vec::new() }
    }

    /// Notes the field that the mistake is in.
    pub(super) fn inside(mut self, field: String) -> Self {
        self.trail.push(brief(field));
        self
    }

    pub(super) fn shown(mut self, text: &str) -> TextError {
        self.trail.reverse();
        let before = text.as_bytes().get(..self.at).unwrap_or_default();
        let start = before.iter().rposition(|sign| *sign == b'\n').map_or(0, |newline| newline + 1);
        TextError {
            message: self.message,
            path: self.trail.join("."),
            line: before.iter().filter(|sign| **sign == b'\n').count() + 1,
            column: before.len() - start + 1,
        }
    }
}
