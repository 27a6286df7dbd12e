//! Which seconds and nanoseconds are a timestamp or a duration, and how others become one. Used by all files of this module.

/// 0001-01-01T00:00:00Z.
pub(super) const FIRST: i64 = -62_135_596_800;
/// 9999-12-31T23:59:59Z.
pub(super) const LAST: i64 = 253_402_300_799;
/// Seconds of 10,000 years.
pub(super) const LONGEST: i64 = 315_576_000_000;
/// Nanoseconds of a second.
pub(super) const SECOND: i32 = 1_000_000_000;

/// Nanoseconds are those since the second before.
pub(super) fn is_timestamp(seconds: i64, nanos: i32) -> bool {
    (FIRST..=LAST).contains(&seconds) && (0..SECOND).contains(&nanos)
}

/// Both parts have the same sign, if they have one.
pub(super) fn is_duration(seconds: i64, nanos: i32) -> bool {
    let opposed = seconds > 0 && nanos < 0 || seconds < 0 && nanos > 0;
    (-LONGEST..=LONGEST).contains(&seconds) && nanos.unsigned_abs() < SECOND.unsigned_abs() && !opposed
}

/// All of it in nanoseconds.
pub(super) fn total(seconds: i64, nanos: i32) -> i128 {
    i128::from(seconds) * i128::from(SECOND) + i128::from(nanos)
}

/// The parts of a timestamp.
pub(super) fn timestamp(total: i128) -> Option<(i64, i32)> {
    let second = i128::from(SECOND);
    let seconds = i64::try_from(total.div_euclid(second)).ok()?;
    let nanos = i32::try_from(total.rem_euclid(second)).ok()?;
    is_timestamp(seconds, nanos).then_some((seconds, nanos))
}

/// The parts of a duration.
pub(super) fn duration(total: i128) -> Option<(i64, i32)> {
    let second = i128::from(SECOND);
    let seconds = i64::try_from(total / second).ok()?;
    let nanos = i32::try_from(total % second).ok()?;
    is_duration(seconds, nanos).then_some((seconds, nanos))
}
