//! The short way of a text's values: most are messages, lists, strings and numbers of the type of their field, and go into
//! it as they are read. A `Place` is not made for them: it is six words, and what was just written to it would be waited
//! for. Called by `parser`; whatever is not as most values are goes by way of its place.

use super::base64;
use super::element::Element;
use super::fault::Fault;
use super::field::fields;
use super::member::Member;
use super::number::Number;
use super::parser::Parser;
use super::place::{Place, Target};
use super::read::elements;
use super::reading::Reading;
use crate::reflect::{FieldDescriptor, Reflect, ValueMut, ViewMut};

impl Parser<'_> {
    /// Puts the value that stands here into a field; `false` for what was passed over.
    #[inline]
    pub(super) fn member(&mut self, mut member: Member<'_, '_, '_>) -> Result<bool, Fault> {
        let (field, reading) = (member.field, member.reading);
        match self.peek() {
            Some(b'"') => return self.text_member(member),
            Some(b'-' | b'0'..=b'9') => return self.number_member(member),
            Some(b'{') if is_plain(field) => {
                if let Some(ViewMut::Single(ValueMut::Message(message))) = member.made() {
                    let size = message.apart();
                    return self.message(message, size, reading);
                }
            }
            Some(b'[') => {
                if let Some(ViewMut::List(list)) = member.made() {
                    let read = self.level(b']', |inside| elements(list, Some(field), inside, reading));
                    return self.placed(read.map(|()| true));
                }
            }
            _ => {}
        }
        self.value(member.place())
    }

    /// Puts the value that stands here into a new element; `false` for what was passed over.
    #[inline]
    pub(super) fn element(&mut self, element: Element<'_, '_, '_>) -> Result<bool, Fault> {
        let Element { list, size, field, reading } = element;
        let value = list.push();
        reading.charge(&value, size)?;
        match (value, self.peek()) {
            (ValueMut::Message(message), Some(b'{')) if field.is_some_and(is_plain) => {
                self.message(message, 0, reading)
            }
            (ValueMut::String(held), Some(b'"')) => {
                let text = self.unquoted().map(str::to_owned);
                *held = self.placed(text)?;
                Ok(true)
            }
            (value, _) => self.value(Place { target: Target::Single(value), field, reading }),
        }
    }

    #[inline]
    fn message(
        &mut self,
        message: &mut dyn Reflect,
        size: usize,
        reading: &Reading<'_>,
    ) -> Result<bool, Fault> {
        let read = self.level(b'}', |inside| {
            reading.charge_bytes(size)?;
            reading.nested(|| fields(message, inside, reading))
        });
        self.placed(read.map(|()| true))
    }

    #[inline]
    fn text_member(&mut self, mut member: Member<'_, '_, '_>) -> Result<bool, Fault> {
        let text = match self.unquoted() {
            Ok(text) => text,
            Err(fault) => return self.placed(Err(fault)),
        };
        let is_bytes = member.field.is_bytes();
        // An unknown name of an enum must not set its field.
        if !member.field.is_enum()
            && let Some(ViewMut::Single(value)) = member.made()
        {
            let put = match value {
                ValueMut::String(held) => {
                    *held = text.to_owned();
                    true
                }
                ValueMut::I64(held) => Number::of_text(text).is_some_and(|number| number.put(held)),
                ValueMut::U64(held) => Number::of_text(text).is_some_and(|number| number.put(held)),
                ValueMut::Bytes(held) if is_bytes => {
                    base64::decode(text).map(|bytes| *held = bytes.into()).is_some()
                }
                _ => false,
            };
            if put {
                return Ok(true);
            }
        }
        let taken = member.place().text(text);
        self.placed(taken)
    }

    #[inline]
    fn number_member(&mut self, mut member: Member<'_, '_, '_>) -> Result<bool, Fault> {
        let number = match self.number() {
            Ok(number) => number,
            Err(fault) => return self.placed(Err(fault)),
        };
        let put = match member.made() {
            Some(ViewMut::Single(ValueMut::I32(held))) => number.put(held),
            Some(ViewMut::Single(ValueMut::U32(held))) => number.put(held),
            Some(ViewMut::Single(ValueMut::F64(held))) => {
                *held = number.double();
                true
            }
            _ => false,
        };
        if put {
            return Ok(true);
        }
        let taken = member.place().number(number);
        self.placed(taken)
    }
}

/// Whether the values are messages that have no form of their own.
fn is_plain(field: FieldDescriptor<'_>) -> bool {
    field.message().is_some_and(|message| message.special().is_none())
}
