//! The text of timestamps and durations: that of RFC 3339, and seconds with an `s`. Called by `timestamp` and `duration`,
//! and by the readers and writers of JSON.

use super::range::{FIRST, LAST, LONGEST, is_duration, is_timestamp};

const DAY: i64 = 86_400;

/// RFC 3339 with 0, 3, 6 or 9 digits of a second.
pub(crate) fn timestamp(seconds: i64, nanos: i32) -> Option<String> {
    if !is_timestamp(seconds, nanos) {
        return None;
    }
    let (year, month, day) = civil(seconds.div_euclid(DAY));
    let time = seconds.rem_euclid(DAY);
    let mut text = String::with_capacity("0000-00-00T00:00:00.000000000Z".len());
    push_pair(year / 100, &mut text);
    push_pair(year % 100, &mut text);
    for (sign, number) in
        [('-', month), ('-', day), ('T', time / 3600), (':', time / 60 % 60), (':', time % 60)]
    {
        text.push(sign);
        push_pair(number, &mut text);
    }
    push_fraction(nanos.unsigned_abs(), &mut text);
    text.push('Z');
    Some(text)
}

/// Seconds with 0, 3, 6 or 9 digits behind the point, and an `s`.
pub(crate) fn duration(seconds: i64, nanos: i32) -> Option<String> {
    if !is_duration(seconds, nanos) {
        return None;
    }
    let sign = if seconds < 0 || nanos < 0 { "-" } else { "" };
    let mut text = format!("{sign}{}", seconds.abs());
    push_fraction(nanos.unsigned_abs(), &mut text);
    text.push('s');
    Some(text)
}

/// A point and 3, 6 or 9 digits, unless there is nothing behind it.
fn push_fraction(nanos: u32, text: &mut String) {
    if nanos == 0 {
        return;
    }
    text.push('.');
    let groups = [nanos / 1_000_000, nanos / 1_000 % 1_000, nanos % 1_000];
    let last = groups.iter().rposition(|group| *group != 0).unwrap_or_default();
    for group in groups.iter().take(last + 1) {
        text.push(digit(i64::from(group / 100)));
        push_pair(i64::from(group % 100), text);
    }
}

/// Two digits.
fn push_pair(number: i64, text: &mut String) {
    text.push(digit(number / 10));
    text.push(digit(number % 10));
}

fn digit(number: i64) -> char {
    char::from(b'0' + number as u8)
}

/// Year, month and day of a day counted from 1970: eras of 400 years that begin in March.
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year + era * 400 + i64::from(month <= 2), month, day)
}

fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// Seconds and nanoseconds of an RFC 3339 text.
pub(crate) fn timestamp_of(text: &str) -> Option<(i64, i32)> {
    let mut rest = text;
    let year = digits(&mut rest, 4)?;
    let month = sign(&mut rest, '-').and_then(|()| digits(&mut rest, 2))?;
    let day = sign(&mut rest, '-').and_then(|()| digits(&mut rest, 2))?;
    let hour = sign(&mut rest, 'T').and_then(|()| digits(&mut rest, 2))?;
    let minute = sign(&mut rest, ':').and_then(|()| digits(&mut rest, 2))?;
    let second = sign(&mut rest, ':').and_then(|()| digits(&mut rest, 2))?;
    let nanos = fraction_of(&mut rest)?;
    let offset = match rest {
        "Z" => 0,
        _ => {
            let direction =
                if sign(&mut rest, '+').is_some() { 1 } else { sign(&mut rest, '-').map(|()| -1)? };
            let hours = digits(&mut rest, 2)?;
            let minutes = sign(&mut rest, ':').and_then(|()| digits(&mut rest, 2))?;
            if !rest.is_empty() || hours > 23 || minutes > 59 {
                return None;
            }
            direction * (hours * 3600 + minutes * 60)
        }
    };
    let date = days(year, month, day);
    if hour > 23
        || minute > 59
        || second > 59
        || !(1..=12).contains(&month)
        || civil(date) != (year, month, day)
    {
        return None;
    }
    let seconds = date * DAY + hour * 3600 + minute * 60 + second - offset;
    (FIRST..=LAST).contains(&seconds).then_some((seconds, nanos))
}

/// Seconds and nanoseconds of a text such as `-1.5s`.
pub(crate) fn duration_of(text: &str) -> Option<(i64, i32)> {
    let text = text.strip_suffix('s')?;
    let (negative, mut rest) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let count = rest.bytes().take_while(u8::is_ascii_digit).count();
    let seconds = digits(&mut rest, count).filter(|seconds| *seconds <= LONGEST)?;
    let nanos = fraction_of(&mut rest)?;
    rest.is_empty().then_some(if negative { (-seconds, -nanos) } else { (seconds, nanos) })
}

fn sign(rest: &mut &str, sign: char) -> Option<()> {
    *rest = rest.strip_prefix(sign)?;
    Some(())
}

fn digits(rest: &mut &str, count: usize) -> Option<i64> {
    let (number, more) = rest.split_at_checked(count)?;
    let mut value = 0_i64;
    for sign in number.bytes() {
        if !sign.is_ascii_digit() {
            return None;
        }
        value = value.checked_mul(10)?.checked_add(i64::from(sign - b'0'))?;
    }
    *rest = more;
    (count > 0).then_some(value)
}

/// Nanoseconds, which may be left out.
fn fraction_of(rest: &mut &str) -> Option<i32> {
    if sign(rest, '.').is_none() {
        return Some(0);
    }
    let count = rest.bytes().take_while(u8::is_ascii_digit).count();
    let number = digits(rest, count).filter(|_| (1..=9).contains(&count))?;
    let scale = 10_i64.pow(9 - count as u32);
    i32::try_from(number * scale).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_come_back_as_they_were() {
        for (seconds, nanos, text) in [
            (0, 0, "1970-01-01T00:00:00Z"),
            (FIRST, 0, "0001-01-01T00:00:00Z"),
            (LAST, 999_999_999, "9999-12-31T23:59:59.999999999Z"),
            (951_782_400, 10_000_000, "2000-02-29T00:00:00.010Z"),
        ] {
            assert_eq!(timestamp(seconds, nanos).as_deref(), Some(text));
            assert_eq!(timestamp_of(text), Some((seconds, nanos)));
        }
        assert_eq!(timestamp_of("1970-01-01T01:00:00+01:00"), Some((0, 0)));
        for text in
            ["1970-02-30T00:00:00Z", "1970-01-01t00:00:00Z", "1970-01-01T00:00:00", "0000-01-01T00:00:00Z"]
        {
            assert_eq!(timestamp_of(text), None, "{text}");
        }
        assert_eq!(duration(0, -500_000_000).as_deref(), Some("-0.500s"));
        assert_eq!(duration_of("-0.5s"), Some((0, -500_000_000)));
        assert_eq!((duration(1, -1), duration_of("1"), duration_of("s")), (None, None, None));
        assert_eq!(
            (duration(i64::MIN, 0), duration(0, i32::MIN), timestamp(i64::MIN, 0)),
            (None, None, None)
        );
    }
}
