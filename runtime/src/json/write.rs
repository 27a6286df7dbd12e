//! The writing of JSON: what a message says, value by value, to any sink. Called by `convert`.

use std::cell::Cell;

use super::camel;
use super::form::{self, Form};
use super::number;
use super::options::JsonWriter;
use super::sink::{Entries, Items, Key, Show, Sink, Wide};
use crate::reflect::{
    DescriptorPool, FieldDescriptor, FieldKind, List, Map, MessageDescriptor, Reflect, Value, View,
    extensions, is_set,
};
use crate::well_known::time::text;
use crate::well_known::{Unpacking, packed, with_type};

/// A message to be written.
#[derive(Clone, Copy)]
pub(super) struct Shown<'a> {
    pub(super) message: &'a dyn Reflect,
    pub(super) way: &'a Way<'a>,
}

/// How all of a message is written.
pub(super) struct Way<'a> {
    pub(super) writer: &'a JsonWriter,
    /// That of the outermost message.
    pub(super) pool: &'a DescriptorPool,
    unpacking: Unpacking,
    /// How deep the message is that is written, counted from the outermost `Any`; zero outside of one.
    depth: Cell<u32>,
}

impl<'a> Way<'a> {
    /// Of the outermost message.
    pub(super) fn of(writer: &'a JsonWriter, message: &'a dyn Reflect) -> Self {
        let pool = message.descriptor().pool();
        Self { writer, pool, unpacking: Unpacking::default(), depth: Cell::new(0) }
    }
}

impl Show for Shown<'_> {
    fn show<S: Sink>(&self, sink: S) -> Result<S::Ok, S::Error> {
        let depth = self.way.depth.get();
        if depth > 0 {
            self.way.depth.set(depth + 1);
        }
        let shown = self.whole(sink);
        self.way.depth.set(depth);
        shown
    }
}

