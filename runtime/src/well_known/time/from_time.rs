//! Timestamps and durations from and to those of the crate `time`. Used by users.

use ::time::{OffsetDateTime, UtcDateTime};

use super::error::TimeError;
use super::owned::owned;
use crate::well_known::generated::google::protobuf::{Duration, Timestamp};

/// Exactly. Fails outside of the years 1 to 9999.
impl TryFrom<OffsetDateTime> for Timestamp {
    type Error = TimeError;

    fn try_from(time: OffsetDateTime) -> Result<Self, TimeError> {
        Self::from_unix_nanos(time.unix_timestamp_nanos())
    }
}

/// Exactly. Fails outside of the years 1 to 9999.
impl TryFrom<UtcDateTime> for Timestamp {
    type Error = TimeError;

    fn try_from(time: UtcDateTime) -> Result<Self, TimeError> {
        Self::from_unix_nanos(time.unix_timestamp_nanos())
    }
}

/// Exactly, in UTC. Fails for what is not valid.
impl TryFrom<&Timestamp> for OffsetDateTime {
    type Error = TimeError;

    fn try_from(timestamp: &Timestamp) -> Result<Self, TimeError> {
        UtcDateTime::try_from(timestamp).map(Self::from)
    }
}

/// Exactly. Fails for what is not valid.
impl TryFrom<&Timestamp> for UtcDateTime {
    type Error = TimeError;

    fn try_from(timestamp: &Timestamp) -> Result<Self, TimeError> {
        let nanos = Some(timestamp.unix_nanos()).filter(|_| timestamp.is_valid());
        nanos.and_then(|nanos| Self::from_unix_timestamp_nanos(nanos).ok()).ok_or(TimeError::OutOfRange)
    }
}

/// Exactly. Fails beyond 10,000 years.
impl TryFrom<::time::Duration> for Duration {
    type Error = TimeError;

    fn try_from(duration: ::time::Duration) -> Result<Self, TimeError> {
        Self::from_nanos(duration.whole_nanoseconds())
    }
}

/// Exactly. Fails for what is not valid.
impl TryFrom<&Duration> for ::time::Duration {
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
    Timestamp => OffsetDateTime;
    Timestamp => UtcDateTime;
    Duration => ::time::Duration;
}
