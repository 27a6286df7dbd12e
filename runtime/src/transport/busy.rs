//! The count of the calls on a connection, by which the least busy is found. Begun by `pool`, held by `stream`.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Held by a call as long as it runs.
#[derive(Debug)]
pub(super) struct Busy(Arc<AtomicUsize>);

impl Busy {
    pub(super) fn begin(calls: &Arc<AtomicUsize>) -> Self {
        calls.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(calls))
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
