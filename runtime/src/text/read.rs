//! The reading of messages: fields by their names, put in their places. Called by `convert`.

use std::collections::HashSet;

use super::error::Fault;
use super::reading::Reading;
use super::token::Token;
use super::url::Bracketed;
use crate::reflect::{
    DynamicField, DynamicMessage, Field as _, FieldDescriptor, FieldKind, Map, MapKey, MessageDescriptor,
    Reflect, ValueMut, ViewMut, insert, is_set,
};
use crate::well_known::{pack, with_type};

/// Where a message comes from: one that was there before may have its required fields already.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Origin {
    Made,
    Found,
}

/// Reads all of the text into a message.
pub(super) fn whole(
    reading: &mut Reading<'_>,
    message: &mut dyn Reflect,
    origin: Origin,
) -> Result<(), Fault> {
    fields(reading, message, (origin, Token::End))
}

/// Reads fields up to the token that ends them.
fn fields(
    reading: &mut Reading<'_>,
    message: &mut dyn Reflect,
    (origin, end): (Origin, Token<'_>),
) -> Result<(), Fault> {
    let (pool, index) = message.descriptor().detached();
    let types = reading.reader.pool.clone();
    let mut level = Level {
        descriptor: pool.placed(index),
        seen: HashSet::new(),
        extensions: Vec::new(),
        types: types.as_ref().and_then(|types| types.message(pool.placed(index).full_name())),
    };
    while reading.tokens.token() != end {
        level.field(reading, message)?;
        reading.separator()?;
    }
    for (field, held) in &level.extensions {
        held.put_extension(*field, message);
    }
    whole_but_for(reading, level.missing(message, origin))
}

/// Whether a required field is missing that may not be.
fn whole_but_for(reading: &Reading<'_>, missing: Option<FieldDescriptor<'_>>) -> Result<(), Fault> {
    match missing.filter(|_| !reading.reader.partial) {
        Some(field) => Err(reading.fault(format!("the required field `{}` is missing", field.name()))),
        None => Ok(()),
    }
}

/// Reads a message in its brackets.
fn nested(reading: &mut Reading<'_>, message: &mut dyn Reflect, origin: Origin) -> Result<(), Fault> {
    reading.block(|reading, close| fields(reading, message, (origin, Token::Sign(close))))
}

/// One message while it is read.
struct Level<'d> {
    descriptor: MessageDescriptor<'d>,
    /// The same message in the pool that the reader was given.
    types: Option<MessageDescriptor<'d>>,
    /// Numbers of the single fields that the text has had.
    seen: HashSet<u32>,
    extensions: Vec<(FieldDescriptor<'d>, DynamicField)>,
}

/// What holds a field.
enum Place<'m> {
    Message(&'m mut dyn Reflect),
    Extension(&'m mut DynamicField),
}

impl Place<'_> {
    fn make(&mut self, field: FieldDescriptor<'_>) -> Option<ViewMut<'_>> {
        match self {
            Self::Message(message) => message.made(field.number()),
            Self::Extension(held) => Some(held.make(field.number())),
        }
    }

    fn has(&self, field: FieldDescriptor<'_>) -> bool {
        match self {
            Self::Message(message) => message.has(field) == Ok(true),
            Self::Extension(held) => is_set(&held.view(field.number()), field),
        }
    }
}

impl<'d> Level<'d> {
    fn field(&mut self, reading: &mut Reading<'_>, message: &mut dyn Reflect) -> Result<(), Fault> {
        let at = reading.tokens.at();
        let (name, found) = match reading.tokens.token() {
            Token::Sign('[') => match reading.bracketed()? {
                Bracketed::Url(url) => {
                    let read = self.any(reading, message, (at, &url));
                    return read.map_err(|fault| fault.inside(format!("[{url}]")));
                }
                Bracketed::Extension(name) => {
                    let found = self.extension(&name);
                    (format!("[{name}]"), found)
                }
            },
            Token::Name(name) => {
                reading.tokens.advance()?;
                (name.to_owned(), named(self.descriptor, name))
            }
            Token::Integer(digits, 10) if reading.reader.field_numbers || reading.reader.ignore_unknown => {
                reading.tokens.advance()?;
                let numbers = reading.reader.field_numbers;
                (digits.to_owned(), digits.parse().ok().filter(|_| numbers).and_then(|it| self.numbered(it)))
            }
            _ => return Err(reading.wrong("the name of a field")),
        };
        let read = match found {
            Some(field) => self.known(reading, message, (at, field)),
            None if self.is_passed_over(reading, &name) => reading.skip_values(),
            None => {
                let owner = self.descriptor.full_name();
                return Err(Fault::new(at, format!("{owner} has no field `{name}`")));
            }
        };
        read.map_err(|fault| fault.inside(name))
    }

    fn is_passed_over(&self, reading: &Reading<'_>, name: &str) -> bool {
        let number = name.parse().ok();
        reading.reader.ignore_unknown
            || self.descriptor.is_reserved_name(name)
            || number.is_some_and(|number| self.descriptor.is_reserved_number(number))
    }

    fn numbered(&self, number: u32) -> Option<FieldDescriptor<'d>> {
        let own = self.descriptor.field_by_number(number).or_else(|| self.descriptor.extension(number));
        own.or_else(|| self.types?.extension(number))
    }

    fn extension(&self, name: &str) -> Option<FieldDescriptor<'d>> {
        let own = self.descriptor.pool().extension(name);
        let found = own.or_else(|| self.types?.pool().extension(name));
        found.filter(|field| field.extendee() == self.descriptor.full_name())
    }

    /// A field that the schema has.
    fn known(
        &mut self,
        reading: &mut Reading<'_>,
        message: &mut dyn Reflect,
        (at, field): (usize, FieldDescriptor<'d>),
    ) -> Result<(), Fault> {
        if !(field.is_list() || field.is_map()) {
            self.once(field).map_err(|mistake| Fault::new(at, mistake))?;
        }
        if !field.is_extension() {
            return values(reading, Place::Message(message), field);
        }
        let index = match self.extensions.iter().position(|(known, _)| *known == field) {
            Some(index) => index,
            None => {
                let held = DynamicField::of_extension(field, message);
                let held = held.map_err(|error| Fault::new(at, error.to_string()))?;
                self.extensions.push((field, held));
                self.extensions.len() - 1
            }
        };
        match self.extensions.get_mut(index) {
            Some((_, held)) => values(reading, Place::Extension(held), field),
            None => Ok(()),
        }
    }

    /// Notes that a single field is there.
    fn once(&mut self, field: FieldDescriptor<'_>) -> Result<(), String> {
        if !self.seen.insert(field.number()) {
            return Err("this field is there twice".to_owned());
        }
        let mut rivals =
            self.descriptor.rivals(field).iter().filter_map(|place| self.descriptor.field_at(*place));
        let set = |rival: &FieldDescriptor<'_>| {
            rival.number() != field.number() && self.seen.contains(&rival.number())
        };
        match rivals.find(set) {
            Some(rival) => Err(format!("`{}` of the same oneof is there already", rival.name())),
            None => Ok(()),
        }
    }

    /// The message of an `Any`, written as one.
    fn any(
        &mut self,
        reading: &mut Reading<'_>,
        message: &mut dyn Reflect,
        (at, url): (usize, &str),
    ) -> Result<(), Fault> {
        if self.descriptor.full_name() != "google.protobuf.Any" {
            let owner = self.descriptor.full_name();
            return Err(Fault::new(at, format!("{owner} is no google.protobuf.Any")));
        }
        if !self.seen.insert(1) || !self.seen.insert(2) {
            return Err(Fault::new(at, "a google.protobuf.Any holds one message"));
        }
        let pools = [reading.reader.pool.as_ref(), Some(reading.pool)];
        let mut inner = with_type(url, pools, DynamicMessage::new)
            .ok_or_else(|| Fault::new(at, format!("no descriptor is known of `{url}`")))?;
        reading.accept(':')?;
        reading.passing(|reading| {
            reading.charge(&ValueMut::Message(&mut inner), size_of::<DynamicMessage>())?;
            nested(reading, &mut inner, Origin::Made)
        })?;
        pack(message, url, inner.encode_to_vec());
        Ok(())
    }

    /// A required field that neither the text has nor the message.
    fn missing(&self, message: &dyn Reflect, origin: Origin) -> Option<FieldDescriptor<'d>> {
        let mut required = self.descriptor.fields().filter(|field| field.is_required());
        required.find(|field| {
            let found = origin == Origin::Found && message.has(*field) == Ok(true);
            !found && !self.seen.contains(&field.number())
        })
    }
}

