//! Timestamps and durations from and to those of the standard library. Used by users.

use std::time::{self, SystemTime};

use super::error::TimeError;
use super::owned::owned;
use super::range::SECOND;
use crate::well_known::generated::google::protobuf::{Duration, Timestamp};

/// All of it in nanoseconds, which fits: 64 bits of seconds.
fn total(duration: time::Duration) -> i128 {
    i128::from(duration.as_secs()) * i128::from(SECOND) + i128::from(duration.subsec_nanos())
}

/// Exactly. Fails outside of the years 1 to 9999.
impl TryFrom<SystemTime> for Timestamp {
    type Error = TimeError;

    fn try_from(time: SystemTime) -> Result<Self, TimeError> {
        Self::from_unix_nanos(match time.duration_since(SystemTime::UNIX_EPOCH) {
            Ok(since) => total(since),
            Err(error) => -total(error.duration()),
        })
    }
}

/// As exactly as the clock of the system counts: in nanoseconds, on Windows in hundreds of them. Fails for what is not
/// valid, and where the system knows no such time.
impl TryFrom<&Timestamp> for SystemTime {
    type Error = TimeError;

    fn try_from(timestamp: &Timestamp) -> Result<Self, TimeError> {
        if !timestamp.is_valid() {
            return Err(TimeError::OutOfRange);
        }
        let whole = time::Duration::from_secs(timestamp.seconds.unsigned_abs());
        let part = time::Duration::from_nanos(timestamp.nanos.unsigned_abs().into());
        let second = match timestamp.seconds {
            ..0 => SystemTime::UNIX_EPOCH.checked_sub(whole),
            0.. => SystemTime::UNIX_EPOCH.checked_add(whole),
        };
        second.and_then(|second| second.checked_add(part)).ok_or(TimeError::OutOfRange)
    }
}

/// Exactly. Fails beyond 10,000 years.
impl TryFrom<time::Duration> for Duration {
    type Error = TimeError;

    fn try_from(duration: time::Duration) -> Result<Self, TimeError> {
        Self::from_nanos(total(duration))
    }
}

/// Exactly. Fails for what is negative or not valid.
impl TryFrom<&Duration> for time::Duration {
    type Error = TimeError;

    fn try_from(duration: &Duration) -> Result<Self, TimeError> {
        match (duration.is_valid(), u64::try_from(duration.seconds), u32::try_from(duration.nanos)) {
            (true, Ok(seconds), Ok(nanos)) => Ok(Self::new(seconds, nanos)),
            _ => Err(TimeError::OutOfRange),
        }
    }
}

owned! {
    Timestamp => SystemTime;
    Duration => time::Duration;
}
