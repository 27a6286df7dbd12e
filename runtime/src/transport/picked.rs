//! A connection that was picked for a call, and the count of the calls on it. Made by `pool`.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::connection::Live;
use super::link::Link;

/// A connection for one call.
pub(super) struct Picked {
    pub(super) live: Live,
    pub(super) link: Arc<Link>,
    pub(super) busy: Option<Busy>,
}

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
