//! A mistake before it is known where it is: one word, which the levels of reading and writing hand up. Made by the files
//! that read and write, told by `convert`.

use std::fmt;

use crate::wire::brief;

/// What is wrong.
#[derive(Debug)]
pub(super) struct Fault(Option<Box<Told>>);

#[derive(Debug)]
pub(super) struct Told {
    pub(super) message: String,
    /// How much of the text was read.
    pub(super) at: Option<usize>,
}

impl Fault {
    /// The text is no JSON. What exactly is wrong is not known yet.
    #[cold]
    pub(super) fn syntax() -> Self {
        Self(None)
    }

    #[cold]
    pub(super) fn told(message: impl fmt::Display) -> Self {
        Self(Some(Box::new(Told { message: brief(message), at: None })))
    }

    /// Notes how much of the text was read, unless that is known already.
    #[cold]
    pub(super) fn at(mut self, at: usize) -> Self {
        if let Some(told) = &mut self.0 {
            told.at.get_or_insert(at);
        }
        self
    }

    /// What is known of it; nothing of a text that is no JSON.
    pub(super) fn into_told(self) -> Option<Told> {
        self.0.map(|told| *told)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_ref().map_or("this is no JSON", |told| &told.message))
    }
}

impl std::error::Error for Fault {}

impl serde::de::Error for Fault {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::told(message)
    }
}
