//! Numbers of JSON, which may stand in quotes, have an exponent, and be integers all the same. Called by `read`.

/// A number as the parser gives it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Number {
    Signed(i64),
    Unsigned(u64),
    /// With a fraction or an exponent, or beyond the integers; and -0.
    Float(f64),
    /// Known to be no integer of 64 bits, though the double may look like one.
    Real(f64),
}

impl Number {
    /// From the text in quotes; what JSON does not write as a number is none.
    pub(super) fn of_text(text: &str) -> Option<Self> {
        if let Some(value) = short(text.as_bytes()) {
            return Some(Self::Signed(value));
        }
        if length(text.as_bytes()) != Some(text.len()) {
            return None;
        }
        Self::spelled(text)
    }

    /// From the text of a number of JSON.
    pub(super) fn spelled(text: &str) -> Option<Self> {
        if let Some(number) = whole(text) {
            return Some(number);
        }
        let value = text.parse().ok().filter(|value: &f64| value.is_finite())?;
        let is_zero =
            !text.bytes().take_while(|sign| !b"eE".contains(sign)).any(|sign| matches!(sign, b'1'..=b'9'));
        Some(if is_zero { Self::Float(value) } else { Self::Real(value) })
    }

    /// The integer of that type, if it is one and fits.
    pub(super) fn integer<T: TryFrom<i128>>(self) -> Option<T> {
        let wide = match self {
            Self::Signed(value) => value.into(),
            Self::Unsigned(value) => value.into(),
            // A float of -2^63 may be what is left of a number just below it.
            Self::Float(value) if value.fract() == 0.0 && value > i64::MIN as f64 && value < 1e30 => {
                value as i128
            }
            Self::Float(_) | Self::Real(_) => return None,
        };
        T::try_from(wide).ok()
    }

    /// Puts the integer into its place; whether it is one and fits.
    #[inline]
    pub(super) fn put<T: TryFrom<i128>>(self, held: &mut T) -> bool {
        self.integer().map(|value| *held = value).is_some()
    }

    pub(super) fn double(self) -> f64 {
        match self {
            Self::Signed(value) => value as f64,
            Self::Unsigned(value) => value as f64,
            Self::Float(value) | Self::Real(value) => value,
        }
    }

    /// `None` beyond the type's range.
    pub(super) fn single(self) -> Option<f32> {
        let single = self.double() as f32;
        single.is_finite().then_some(single)
    }
}

/// What most integers of 64 bits are: digits that fit, and no zero before them.
#[inline]
fn short(digits: &[u8]) -> Option<i64> {
    if !(1..=19).contains(&digits.len()) || digits.len() > 1 && digits.first() == Some(&b'0') {
        return None;
    }
    // So many digits fit into 64 bits, if not always beside a sign.
    let value = digits.iter().try_fold(0_u64, |value, sign| {
        let digit = sign.wrapping_sub(b'0');
        (digit < 10).then(|| value * 10 + u64::from(digit))
    });
    i64::try_from(value?).ok()
}

/// How many bytes the number at the beginning takes; `None` where there is none.
pub(super) fn length(bytes: &[u8]) -> Option<usize> {
    let digits = |from: usize| {
        let rest = bytes.get(from..).unwrap_or_default();
        rest.iter().take_while(|sign| sign.is_ascii_digit()).count()
    };
    let mut at = usize::from(bytes.first() == Some(&b'-'));
    let whole = digits(at);
    if whole == 0 || whole > 1 && bytes.get(at) == Some(&b'0') {
        return None;
    }
    at += whole;
    if bytes.get(at) == Some(&b'.') {
        let fraction = digits(at + 1);
        at += 1 + fraction;
        if fraction == 0 {
            return None;
        }
    }
    if matches!(bytes.get(at), Some(b'e' | b'E')) {
        at += 1 + usize::from(matches!(bytes.get(at + 1), Some(b'+' | b'-')));
        let exponent = digits(at);
        at += exponent;
        if exponent == 0 {
            return None;
        }
    }
    Some(at)
}

/// The integer that a number is, however it is spelled: a double would round one of more than 53 bits. `None` for what has a
/// fraction or does not fit, and for -0, which is no integer.
fn whole(text: &str) -> Option<Number> {
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (before, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let (sign, before) = before.strip_prefix('-').map_or(("", before), |digits| ("-", digits));
    let shift = exponent.parse::<i64>().ok()?.checked_sub(i64::try_from(fraction.len()).ok()?)?;
    let all = [before, fraction].concat();
    let digits = all.trim_end_matches('0');
    let shift = shift.checked_add(i64::try_from(all.len() - digits.len()).ok()?)?;
    let digits = digits.trim_start_matches('0');
    let zeros = match usize::try_from(shift) {
        _ if digits.is_empty() => 0,
        // So many digits do not fit.
        Ok(zeros) if digits.len().saturating_add(zeros) <= 20 => zeros,
        _ => return None,
    };
    let text = [sign, digits, "00000000000000000000".get(..zeros)?, if digits.is_empty() { "0" } else { "" }]
        .concat();
    match text.parse() {
        Ok(0) if sign == "-" => None,
        Ok(value) if value < 0 => Some(Number::Signed(value)),
        _ => text.parse().ok().map(Number::Unsigned),
    }
}

/// What stands for the floats that are no numbers.
pub(super) fn unusual(text: &str) -> Option<f64> {
    match text {
        "NaN" => Some(f64::NAN),
        "Infinity" => Some(f64::INFINITY),
        "-Infinity" => Some(f64::NEG_INFINITY),
        _ => None,
    }
}

/// The name of a float that is no number.
pub(super) fn name(value: f64) -> Option<&'static str> {
    match value {
        value if value.is_nan() => Some("NaN"),
        f64::INFINITY => Some("Infinity"),
        f64::NEG_INFINITY => Some("-Infinity"),
        _ => None,
    }
}
