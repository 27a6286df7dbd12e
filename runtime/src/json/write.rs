//! The writing of JSON: a message as what serde serializes. Called by `convert`.

use serde::ser::{Error, SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};

use super::form::{self, Form};
use super::options::JsonWriter;
use super::{base64, camel, number};
use crate::reflect::{
    DynamicMessage, Field as _, FieldDescriptor, FieldKind, List, Map, Reflect, Value, View, extensions,
    is_set,
};
use crate::well_known::time::text;
use crate::well_known::{packed, with_type};

/// A message to be written.
#[derive(Clone, Copy)]
pub(super) struct Shown<'a> {
    pub(super) message: &'a dyn Reflect,
    pub(super) writer: &'a JsonWriter,
}

impl Serialize for Shown<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match Form::of(self.message.descriptor()) {
            None => {
                let mut map = serializer.serialize_map(None)?;
                self.entries(&mut map)?;
                map.end()
            }
            Some(form) => self.formed(form, serializer),
        }
    }
}

impl<'a> Shown<'a> {
    fn entries<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        let writer = self.writer;
        for (place, field) in self.message.descriptor().fields().enumerate() {
            let Some(view) = self.message.field(place).map(|held| held.view(field.number())) else {
                continue;
            };
            if is_set(&view, field) || writer.defaults && !field.has_presence() {
                let name = if writer.proto_names { field.name() } else { field.json_name() };
                map.serialize_entry(name, &Held { view: &view, field, writer })?;
            }
        }
        self.extensions(map)
    }

    fn extensions<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        for (field, held) in extensions(self.message, self.writer.pool.as_ref()) {
            let held = held.map_err(M::Error::custom)?;
            let view = held.view(field.number());
            if is_set(&view, field) {
                let name = format!("[{}]", field.full_name());
                map.serialize_entry(&name, &Held { view: &view, field, writer: self.writer })?;
            }
        }
        Ok(())
    }

    fn formed<S: Serializer>(&self, form: Form, serializer: S) -> Result<S::Ok, S::Error> {
        let message = self.message;
        match form {
            Form::Any => self.any(serializer),
            Form::Timestamp | Form::Duration => {
                let (seconds, nanos) = form::time(message);
                let text = match form {
                    Form::Timestamp => text::timestamp(seconds, nanos),
                    _ => text::duration(seconds, nanos),
                };
                let name = message.descriptor().full_name();
                let text =
                    text.ok_or_else(|| S::Error::custom(format_args!("this {name} is out of range")))?;
                serializer.serialize_str(&text)
            }
            Form::FieldMask => serializer.serialize_str(&self.mask().map_err(S::Error::custom)?),
            Form::Struct => self.part(1, serializer),
            Form::ListValue => self.part(1, serializer),
            Form::Wrapper => {
                let field = message.descriptor().field_by_number(1);
                let (Some(field), Some(View::Plain(value))) = (field, form::view(message, 1)) else {
                    return Err(S::Error::custom("a wrapper has one value"));
                };
                Single { value: &value, field, writer: self.writer }.serialize(serializer)
            }
            Form::Value => match message.set_fields().next() {
                Some((_, View::Optional(Some(Value::F64(value))))) if !value.is_finite() => {
                    Err(S::Error::custom("a google.protobuf.Value cannot hold this number in JSON"))
                }
                Some((_, View::Optional(Some(Value::Enum(_))))) => serializer.serialize_unit(),
                Some((field, view)) => Held { view: &view, field, writer: self.writer }.serialize(serializer),
                None => Err(S::Error::custom("a google.protobuf.Value holds nothing")),
            },
        }
    }

    /// The list or map that is all of the message.
    fn part<S: Serializer>(&self, number: u32, serializer: S) -> Result<S::Ok, S::Error> {
        let field = self.message.descriptor().field_by_number(number);
        match (field, form::view(self.message, number)) {
            (Some(field), Some(view)) => {
                Held { view: &view, field, writer: self.writer }.serialize(serializer)
            }
            _ => Err(S::Error::custom("this type of google.protobuf is another one")),
        }
    }

    fn mask(&self) -> Result<String, String> {
        let Some(View::List(paths)) = form::view(self.message, 1) else { return Ok(String::new()) };
        let mut all = Vec::new();
        for path in (0..paths.len()).filter_map(|index| paths.get(index)) {
            let Value::String(path) = path else { continue };
            let camel = camel::camel(path).ok_or_else(|| format!("the path `{path}` has no form in JSON"))?;
            all.push(camel);
        }
        Ok(all.join(","))
    }

    fn any<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (url, bytes) = packed(self.message);
        let mut map = serializer.serialize_map(None)?;
        if url.is_empty() && bytes.is_empty() {
            return map.end();
        }
        let pools = [self.writer.pool.as_ref(), self.writer.own.as_ref()];
        let inner = with_type(url, pools, |found| {
            let mut inner = DynamicMessage::new(found);
            inner.reflect_mut().merge(bytes).map(|()| inner)
        });
        let inner =
            inner.ok_or_else(|| S::Error::custom(format_args!("no descriptor is known of `{url}`")))?;
        let inner = inner.map_err(S::Error::custom)?;
        map.serialize_entry("@type", url)?;
        let shown = Shown { message: &inner, writer: self.writer };
        match Form::of(inner.descriptor()) {
            Some(_) => map.serialize_entry("value", &shown)?,
            None => shown.entries(&mut map)?,
        }
        map.end()
    }
}

