//! Timestamps and durations from and to those of the crate `jiff`. Used by users.

use ::jiff::SignedDuration;

use super::error::TimeError;
use super::owned::owned;
use crate::well_known::generated::google::protobuf::{Duration, Timestamp};

/// Exactly. Fails before the year 1.
impl TryFrom<::jiff::Timestamp> for Timestamp {
    type Error = TimeError;

    fn try_from(time: ::jiff::Timestamp) -> Result<Self, TimeError> {
        Self::from_unix_nanos(time.as_nanosecond())
    }
}

/// Exactly. Fails for what is not valid, and on the last two days of the year 9999, which `jiff` leaves out.
impl TryFrom<&Timestamp> for ::jiff::Timestamp {
    type Error = TimeError;

    fn try_from(timestamp: &Timestamp) -> Result<Self, TimeError> {
        if !timestamp.is_valid() {
            return Err(TimeError::OutOfRange);
        }
        Self::new(timestamp.seconds, timestamp.nanos).map_err(|_| TimeError::OutOfRange)
    }
}

/// Exactly. Fails beyond 10,000 years.
impl TryFrom<SignedDuration> for Duration {
    type Error = TimeError;

    fn try_from(duration: SignedDuration) -> Result<Self, TimeError> {
        Self::new(duration.as_secs(), duration.subsec_nanos())
    }
}

/// Exactly. Fails for what is not valid.
impl TryFrom<&Duration> for SignedDuration {
    type Error = TimeError;

    fn try_from(duration: &Duration) -> Result<Self, TimeError> {
        if duration.is_valid() {
            Ok(Self::new(duration.seconds, duration.nanos))
        } else {
            Err(TimeError::OutOfRange)
        }
    }
}

owned! {
    Timestamp => ::jiff::Timestamp;
    Duration => SignedDuration;
}
