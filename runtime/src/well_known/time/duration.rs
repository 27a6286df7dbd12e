//! What durations can do: be made, checked, counted with, shown and parsed. Used by users.

use std::fmt;
use std::str::FromStr;

use super::error::TimeError;
use super::range::{self, LONGEST, SECOND, is_duration};
use super::text;
use crate::well_known::generated::google::protobuf::Duration;
use crate::wire::UnknownFields;

impl Duration {
    /// The longest backwards: 10,000 years of 365.25 days, and all but one of the nanoseconds of a second.
    pub const MIN: Self = Self::of(-LONGEST, 1 - SECOND);

    /// The longest: 10,000 years of 365.25 days, and all but one of the nanoseconds of a second.
    pub const MAX: Self = Self::of(LONGEST, SECOND - 1);

    /// None at all, the default as well.
    pub const ZERO: Self = Self::of(0, 0);

    const fn of(seconds: i64, nanos: i32) -> Self {
        Self { seconds, nanos, unknown_fields: UnknownFields::new() }
    }

    fn counted(total: i128) -> Option<Self> {
        range::duration(total).map(|(seconds, nanos)| Self::of(seconds, nanos))
    }

    /// So many seconds and nanoseconds, which are added up whatever their signs.
    ///
    /// # Errors
    /// [`TimeError::OutOfRange`] beyond [`Duration::MAX`] and [`Duration::MIN`].
    pub fn new(seconds: i64, nanos: i32) -> Result<Self, TimeError> {
        Self::from_nanos(range::total(seconds, nanos))
    }

    /// So many milliseconds.
    ///
    /// # Errors
    /// [`TimeError::OutOfRange`] beyond [`Duration::MAX`] and [`Duration::MIN`].
    pub fn from_millis(millis: i64) -> Result<Self, TimeError> {
        Self::from_nanos(i128::from(millis) * 1_000_000)
    }

    /// So many nanoseconds.
    ///
    /// # Errors
    /// [`TimeError::OutOfRange`] beyond [`Duration::MAX`] and [`Duration::MIN`].
    pub fn from_nanos(nanos: i128) -> Result<Self, TimeError> {
        Self::counted(nanos).ok_or(TimeError::OutOfRange)
    }

    /// All of it in nanoseconds.
    pub fn total_nanos(&self) -> i128 {
        range::total(self.seconds, self.nanos)
    }

    /// All of it in seconds, as near as a double comes.
    pub fn as_secs_f64(&self) -> f64 {
        self.seconds as f64 + f64::from(self.nanos) / f64::from(SECOND)
    }

    /// Whether it is of at most 10,000 years, with less than a second of nanoseconds, and both parts of one sign, as the
    /// specification wants it. What comes from elsewhere need not be.
    pub fn is_valid(&self) -> bool {
        is_duration(self.seconds, self.nanos)
    }

    /// Whether it goes backwards.
    pub fn is_negative(&self) -> bool {
        self.total_nanos() < 0
    }

    /// The same time in valid parts: whole seconds are carried, and both parts get one sign.
    ///
    /// # Errors
    /// [`TimeError::OutOfRange`] beyond [`Duration::MAX`] and [`Duration::MIN`].
    pub fn normalized(self) -> Result<Self, TimeError> {
        let (seconds, nanos) = range::duration(self.total_nanos()).ok_or(TimeError::OutOfRange)?;
        Ok(Self { seconds, nanos, ..self })
    }

    /// Both together; `None` beyond [`Duration::MAX`] and [`Duration::MIN`].
    pub fn checked_add(&self, other: &Self) -> Option<Self> {
        Self::counted(self.total_nanos() + other.total_nanos())
    }

    /// This without the other; `None` beyond [`Duration::MAX`] and [`Duration::MIN`].
    pub fn checked_sub(&self, other: &Self) -> Option<Self> {
        Self::counted(self.total_nanos() - other.total_nanos())
    }

    /// This so many times; `None` beyond [`Duration::MAX`] and [`Duration::MIN`].
    pub fn checked_mul(&self, times: i32) -> Option<Self> {
        Self::counted(self.total_nanos() * i128::from(times))
    }

    /// The other way in time; `None` beyond [`Duration::MAX`] and [`Duration::MIN`].
    pub fn checked_neg(&self) -> Option<Self> {
        Self::counted(-self.total_nanos())
    }
}

/// In seconds, with 0, 3, 6 or 9 digits behind the point: `1.500s`. What is not valid shows its two fields.
impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match text::duration(self.seconds, self.nanos) {
            Some(text) => f.pad(&text),
            None => write!(f, "invalid duration ({} s, {} ns)", self.seconds, self.nanos),
        }
    }
}

/// From seconds with up to nine digits behind the point, and an `s`: `-1.5s`.
impl FromStr for Duration {
    type Err = TimeError;

    fn from_str(text: &str) -> Result<Self, TimeError> {
        let (seconds, nanos) = text::duration_of(text).ok_or(TimeError::NoDuration)?;
        Ok(Self::of(seconds, nanos))
    }
}
