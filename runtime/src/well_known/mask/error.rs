//! Why a mask is not one of a message. Made by `check` and `set`.

use std::fmt;

/// Why a path does not lead to a field of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MaskError {
    path: String,
    problem: String,
    near: Option<String>,
}

impl MaskError {
    pub(super) fn new(path: &str, problem: String, near: Option<&str>) -> Self {
        Self { path: shortened(path).to_owned(), problem, near: near.map(str::to_owned) }
    }

    /// The path, or the beginning of one that is very long.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What is wrong with it.
    pub fn problem(&self) -> &str {
        &self.problem
    }

    /// The field of the message that was probably meant, where a name is not one.
    pub fn suggestion(&self) -> Option<&str> {
        self.near.as_deref()
    }
}

impl fmt::Display for MaskError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`: {}", self.path, self.problem)?;
        match &self.near {
            Some(near) => write!(f, ", did you mean `{near}`?"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for MaskError {}

/// What a peer sends as a path may be of any length, and errors go back to it in trailers.
pub(super) fn shortened(text: &str) -> &str {
    const LONGEST: usize = 100;
    let end = text.char_indices().nth(LONGEST).map(|(end, _)| end);
    end.and_then(|end| text.get(..end)).unwrap_or(text)
}
