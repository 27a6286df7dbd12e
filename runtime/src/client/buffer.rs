//! The memory that requests may take which are kept for retries. Asked by `replay`.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What the requests of one call may take, in bytes.
const PER_CALL: usize = 1024 * 1024;

/// What the requests of all calls of a channel may take, in bytes.
const PER_CHANNEL: usize = 16 * 1024 * 1024;

/// The limits, and how much is taken.
#[derive(Debug)]
pub(super) struct Buffer {
    pub(super) per_call: usize,
    pub(super) per_channel: usize,
    held: AtomicUsize,
}

impl Default for Buffer {
    fn default() -> Self {
        Self::new(PER_CALL, PER_CHANNEL)
    }
}

impl Buffer {
    pub(super) fn new(per_call: usize, per_channel: usize) -> Self {
        Self { per_call, per_channel, held: AtomicUsize::new(0) }
    }
}

/// What one call has taken. Given back when it is dropped.
#[derive(Debug)]
pub(super) struct Hold {
    buffer: Arc<Buffer>,
    bytes: usize,
}

impl Hold {
    /// Nothing yet.
    pub(super) fn of(buffer: Arc<Buffer>) -> Self {
        Self { buffer, bytes: 0 }
    }

    /// Takes more; whether there was room for it.
    pub(super) fn grow(&mut self, bytes: usize) -> bool {
        let all = self.bytes.saturating_add(bytes);
        if all > self.buffer.per_call {
            return false;
        }
        let before = self.buffer.held.fetch_add(bytes, Ordering::Relaxed);
        if before.saturating_add(bytes) > self.buffer.per_channel {
            self.buffer.held.fetch_sub(bytes, Ordering::Relaxed);
            return false;
        }
        self.bytes = all;
        true
    }

    /// Gives all of it back.
    pub(super) fn release(&mut self) {
        let bytes = std::mem::take(&mut self.bytes);
        if bytes > 0 {
            self.buffer.held.fetch_sub(bytes, Ordering::Relaxed);
        }
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        self.release();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{Buffer, Hold};

    #[test]
    fn a_call_and_all_calls_have_their_limits_and_what_is_dropped_is_free() {
        let buffer = Arc::new(Buffer::new(6, 10));
        let hold = || Hold::of(Arc::clone(&buffer));
        let (mut first, mut second) = (hold(), hold());
        assert!(first.grow(6));
        assert!(!first.grow(1), "over the limit of a call");
        assert!(second.grow(4));
        assert!(!second.grow(1), "over the limit of all");
        drop(first);
        assert!(second.grow(2));
        second.release();
        assert!(hold().grow(6));
    }
}
