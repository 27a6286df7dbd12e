//! Defaults of fields in editions, which the parser hands through as an option: checked, and spelled as descriptors do.
//!
//! `parse::option` calls it for every field; what an enum's default names is checked by the link.

use std::fmt::Write as _;

use prost_types::field_descriptor_proto::{Label, Type};
use prost_types::{FieldDescriptorProto, UninterpretedOption};

/// The text for the descriptor, or what is wrong with the value.
pub(super) fn text(field: &FieldDescriptorProto, value: &UninterpretedOption) -> Result<String, String> {
    if field.label() == Label::Repeated {
        return Err("repeated fields have no default".to_owned());
    }
    if field.r#type.is_none() {
        return value.identifier_value.clone().ok_or_else(|| "expected the name of an enum value".to_owned());
    }
    match field.r#type() {
        Type::Double | Type::Float => float(value),
        Type::Int64 | Type::Sfixed64 | Type::Sint64 => integer(value, i64::MIN.into(), i64::MAX.into()),
        Type::Int32 | Type::Sfixed32 | Type::Sint32 => integer(value, i32::MIN.into(), i32::MAX.into()),
        Type::Uint64 | Type::Fixed64 => integer(value, 0, u64::MAX.into()),
        Type::Uint32 | Type::Fixed32 => integer(value, 0, u32::MAX.into()),
        Type::Bool => match value.identifier_value.as_deref() {
            Some(word @ ("true" | "false")) => Ok(word.to_owned()),
            _ => Err("expected `true` or `false`".to_owned()),
        },
        Type::String => {
            let bytes = value.string_value.clone().ok_or("expected a string")?;
            String::from_utf8(bytes).map_err(|_| "expected a string of UTF-8".to_owned())
        }
        Type::Bytes => Ok(escaped(value.string_value.as_deref().ok_or("expected a string")?)),
        Type::Message | Type::Group => Err("message fields have no default".to_owned()),
        Type::Enum => {
            value.identifier_value.clone().ok_or_else(|| "expected the name of an enum value".to_owned())
        }
    }
}

fn integer(value: &UninterpretedOption, least: i128, most: i128) -> Result<String, String> {
    let positive = value.positive_int_value.map(i128::from);
    let number = positive.or(value.negative_int_value.map(i128::from)).ok_or("expected an integer")?;
    if (least..=most).contains(&number) {
        Ok(number.to_string())
    } else {
        Err(format!("the number must lie between {least} and {most}"))
    }
}

/// `inf`, `-inf` and `nan` are words in descriptors, as Rust writes them too but for their case.
fn float(value: &UninterpretedOption) -> Result<String, String> {
    if let Some(number) = value.double_value {
        return Ok(number.to_string().to_ascii_lowercase().replace("-nan", "nan"));
    }
    integer(value, i128::MIN, i128::MAX).map_err(|_| "expected a number".to_owned())
}

/// Spells the default of a float as protoc does: as `%g` of C, with as few digits as bring the number back.
pub(super) fn respell(field: &mut FieldDescriptorProto) {
    let single = field.r#type == Some(Type::Float.into());
    let double = field.r#type == Some(Type::Double.into());
    let Some(text) = field.default_value.as_mut().filter(|_| single || double) else { return };
    let Some(number) = text.parse::<f64>().ok().filter(|number| number.is_finite()) else { return };
    *text = if single { single_text(number as f32) } else { double_text(number) };
}

fn single_text(number: f32) -> String {
    let short = general(number.into(), 6);
    // The smallest of all are never short.
    if short.parse() == Ok(number) && !number.is_subnormal() { short } else { general(number.into(), 9) }
}

fn double_text(number: f64) -> String {
    let short = general(number, 15);
    if short.parse() == Ok(number) { short } else { general(number, 17) }
}

/// `%.{digits}g`
fn general(number: f64, digits: usize) -> String {
    let text = format!("{number:.*e}", digits - 1);
    let Some((mantissa, exponent)) = text.split_once('e') else { return text };
    let exponent: i32 = exponent.parse().unwrap_or(0);
    match usize::try_from(digits as i32 - 1 - exponent) {
        Ok(decimals) if exponent >= -4 => trimmed(&format!("{number:.decimals$}")).to_owned(),
        _ => {
            let sign = if exponent < 0 { '-' } else { '+' };
            format!("{}e{sign}{:02}", trimmed(mantissa), exponent.unsigned_abs())
        }
    }
}

fn trimmed(text: &str) -> &str {
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { text }
}

fn escaped(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for byte in bytes {
        match byte {
            b'\n' => text.push_str("\\n"),
            b'\r' => text.push_str("\\r"),
            b'\t' => text.push_str("\\t"),
            b'"' | b'\'' | b'\\' => text.extend(['\\', char::from(*byte)]),
            b' '..=b'~' => text.push(char::from(*byte)),
            other => {
                let _ = write!(text, "\\{other:03o}");
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn default(kind: Type, value: UninterpretedOption) -> Result<String, String> {
        text(&FieldDescriptorProto { r#type: Some(kind.into()), ..Default::default() }, &value)
    }

    fn word(word: &str) -> UninterpretedOption {
        UninterpretedOption { identifier_value: Some(word.to_owned()), ..Default::default() }
    }

    fn number(number: u64) -> UninterpretedOption {
        UninterpretedOption { positive_int_value: Some(number), ..Default::default() }
    }

    #[test]
    fn values_are_spelled_as_in_descriptors() {
        let double = |value| UninterpretedOption { double_value: Some(value), ..Default::default() };
        let string =
            |value: &[u8]| UninterpretedOption { string_value: Some(value.to_vec()), ..Default::default() };
        assert_eq!(default(Type::Float, double(f64::NEG_INFINITY)).as_deref(), Ok("-inf"));
        assert_eq!(default(Type::Double, double(-f64::NAN)).as_deref(), Ok("nan"));
        assert_eq!(default(Type::Double, number(3)).as_deref(), Ok("3"));
        assert_eq!(default(Type::Uint64, number(u64::MAX)).as_deref(), Ok("18446744073709551615"));
        assert_eq!(default(Type::Bytes, string(b"\xff\0'\"a")).as_deref(), Ok("\\377\\000\\'\\\"a"));
        assert_eq!(default(Type::Bool, word("true")).as_deref(), Ok("true"));
    }

    #[test]
    fn floats_are_spelled_as_protoc_does() {
        for (number, expected) in [
            (1e21, "1e+21"),
            (1e14, "100000000000000"),
            (1e-7, "1e-07"),
            (0.0001, "0.0001"),
            (-0.5, "-0.5"),
            (0.0, "0"),
            (0.1 + 0.2, "0.30000000000000004"),
            (1.7e308, "1.7e+308"),
        ] {
            assert_eq!(double_text(number), expected);
        }
        assert_eq!(single_text(0.1), "0.1");
        assert_eq!(single_text(4_294_967_296.0), "4.2949673e+09");
        assert_eq!(single_text(f32::INFINITY), "inf");
    }

    #[test]
    fn values_of_other_types_are_refused() {
        assert!(default(Type::Int32, number(5_000_000_000)).is_err());
        assert!(default(Type::Uint32, word("x")).is_err());
        assert!(default(Type::Bool, number(1)).is_err());
        assert!(default(Type::String, number(1)).is_err());
    }
}
