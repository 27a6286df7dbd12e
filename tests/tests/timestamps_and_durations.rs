//! Timestamps and durations: what is valid, counting that never leaves the range, order, and the way through the types of
//! the standard library and of the crates `chrono`, `time` and `jiff`, which loses nothing.

use std::time::{Duration as StdDuration, SystemTime};

use chrono::{DateTime, FixedOffset, TimeDelta, TimeZone, Utc};
use jiff::SignedDuration;
use proptest::prelude::*;
use protocall::Message;
use protocall::well_known::time::TimeError;
use protocall::well_known::{Duration, Timestamp};
use time::{OffsetDateTime, UtcDateTime};

fn timestamp(seconds: i64, nanos: i32) -> Timestamp {
    Timestamp { seconds, nanos, ..Default::default() }
}

fn duration(seconds: i64, nanos: i32) -> Duration {
    Duration { seconds, nanos, ..Default::default() }
}

/// Times at and around every edge that one of the types has.
fn edges() -> Vec<Timestamp> {
    let moments = ["1582-10-15T00:00:00Z", "1969-12-31T23:59:59.999999999Z", "2000-02-29T23:59:59.5Z"];
    let moments = moments.iter().map(|text| text.parse().expect("RFC 3339"));
    [Timestamp::MIN, Timestamp::MAX, Timestamp::UNIX_EPOCH, timestamp(-1, 1)]
        .into_iter()
        .chain(moments)
        .collect()
}

/// Both ways through another type.
macro_rules! assert_back {
    ($through:ty, $values:expr) => {
        for value in $values {
            let there = <$through>::try_from(&value).expect("it is in range");
            assert_eq!(value.clone().try_into(), Ok(there), "a value and a reference are the same");
            assert_eq!(there.try_into(), Ok(value));
        }
    };
}

/// What another type does not take.
macro_rules! assert_refused {
    ($by:ty, $values:expr) => {
        for value in $values {
            assert_eq!(<$by>::try_from(&value), Err(TimeError::OutOfRange), "{value}");
        }
    };
}

#[test]
fn timestamps_go_through_every_other_type_and_come_back() {
    assert_back!(SystemTime, edges());
    assert_back!(DateTime<Utc>, edges());
    assert_back!(OffsetDateTime, edges());
    assert_back!(UtcDateTime, edges());
    assert_back!(jiff::Timestamp, edges().into_iter().filter(|edge| *edge != Timestamp::MAX));
    assert_refused!(jiff::Timestamp, [Timestamp::MAX]);
    let invalid = || [timestamp(0, -1), timestamp(0, 1_000_000_000), timestamp(253_402_300_800, 0)];
    assert_refused!(SystemTime, invalid());
    assert_refused!(DateTime<Utc>, invalid());
    assert_refused!(OffsetDateTime, invalid());
    assert_refused!(UtcDateTime, invalid());
    assert_refused!(jiff::Timestamp, invalid());
}

#[test]
fn durations_go_through_every_other_type_and_come_back() {
    let positive = || [Duration::ZERO, Duration::MAX, duration(0, 1), duration(1, 999_999_999)];
    let negative = || [Duration::MIN, duration(0, -1), duration(-1, -999_999_999)];
    assert_back!(StdDuration, positive());
    assert_refused!(StdDuration, negative());
    assert_back!(TimeDelta, positive().into_iter().chain(negative()));
    assert_back!(time::Duration, positive().into_iter().chain(negative()));
    assert_back!(SignedDuration, positive().into_iter().chain(negative()));
    let invalid = || [duration(1, -1), duration(-1, 1), duration(0, 1_000_000_000), duration(i64::MAX, 0)];
    assert_refused!(StdDuration, invalid());
    assert_refused!(TimeDelta, invalid());
    assert_refused!(time::Duration, invalid());
    assert_refused!(SignedDuration, invalid());
}

