//! Why a text is not the JSON of a message, or a message has no JSON. Made by `convert`.

use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::fault::{Fault, Told};

/// What is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonError {
    pub(super) message: String,
    pub(super) path: String,
    pub(super) line: usize,
    pub(super) column: usize,
}

impl JsonError {
    /// What is wrong.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The way to the field from the outermost message, in names of JSON: `lines[2].item`. Empty for the message itself.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The line of the text, counted from 1; 0 where there is no text.
    pub fn line(&self) -> usize {
        self.line
    }

    /// The column in bytes of the last sign that was read, counted from 1; 0 where nothing of the line was read, and where
    /// there is no text.
    pub fn column(&self) -> usize {
        self.column
    }
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        f.write_str(&self.message)?;
        if self.line > 0 { write!(f, ", line {} column {}", self.line, self.column) } else { Ok(()) }
    }
}

impl std::error::Error for JsonError {}

/// Says where a mistake is: behind so much of the text as was read, and on the way of `path`.
#[cold]
pub(super) fn of(fault: Fault, text: &str, path: String) -> JsonError {
    let Some(Told { message, at }) = fault.into_told() else { return of_syntax(text, path) };
    let (line, column) = at.map_or((0, 0), |at| place(text, at));
    JsonError { message, path, line, column }
}

/// For a message that is written.
#[cold]
pub(super) fn of_writing(fault: &Fault) -> JsonError {
    JsonError { message: fault.to_string(), path: String::new(), line: 0, column: 0 }
}

/// What is wrong with a text that is no JSON is what serde_json says of it.
fn of_syntax(text: &str, path: String) -> JsonError {
    let Err(error) = serde_json::from_str::<Anything>(text) else {
        let (line, column) = place(text, text.len());
        return JsonError { message: Fault::syntax().to_string(), path, line, column };
    };
    let (line, column) = (error.line(), error.column());
    let text = error.to_string();
    let message = text.strip_suffix(&format!(" at line {line} column {column}")).unwrap_or(&text).to_owned();
    JsonError { message, path, line, column }
}

/// The line and column behind so many bytes.
fn place(text: &str, at: usize) -> (usize, usize) {
    let before = text.as_bytes().get(..at).unwrap_or_default();
    let start = before.iter().rposition(|sign| *sign == b'\n').map_or(0, |newline| newline + 1);
    (before.iter().filter(|sign| **sign == b'\n').count() + 1, at - start)
}

/// Any value, of which nothing is kept. Other than serde's `IgnoredAny`, it is read with the care that a value needs.
struct Anything;

impl<'de> Deserialize<'de> for Anything {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Self)
    }
}

impl<'de> Visitor<'de> for Anything {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_str<E>(self, _: &str) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_unit<E>(self) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut all: A) -> Result<Self, A::Error> {
        while all.next_element::<Self>()?.is_some() {}
        Ok(self)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut all: A) -> Result<Self, A::Error> {
        while all.next_entry::<IgnoredAny, Self>()?.is_some() {}
        Ok(self)
    }
}
