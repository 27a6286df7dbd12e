//! How many calls a server handles at a time: those above the number are shed before anything of them is read. Asked by
//! the server's router, held by `context`.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The places that a server has for calls.
#[derive(Debug)]
pub(crate) struct Admission {
    most: usize,
    taken: AtomicUsize,
}

impl Admission {
    pub(crate) fn new(most: usize) -> Self {
        Self { most, taken: AtomicUsize::new(0) }
    }

    pub(crate) fn most(&self) -> usize {
        self.most
    }

    /// A place, if there is one.
    pub(crate) fn take(self: &Arc<Self>) -> Option<Place> {
        let more = |taken: usize| (taken < self.most).then_some(taken + 1);
        self.taken.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more).ok()?;
        Some(Place(Arc::clone(self)))
    }
}

/// The place of a call, left for the next when it is dropped.
#[derive(Debug)]
pub(crate) struct Place(Arc<Admission>);

impl Drop for Place {
    fn drop(&mut self) {
        self.0.taken.fetch_sub(1, Ordering::Relaxed);
    }
}