impl Shown<'_> {
    #[inline]
    fn whole<S: Sink>(&self, sink: S) -> Result<S::Ok, S::Error> {
        let descriptor = self.message.descriptor();
        match descriptor.special() {
            None => {
                let mut object = sink.object(None)?;
                self.entries(descriptor, &mut object)?;
                object.end()
            }
            Some(form) => self.formed(form, sink),
        }
    }

    fn entries<E: Entries>(&self, descriptor: MessageDescriptor<'_>, object: &mut E) -> Result<(), E::Error> {
        let writer = self.way.writer;
        // The oneof whose field was written: no other one of it is set.
        let mut done = None;
        for field in descriptor.fields() {
            let oneof = field.oneof_place();
            if oneof.is_some() && oneof == done {
                continue;
            }
            let Some(held) = self.message.field(field.place()) else { continue };
            // Read where it was written: a copy would wait for it.
            let view = held.view(field.number());
            if is_set(&view, field) || writer.defaults && !field.has_presence() {
                let key = if writer.proto_names { Key::Text(field.name()) } else { Key::Field(field) };
                match &view {
                    View::Plain(value) | View::Optional(Some(value)) => {
                        object.entry(key, &Single { value, field, way: self.way })?;
                    }
                    view => object.entry(key, &Held { view, field, way: self.way })?,
                }
                done = oneof;
            }
        }
        if self.message.unknown().is_empty() { Ok(()) } else { self.extensions(object) }
    }

    #[inline(never)]
    fn extensions<E: Entries>(&self, object: &mut E) -> Result<(), E::Error> {
        for (field, held) in extensions(self.message, self.way.writer.pool.as_ref()) {
            let held = held.map_err(E::fault)?;
            let view = crate::reflect::Field::view(&held, field.number());
            if is_set(&view, field) {
                let name = format!("[{}]", field.full_name());
                object.entry(Key::Text(&name), &Held { view: &view, field, way: self.way })?;
            }
        }
        Ok(())
    }

    fn formed<S: Sink>(&self, form: Form, sink: S) -> Result<S::Ok, S::Error> {
        match form {
            Form::Any => self.any(sink),
            Form::Timestamp | Form::Duration => self.time(form, sink),
            Form::FieldMask => sink.text(&self.mask().map_err(S::fault)?),
            Form::Struct | Form::ListValue => self.part(sink),
            Form::Wrapper => {
                let field = self.message.descriptor().field_by_number(1);
                let (Some(field), Some(View::Plain(value))) = (field, form::view(self.message, 1)) else {
                    return Err(S::fault("a wrapper has one value"));
                };
                Single { value: &value, field, way: self.way }.show(sink)
            }
            Form::Value => match self.message.set_fields().next() {
                Some((_, View::Optional(Some(Value::F64(value))))) if !value.is_finite() => {
                    Err(S::fault("a google.protobuf.Value cannot hold this number in JSON"))
                }
                Some((_, View::Optional(Some(Value::Enum(_))))) => sink.null(),
                Some((field, view)) => Held { view: &view, field, way: self.way }.show(sink),
                None => Err(S::fault("a google.protobuf.Value holds nothing")),
            },
        }
    }

    fn time<S: Sink>(&self, form: Form, sink: S) -> Result<S::Ok, S::Error> {
        let (seconds, nanos) = form::time(self.message);
        let text = match form {
            Form::Timestamp => text::timestamp(seconds, nanos),
            _ => text::duration(seconds, nanos),
        };
        let name = self.message.descriptor().full_name();
        sink.text(&text.ok_or_else(|| S::fault(format_args!("this {name} is out of range")))?)
    }

    /// The list or map that is all of the message.
    fn part<S: Sink>(&self, sink: S) -> Result<S::Ok, S::Error> {
        let field = self.message.descriptor().field_by_number(1);
        match (field, form::view(self.message, 1)) {
            (Some(field), Some(view)) => Held { view: &view, field, way: self.way }.show(sink),
            _ => Err(S::fault("this type of google.protobuf is another one")),
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

    fn any<S: Sink>(&self, sink: S) -> Result<S::Ok, S::Error> {
        let (url, bytes) = packed(self.message);
        let mut object = sink.object(None)?;
        if url.is_empty() && bytes.is_empty() {
            return object.end();
        }
        let (way, depth) = (self.way, self.way.depth.get());
        let (pools, mark) = ([way.writer.pool.as_ref(), Some(way.pool)], way.unpacking.mark());
        let inner = with_type(url, pools, |found| way.unpacking.unpack(found, bytes, depth));
        let inner = inner.ok_or_else(|| S::fault(format_args!("no descriptor is known of `{url}`")))?;
        let inner = inner.map_err(S::fault)?;
        way.depth.set(depth.max(1));
        object.entry(Key::Text("@type"), &Url(url))?;
        let shown = Shown { message: &inner, way: self.way };
        match inner.descriptor().special() {
            Some(_) => object.entry(Key::Text("value"), &shown)?,
            None => shown.entries(inner.descriptor(), &mut object)?,
        }
        way.depth.set(depth);
        way.unpacking.back(mark);
        object.end()
    }
}

/// The URL of a type.
struct Url<'a>(&'a str);

impl Show for Url<'_> {
    fn show<S: Sink>(&self, sink: S) -> Result<S::Ok, S::Error> {
        sink.text(self.0)
    }
}

/// What a field holds.
struct Held<'a> {
    view: &'a View<'a>,
    field: FieldDescriptor<'a>,
    way: &'a Way<'a>,
}

impl Show for Held<'_> {
    #[inline]
    fn show<S: Sink>(&self, sink: S) -> Result<S::Ok, S::Error> {
        match self.view {
            View::Plain(value) | View::Optional(Some(value)) => {
                Single { value, field: self.field, way: self.way }.show(sink)
            }
            View::Optional(None) => sink.null(),
            View::List(list) => self.list(*list, sink),
            View::Map(map) => self.map(*map, sink),
        }
    }
}

