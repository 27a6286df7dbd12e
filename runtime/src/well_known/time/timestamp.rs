//! What timestamps can do: be made, checked, counted with, shown and parsed. Used by users.

use std::fmt;
use std::str::FromStr;
use std::time::SystemTime;

use super::error::TimeError;
use super::range::{self, FIRST, LAST, SECOND, is_timestamp};
use super::text;
use crate::well_known::generated::google::protobuf::{Duration, Timestamp};
use crate::wire::UnknownFields;

const MILLI: i128 = 1_000_000;

impl Timestamp {
    /// The first: `0001-01-01T00:00:00Z`.
    pub const MIN: Self = Self::of(FIRST, 0);

    /// The last: `9999-12-31T23:59:59.999999999Z`.
    pub const MAX: Self = Self::of(LAST, SECOND - 1);

    /// `1970-01-01T00:00:00Z`, the default as well.
    pub const UNIX_EPOCH: Self = Self::of(0, 0);

    const fn of(seconds: i64, nanos: i32) -> Self {
        Self { seconds, nanos, unknown_fields: UnknownFields::new() }
    }

    fn counted(total: i128) -> Option<Self> {
        range::timestamp(total).map(|(seconds, nanos)| Self::of(seconds, nanos))
    }

    fn total(&self) -> i128 {
        range::total(self.seconds, self.nanos)
    }

    /// So many seconds and nanoseconds behind 1970. Nanoseconds may be any number: they are carried.
    ///
    /// # Errors
    /// [`TimeError::OutOfRange`] outside of the years 1 to 9999.
    pub fn new(seconds: i64, nanos: i32) -> Result<Self, TimeError> {
        Self::counted(range::total(seconds, nanos)).ok_or(TimeError::OutOfRange)
    }

    /// The time of the system's clock. A clock beyond the year 9999 shows [`Timestamp::MAX`].
    pub fn now() -> Self {
        Self::try_from(SystemTime::now()).unwrap_or(Self::MAX)
    }

    /// So many milliseconds behind 1970.
    ///
    /// # Errors
    /// [`TimeError::OutOfRange`] outside of the years 1 to 9999.
    pub fn from_unix_millis(millis: i64) -> Result<Self, TimeError> {
        Self::counted(i128::from(millis) * MILLI).ok_or(TimeError::OutOfRange)
    }

    /// So many nanoseconds behind 1970.
    ///
    /// # Errors
    /// [`TimeError::OutOfRange`] outside of the years 1 to 9999.
    pub fn from_unix_nanos(nanos: i128) -> Result<Self, TimeError> {
        Self::counted(nanos).ok_or(TimeError::OutOfRange)
    }

    /// Milliseconds since 1970, rounded down. A value that is not valid, and has more of them than fit, has the most.
    pub fn unix_millis(&self) -> i64 {
        let millis = self.total().div_euclid(MILLI);
        i64::try_from(millis).unwrap_or(if millis < 0 { i64::MIN } else { i64::MAX })
    }

    /// Nanoseconds since 1970.
    pub fn unix_nanos(&self) -> i128 {
        self.total()
    }

    /// Whether it is of the years 1 to 9999, with nanoseconds from 0 to 999,999,999, as the specification wants it. What
    /// comes from elsewhere need not be.
    pub fn is_valid(&self) -> bool {
        is_timestamp(self.seconds, self.nanos)
    }

    /// The same point in time with valid nanoseconds: whole seconds are carried.
    ///
    /// # Errors
    /// [`TimeError::OutOfRange`] outside of the years 1 to 9999.
    pub fn normalized(self) -> Result<Self, TimeError> {
        let (seconds, nanos) = range::timestamp(self.total()).ok_or(TimeError::OutOfRange)?;
        Ok(Self { seconds, nanos, ..self })
    }

    /// That much later, or earlier if the duration is negative; `None` outside of the years 1 to 9999.
    pub fn checked_add(&self, duration: &Duration) -> Option<Self> {
        Self::counted(self.total() + duration.total_nanos())
    }

    /// That much earlier, or later if the duration is negative; `None` outside of the years 1 to 9999.
    pub fn checked_sub(&self, duration: &Duration) -> Option<Self> {
        Self::counted(self.total() - duration.total_nanos())
    }

    /// The time that lies between `earlier` and this, negative if it is the later one. Between valid timestamps there
    /// always is one.
    pub fn checked_since(&self, earlier: &Self) -> Option<Duration> {
        Duration::from_nanos(self.total() - earlier.total()).ok()
    }
}

/// As RFC 3339 writes it, with 0, 3, 6 or 9 digits of a second: `2026-01-31T10:00:20.500Z`. What is not valid shows its
/// two fields.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match text::timestamp(self.seconds, self.nanos) {
            Some(text) => f.pad(&text),
            None => write!(f, "invalid timestamp ({} s, {} ns)", self.seconds, self.nanos),
        }
    }
}

/// From a text of RFC 3339 with up to nine digits of a second, in any offset.
impl FromStr for Timestamp {
    type Err = TimeError;

    fn from_str(text: &str) -> Result<Self, TimeError> {
        let (seconds, nanos) = text::timestamp_of(text).ok_or(TimeError::NoTimestamp)?;
        Ok(Self::of(seconds, nanos))
    }
}
