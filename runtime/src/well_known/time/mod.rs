//! Points in time and durations: [`Timestamp`](super::Timestamp) and [`Duration`](super::Duration) from and to those of
//! the standard library and of the crates that know calendars, with arithmetic that tells when it leaves the range.
//!
//! ```
//! use std::time::SystemTime;
//!
//! use protocall::well_known::{Duration, Timestamp};
//!
//! let now = Timestamp::now();
//! let later = now.checked_add(&Duration::from_millis(1500)?).ok_or("the year 10000 has come")?;
//! assert!(later > now);
//! assert_eq!(later.checked_since(&now), Some("1.5s".parse()?));
//!
//! // What generated getters give, a reference, is converted as well as a value.
//! let system = SystemTime::try_from(&later)?;
//! assert_eq!(Timestamp::try_from(system)?, later);
//!
//! let written: Timestamp = "2026-01-31T10:00:20.5+01:00".parse()?;
//! assert_eq!(written.to_string(), "2026-01-31T09:00:20.500Z");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A message may bring anything in its two fields. `is_valid` says whether they are what the specification wants, and
//! `normalized` carries what can be carried; conversions to other types refuse what is not valid. Both types are ordered
//! by seconds, then nanoseconds, which is the order in time of those that are valid.
//!
//! The features `chrono`, `time` and `jiff` add conversions from and to the types of the crate of that name:
//!
//! | feature | a timestamp | a duration |
//! | --- | --- | --- |
//! | | `std::time::SystemTime` | `std::time::Duration` |
//! | `chrono` | `DateTime<Utc>`; from `DateTime` of any zone | `TimeDelta` |
//! | `time` | `OffsetDateTime`, `UtcDateTime` | `Duration` |
//! | `jiff` | `Timestamp` | `SignedDuration` |
//!
//! All of them are `TryFrom` with [`TimeError`], and lose nothing.

mod duration;
mod error;
#[cfg(feature = "chrono")]
mod from_chrono;
#[cfg(feature = "jiff")]
mod from_jiff;
mod from_std;
#[cfg(feature = "time")]
mod from_time;
mod owned;
mod range;
pub(crate) mod text;
mod timestamp;

pub use error::TimeError;