/// The field of that name. A group is called by its type, too.
fn named<'d>(message: MessageDescriptor<'d>, name: &str) -> Option<FieldDescriptor<'d>> {
    let group = || {
        let field = message.field(&name.to_ascii_lowercase())?;
        (message.group_name(field) == Some(name)).then_some(field)
    };
    message.field(name).or_else(group)
}

/// Reads what stands behind the name of a field.
fn values(reading: &mut Reading<'_>, mut place: Place<'_>, field: FieldDescriptor<'_>) -> Result<(), Fault> {
    match field.kind() {
        FieldKind::Message(_) => reading.accept(':').map(|_| ())?,
        _ => reading.expect(':')?,
    }
    reading.each(field.is_list() || field.is_map(), |reading| value(reading, &mut place, field))
}

fn value(reading: &mut Reading<'_>, place: &mut Place<'_>, field: FieldDescriptor<'_>) -> Result<(), Fault> {
    let at = reading.tokens.at();
    let mismatch = || Fault::new(at, format!("`{}` takes no such value", field.name()));
    if field.message().is_some() {
        let origin = if place.has(field) && !field.is_list() { Origin::Found } else { Origin::Made };
        return match place.make(field).ok_or_else(mismatch)? {
            ViewMut::Single(value) => inner(reading, (value, 0), origin).unwrap_or_else(|| Err(mismatch())),
            ViewMut::List(list) => {
                let size = list.element_size();
                inner(reading, (list.push(), size), origin).unwrap_or_else(|| Err(mismatch()))
            }
            ViewMut::Map(map) => entry(reading, map, field),
        };
    }
    let Some(value) = reading.scalar(field)? else { return Ok(()) };
    let taken = match place.make(field).ok_or_else(mismatch)? {
        ViewMut::Single(held) => held.set(value),
        ViewMut::List(list) => {
            let size = list.element_size();
            let held = list.push();
            reading.charge(&held, size)?;
            held.set(value)
        }
        ViewMut::Map(_) => false,
    };
    match taken {
        true => Ok(()),
        // The only values of the right type that are refused are strings that are not UTF-8, though not checked.
        false => Err(Fault::new(at, "this string is not UTF-8")),
    }
}

