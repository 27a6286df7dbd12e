//! A text of JSON, value by value. What is no JSON is only found here; `error` asks serde_json what is wrong with it.
//! Called by `convert`.

use std::borrow::Cow;

use serde::Deserializer;
use serde::de::{DeserializeSeed, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use super::decimal;
use super::element::Element;
use super::escape;
use super::fault::Fault;
use super::kept::Kept;
use super::member::Member;
use super::names::{Found, Name, Names};
use super::number::Number;
use super::place::Place;
use super::scan;
use super::source::{Entries, Items};

/// How many lists and objects may be open at once, less one: as in serde_json.
const LEVELS: u32 = 128;

/// A place in a text.
pub(super) struct Parser<'t> {
    text: &'t str,
    pub(super) at: usize,
    /// How many more levels may be opened.
    levels: u32,
    /// The last string that had escapes.
    scratch: String,
}

impl<'t> Parser<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, at: 0, levels: LEVELS, scratch: String::new() }
    }

    /// That nothing follows.
    pub(super) fn end(&mut self) -> Result<(), Fault> {
        if self.peek().is_none() { Ok(()) } else { Err(Fault::syntax()) }
    }

    pub(super) fn rest(&self) -> &'t [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    /// The next sign that is no blank.
    #[inline]
    pub(super) fn peek(&mut self) -> Option<u8> {
        match self.rest() {
            [sign, ..] if *sign > b' ' => Some(*sign),
            _ => self.peek_behind_blanks(),
        }
    }

    #[inline(never)]
    fn peek_behind_blanks(&mut self) -> Option<u8> {
        let rest = self.rest();
        let blanks = rest.iter().take_while(|sign| matches!(sign, b' ' | b'\n' | b'\t' | b'\r')).count();
        self.at += blanks;
        rest.get(blanks).copied()
    }

    /// Passes the sign that must stand here.
    #[inline]
    pub(super) fn pass(&mut self, sign: u8) -> Result<(), Fault> {
        if self.peek() != Some(sign) {
            return Err(Fault::syntax());
        }
        self.at += 1;
        Ok(())
    }

    pub(super) fn word(&mut self, word: &[u8]) -> Result<(), Fault> {
        if !self.rest().starts_with(word) {
            return Err(Fault::syntax());
        }
        self.at += word.len();
        Ok(())
    }

    /// The string whose quote stands here; `None` where it had escapes, and is in the scratch.
    #[inline]
    fn string(&mut self) -> Result<Option<&'t str>, Fault> {
        self.at += 1;
        let start = self.at;
        let end = start + scan::plain(self.rest());
        if self.text.as_bytes().get(end) == Some(&b'"') {
            self.at = end + 1;
            // Both ends are at ASCII.
            return Ok(Some(self.text.get(start..end).unwrap_or_default()));
        }
        self.at = escape::string(self.text, start, &mut self.scratch).ok_or_else(Fault::syntax)?;
        Ok(None)
    }

    /// What the string stands for whose quote stands here.
    #[inline]
    pub(super) fn unquoted(&mut self) -> Result<&str, Fault> {
        Ok(self.string()?.unwrap_or(&self.scratch))
    }

    /// What follows, which must begin with the quote of a key.
    #[inline]
    fn key_here(&mut self) -> Result<&'t [u8], Fault> {
        if self.peek() == Some(b'"') { Ok(self.rest()) } else { Err(Fault::syntax()) }
    }

    fn owned_string(&mut self) -> Result<Cow<'t, str>, Fault> {
        Ok(match self.string()? {
            Some(text) => Cow::Borrowed(text),
            None => Cow::Owned(self.scratch.clone()),
        })
    }

    /// Puts the value that stands here into its place; `false` for what was passed over.
    #[inline(never)]
    pub(super) fn value(&mut self, place: Place<'_, '_, '_>) -> Result<bool, Fault> {
        let taken = match self.peek() {
            Some(b'"') => self.unquoted().and_then(|text| place.text(text)),
            Some(b'{') => self.level(b'}', |inside| place.object(inside)),
            Some(b'[') => self.level(b']', |inside| place.list(inside)),
            Some(b'-' | b'0'..=b'9') => self.number().and_then(|number| place.number(number)),
            Some(b't') => self.word(b"true").and_then(|()| place.boolean(true)),
            Some(b'f') => self.word(b"false").and_then(|()| place.boolean(false)),
            Some(b'n') => self.word(b"null").and_then(|()| place.null()),
            _ => Err(Fault::syntax()),
        };
        self.placed(taken)
    }

    /// Notes where the mistake is.
    #[inline]
    pub(super) fn placed<T>(&self, taken: Result<T, Fault>) -> Result<T, Fault> {
        taken.map_err(|fault| fault.at(self.at))
    }

    #[inline]
    pub(super) fn number(&mut self) -> Result<Number, Fault> {
        let (number, length) = decimal::read(self.rest()).ok_or_else(Fault::syntax)?;
        self.at += length;
        Ok(number)
    }

    fn visit_string<V: Visitor<'t>>(&mut self, visitor: V) -> Result<V::Value, Fault> {
        match self.string()? {
            Some(text) => visitor.visit_borrowed_str(text),
            None => visitor.visit_str(&self.scratch),
        }
    }

    fn visit_number<V: Visitor<'t>>(&mut self, visitor: V) -> Result<V::Value, Fault> {
        match self.number()? {
            Number::Unsigned(value) => visitor.visit_u64(value),
            Number::Signed(value) => visitor.visit_i64(value),
            Number::Float(value) | Number::Real(value) => visitor.visit_f64(value),
        }
    }

    /// Opens a level, whose sign stands here; `inside` reads it up to `close`.
    #[inline]
    pub(super) fn level<T>(
        &mut self,
        close: u8,
        inside: impl FnOnce(Inside<'_, 't>) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        self.levels -= 1;
        if self.levels == 0 {
            return Err(Fault::syntax());
        }
        self.at += 1;
        let result = inside(Inside { parser: self, first: true });
        self.levels += 1;
        // A mistake that has no place yet stands behind the level's end, where that follows: as with serde_json.
        let closed = self.pass(close);
        let value = result?;
        closed?;
        Ok(value)
    }
}

