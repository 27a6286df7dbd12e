//! Message sets: extensions as proto1 wrote them, each a group 1 of a number (2) and a message (3). Called by generated
//! code that reads one, and by `extension` for those who look into one.
//!
//! What is read lies in the message's unknown fields in the standard form, item by item in the order of arrival, so that
//! writing it back costs nothing.

use super::shape::ExtensionShape;
use crate::wire::{
    DecodeError, Input, Output, Put, Session, UnknownField, UnknownFields, UnknownValue, count, wire_type,
};

const ITEM: u32 = 1;
const ITEM_START: u32 = ITEM << 3 | wire_type::GROUP;
const NUMBER: u32 = 2;
const NUMBER_TAG: u32 = NUMBER << 3 | wire_type::VARINT;
const MESSAGE: u32 = 3;
const MESSAGE_TAG: u32 = MESSAGE << 3 | wire_type::LENGTH;

/// Reads what stands behind `tag`: an item, in whatever order its parts are; or an extension as any other message has it,
/// which becomes an item. What is neither stays an unknown field.
#[inline(never)]
pub fn merge(tag: u32, input: &mut Input<'_, '_>, unknown: &mut UnknownFields) -> Result<(), DecodeError> {
    if tag == ITEM_START {
        let mut item = Item::default();
        input.group(ITEM, &mut |inner| item.read(inner))?;
        if let Item { number: Some(number), message: Some(message) } = item {
            push(number, message, unknown);
        }
        Ok(())
    } else if tag & 7 == wire_type::LENGTH && tag >> 3 > 0 {
        push(tag >> 3, input.slice()?, unknown);
        Ok(())
    } else {
        input.unknown(tag, Some(unknown))
    }
}

/// The parts of an item; of two that are alike the first counts, and others mean nothing, as upstream has it.
#[derive(Default)]
struct Item<'a> {
    number: Option<u32>,
    message: Option<&'a [u8]>,
}

impl<'a> Item<'a> {
    fn read(&mut self, mut input: Input<'a, '_>) -> Result<(), DecodeError> {
        while let Some(tag) = input.tag()? {
            match tag {
                NUMBER_TAG => {
                    let number = input.varint()?;
                    self.number.get_or_insert(number as u32);
                }
                MESSAGE_TAG => {
                    let message = input.slice()?;
                    self.message.get_or_insert(message);
                }
                tag => pass(tag, &mut input)?,
            }
        }
        Ok(())
    }
}

/// Passes over a field of a group; the end tag ends the cursor.
fn pass(tag: u32, input: &mut Input<'_, '_>) -> Result<(), DecodeError> {
    if tag & 7 == wire_type::END_GROUP { input.unknown(tag, None) } else { input.skip(tag) }
}

fn push(number: u32, message: &[u8], items: &mut UnknownFields) {
    items.extend(&mut |out| put_item(number, &mut |out| out.put_bytes(MESSAGE, message), out));
}

/// Adds an item in front of those of higher numbers.
fn insert(number: u32, items: &mut UnknownFields, put: Put<'_>) {
    let is_behind = |field: &UnknownField<'_>| item_number(field).is_some_and(|other| other > number.into());
    items.insert(is_behind, &mut |out| put_item(number, put, out));
}

/// Writes an item whose message, with its tag, `put` writes.
fn put_item(number: u32, put: Put<'_>, out: &mut Output<'_>) {
    out.put_tag(ITEM, wire_type::END_GROUP);
    put(out);
    out.put_varint(number.into());
    out.put_tag(NUMBER, wire_type::VARINT);
    out.put_tag(ITEM, wire_type::GROUP);
}

/// What the items of that number hold, merged.
pub(super) fn get<S: ExtensionShape>(number: u32, items: &UnknownFields) -> Result<S::Value, DecodeError> {
    let session = Session::new(items.len(), None);
    let mut input = Input::new(items.as_bytes(), &session);
    let mut value = S::Value::default();
    while let Some(tag) = input.tag()? {
        match tag {
            ITEM_START => input.group(ITEM, &mut |inner| read::<S>(number, &mut value, inner))?,
            tag => input.skip(tag)?,
        }
    }
    Ok(value)
}

fn read<S: ExtensionShape>(
    wanted: u32,
    value: &mut S::Value,
    mut input: Input<'_, '_>,
) -> Result<(), DecodeError> {
    let mut number = None;
    while let Some(tag) = input.tag()? {
        match tag {
            NUMBER_TAG => number = Some(input.varint()? as u32),
            MESSAGE_TAG if number == Some(wanted) && S::merge(tag, value, &mut input)? => {}
            tag => pass(tag, &mut input)?,
        }
    }
    Ok(())
}

/// Whether there is an item of that number.
pub(super) fn has(number: u32, items: &UnknownFields) -> bool {
    items.iter().any(|field| is_item(number, &field))
}

/// Sets the item of that number; an empty value removes it.
pub(super) fn set<S: ExtensionShape>(number: u32, value: &S::Value, items: &mut UnknownFields) {
    remove(number, items);
    if count(&mut |out| S::put(MESSAGE, value, out)) > 0 {
        insert(number, items, &mut |out| S::put(MESSAGE, value, out));
    }
}

/// Removes the items of that number; whether there were any.
pub(super) fn remove(number: u32, items: &mut UnknownFields) -> bool {
    items.remove_where(|field| is_item(number, field))
}

/// The items as fields of the numbers that they have, without what is no item.
pub(crate) fn fields(items: &UnknownFields) -> UnknownFields {
    let mut fields = UnknownFields::new();
    for field in items {
        let UnknownField { number: ITEM, value: UnknownValue::Group(inner) } = field else { continue };
        let session = Session::new(inner.len(), None);
        let mut item = Item::default();
        if item.read(Input::new(inner, &session)).is_ok()
            && let Item { number: Some(number), message: Some(message) } = item
        {
            fields.push_bytes(number, message);
        }
    }
    fields
}

/// Sets the item of that number to an encoded message, or takes it out.
pub(crate) fn put(number: u32, message: Option<&[u8]>, items: &mut UnknownFields) {
    remove(number, items);
    if let Some(message) = message {
        insert(number, items, &mut |out| out.put_bytes(MESSAGE, message));
    }
}

fn is_item(number: u32, field: &UnknownField<'_>) -> bool {
    item_number(field) == Some(number.into())
}

fn item_number(field: &UnknownField<'_>) -> Option<u64> {
    let UnknownField { number: ITEM, value: UnknownValue::Group(inner) } = *field else { return None };
    let session = Session::new(inner.len(), None);
    let mut input = Input::new(inner, &session);
    if input.tag() == Ok(Some(NUMBER_TAG)) { input.varint().ok() } else { None }
}