#[test]
fn what_is_beyond_the_range_does_not_become_a_timestamp_or_duration() {
    let beyond = DateTime::<Utc>::from_timestamp(253_402_300_800, 0).expect("chrono knows the year 10000");
    assert_eq!(Timestamp::try_from(beyond), Err(TimeError::OutOfRange));
    let before = jiff::Timestamp::MIN;
    assert_eq!(Timestamp::try_from(before), Err(TimeError::OutOfRange));
    assert_eq!(
        Timestamp::try_from(OffsetDateTime::UNIX_EPOCH - time::Duration::weeks(110_000)),
        Err(TimeError::OutOfRange)
    );
    let system = SystemTime::UNIX_EPOCH + StdDuration::from_secs(253_402_300_800);
    assert_eq!(Timestamp::try_from(system), Err(TimeError::OutOfRange));
    assert_eq!(Duration::try_from(StdDuration::MAX), Err(TimeError::OutOfRange));
    assert_eq!(Duration::try_from(TimeDelta::MAX), Err(TimeError::OutOfRange));
    assert_eq!(Duration::try_from(time::Duration::MIN), Err(TimeError::OutOfRange));
    assert_eq!(Duration::try_from(SignedDuration::MAX), Err(TimeError::OutOfRange));
}

#[test]
fn zones_and_leap_seconds_are_the_same_points_in_time() {
    let paris = FixedOffset::east_opt(3600).expect("an hour");
    let noon = paris.with_ymd_and_hms(2026, 1, 31, 12, 0, 0).single().expect("it exists");
    assert_eq!(Timestamp::try_from(noon).map(|it| it.to_string()).as_deref(), Ok("2026-01-31T11:00:00Z"));
    let leap: DateTime<Utc> = "2016-12-31T23:59:60.5Z".parse().expect("chrono reads leap seconds");
    assert_eq!(Timestamp::try_from(leap).map(|it| it.to_string()).as_deref(), Ok("2017-01-01T00:00:00.500Z"));
}

#[test]
fn what_is_not_valid_is_told_and_carried() {
    assert!(edges().iter().all(Timestamp::is_valid));
    assert_eq!(timestamp(5, -1).normalized(), Ok(timestamp(4, 999_999_999)));
    assert_eq!(Timestamp::new(0, i32::MAX), Ok(timestamp(2, 147_483_647)));
    assert_eq!(timestamp(253_402_300_799, 1_000_000_000).normalized(), Err(TimeError::OutOfRange));
    assert_eq!(duration(1, -1).normalized(), Ok(duration(0, 999_999_999)));
    assert_eq!(duration(-1, 1).normalized(), Ok(duration(0, -999_999_999)));
    assert_eq!(Duration::new(i64::MIN, i32::MIN), Err(TimeError::OutOfRange));
    // 1: 7, and the unknown field 3 with the value 1: kept.
    let kept = Timestamp::decode(&[8, 7, 24, 1]).and_then(|it| it.normalized().map_err(|_| unreachable!()));
    assert_eq!(kept.map(|it| it.encode_to_vec()), Ok(vec![8, 7, 24, 1]));
}

#[test]
fn counting_stops_at_the_ends() {
    let second = duration(1, 0);
    assert_eq!(Timestamp::MAX.checked_add(&duration(0, 1)), None);
    assert_eq!(Timestamp::MIN.checked_sub(&duration(0, 1)), None);
    assert_eq!(Timestamp::MAX.checked_add(&duration(0, -1)), Some(timestamp(253_402_300_799, 999_999_998)));
    assert_eq!(timestamp(0, 0).checked_sub(&duration(0, 1)), Some(timestamp(-1, 999_999_999)));
    let all = Timestamp::MAX.checked_since(&Timestamp::MIN).expect("all of them fit");
    assert_eq!(Timestamp::MIN.checked_add(&all), Some(Timestamp::MAX));
    assert_eq!(Timestamp::MIN.checked_since(&Timestamp::MAX), all.checked_neg());
    assert_eq!(Duration::MAX.checked_add(&duration(0, 1)), None);
    assert_eq!(Duration::MIN.checked_sub(&duration(0, 1)), None);
    assert_eq!(Duration::MAX.checked_neg(), Some(Duration::MIN));
    assert_eq!(second.checked_mul(-3), Some(duration(-3, 0)));
    assert_eq!(Duration::MAX.checked_mul(2), None);
    let wild = timestamp(i64::MAX, i32::MAX);
    assert_eq!(wild.checked_add(&duration(i64::MAX, i32::MAX)), None);
    assert_eq!(wild.checked_since(&timestamp(i64::MIN, i32::MIN)), None);
    assert_eq!((wild.unix_millis(), timestamp(i64::MIN, 0).unix_millis()), (i64::MAX, i64::MIN));
    assert_eq!(duration(i64::MIN, i32::MIN).checked_mul(i32::MIN), None);
}

