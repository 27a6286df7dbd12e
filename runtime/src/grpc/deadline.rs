//! Deadlines: the header that carries them, and the clock that ends what outlives them. Used by both sides.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::{Instant, Sleep};

use super::{Code, Origin, Status};

/// The units of `grpc-timeout`, finest first, with their nanoseconds.
const UNITS: [(u8, u64); 6] = [
    (b'n', 1),
    (b'u', 1_000),
    (b'm', 1_000_000),
    (b'S', 1_000_000_000),
    (b'M', 60_000_000_000),
    (b'H', 3_600_000_000_000),
];

/// The specification allows eight digits.
const MOST: u128 = 99_999_999;

/// `timeout` as a `grpc-timeout`: in the finest unit that fits, rounded up, so that the peer never gives up before
/// this side does.
pub(crate) fn encode_timeout(timeout: Duration) -> String {
    let nanos = timeout.as_nanos();
    for (unit, size) in UNITS {
        let count = nanos.div_ceil(u128::from(size));
        if count <= MOST {
            return format!("{count}{}", char::from(unit));
        }
    }
    format!("{MOST}H")
}

/// The duration of a `grpc-timeout`: one to eight digits and a unit; `None` for anything else.
pub(crate) fn decode_timeout(header: &[u8]) -> Option<Duration> {
    let (unit, digits) = header.split_last()?;
    if digits.is_empty() || digits.len() > 8 || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let count: u64 = std::str::from_utf8(digits).ok()?.parse().ok()?;
    let (_, size) = UNITS.into_iter().find(|(name, _)| name == unit)?;
    // Eight digits of hours are 11,000 years: too much for 64 bits of nanoseconds, not for a duration.
    Some(Duration::from_nanos(size).saturating_mul(count as u32))
}

/// The clock of one call.
#[derive(Debug)]
pub(crate) struct Expiry(Pin<Box<Sleep>>);

impl Expiry {
    /// A clock that rings at `deadline`.
    pub(crate) fn at(deadline: Instant) -> Self {
        Self(Box::pin(tokio::time::sleep_until(deadline)))
    }

    /// When it rings.
    pub(crate) fn deadline(&self) -> Instant {
        self.0.deadline()
    }

    /// Ready once the deadline has passed.
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Status> {
        self.0.as_mut().poll(cx).map(|()| passed())
    }

    /// What a call has come to that broke off with `status`. A server that gives up at the deadline resets the stream,
    /// and this clock rings up to a millisecond late: the call was not cancelled then, its time was over.
    pub(crate) fn explained(&self, status: Status) -> Status {
        let reset = status.code() == Code::Cancelled && status.origin() == Origin::Http2;
        if reset && self.0.deadline() <= Instant::now() { passed() } else { status }
    }
}

fn passed() -> Status {
    Status::deadline_exceeded("the deadline of the call has passed")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::Instant;

    use super::{Expiry, decode_timeout, encode_timeout};
    use crate::grpc::{Code, Origin, Status};

    #[test]
    fn a_reset_that_overtakes_the_clock_is_the_deadline() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let _inside = runtime.enter();
        let reset = || Status::cancelled("stream no longer needed").with_origin(Origin::Http2);
        let now = Instant::now();
        assert_eq!(Expiry::at(now).explained(reset()).code(), Code::DeadlineExceeded);
        let later = now + Duration::from_secs(60);
        assert_eq!(Expiry::at(later).explained(reset()).code(), Code::Cancelled);
        assert_eq!(Expiry::at(now).explained(Status::cancelled("by the server")).code(), Code::Cancelled);
        let refused = Status::unavailable("refused").with_origin(Origin::Http2);
        assert_eq!(Expiry::at(now).explained(refused).code(), Code::Unavailable);
    }

    #[test]
    fn the_finest_unit_that_fits_is_written_and_rounded_up() {
        for (timeout, header) in [
            (Duration::ZERO, "0n"),
            (Duration::from_nanos(1), "1n"),
            (Duration::from_nanos(99_999_999), "99999999n"),
            (Duration::from_nanos(100_000_001), "100001u"),
            (Duration::from_millis(250), "250000u"),
            (Duration::from_secs(100) + Duration::from_nanos(1), "100001m"),
            (Duration::from_secs(99_999_999), "99999999S"),
            (Duration::from_secs(100_000_000), "1666667M"),
            (Duration::MAX, "99999999H"),
        ] {
            assert_eq!(encode_timeout(timeout), header, "{timeout:?}");
        }
    }

    #[test]
    fn what_is_written_is_read_and_never_shorter() {
        for nanos in [0, 1, 999, 1_000_000, 123_456_789, 100_000_000_001, 86_400_000_000_000] {
            let timeout = Duration::from_nanos(nanos);
            let read = decode_timeout(encode_timeout(timeout).as_bytes());
            assert!(read.is_some_and(|read| read >= timeout), "{timeout:?} became {read:?}");
        }
    }

    #[test]
    fn malformed_headers_are_refused_and_absurd_ones_are_not_an_overflow() {
        for header in ["", "S", "1", "1s", "123456789S", "-1S", "+1S", "1 S", "1.5S", "S1", "ü"] {
            assert_eq!(decode_timeout(header.as_bytes()), None, "{header:?}");
        }
        assert_eq!(decode_timeout(b"99999999H"), Some(Duration::from_secs(99_999_999 * 3600)));
        assert_eq!(decode_timeout(b"0n"), Some(Duration::ZERO));
    }
}
