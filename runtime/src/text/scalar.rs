//! The reading of values that are no messages. Called by `read`.

use super::error::Fault;
use super::reading::Reading;
use super::string;
use super::token::Token;
use crate::reflect::{EnumDescriptor, FieldDescriptor, FieldKind, OwnedValue};

impl Reading<'_> {
    /// A value for a field that holds no messages; `None` for the name of an enum that is to be passed over.
    pub(super) fn scalar(&mut self, field: FieldDescriptor<'_>) -> Result<Option<OwnedValue>, Fault> {
        Ok(Some(match field.kind() {
            FieldKind::Double => OwnedValue::F64(self.float("a double")?),
            FieldKind::Float => OwnedValue::F32(self.float("a float")?),
            FieldKind::Int64 | FieldKind::Sint64 | FieldKind::Sfixed64 => {
                OwnedValue::I64(self.integer("an int64", true)?)
            }
            FieldKind::Uint64 | FieldKind::Fixed64 => OwnedValue::U64(self.integer("a uint64", false)?),
            FieldKind::Int32 | FieldKind::Sint32 | FieldKind::Sfixed32 => {
                OwnedValue::I32(self.integer("an int32", true)?)
            }
            FieldKind::Uint32 | FieldKind::Fixed32 => OwnedValue::U32(self.integer("a uint32", false)?),
            FieldKind::Bool => OwnedValue::Bool(self.boolean()?),
            FieldKind::String => self.text(field.checks_utf8())?,
            FieldKind::Bytes => OwnedValue::Bytes(self.bytes()?.into()),
            FieldKind::Enum(enumeration) => return self.enumeration(enumeration),
            FieldKind::Message(_) => return Err(self.wrong("a message")),
        }))
    }

    fn integer<T: TryFrom<i128>>(&mut self, expected: &str, signed: bool) -> Result<T, Fault> {
        let at = self.tokens.at();
        let negative = signed && self.accept('-')?;
        let Token::Integer(digits, radix) = self.tokens.token() else { return Err(self.wrong(expected)) };
        // More digits than this are more than any type holds.
        let number = i128::from_str_radix(digits, radix).unwrap_or(i128::MAX);
        let number = T::try_from(if negative { -number } else { number });
        let number = number.map_err(|_| Fault::new(at, format!("this is too great for {expected}")))?;
        self.tokens.advance()?;
        Ok(number)
    }

    fn float<T: FloatValue>(&mut self, expected: &str) -> Result<T, Fault> {
        let negative = self.accept('-')?;
        let number = match self.tokens.token() {
            Token::Float(text) | Token::Integer(text, 10) => text.parse().ok(),
            Token::Name(name) if is_unusual(name) => name.parse().ok(),
            _ => None,
        };
        // What is beyond the type's range is infinite.
        let number: T = number.ok_or_else(|| self.wrong(expected))?;
        self.tokens.advance()?;
        Ok(if negative { -number } else { number })
    }

    fn boolean(&mut self) -> Result<bool, Fault> {
        let value = match self.tokens.token() {
            Token::Name("true" | "True" | "t") => true,
            Token::Name("false" | "False" | "f") => false,
            Token::Integer(digits, radix) => match u8::from_str_radix(digits, radix) {
                Ok(number @ 0..=1) => number == 1,
                _ => return Err(self.wrong("a bool")),
            },
            _ => return Err(self.wrong("a bool")),
        };
        self.tokens.advance()?;
        Ok(value)
    }

    fn text(&mut self, checked: bool) -> Result<OwnedValue, Fault> {
        let at = self.tokens.at();
        match String::from_utf8(self.bytes()?) {
            Ok(text) => Ok(OwnedValue::String(text)),
            Err(_) if checked => Err(Fault::new(at, "this string is not UTF-8")),
            // For strings that hold bytes, by the macro's option `unchecked_strings`.
            Err(error) => Ok(OwnedValue::Bytes(error.into_bytes().into())),
        }
    }

    /// Strings that stand one behind the other are one.
    fn bytes(&mut self) -> Result<Vec<u8>, Fault> {
        let mut bytes = Vec::new();
        if !matches!(self.tokens.token(), Token::Quoted(_)) {
            return Err(self.wrong("a string"));
        }
        while let Token::Quoted(quoted) = self.tokens.token() {
            let start = self.tokens.at() + 1;
            string::unescape(quoted, &mut bytes).map_err(|(at, mistake)| Fault::new(start + at, mistake))?;
            self.tokens.advance()?;
        }
        Ok(bytes)
    }

    fn enumeration(&mut self, enumeration: EnumDescriptor<'_>) -> Result<Option<OwnedValue>, Fault> {
        let (at, ignore) = (self.tokens.at(), self.reader.ignore_unknown);
        let unknown =
            |shown: String| Fault::new(at, format!("`{shown}` is no value of {}", enumeration.full_name()));
        if let Token::Name(name) = self.tokens.token() {
            self.tokens.advance()?;
            return match enumeration.value(name) {
                Some(value) => Ok(Some(OwnedValue::Enum(value.number()))),
                None if ignore => Ok(None),
                None => Err(unknown(name.to_owned())),
            };
        }
        let number = self.integer("the name or number of an enum's value", true)?;
        if enumeration.is_closed() && enumeration.value_by_number(number).is_none() {
            return if ignore { Ok(None) } else { Err(unknown(number.to_string())) };
        }
        Ok(Some(OwnedValue::Enum(number)))
    }
}

/// The floats' names that stand for no number, in whatever case.
pub(super) fn is_unusual(name: &str) -> bool {
    ["inf", "infinity", "nan"].iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// `f32` and `f64`.
trait FloatValue: std::str::FromStr + std::ops::Neg<Output = Self> {}

impl FloatValue for f32 {}
impl FloatValue for f64 {}