/// Reads a message into a value that was just made, in a place of that size; `None` where the value is none.
fn inner(
    reading: &mut Reading<'_>,
    (value, size): (ValueMut<'_>, usize),
    origin: Origin,
) -> Option<Result<(), Fault>> {
    let paid = reading.charge(&value, size);
    let ValueMut::Message(message) = value else { return None };
    Some(paid.and_then(|()| nested(reading, message, origin)))
}

/// An entry of a map: a message of a key and a value, either of which may be missing. The last one of a key counts.
fn entry(reading: &mut Reading<'_>, map: &mut dyn Map, field: FieldDescriptor<'_>) -> Result<(), Fault> {
    let at = reading.tokens.at();
    let (Some((key, value)), Some(descriptor)) = (field.map_entry(), field.message()) else { return Ok(()) };
    let mut entry = DynamicMessage::new(descriptor);
    reading.charge(&ValueMut::Message(&mut entry), map.entry_size())?;
    nested(reading, &mut entry, Origin::Made)?;
    let key = match entry.reflect_mut().made(key.number()) {
        Some(ViewMut::Single(key)) => MapKey::taken(key),
        _ => None,
    };
    // An empty one takes the place of one that is missing.
    if let Some(made) = value.message().filter(|_| entry.reflect().has(value) == Ok(false)) {
        whole_but_for(reading, made.fields().find(|field| field.is_required()))?;
    }
    let held = entry.reflect_mut().made(value.number());
    let (Some(key), Some(ViewMut::Single(held))) = (key, held) else { return Ok(()) };
    insert(map, key, (value, &held.shown())).map_err(|error| Fault::new(at, error.to_string()))
}
