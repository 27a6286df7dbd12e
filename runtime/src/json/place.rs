//! A place for a value of JSON, whatever type it is of: numbers, names of enums and texts are put into it here. Called by
//! `read`, which is shown lists, objects and all the rest.

use std::fmt;

use serde::de::Error;

use super::form::{self, Form};
use super::key::Nothing;
use super::number::{self, Number};
use super::reading::Reading;
use super::{base64, camel};
use crate::reflect::{
    DynamicField, Field as _, FieldDescriptor, FieldKind, List, Map, OwnedValue, Reflect, ValueMut, ViewMut,
};
use crate::well_known::time::text;

/// Where a value goes to.
pub(super) enum Target<'m> {
    /// A field, which is not touched where the value is null; and whether no other field of its oneof is set.
    Field(&'m mut dyn Reflect, bool),
    /// An extension, which is not set where the value is null.
    Extension(&'m mut DynamicField),
    Single(ValueMut<'m>),
    List(&'m mut dyn List),
    Map(&'m mut dyn Map),
}

/// A place for a value. `false` comes back where an unknown name of an enum was passed over.
pub(super) struct Place<'m, 'c, 'r> {
    pub(super) target: Target<'m>,
    /// The field of the value; none for the outermost message.
    pub(super) field: Option<FieldDescriptor<'c>>,
    pub(super) reading: &'c Reading<'r>,
}

impl<'m, 'c, 'r> Place<'m, 'c, 'r> {
    /// What the field holds, once it is clear that it is set.
    pub(super) fn open<E: Error>(self) -> Result<Self, E> {
        let Self { target, field, reading } = self;
        let made = match (target, field) {
            (Target::Field(message, true), Some(field)) => message.made_alone(field.place(), field.number()),
            (Target::Field(message, false), Some(field)) => message.made(field.number()),
            (Target::Extension(held), _) => Some(held.make(0)),
            (target, _) => return Ok(Self { target, field, reading }),
        };
        let target = match made {
            Some(ViewMut::Single(value)) => {
                reading.charge(&value, 0)?;
                Target::Single(value)
            }
            Some(ViewMut::List(list)) => Target::List(list),
            Some(ViewMut::Map(map)) => Target::Map(map),
            // Every field of a descriptor is one of its message. Nothing of no size is allocated here.
            None => Target::Map(Box::leak(Box::new(Nothing))),
        };
        Ok(Self { target, field, reading })
    }

    pub(super) fn form(&self) -> Option<Form> {
        match &self.target {
            Target::Single(ValueMut::Message(message)) => message.descriptor().special(),
            Target::Field(..) | Target::Extension(_) => self.field?.message()?.special(),
            _ => None,
        }
    }

    /// The field of that number in the message that stands here.
    pub(super) fn below<E: Error>(
        self,
        number: u32,
        put: impl FnOnce(Place<'_, '_, '_>) -> Result<bool, E>,
    ) -> Result<bool, E> {
        let reading = self.reading;
        let Target::Single(ValueMut::Message(message)) = self.target else {
            return Err(E::custom("not a message"));
        };
        let mut pool = None;
        let field = reading.descriptor(message, &mut pool).field_by_number(number);
        put(Place { target: Target::Field(message, false), field, reading })
    }

    pub(super) fn wanted(&self) -> String {
        match (&self.target, self.field) {
            (Target::List(_), _) => "a list".to_owned(),
            (Target::Map(_), _) => "an object of keys and values".to_owned(),
            (Target::Single(ValueMut::Enum(_)), Some(field)) => {
                format!("a value of {}", field.enumeration().map_or("an enum", |it| it.full_name()))
            }
            (Target::Single(value), _) => format!("{value:?}"),
            (Target::Field(..) | Target::Extension(_), _) => "a value".to_owned(),
        }
    }

    pub(super) fn wrong<E: Error>(&self, found: impl fmt::Display) -> E {
        E::custom(format_args!("expected {}, found {found}", self.wanted()))
    }

    pub(super) fn number<E: Error>(self, number: Number) -> Result<bool, E> {
        let mut place = self.open::<E>()?;
        match place.form() {
            Some(Form::Wrapper) => return place.below(1, |inner| inner.number(number)),
            Some(Form::Value) => return place.below(2, |inner| inner.number(number)),
            _ => {}
        }
        if let Target::Single(ValueMut::Enum(_)) = &place.target {
            let Some(wanted) = number.integer::<i32>() else { return Err(place.wrong(shown(number))) };
            return place.enumeration(wanted);
        }
        let fits = match &mut place.target {
            Target::Single(ValueMut::I32(held)) => number.integer().map(|value| **held = value),
            Target::Single(ValueMut::I64(held)) => number.integer().map(|value| **held = value),
            Target::Single(ValueMut::U32(held)) => number.integer().map(|value| **held = value),
            Target::Single(ValueMut::U64(held)) => number.integer().map(|value| **held = value),
            Target::Single(ValueMut::F32(held)) => number.single().map(|value| **held = value),
            Target::Single(ValueMut::F64(held)) => {
                **held = number.double();
                Some(())
            }
            _ => None,
        };
        fits.map(|()| true).ok_or_else(|| place.wrong(shown(number)))
    }

    pub(super) fn enumeration<E: Error>(self, number: i32) -> Result<bool, E> {
        let ignore = self.reading.reader.ignore_unknown;
        let closed = self.field.is_some_and(|field| field.is_closed_enum() && !field.names(number));
        let mut place = self;
        let taken = match &mut place.target {
            Target::Single(ValueMut::Enum(held)) => !closed && held.take(number),
            _ => return Err(place.wrong(number)),
        };
        if taken || ignore { Ok(taken) } else { Err(place.wrong(number)) }
    }

    pub(super) fn text<E: Error>(mut self, text: &str) -> Result<bool, E> {
        if let Target::Single(ValueMut::String(held)) = &mut self.target {
            **held = text.to_owned();
            return Ok(true);
        }
        // A name that is passed over must not set the field.
        if let Some(FieldKind::Enum(enumeration)) = self.field.map(FieldDescriptor::kind)
            && match self.target {
                Target::Field(..) | Target::Extension(_) => !self.field.is_some_and(FieldDescriptor::is_list),
                Target::Single(_) => true,
                Target::List(_) | Target::Map(_) => false,
            }
        {
            return match enumeration.value(text) {
                Some(value) => self.open::<E>()?.enumeration(value.number()),
                None if self.reading.reader.ignore_unknown => Ok(false),
                None => Err(E::custom(format_args!("`{text}` is no value of {}", enumeration.full_name()))),
            };
        }
        let place = self.open::<E>()?;
        match place.form() {
            Some(form) => place.formed(form, text),
            None => place.plain(text),
        }
    }

    /// A text that stands for itself, bytes or a number.
    fn plain<E: Error>(mut self, text: &str) -> Result<bool, E> {
        if let Target::Single(ValueMut::F32(_) | ValueMut::F64(_)) = &self.target
            && let Some(value) = number::unusual(text)
        {
            match self.target {
                Target::Single(ValueMut::F32(held)) => *held = value as f32,
                Target::Single(ValueMut::F64(held)) => *held = value,
                _ => {}
            }
            return Ok(true);
        }
        let taken = match &mut self.target {
            Target::Single(ValueMut::String(held)) => {
                **held = text.to_owned();
                true
            }
            Target::Single(ValueMut::HeldString(held)) => {
                held.set(text);
                true
            }
            Target::Single(ValueMut::Bytes(held)) => {
                bytes(self.field, text).map(|bytes| **held = bytes.into()).is_some()
            }
            Target::Single(ValueMut::HeldBytes(held)) => {
                bytes(self.field, text).map(|bytes| held.set(&bytes)).is_some()
            }
            Target::Single(ValueMut::Bool(_) | ValueMut::Message(_)) | Target::List(_) | Target::Map(_) => {
                false
            }
            _ => match Number::of_text(text) {
                Some(number) => return self.number(number),
                None => false,
            },
        };
        if taken { Ok(true) } else { Err(self.wrong(format_args!("{text:?}"))) }
    }

    /// A text that stands for a message of `google.protobuf`.
    fn formed<E: Error>(self, form: Form, text: &str) -> Result<bool, E> {
        let time = match form {
            Form::Wrapper => return self.below(1, |inner| inner.text(text)),
            Form::Value => return self.below(3, |inner| inner.text(text)),
            Form::FieldMask => return self.mask(text),
            Form::Timestamp => text::timestamp_of(text),
            Form::Duration => text::duration_of(text),
            _ => None,
        };
        match (self.target, time) {
            (Target::Single(ValueMut::Message(message)), Some(time)) => {
                form::set_time(message, time);
                Ok(true)
            }
            (target, _) => Err(Place { target, ..self }.wrong(format_args!("{text:?}"))),
        }
    }

    /// The paths of a field mask.
    fn mask<E: Error>(self, text: &str) -> Result<bool, E> {
        let message = match self.target {
            Target::Single(ValueMut::Message(message)) => message,
            target => return Err(Place { target, ..self }.wrong(format_args!("{text:?}"))),
        };
        for path in text.split(',').filter(|path| !path.is_empty()) {
            let path = camel::snake(path).ok_or_else(|| E::custom(format_args!("`{path}` is no path")))?;
            if let Ok(paths) = message.list_mut(1) {
                self.reading.charge_bytes(paths.element_size())?;
                paths.push().set(OwnedValue::String(path));
            }
        }
        Ok(true)
    }
}

/// The bytes of a text: those of base64, or its own where the field is a string.
fn bytes(field: Option<FieldDescriptor<'_>>, text: &str) -> Option<Vec<u8>> {
    match field {
        Some(field) if matches!(field.kind(), FieldKind::String) => Some(text.into()),
        _ => base64::decode(text),
    }
}

fn shown(number: Number) -> String {
    match number {
        Number::Signed(value) => value.to_string(),
        Number::Unsigned(value) => value.to_string(),
        Number::Float(value) | Number::Real(value) => value.to_string(),
    }
}
