//! What all levels of one reading share: options, limits, and the way to a mistake. Made by `convert`, used by `read`.

use std::cell::{Cell, RefCell};

use serde::de::Error;

use super::options::JsonReader;
use crate::reflect::{DescriptorPool, MessageDescriptor, Reflect, ValueMut};
use crate::wire::brief;

/// What every message may take in memory, and what each byte of its text adds to that: as in the binary format.
const BUDGET: usize = 64 * 1024 * 1024;
const BUDGET_PER_BYTE: usize = 32;

/// What all levels of one reading share.
pub(super) struct Reading<'r> {
    pub(super) reader: &'r JsonReader,
    pub(super) pool: &'r DescriptorPool,
    /// How many levels are open.
    depth: Cell<u32>,
    /// Bytes that elements may still take in memory.
    budget: Cell<usize>,
    /// Whether each value adds to the budget: the length of the whole is not known.
    grows: bool,
    /// The way to the mistake, from the inside out.
    trail: RefCell<Vec<String>>,
}

impl<'r> Reading<'r> {
    /// For a text of that length, where it is one.
    pub(super) fn new(reader: &'r JsonReader, pool: &'r DescriptorPool, length: Option<usize>) -> Self {
        let usual = length.unwrap_or(0).saturating_mul(BUDGET_PER_BYTE).saturating_add(BUDGET);
        Self {
            reader,
            pool,
            depth: Cell::new(0),
            budget: Cell::new(reader.budget.unwrap_or(usual)),
            grows: length.is_none() && reader.budget.is_none(),
            trail: RefCell::default(),
        }
    }

    /// The descriptor of a message that is going to be changed: in the pool of the outermost one, or in its own, which is
    /// kept for it.
    #[inline]
    pub(super) fn descriptor<'a>(
        &'a self,
        message: &dyn Reflect,
        kept: &'a mut Option<DescriptorPool>,
    ) -> MessageDescriptor<'a> {
        let own = message.descriptor();
        let pool = if own.pool().is(self.pool) { self.pool } else { kept.insert(own.pool().clone()) };
        pool.placed(own.index())
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
    #[inline]
    pub(super) fn at<T, E>(&self, result: Result<T, E>, step: impl FnOnce() -> String) -> Result<T, E> {
        result.inspect_err(|_| self.trail.borrow_mut().push(brief(step())))
    }

    #[inline]
    pub(super) fn nested<T, E: Error>(&self, read: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        if self.depth.get() >= self.reader.depth {
            return Err(E::custom("this is nested deeper than the limit"));
        }
        self.depth.set(self.depth.get() + 1);
        let result = read();
        self.depth.set(self.depth.get() - 1);
        result
    }

    /// Takes from the budget what a value costs that was just made, in a place of that size.
    #[inline]
    pub(super) fn charge<E: Error>(&self, value: &ValueMut<'_>, size: usize) -> Result<(), E> {
        self.charge_bytes(size + value.apart())
    }

    #[inline]
    pub(super) fn charge_bytes<E: Error>(&self, size: usize) -> Result<(), E> {
        match self.budget.get().checked_sub(size) {
            Some(left) => {
                self.budget.set(left);
                Ok(())
            }
            None => Err(E::custom("its elements take more memory than the limit, JsonReader::memory_budget")),
        }
    }

    /// Reads something that is gone again afterwards, with all that it took from the budget.
    pub(super) fn passing<T>(&self, read: impl FnOnce() -> T) -> T {
        let before = self.budget.get();
        let result = read();
        self.budget.set(before);
        result
    }

    /// Notes that a value or key was read which takes at least so many bytes in any format.
    #[inline]
    pub(super) fn seen(&self, bytes: usize) {
        if self.grows {
            let more = bytes.saturating_mul(BUDGET_PER_BYTE);
            self.budget.set(self.budget.get().saturating_add(more));
        }
    }
}
