//! Messages that pass, counted: how many bytes they have without their prefixes, and how the call ends. Used for what comes
//! in and for what goes out.

use std::sync::atomic::{AtomicU64, Ordering};

use http::HeaderMap;

use crate::grpc::{Code, read_status};

/// A flag byte and four of length.
const PREFIX: usize = 5;

/// One direction of a call: where it is between the messages.
#[derive(Debug, Default)]
pub(crate) struct Flow {
    prefix: [u8; PREFIX],
    /// Bytes of the prefix that have passed.
    have: usize,
    /// Bytes of the message that have not.
    left: usize,
}

impl Flow {
    /// Counts what passes.
    pub(crate) fn pass(&mut self, mut bytes: &[u8], total: &AtomicU64) {
        let mut payload = 0;
        while let Some(&byte) = bytes.first() {
            if self.left > 0 {
                let count = self.left.min(bytes.len());
                self.left -= count;
                payload += count;
                bytes = bytes.get(count..).unwrap_or_default();
                continue;
            }
            if let Some(place) = self.prefix.get_mut(self.have) {
                *place = byte;
            }
            self.have += 1;
            bytes = bytes.get(1..).unwrap_or_default();
            if self.have == PREFIX {
                let [_, a, b, c, d] = self.prefix;
                (self.have, self.left) = (0, u32::from_be_bytes([a, b, c, d]) as usize);
            }
        }
        total.fetch_add(payload as u64, Ordering::Relaxed);
    }
}

/// The code of an answer's trailers.
pub(crate) fn code(trailers: &HeaderMap) -> Option<Code> {
    read_status(trailers).map(|status| status.map_or_else(|status| status.code(), |()| Code::Ok))
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicU64;

    use super::Flow;

    #[test]
    fn prefixes_do_not_count_wherever_the_bytes_are_cut() {
        let bytes = [&[0, 0, 0, 0, 3, 1, 2, 3][..], &[0; 5], &[1, 0, 0, 1, 0], &[9; 256]].concat();
        for size in 1..=bytes.len() {
            let (mut flow, total) = (Flow::default(), AtomicU64::new(0));
            bytes.chunks(size).for_each(|chunk| flow.pass(chunk, &total));
            assert_eq!(total.into_inner(), 259, "{size}");
        }
    }
}
