//! The reading of JSON: one visitor that puts what it is shown in its place, whatever type the place is of. Called by
//! `convert`.

use std::collections::HashSet;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::form::Form;
use super::key::key;
use super::number::Number;
use super::place::{Place, Target};
use super::reading::Reading;
use crate::reflect::{
    DynamicField, DynamicMessage, Field as _, FieldDescriptor, List, Map, MessageDescriptor, Reflect,
    ValueMut, ViewMut,
};
use crate::well_known::{pack, with_type};

/// The outermost message.
pub(super) struct Root<'m, 'r> {
    pub(super) message: &'m mut dyn Reflect,
    pub(super) reading: &'m Reading<'r>,
}

impl<'de> DeserializeSeed<'de> for Root<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        let target = Target::Single(ValueMut::Message(self.message));
        Place { target, field: None, reading: self.reading }.deserialize(deserializer).map(|_| ())
    }
}

impl<'de> DeserializeSeed<'de> for Place<'_, '_, '_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Place<'_, '_, '_> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.wanted())
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<bool, E> {
        let place = self.open();
        match place.form() {
            Some(Form::Wrapper) => return place.below(1, |inner| inner.visit_bool(value)),
            Some(Form::Value) => return place.below(4, |inner| inner.visit_bool(value)),
            _ => {}
        }
        match place.target {
            Target::Single(ValueMut::Bool(held)) => *held = value,
            target => return Err(Place { target, ..place }.wrong(value)),
        }
        Ok(true)
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<bool, E> {
        self.number(Number::Signed(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<bool, E> {
        self.number(Number::Unsigned(value))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<bool, E> {
        self.number(Number::Float(value))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<bool, E> {
        self.text(text)
    }

    fn visit_unit<E: Error>(self) -> Result<bool, E> {
        let list_or_map = self.field.is_some_and(|field| field.is_list() || field.is_map());
        let is_field = matches!(self.target, Target::Field(_));
        if self.form() == Some(Form::Value) && !(is_field && list_or_map) {
            return self.open().below(1, |inner| inner.open().enumeration(0));
        }
        let null = self.field.and_then(FieldDescriptor::enumeration);
        if null.is_some_and(|it| it.full_name() == "google.protobuf.NullValue") && !(is_field && list_or_map)
        {
            return self.open().enumeration(0);
        }
        if is_field { Ok(true) } else { Err(self.wrong("null")) }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut all: A) -> Result<bool, A::Error> {
        let place = self.open();
        match place.form() {
            Some(Form::ListValue) => return place.below(1, |inner| inner.visit_seq(all)),
            Some(Form::Value) => {
                let reading = place.reading;
                return reading
                    .nested(|| place.below(6, |inner| inner.open().below(1, |inner| inner.visit_seq(all))));
            }
            _ => {}
        }
        let (field, reading) = (place.field, place.reading);
        let list = match place.target {
            Target::List(list) => list,
            target => return Err(Place { target, field, reading }.wrong("a list")),
        };
        for index in 0.. {
            let before = list.len();
            let target = Pushed(list);
            let taken = all.next_element_seed(Element { list: target, field, reading });
            match reading.at(taken, || format!("[{index}]"))? {
                None => break,
                Some(true) => {}
                Some(false) => list.truncate(before),
            }
        }
        Ok(true)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<bool, A::Error> {
        let place = self.open();
        let reading = place.reading;
        match place.form() {
            Some(Form::Struct) => return reading.nested(|| place.below(1, |inner| inner.visit_map(map))),
            Some(Form::Value) => {
                return reading.nested(|| place.below(5, |inner| inner.open().visit_map(map)));
            }
            Some(Form::Any) => {
                let Target::Single(ValueMut::Message(message)) = place.target else { return Ok(true) };
                return reading.nested(|| read_any(message, map, reading)).map(|()| true);
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

/// A list that gets one more value, once there is one.
struct Pushed<'m>(&'m mut dyn List);

struct Element<'m, 'c, 'r> {
    list: Pushed<'m>,
    field: Option<FieldDescriptor<'c>>,
    reading: &'c Reading<'r>,
}

impl<'de> DeserializeSeed<'de> for Element<'_, '_, '_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        let target = Target::Single(self.list.0.push());
        deserializer.deserialize_any(Place { target, field: self.field, reading: self.reading })
    }
}

fn entries<'de, A: MapAccess<'de>>(
    held: &mut dyn Map,
    field: FieldDescriptor<'_>,
    mut map: A,
    reading: &Reading<'_>,
) -> Result<(), A::Error> {
    let Some((key_field, value_field)) = field.map_entry() else { return Ok(()) };
    let mut seen = HashSet::new();
    while let Some(text) = map.next_key::<String>()? {
        let key = key(&text, key_field.kind());
        let key = key.ok_or_else(|| A::Error::custom(format_args!("{text:?} is no key of {}", field.name())));
        let key = reading.at(key, || format!("[{text:?}]"))?;
        if !seen.insert(key.clone()) {
            return reading.at(Err(A::Error::custom("this key is there twice")), || format!("[{text:?}]"));
        }
        let Some(value) = held.entry(key.clone()) else { return Err(A::Error::custom("no such key")) };
        let place = Place { target: Target::Single(value), field: Some(value_field), reading };
        if !reading.at(map.next_value_seed(place), || format!("[{text:?}]"))? {
            held.remove(&key);
        }
    }
    Ok(())
}

fn fields<'de, A: MapAccess<'de>>(
    message: &mut dyn Reflect,
    map: A,
    reading: &Reading<'_>,
) -> Result<(), A::Error> {
    let (pool, index) = message.descriptor().detached();
    Fields { descriptor: pool.placed(index), reading, seen: HashSet::new() }.read(message, map)
}

/// The fields of one message.
struct Fields<'c, 'r> {
    descriptor: MessageDescriptor<'c>,
    reading: &'c Reading<'r>,
    /// Numbers of fields, and those of oneofs beyond all of them.
    seen: HashSet<u32>,
}

impl Fields<'_, '_> {
    fn read<'de, A: MapAccess<'de>>(mut self, message: &mut dyn Reflect, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key::<String>()? {
            let found = self.entry(message, &name, &mut map);
            self.reading.at(found, || name)?;
        }
        Ok(())
    }

    fn entry<'de, A: MapAccess<'de>>(
        &mut self,
        message: &mut dyn Reflect,
        name: &str,
        map: &mut A,
    ) -> Result<(), A::Error> {
        let reading = self.reading;
        let field = self.descriptor.field_by_json_name(name).or_else(|| self.descriptor.field(name));
        if let Some(field) = field {
            if !self.seen.insert(field.number()) {
                return Err(A::Error::custom("this field is there twice"));
            }
            let rival = message.rival_of(field);
            let place = Place { target: Target::Field(message), field: Some(field), reading };
            map.next_value_seed(place)?;
            if rival && message.has(field) == Ok(true) {
                return Err(A::Error::custom("another field of its oneof is set as well"));
            }
            return Ok(());
        }
        let extension = name.strip_prefix('[').and_then(|name| name.strip_suffix(']'));
        let pools = [Some(self.descriptor.pool()), reading.reader.pool.as_ref()];
        let extension =
            extension.and_then(|name| pools.into_iter().flatten().find_map(|pool| pool.extension(name)));
        if let Some(field) = extension.filter(|it| it.extendee() == self.descriptor.full_name()) {
            let mut held = DynamicField::new(field);
            let target = match held.make(0) {
                ViewMut::Single(value) => Target::Single(value),
                ViewMut::List(list) => Target::List(list),
                ViewMut::Map(map) => Target::Map(map),
            };
            if map.next_value_seed(Place { target, field: Some(field), reading })? {
                held.put_extension(field, message);
            }
            return Ok(());
        }
        if !reading.reader.ignore_unknown {
            let owner = self.descriptor.full_name();
            return Err(A::Error::custom(format_args!("{owner} has no field of this name")));
        }
        map.next_value::<IgnoredAny>().map(|_| ())
    }
}

/// An `Any`: its type may stand behind its fields, so that all of it is read first.
fn read_any<'de, A: MapAccess<'de>>(
    message: &mut dyn Reflect,
    mut map: A,
    reading: &Reading<'_>,
) -> Result<(), A::Error> {
    let mut url = None;
    let mut fields = serde_json::Map::new();
    while let Some(name) = map.next_key::<String>()? {
        if name == "@type" {
            if url.replace(map.next_value::<String>()?).is_some() {
                return Err(A::Error::custom("`@type` is there twice"));
            }
        } else if fields.insert(name, map.next_value()?).is_some() {
            return Err(A::Error::custom("a field is there twice"));
        }
    }
    let Some(url) = url else {
        return if fields.is_empty() { Ok(()) } else { Err(A::Error::custom("`@type` is missing")) };
    };
    let pools = [reading.reader.pool.as_ref(), Some(reading.pool)];
    let inner = with_type(&url, pools, DynamicMessage::new);
    let mut inner =
        inner.ok_or_else(|| A::Error::custom(format_args!("no descriptor is known of `{url}`")))?;
    let value = match Form::of(inner.descriptor()) {
        None => serde_json::Value::Object(fields),
        Some(_) => match (fields.remove("value"), fields.is_empty() || reading.reader.ignore_unknown) {
            (Some(value), true) => value,
            _ => {
                return Err(A::Error::custom(format_args!(
                    "`{url}` has the field `value` here, and no other"
                )));
            }
        },
    };
    let root = Root { message: &mut inner, reading };
    root.deserialize(value).map_err(A::Error::custom)?;
    pack(message, &url, inner.encode_to_vec());
    Ok(())
}
