//! Why something is no timestamp or duration. Made by all files of this module.

use std::fmt;

/// Why something is no timestamp or duration, or not one of another type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TimeError {
    /// A text that is no timestamp of RFC 3339.
    NoTimestamp,
    /// A text that is no duration.
    NoDuration,
    /// Beyond what the type that was asked for can hold, or not a valid value to begin with.
    OutOfRange,
}

impl fmt::Display for TimeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoTimestamp => {
                "no timestamp of the years 1 to 9999 as RFC 3339 writes one, such as 2026-01-31T10:00:20.5Z"
            }
            Self::NoDuration => "no duration of up to 10,000 years in seconds, such as 1.5s",
            Self::OutOfRange => "this time is out of range",
        })
    }
}

impl std::error::Error for TimeError {}
