//! Why a text is not the JSON of a message, or a message has no JSON. Made by `convert`.

use std::fmt;

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

    /// The column in bytes, counted from 1; 0 where there is no text.
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

/// From serde's, whose text ends with the place.
pub(super) fn of(error: &serde_json::Error, path: String) -> JsonError {
    let (line, column) = (error.line(), error.column());
    let text = error.to_string();
    let message = text.strip_suffix(&format!(" at line {line} column {column}")).unwrap_or(&text).to_owned();
    JsonError { message, path, line, column }
}
