//! Buffers of streams that were sent and are filled again. Called by `lane`.
//!
//! Allocators give what is free at the end of their memory back to the system, and with large messages that is every one of
//! them: to get its pages anew costs more than to fill them and to send them together.

use std::sync::Mutex;

use bytes::Bytes;

/// Smaller ones are left to the allocator.
pub(super) const LEAST: usize = 16 * 1024;

/// Larger ones are too rare to be kept.
const MOST: usize = 256 * 1024;

/// What all those that wait take together at most, in the whole process.
const KEPT: usize = 4 * 1024 * 1024;

static SPARES: Mutex<Spares> = Mutex::new(Spares { buffers: Vec::new(), room: 0 });

/// The buffers that wait.
struct Spares {
    buffers: Vec<Vec<u8>>,
    /// The bytes of all.
    room: usize,
}

impl Spares {
    fn keep(&mut self, mut buffer: Vec<u8>) {
        if self.room + buffer.capacity() <= KEPT {
            buffer.clear();
            self.room += buffer.capacity();
            self.buffers.push(buffer);
        }
    }

    fn take(&mut self) -> Option<Vec<u8>> {
        let buffer = self.buffers.pop()?;
        self.room -= buffer.capacity();
        Some(buffer)
    }
}

/// An empty buffer, with room in it where one waits.
pub(super) fn spare() -> Vec<u8> {
    // Whoever would have to wait for another thread is better off with a new one.
    SPARES.try_lock().ok().and_then(|mut spares| spares.take()).unwrap_or_default()
}

/// The bytes of a buffer, which waits to be filled again when the last of them are gone.
pub(super) fn lent(buffer: Vec<u8>) -> Bytes {
    if (LEAST..=MOST).contains(&buffer.capacity()) { Bytes::from_owner(Lent(buffer)) } else { buffer.into() }
}

/// A buffer that comes back.
struct Lent(Vec<u8>);

impl AsRef<[u8]> for Lent {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        if let Ok(mut spares) = SPARES.try_lock() {
            spares.keep(std::mem::take(&mut self.0));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{KEPT, LEAST, MOST, Spares, lent};

    fn buffer(room: usize) -> Vec<u8> {
        Vec::with_capacity(room)
    }

    #[test]
    fn what_is_kept_has_a_limit_and_comes_back_empty() {
        let mut spares = Spares { buffers: Vec::new(), room: 0 };
        for _ in 0..100 {
            let mut full = buffer(MOST);
            full.push(1);
            spares.keep(full);
        }
        assert_eq!((spares.buffers.len(), spares.room), (KEPT / MOST, KEPT));
        for _ in 0..KEPT / MOST {
            let spare = spares.take().expect("it was kept");
            assert!(spare.is_empty() && spare.capacity() == MOST);
        }
        assert!(spares.take().is_none() && spares.room == 0);
    }

    #[test]
    fn bytes_are_the_same_whoever_owns_them() {
        for room in [0, LEAST - 1, LEAST, MOST, MOST + 1] {
            let mut full = buffer(room);
            full.extend_from_slice(b"whole");
            let mut bytes = lent(full);
            assert_eq!(bytes.split_to(2), "wh", "{room}");
            assert_eq!(bytes, "ole", "{room}");
        }
    }
}
