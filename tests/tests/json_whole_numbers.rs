//! A number of JSON is the integer that it is, however it is spelled, in quotes or not; and a zero keeps its sign.

use protocall::Json;

mod schema {
    protocall::include_proto!(
        inline = r#"
            syntax = "proto3";
            message Numbers { int64 signed = 1; uint64 unsigned = 2; double double = 3; float single = 4; int32 small = 5; }
        "#
    );
}
use schema::Numbers;

/// As it stands, and in quotes.
fn read(field: &str, number: &str) -> [Result<Numbers, String>; 2] {
    [number.to_owned(), format!("{number:?}")].map(|number| {
        Numbers::from_json(&format!(r#"{{"{field}":{number}}}"#)).map_err(|error| error.to_string())
    })
}

#[test]
fn integers_are_exact_with_a_fraction_of_zero_and_with_an_exponent() {
    for (text, value) in [
        ("-9223372036854775808.0", i64::MIN),
        ("-9.223372036854775808e18", i64::MIN),
        ("9223372036854775807.000", i64::MAX),
        ("9007199254740993.0", 9_007_199_254_740_993),
        ("9007199254740993e0", 9_007_199_254_740_993),
        ("90071992547409930E-1", 9_007_199_254_740_993),
        ("0.00012e+5", 12),
        ("-1.20e1", -12),
        ("0e999999", 0),
        ("-0.0e-5", 0),
        ("-0", 0),
    ] {
        for read in read("signed", text) {
            assert_eq!(read.map(|numbers| numbers.signed), Ok(value), "{text}");
        }
    }
    for (text, value) in [("18446744073709551615.0", u64::MAX), ("1.8446744073709551615e19", u64::MAX)] {
        for read in read("unsigned", text) {
            assert_eq!(read.map(|numbers| numbers.unsigned), Ok(value), "{text}");
        }
    }
}

#[test]
fn what_is_no_integer_or_does_not_fit_is_refused() {
    for (field, text) in [
        ("signed", "-9223372036854775809"),
        ("signed", "-9223372036854775808.5"),
        ("signed", "9223372036854775808.0"),
        ("signed", "1e19"),
        ("signed", "1e99999999999999999999"),
        ("signed", "0.5"),
        // Fractions that a double does not have.
        ("signed", "9007199254740992.5"),
        ("small", "2147483646.00000000001"),
        ("unsigned", "18446744073709.551615e3"),
        ("small", "1e-400"),
        ("signed", "15e-1"),
        ("unsigned", "18446744073709551616.0"),
        ("unsigned", "-1.0"),
        ("small", "2147483648.0"),
        ("signed", "1.e5"),
        ("signed", "1e"),
        ("signed", "01.0"),
    ] {
        for read in read(field, text) {
            assert!(read.is_err(), "{text}: {read:?}");
        }
    }
}

#[test]
fn a_zero_keeps_its_sign() {
    for text in ["-0", "-0.0", "-0e5", "-0.00"] {
        for read in read("double", text).into_iter().chain(read("single", text)) {
            let numbers = read.expect("it is a number");
            let zeros = [numbers.double, numbers.single.into()];
            assert!(zeros.iter().any(|zero| *zero == 0.0 && zero.is_sign_negative()), "{text}: {zeros:?}");
        }
    }
}
