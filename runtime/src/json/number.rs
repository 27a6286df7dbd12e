//! Numbers of JSON, which may stand in quotes, have an exponent, and be integers all the same. Called by `read`.

/// A number as the parser gives it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Number {
    Signed(i64),
    Unsigned(u64),
    /// With a fraction or an exponent, or beyond the integers; and -0.
    Float(f64),
}

impl Number {
    /// From the text in quotes; what JSON does not write as a number is none.
    pub(super) fn of_text(text: &str) -> Option<Self> {
        if let Some(value) = short(text.as_bytes()) {
            return Some(Self::Signed(value));
        }
        let digits = text.strip_prefix('-').unwrap_or(text);
        let leading = digits.as_bytes();
        let sound = leading.first().is_some_and(u8::is_ascii_digit)
            && leading.last().is_some_and(u8::is_ascii_digit)
            && (leading.len() == 1
                || leading.first() != Some(&b'0')
                || !leading.get(1).is_some_and(u8::is_ascii_digit))
            && leading.iter().all(|sign| sign.is_ascii_digit() || b".eE+-".contains(sign));
        if !sound {
            return None;
        }
        if let Ok(value) = text.parse() {
            return Some(Self::Signed(value));
        }
        match text.parse() {
            Ok(value) => Some(Self::Unsigned(value)),
            Err(_) => text.parse().ok().filter(|value: &f64| value.is_finite()).map(Self::Float),
        }
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
            Self::Float(_) => return None,
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
            Self::Float(value) => value,
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