impl Held<'_> {
    fn list<S: Sink>(&self, list: &dyn List, sink: S) -> Result<S::Ok, S::Error> {
        let mut all = sink.list(list.len())?;
        for index in 0..list.len() {
            if let Some(value) = &list.get(index) {
                all.item(&Single { value, field: self.field, way: self.way })?;
            }
        }
        all.end()
    }

    fn map<S: Sink>(&self, map: &dyn Map, sink: S) -> Result<S::Ok, S::Error> {
        let field = self.field.map_entry().map_or(self.field, |(_, value)| value);
        let mut all = sink.object(Some(map.len()))?;
        let mut result = Ok(());
        map.visit(&mut |key, value| {
            if result.is_ok() {
                result = key_of(&key)
                    .map_err(S::fault)
                    .and_then(|key| all.entry(key, &Single { value: &value, field, way: self.way }));
            }
        });
        result?;
        all.end()
    }
}

/// A key, which is a string whatever its type.
fn key_of<'a>(key: &Value<'a>) -> Result<Key<'a>, &'static str> {
    Ok(match *key {
        Value::String(key) => Key::Text(key),
        Value::Bool(key) => Key::Text(if key { "true" } else { "false" }),
        Value::I32(key) => Key::Number(Wide::Signed(key.into())),
        Value::I64(key) => Key::Number(Wide::Signed(key)),
        Value::U32(key) => Key::Number(Wide::Unsigned(key.into())),
        Value::U64(key) => Key::Number(Wide::Unsigned(key)),
        Value::Bytes(key) => Key::Text(std::str::from_utf8(key).map_err(|_| "a key is not UTF-8")?),
        _ => return Err("no key of a map is of this type"),
    })
}

/// A single value.
struct Single<'a> {
    value: &'a Value<'a>,
    field: FieldDescriptor<'a>,
    way: &'a Way<'a>,
}

impl Show for Single<'_> {
    #[inline]
    fn show<S: Sink>(&self, sink: S) -> Result<S::Ok, S::Error> {
        match *self.value {
            Value::String(value) => sink.text(value),
            Value::Message(message) => Shown { message, way: self.way }.show(sink),
            _ => self.other(sink),
        }
    }
}

impl Single<'_> {
    /// A number, an enum or bytes.
    #[inline(never)]
    fn other<S: Sink>(&self, sink: S) -> Result<S::Ok, S::Error> {
        match *self.value {
            Value::Bool(value) => sink.boolean(value),
            Value::I32(value) => sink.signed(value),
            Value::U32(value) => sink.unsigned(value),
            Value::I64(value) => sink.wide(Wide::Signed(value)),
            Value::U64(value) => sink.wide(Wide::Unsigned(value)),
            Value::F32(value) => match number::name(value.into()) {
                Some(name) => sink.text(name),
                None => sink.single(value),
            },
            Value::F64(value) => match number::name(value) {
                Some(name) => sink.text(name),
                None => sink.double(value),
            },
            Value::String(value) => sink.text(value),
            Value::Bytes(value) if matches!(self.field.kind(), FieldKind::String) => {
                sink.text(std::str::from_utf8(value).map_err(S::fault)?)
            }
            Value::Bytes(value) => sink.bytes(value),
            Value::Enum(value) => self.enumeration(value, sink),
            Value::Message(message) => Shown { message, way: self.way }.show(sink),
        }
    }

    fn enumeration<S: Sink>(&self, number: i32, sink: S) -> Result<S::Ok, S::Error> {
        let FieldKind::Enum(enumeration) = self.field.kind() else { return sink.signed(number) };
        if enumeration.is_null() {
            return sink.null();
        }
        match enumeration.value_by_number(number).filter(|_| !self.way.writer.enum_numbers) {
            Some(value) => sink.text(value.name()),
            None => sink.signed(number),
        }
    }
}
