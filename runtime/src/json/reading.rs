//! What all levels of one reading share: options, depth, and the way to a mistake. Made by `convert`, used by `read`.

use std::cell::{Cell, RefCell};

use serde::de::Error;

use super::options::JsonReader;
use crate::reflect::DescriptorPool;

/// What all levels of one reading share.
pub(super) struct Reading<'r> {
    pub(super) reader: &'r JsonReader,
    pub(super) pool: &'r DescriptorPool,
    /// How many levels are open.
    depth: Cell<u32>,
    /// The way to the mistake, from the inside out.
    trail: RefCell<Vec<String>>,
}

impl<'r> Reading<'r> {
    pub(super) fn new(reader: &'r JsonReader, pool: &'r DescriptorPool) -> Self {
        Self { reader, pool, depth: Cell::new(0), trail: RefCell::default() }
    }

    /// The way to the mistake: `lines[2].item`.
    pub(super) fn path(&self) -> String {
        let mut path = String::new();
        for step in self.trail.borrow().iter().rev() {
            if !path.is_empty() && !step.starts_with('[') {
                path.push('.');
            }
            path.push_str(step);
        }
        path
    }

    /// Notes where a mistake was.
    pub(super) fn at<T, E>(&self, result: Result<T, E>, step: impl FnOnce() -> String) -> Result<T, E> {
        result.inspect_err(|_| self.trail.borrow_mut().push(step()))
    }

    pub(super) fn nested<T, E: Error>(&self, read: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        if self.depth.get() >= self.reader.depth {
            return Err(E::custom("this is nested deeper than the limit"));
        }
        self.depth.set(self.depth.get() + 1);
        let result = read();
        self.depth.set(self.depth.get() - 1);
        result
    }
}
