//! Floats as text: the shortest digits that are read back as the same number. Called by `write`.

use std::fmt;

/// From this power of ten on, and below the least, a number is written with an exponent.
const GREAT: i32 = 16;
const SMALL: i32 = -5;

/// A float to be shown.
pub(super) struct Shown<T>(pub(super) T);

impl fmt::Display for Shown<f64> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        show(self.0, self.0, f)
    }
}

impl fmt::Display for Shown<f32> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        show(self.0, self.0.into(), f)
    }
}

/// Shows a value, which is about `wide`.
fn show(value: impl fmt::Display + fmt::LowerExp, wide: f64, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    if wide.is_nan() {
        // Without a sign, which would say nothing.
        f.write_str("nan")
    } else if wide.is_infinite()
        || wide == 0.0
        || (SMALL..GREAT).contains(&(wide.abs().log10().floor() as i32))
    {
        write!(f, "{value}")
    } else {
        write!(f, "{value:e}")
    }
}

#[cfg(test)]
mod tests {
    use super::Shown;

    #[test]
    fn floats_are_short_and_read_back() {
        for (value, text) in [
            (0.0, "0"),
            (-0.0, "-0"),
            (1.0, "1"),
            (0.1, "0.1"),
            (-2.5, "-2.5"),
            (1e15, "1000000000000000"),
            (1e16, "1e16"),
            (1.5e-5, "0.000015"),
            (1e-7, "1e-7"),
            (f64::MAX, "1.7976931348623157e308"),
            (f64::INFINITY, "inf"),
            (f64::NEG_INFINITY, "-inf"),
            (f64::NAN, "nan"),
            (-f64::NAN, "nan"),
        ] {
            assert_eq!(Shown(value).to_string(), text);
        }
        assert_eq!(Shown(0.1_f32).to_string(), "0.1");
        assert_eq!(Shown(f32::MIN_POSITIVE).to_string(), "1.1754944e-38");
    }
}
