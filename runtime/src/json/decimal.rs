//! Numbers as JSON spells them. Called by `parser`.

use super::number::{Number, length};

/// Up to here all integers are doubles.
const WHOLE: u64 = 1 << 53;

/// The powers of ten that are doubles.
const POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
    1e19, 1e20, 1e21, 1e22,
];

/// The number at the beginning, and how many bytes it takes; `None` where there is none, or a double cannot hold it.
#[inline]
pub(super) fn read(bytes: &[u8]) -> Option<(Number, usize)> {
    let sign = usize::from(bytes.first() == Some(&b'-'));
    let digits = bytes.get(sign..)?;
    let (count, value) = run(digits, 0, DIGITS);
    if count == 0 || count > 1 && digits.first() == Some(&b'0') {
        return None;
    }
    match digits.get(count) {
        Some(b'.') => return fraction(bytes, (sign + count + 1, count, value)).or_else(|| slow(bytes)),
        Some(b'0'..=b'9' | b'e' | b'E') => return slow(bytes),
        _ => {}
    }
    let number = match 0_i64.checked_sub_unsigned(value) {
        _ if sign == 0 => Number::Unsigned(value),
        Some(value) if value < 0 => Number::Signed(value),
        _ => Number::Float(-(value as f64)),
    };
    Some((number, sign + count))
}

/// More could overflow.
const DIGITS: usize = 19;

/// The digits at the beginning, up to so many, and the number that they are behind those before them.
#[inline]
fn run(bytes: &[u8], before: u64, most: usize) -> (usize, u64) {
    let (mut count, mut value) = (0, before);
    for sign in bytes.iter().take(most) {
        let digit = sign.wrapping_sub(b'0');
        if digit > 9 {
            break;
        }
        value = value * 10 + u64::from(digit);
        count += 1;
    }
    (count, value)
}

/// A number with few digits behind its point, which is before `at`. Where the digits and the power of ten are doubles, so
/// is the quotient, rounded once. (W. D. Clinger, How to Read Floating Point Numbers Accurately, 1990.)
#[inline]
fn fraction(bytes: &[u8], (at, count, value): (usize, usize, u64)) -> Option<(Number, usize)> {
    let (more, value) = run(bytes.get(at..)?, value, DIGITS.saturating_sub(count));
    let ends = !matches!(bytes.get(at + more), Some(b'0'..=b'9' | b'e' | b'E'));
    if more == 0 || !ends || value > WHOLE {
        return None;
    }
    let double = value as f64 / POWERS.get(more)?;
    Some((Number::Float(if bytes.first() == Some(&b'-') { -double } else { double }), at + more))
}

/// Any other number.
#[inline(never)]
fn slow(bytes: &[u8]) -> Option<(Number, usize)> {
    let length = length(bytes)?;
    let text = std::str::from_utf8(bytes.get(..length)?).ok()?;
    let number = Number::spelled(text)?;
    Some((number, length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_what_serde_json_reads() {
        let mut texts: Vec<String> = [
            "0",
            "-0",
            "-1",
            "7",
            "18446744073709551615",
            "18446744073709551616",
            "-9223372036854775808",
            "-9223372036854775809",
            "9999999999999999999",
            "1000000000000000000",
            "0.1",
            "-0.0",
            "129.95",
            "1e0",
            "1E+2",
            "1e-2",
            "0e999999999999",
            "1.7976931348623157e308",
            "9007199254740993.0",
            "9007199254740992.5",
            "5e-324",
            "1e-999",
            "123456789012345678901234567890",
            "0.00000000000000000000000000000001",
            "1.",
            ".5",
            "-",
            "01",
            "00",
            "1e",
            "1e+",
            "1.e5",
            "1e999",
            "-1e999999999999",
            "1e309",
            "+1",
            "1x",
            "-a",
            "",
        ]
        .map(str::to_owned)
        .into();
        // Products and quotients that are rounded once.
        for step in 1..2000_u64 {
            let digits = step.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (step % 40);
            texts.extend([
                format!("{}.{:03}", digits >> 12, digits % 1000),
                format!("-{digits}"),
                digits.to_string(),
            ]);
        }
        for text in texts {
            let expected = serde_json::from_str::<serde_json::Number>(&text).ok();
            let found = read(text.as_bytes()).filter(|(_, length)| *length == text.len());
            // What has a fraction or an exponent is a double there, but an integer here where it is one.
            let is_double = expected.as_ref().is_some_and(serde_json::Number::is_f64);
            let found = found.map(|(number, _)| match number {
                Number::Unsigned(value) if !is_double => value.into(),
                Number::Signed(value) if !is_double => value.into(),
                number => serde_json::Number::from_f64(number.double()).expect("it is finite"),
            });
            assert_eq!(found, expected, "{text}");
            assert!(found.is_none() || length(text.as_bytes()) == Some(text.len()), "{text}");
        }
    }
}
