//! The brake on retries: a client whose calls fail too often makes no more of them than its callers do. gRFC A6's token
//! bucket, one for all calls of a channel. Asked by `retry` and `hedge`.

use std::sync::atomic::{AtomicU32, Ordering};

use crate::grpc::{Result, Status};

/// A6: "up to 3 decimal places are supported".
const PARTS: u32 = 1000;

/// A6: tokens are at most 1000.
const MOST_TOKENS: u32 = 1000;

/// Counts in thousandths of a token.
#[derive(Debug)]
pub(super) struct Throttle {
    max: u32,
    ratio: u32,
    tokens: AtomicU32,
}

impl Throttle {
    /// A full bucket of `max` tokens, to which each good call adds `ratio`.
    pub(super) fn new(max: u32, ratio: f64) -> Result<Self> {
        if !(1..=MOST_TOKENS).contains(&max) {
            return Err(Status::invalid_argument(format!(
                "retries cannot be throttled by {max} tokens: there may be 1 to {MOST_TOKENS}"
            )));
        }
        let max = max * PARTS;
        let parts = (ratio * f64::from(PARTS)).round();
        // A ratio beyond the bucket fills it, as any number of that size does.
        let ratio = if parts >= 1.0 { parts.min(f64::from(max)) as u32 } else { 0 };
        if ratio == 0 {
            return Err(Status::invalid_argument(
                "retries cannot be throttled by a ratio below a thousandth of a token",
            ));
        }
        Ok(Self { max, ratio, tokens: AtomicU32::new(max) })
    }

    /// A call went well.
    pub(super) fn succeeded(&self) {
        // Most of the time the bucket is full, and a load is cheaper than a store.
        if self.tokens.load(Ordering::Relaxed) < self.max {
            self.change(|tokens| tokens.saturating_add(self.ratio).min(self.max));
        }
    }

    /// An attempt has failed in a way that counts. Whether others may follow.
    pub(super) fn failed(&self) -> bool {
        self.change(|tokens| tokens.saturating_sub(PARTS));
        self.allows()
    }

    /// Whether attempts beyond the first may be made.
    pub(super) fn allows(&self) -> bool {
        self.tokens.load(Ordering::Relaxed) > self.max / 2
    }

    fn change(&self, change: impl Fn(u32) -> u32) {
        let changed =
            self.tokens.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |tokens| Some(change(tokens)));
        debug_assert!(changed.is_ok(), "there is always a new number");
    }
}

#[cfg(test)]
mod tests {
    use super::Throttle;

    #[test]
    fn half_of_the_tokens_gone_stop_retries_until_calls_go_well_again() {
        let throttle = Throttle::new(4, 0.5).unwrap();
        assert!(throttle.failed());
        assert!(!throttle.failed(), "2 of 4 is not above the half");
        assert!(!throttle.failed());
        throttle.succeeded();
        throttle.succeeded();
        assert!(!throttle.allows());
        throttle.succeeded();
        assert!(throttle.allows(), "2.5 is above the half");
    }

    #[test]
    fn the_bucket_is_never_above_its_brim_nor_below_its_ground() {
        let throttle = Throttle::new(2, 10.0).unwrap();
        for _ in 0..10 {
            throttle.succeeded();
        }
        assert!(!throttle.failed(), "it held 2");
        for _ in 0..10 {
            assert!(!throttle.failed());
        }
        throttle.succeeded();
        assert!(throttle.allows());
    }

    #[test]
    fn what_is_no_bucket_is_refused() {
        for (max, ratio) in [(0, 0.1), (1001, 0.1), (10, 0.0), (10, -1.0), (10, f64::NAN), (10, 0.0001)] {
            assert!(Throttle::new(max, ratio).is_err(), "{max} {ratio}");
        }
    }
}