#[test]
fn texts_are_those_of_the_json_format() {
    for (text, again) in [
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
        ("2026-01-31T10:00:20.5+01:00", "2026-01-31T09:00:20.500Z"),
        ("2026-01-31T10:00:20.000001Z", "2026-01-31T10:00:20.000001Z"),
    ] {
        assert_eq!(text.parse::<Timestamp>().map(|it| it.to_string()).as_deref(), Ok(again));
    }
    for text in ["", "2026-01-31", "2026-01-31T10:00:20", "2026-02-30T10:00:20Z", "10000-01-01T00:00:00Z"] {
        assert_eq!(text.parse::<Timestamp>(), Err(TimeError::NoTimestamp), "{text}");
    }
    for (text, again) in [("-1.5s", "-1.500s"), ("0s", "0s"), ("-0.000000001s", "-0.000000001s")] {
        assert_eq!(text.parse::<Duration>().map(|it| it.to_string()).as_deref(), Ok(again));
    }
    for text in ["", "s", "1", "1.s", "1.0000000001s", "315576000001s", "1 s", "--1s"] {
        assert_eq!(text.parse::<Duration>(), Err(TimeError::NoDuration), "{text}");
    }
    assert_eq!(format!("{:>8}", duration(1, 0)), "      1s");
    assert_eq!(duration(i64::MIN, 5).to_string(), "invalid duration (-9223372036854775808 s, 5 ns)");
    assert_eq!(timestamp(0, -1).to_string(), "invalid timestamp (0 s, -1 ns)");
}

#[test]
fn no_seconds_of_a_peer_upset_the_json() {
    use protocall::Json;
    for seconds in [i64::MIN, i64::MAX] {
        let error = duration(seconds, 0).to_json().expect_err("out of range");
        assert!(error.message().contains("out of range"), "{error}");
        assert!(timestamp(seconds, 0).to_json().is_err());
    }
}

#[test]
fn now_is_the_time_of_the_system() {
    let before = SystemTime::now();
    let now = SystemTime::try_from(Timestamp::now()).expect("the clock shows one of 9999 years");
    assert!(before <= now && now <= SystemTime::now());
}

#[test]
fn the_order_is_that_of_time() {
    let sorted = edges();
    let mut times = sorted.clone();
    times.sort();
    assert!(times.is_sorted_by_key(Timestamp::unix_nanos), "{times:?}");
    assert!(duration(-1, -1) < duration(-1, 0) && duration(0, -1) < Duration::ZERO);
}

proptest! {
    #[test]
    fn counting_is_that_of_nanoseconds(
        seconds in -62_135_596_800..253_402_300_800_i64, nanos in 0..1_000_000_000_i32,
        more in -315_576_000_000..315_576_000_001_i64, fraction in 0..1_000_000_000_i32,
    ) {
        let start = timestamp(seconds, nanos);
        let step = duration(more, if more < 0 { -fraction } else { fraction });
        let sum = start.unix_nanos() + step.total_nanos();
        prop_assert_eq!(start.checked_add(&step), Timestamp::from_unix_nanos(sum).ok());
        if let Some(end) = start.checked_add(&step) {
            prop_assert!(end.is_valid());
            prop_assert_eq!(end.checked_sub(&step), Some(start.clone()));
            prop_assert_eq!(end.checked_since(&start), Some(step.clone()));
            prop_assert_eq!(end.to_string().parse(), Ok(end.clone()));
            prop_assert_eq!(Timestamp::from_unix_millis(end.unix_millis()).map(|it| it.seconds), Ok(end.seconds));
        }
        prop_assert_eq!(step.to_string().parse(), Ok(step.clone()));
    }
}
