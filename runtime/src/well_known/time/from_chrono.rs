//! Timestamps and durations from and to those of the crate `chrono`. Used by users.

use ::chrono::{DateTime, TimeDelta, TimeZone, Utc};

use super::error::TimeError;
use super::owned::owned;
use crate::well_known::generated::google::protobuf::{Duration, Timestamp};

/// Exactly, but for a leap second: it becomes the second behind it. Fails outside of the years 1 to 9999.
impl<Zone: TimeZone> TryFrom<DateTime<Zone>> for Timestamp {
    type Error = TimeError;

    fn try_from(time: DateTime<Zone>) -> Result<Self, TimeError> {
        // At most two seconds, which `new` carries.
        let nanos = i32::try_from(time.timestamp_subsec_nanos()).map_err(|_| TimeError::OutOfRange)?;
        Self::new(time.timestamp(), nanos)
    }
}

/// Exactly. Fails for what is not valid.
impl TryFrom<&Timestamp> for DateTime<Utc> {
    type Error = TimeError;

    fn try_from(timestamp: &Timestamp) -> Result<Self, TimeError> {
        let nanos = u32::try_from(timestamp.nanos).ok().filter(|_| timestamp.is_valid());
        nanos.and_then(|nanos| Self::from_timestamp(timestamp.seconds, nanos)).ok_or(TimeError::OutOfRange)
    }
}

/// Exactly. Fails beyond 10,000 years.
impl TryFrom<TimeDelta> for Duration {
    type Error = TimeError;

    fn try_from(delta: TimeDelta) -> Result<Self, TimeError> {
        Self::new(delta.num_seconds(), delta.subsec_nanos())
    }
}

/// Exactly. Fails for what is not valid.
impl TryFrom<&Duration> for TimeDelta {
    type Error = TimeError;

    fn try_from(duration: &Duration) -> Result<Self, TimeError> {
        let seconds = Self::try_seconds(duration.seconds).filter(|_| duration.is_valid());
        let all = seconds.and_then(|seconds| seconds.checked_add(&Self::nanoseconds(duration.nanos.into())));
        all.ok_or(TimeError::OutOfRange)
    }
}

owned! {
    Timestamp => DateTime<Utc>;
    Duration => TimeDelta;
}