/// What a field holds.
struct Held<'a> {
    view: &'a View<'a>,
    field: FieldDescriptor<'a>,
    writer: &'a JsonWriter,
}

impl Serialize for Held<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (field, writer) = (self.field, self.writer);
        match self.view {
            View::Plain(value) | View::Optional(Some(value)) => {
                Single { value, field, writer }.serialize(serializer)
            }
            View::Optional(None) => serializer.serialize_unit(),
            View::List(list) => self.list(*list, serializer),
            View::Map(map) => self.map(*map, serializer),
        }
    }
}

impl Held<'_> {
    fn list<S: Serializer>(&self, list: &dyn List, serializer: S) -> Result<S::Ok, S::Error> {
        let mut all = serializer.serialize_seq(Some(list.len()))?;
        for value in (0..list.len()).filter_map(|index| list.get(index)) {
            all.serialize_element(&Single { value: &value, field: self.field, writer: self.writer })?;
        }
        all.end()
    }

    fn map<S: Serializer>(&self, map: &dyn Map, serializer: S) -> Result<S::Ok, S::Error> {
        let field = self.field.map_entry().map_or(self.field, |(_, value)| value);
        let mut all = serializer.serialize_map(Some(map.len()))?;
        let mut result = Ok(());
        map.visit(&mut |key, value| {
            if result.is_ok() {
                result =
                    all.serialize_entry(&Key(key), &Single { value: &value, field, writer: self.writer });
            }
        });
        result?;
        all.end()
    }
}

/// A key, which is a string whatever its type.
struct Key<'a>(Value<'a>);

impl Serialize for Key<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::String(key) => serializer.serialize_str(key),
            Value::Bool(key) => serializer.serialize_str(if key { "true" } else { "false" }),
            Value::I32(key) => serializer.collect_str(&key),
            Value::I64(key) => serializer.collect_str(&key),
            Value::U32(key) => serializer.collect_str(&key),
            Value::U64(key) => serializer.collect_str(&key),
            Value::Bytes(key) => {
                serializer.serialize_str(std::str::from_utf8(key).map_err(S::Error::custom)?)
            }
            _ => Err(S::Error::custom("no key of a map is of this type")),
        }
    }
}

/// A single value.
struct Single<'a> {
    value: &'a Value<'a>,
    field: FieldDescriptor<'a>,
    writer: &'a JsonWriter,
}

impl Serialize for Single<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match *self.value {
            Value::Bool(value) => serializer.serialize_bool(value),
            Value::I32(value) => serializer.serialize_i32(value),
            Value::U32(value) => serializer.serialize_u32(value),
            Value::I64(value) => serializer.collect_str(&value),
            Value::U64(value) => serializer.collect_str(&value),
            Value::F32(value) => match number::name(value.into()) {
                Some(name) => serializer.serialize_str(name),
                None => serializer.serialize_f32(value),
            },
            Value::F64(value) => match number::name(value) {
                Some(name) => serializer.serialize_str(name),
                None => serializer.serialize_f64(value),
            },
            Value::String(value) => serializer.serialize_str(value),
            Value::Bytes(value) if self.field.kind() == FieldKind::String => {
                serializer.serialize_str(std::str::from_utf8(value).map_err(S::Error::custom)?)
            }
            Value::Bytes(value) => serializer.serialize_str(&base64::encode(value)),
            Value::Enum(value) => self.enumeration(value, serializer),
            Value::Message(message) => Shown { message, writer: self.writer }.serialize(serializer),
        }
    }
}

impl Single<'_> {
    fn enumeration<S: Serializer>(&self, number: i32, serializer: S) -> Result<S::Ok, S::Error> {
        let FieldKind::Enum(enumeration) = self.field.kind() else { return serializer.serialize_i32(number) };
        if enumeration.full_name() == "google.protobuf.NullValue" {
            return serializer.serialize_unit();
        }
        match enumeration.value_by_number(number).filter(|_| !self.writer.enum_numbers) {
            Some(value) => serializer.serialize_str(value.name()),
            None => serializer.serialize_i32(number),
        }
    }
}
