//! The reading of JSON: values are put in their place, whatever type the place is of. Called by `convert` for the
//! outermost message, and by `source` and `parser` for every value.

use std::collections::HashSet;

use serde::de::Error;

use super::any::read_any;
use super::element::Element;
use super::field::fields;
use super::form::Form;
use super::key::key;
use super::place::{Place, Target};
use super::reading::Reading;
use super::source::{Entries, Items};
use crate::reflect::{FieldDescriptor, FieldKind, List, Map, MapKey, Reflect, ValueMut};

impl<'m, 'c, 'r> Place<'m, 'c, 'r> {
    /// The place of the outermost message.
    pub(super) fn outermost(message: &'m mut dyn Reflect, reading: &'c Reading<'r>) -> Self {
        Self { target: Target::Single(ValueMut::Message(message)), field: None, reading }
    }

    pub(super) fn boolean<E: Error>(self, value: bool) -> Result<bool, E> {
        let place = self.open::<E>()?;
        match place.form() {
            Some(Form::Wrapper) => return place.below(1, |inner| inner.boolean(value)),
            Some(Form::Value) => return place.below(4, |inner| inner.boolean(value)),
            _ => {}
        }
        match place.target {
            Target::Single(ValueMut::Bool(held)) => *held = value,
            target => return Err(Place { target, ..place }.wrong(value)),
        }
        Ok(true)
    }

    pub(super) fn null<E: Error>(self) -> Result<bool, E> {
        let list_or_map = self.field.is_some_and(|field| field.is_list() || field.is_map());
        let is_field = matches!(self.target, Target::Field(..) | Target::Extension(_));
        if self.form() == Some(Form::Value) && !(is_field && list_or_map) {
            return self.open::<E>()?.below(1, |inner| inner.open::<E>()?.enumeration(0));
        }
        let null = self.field.and_then(FieldDescriptor::enumeration);
        if null.is_some_and(|enumeration| enumeration.is_null()) && !(is_field && list_or_map) {
            return self.open::<E>()?.enumeration(0);
        }
        match self.target {
            Target::Field(..) => Ok(true),
            Target::Extension(_) => Ok(false),
            _ => Err(self.wrong("null")),
        }
    }

    pub(super) fn list<'de, S: Items<'de>>(self, all: S) -> Result<bool, S::Error> {
        let place = self.open::<S::Error>()?;
        match place.form() {
            Some(Form::ListValue) => return place.below(1, |inner| inner.list(all)),
            Some(Form::Value) => {
                let reading = place.reading;
                return reading.nested(|| {
                    place.below(6, |inner| inner.open::<S::Error>()?.below(1, |inner| inner.list(all)))
                });
            }
            _ => {}
        }
        let (field, reading) = (place.field, place.reading);
        match place.target {
            Target::List(list) => elements(list, field, all, reading).map(|()| true),
            target => Err(Place { target, field, reading }.wrong("a list")),
        }
    }

    pub(super) fn object<'de, S: Entries<'de>>(self, map: S) -> Result<bool, S::Error> {
        let place = self.open::<S::Error>()?;
        let reading = place.reading;
        match place.form() {
            Some(Form::Struct) => return reading.nested(|| place.below(1, |inner| inner.object(map))),
            Some(Form::Value) => {
                let inner = || place.below(5, |inner| inner.open::<S::Error>()?.object(map));
                return reading.nested(inner);
            }
            Some(Form::Any) => {
                let Target::Single(ValueMut::Message(message)) = place.target else { return Ok(true) };
                let read = || reading.passing(|| read_any(message, map, reading));
                return reading.nested(read).map(|()| true);
            }
            Some(_) => return Err(place.wrong("an object")),
            None => {}
        }
        match (place.target, place.field) {
            (Target::Single(ValueMut::Message(message)), _) => {
                reading.nested(|| fields(message, map, reading)).map(|()| true)
            }
            (Target::Map(held), Some(field)) => entries(held, field, map, reading).map(|()| true),
            (target, field) => Err(Place { target, field, reading }.wrong("an object")),
        }
    }
}

/// Reads the elements of a list.
#[inline]
pub(super) fn elements<'de, S: Items<'de>>(
    list: &mut dyn List,
    field: Option<FieldDescriptor<'_>>,
    mut all: S,
    reading: &Reading<'_>,
) -> Result<(), S::Error> {
    let size = list.element_size();
    for index in 0.. {
        let taken = all.next(Element { list: &mut *list, size, field, reading });
        match reading.at(taken, || format!("[{index}]"))? {
            None => break,
            Some(true) => {}
            Some(false) => list.truncate(list.len().saturating_sub(1)),
        }
    }
    Ok(())
}

fn entries<'de, S: Entries<'de>>(
    held: &mut dyn Map,
    field: FieldDescriptor<'_>,
    mut map: S,
    reading: &Reading<'_>,
) -> Result<(), S::Error> {
    let Some((key_field, value_field)) = field.map_entry() else { return Ok(()) };
    let (size, mut keys) = (held.entry_size(), Keys::of(held, value_field, reading));
    while let Some(text) = map.key()? {
        reading.seen(text.len() + 2);
        let step = || format!("[{text:?}]");
        let key = key(&text, key_field.kind());
        let key = key.ok_or_else(|| S::Error::custom(format_args!("{text:?} is no key of {}", field.name())));
        let key = reading.at(key, step)?;
        let (copy, again) = keys.copied(&key);
        let Some((value, new)) = held.entry_or_new(key) else { return Err(S::Error::custom("no such key")) };
        if again || !(new || keys.were_some) {
            return reading.at(Err(S::Error::custom("this key is there twice")), step);
        }
        reading.charge(&value, size)?;
        let place = Place { target: Target::Single(value), field: Some(value_field), reading };
        if !reading.at(map.value(place), step)?
            && let Some(copy) = copy
        {
            held.remove(&copy);
        }
    }
    Ok(())
}

/// The keys that a map had in the text, as far as the map itself does not tell them: all of them where it was not empty
/// before, and else where values may be passed over, whose keys are taken out again.
struct Keys {
    were_some: bool,
    may_pass: bool,
    seen: HashSet<MapKey>,
}

impl Keys {
    fn of(held: &dyn Map, value: FieldDescriptor<'_>, reading: &Reading<'_>) -> Self {
        let may_pass = reading.reader.ignore_unknown && matches!(value.kind(), FieldKind::Enum(_));
        Self { were_some: !held.is_empty(), may_pass, seen: HashSet::new() }
    }

    /// A copy of a key that may be taken out again, and whether it is known to have been there.
    fn copied(&mut self, key: &MapKey) -> (Option<MapKey>, bool) {
        if !(self.were_some || self.may_pass) {
            return (None, false);
        }
        (Some(key.clone()), !self.seen.insert(key.clone()))
    }
}