/// Only the tree of an `Any` is made in this way.
impl<'t> Deserializer<'t> for &mut Parser<'t> {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Fault> {
        let value = match self.peek() {
            Some(b'"') => self.visit_string(visitor),
            Some(b'{') => self.level(b'}', |inside| visitor.visit_map(inside)),
            Some(b'[') => self.level(b']', |inside| visitor.visit_seq(inside)),
            Some(b'-' | b'0'..=b'9') => self.visit_number(visitor),
            Some(b't') => self.word(b"true").and_then(|()| visitor.visit_bool(true)),
            Some(b'f') => self.word(b"false").and_then(|()| visitor.visit_bool(false)),
            Some(b'n') => self.word(b"null").and_then(|()| visitor.visit_unit()),
            _ => Err(Fault::syntax()),
        };
        self.placed(value)
    }

    serde::forward_to_deserialize_any! {
        <V: Visitor<'t>>
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

/// An open list or object.
pub(super) struct Inside<'p, 't> {
    parser: &'p mut Parser<'t>,
    first: bool,
}

impl Inside<'_, '_> {
    /// Whether another value or key follows, before the sign that closes the level.
    #[inline]
    fn follows(&mut self, close: u8) -> Result<bool, Fault> {
        match self.parser.peek() {
            Some(sign) if sign == close => Ok(false),
            Some(_) if std::mem::take(&mut self.first) => Ok(true),
            Some(b',') => {
                self.parser.at += 1;
                Ok(true)
            }
            _ => Err(Fault::syntax()),
        }
    }
}

impl<'t> Items<'t> for Inside<'_, 't> {
    type Error = Fault;

    fn next(&mut self, element: Element<'_, '_, '_>) -> Result<Option<bool>, Fault> {
        if self.follows(b']')? { self.parser.element(element).map(Some) } else { Ok(None) }
    }
}

impl<'t> Entries<'t> for Inside<'_, 't> {
    type Error = Fault;

    #[inline]
    fn field<'c>(&mut self, names: Names<'c, '_>) -> Result<Option<Found<'c, 't>>, Fault> {
        if !self.follows(b'}')? {
            return Ok(None);
        }
        // Most often it is as it is written, and the next one.
        let rest = self.parser.key_here()?;
        for field in names.near() {
            if let Some(length) = field.json_key_of(rest) {
                self.parser.at += length;
                return Ok(Some(Found::Field(field, Name::Json)));
            }
        }
        Ok(Some(names.found(self.parser.owned_string()?)))
    }

    fn key(&mut self) -> Result<Option<Cow<'t, str>>, Fault> {
        if !self.follows(b'}')? {
            return Ok(None);
        }
        self.parser.key_here()?;
        self.parser.owned_string().map(Some)
    }

    #[inline]
    fn value(&mut self, place: Place<'_, '_, '_>) -> Result<bool, Fault> {
        self.parser.pass(b':')?;
        self.parser.value(place)
    }

    #[inline]
    fn member(&mut self, member: Member<'_, '_, '_>) -> Result<bool, Fault> {
        self.parser.pass(b':')?;
        self.parser.member(member)
    }

    fn text(&mut self) -> Result<String, Fault> {
        MapAccess::next_value(self)
    }

    fn kept(&mut self, kept: Kept<'_, '_>) -> Result<Value, Fault> {
        self.next_value_seed(kept)
    }

    fn skip(&mut self) -> Result<(), Fault> {
        self.parser.pass(b':')?;
        self.parser.skip()
    }
}

impl<'t> SeqAccess<'t> for Inside<'_, 't> {
    type Error = Fault;

    fn next_element_seed<T: DeserializeSeed<'t>>(&mut self, seed: T) -> Result<Option<T::Value>, Fault> {
        if self.follows(b']')? { seed.deserialize(&mut *self.parser).map(Some) } else { Ok(None) }
    }
}

impl<'t> MapAccess<'t> for Inside<'_, 't> {
    type Error = Fault;

    fn next_key_seed<K: DeserializeSeed<'t>>(&mut self, seed: K) -> Result<Option<K::Value>, Fault> {
        if !self.follows(b'}')? {
            return Ok(None);
        }
        self.parser.key_here()?;
        seed.deserialize(&mut *self.parser).map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'t>>(&mut self, seed: T) -> Result<T::Value, Fault> {
        self.parser.pass(b':')?;
        seed.deserialize(&mut *self.parser)
    }
}
