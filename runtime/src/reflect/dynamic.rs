//! Messages of types that are known only while the program runs. Made by users and by the formats, for `Any` and for
//! extensions.

use std::collections::BTreeMap;
use std::fmt;

use bytes::Bytes;

use super::access::{EnumMut, Field, List, Map, MapKey, Reflect, Value, ValueMut, View, ViewMut, Visit};
use super::debug::debug;
use super::descriptor::{DescriptorPool, EnumDescriptor, FieldDescriptor, MessageDescriptor};
use super::field::FieldKind;
use crate::wire::UnknownFields;

/// A message of a type that is known by its descriptor only.
///
/// ```
/// # mod schema { protocall::include_proto!(inline = r#"
/// #     syntax = "proto3"; message Order { string id = 1; }
/// # "#); }
/// # use schema::Order;
/// use protocall::{DynamicMessage, Message, Reflect};
///
/// let order = Order::default();
/// let mut message = DynamicMessage::new(order.descriptor());
/// message.reflect_mut().set("id", "7")?;
/// assert_eq!(Order::decode(&message.encode_to_vec())?.id, "7");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct DynamicMessage {
    pool: DescriptorPool,
    index: usize,
    fields: Vec<DynamicField>,
    unknown: UnknownFields,
}

impl DynamicMessage {
    /// An empty message.
    pub fn new(descriptor: MessageDescriptor<'_>) -> Self {
        Self {
            pool: descriptor.pool().clone(),
            index: descriptor.index(),
            fields: descriptor.fields().map(DynamicField::new).collect(),
            unknown: UnknownFields::new(),
        }
    }
}

impl Reflect for DynamicMessage {
    fn descriptor(&self) -> MessageDescriptor<'_> {
        self.pool.placed(self.index)
    }

    fn field(&self, index: usize) -> Option<&dyn Field> {
        self.fields.get(index).map(|field| field as &dyn Field)
    }

    fn field_mut(&mut self, index: usize) -> Option<&mut dyn Field> {
        self.fields.get_mut(index).map(|field| field as &mut dyn Field)
    }

    fn unknown(&self) -> &UnknownFields {
        &self.unknown
    }

    fn unknown_mut(&mut self) -> Option<&mut UnknownFields> {
        Some(&mut self.unknown)
    }

    fn apart(&self) -> usize {
        self.fields.len() * size_of::<DynamicField>()
    }
}

impl fmt::Debug for DynamicMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        debug(self, f)
    }
}

impl PartialEq for DynamicMessage {
    fn eq(&self, other: &Self) -> bool {
        self.descriptor().full_name() == other.descriptor().full_name()
            && self.fields.iter().map(|field| &field.held).eq(other.fields.iter().map(|field| &field.held))
            && self.unknown == other.unknown
    }
}

/// What values of a field are.
#[derive(Clone, Debug)]
enum Kind {
    Bool,
    I32,
    I64,
    U32,
    U64,
    F32,
    F64,
    String,
    Bytes,
    Enum(EnumNumber),
    Message(DescriptorPool, usize),
}

impl Kind {
    fn of(field: FieldDescriptor<'_>) -> Self {
        match field.kind() {
            FieldKind::Bool => Self::Bool,
            FieldKind::Int32 | FieldKind::Sint32 | FieldKind::Sfixed32 => Self::I32,
            FieldKind::Int64 | FieldKind::Sint64 | FieldKind::Sfixed64 => Self::I64,
            FieldKind::Uint32 | FieldKind::Fixed32 => Self::U32,
            FieldKind::Uint64 | FieldKind::Fixed64 => Self::U64,
            FieldKind::Float => Self::F32,
            FieldKind::Double => Self::F64,
            FieldKind::String => Self::String,
            FieldKind::Bytes => Self::Bytes,
            FieldKind::Enum(enumeration) => Self::Enum(EnumNumber::first(enumeration)),
            FieldKind::Message(message) => Self::Message(message.pool().clone(), message.index()),
        }
    }

    fn zero(&self) -> Single {
        match self {
            Self::Bool => Single::Bool(false),
            Self::I32 => Single::I32(0),
            Self::I64 => Single::I64(0),
            Self::U32 => Single::U32(0),
            Self::U64 => Single::U64(0),
            Self::F32 => Single::F32(0.0),
            Self::F64 => Single::F64(0.0),
            Self::String => Single::String(String::new()),
            Self::Bytes => Single::Bytes(Bytes::new()),
            Self::Enum(first) => Single::Enum(first.clone()),
            Self::Message(pool, index) => Single::Message(DynamicMessage::new(pool.placed(*index))),
        }
    }

    fn takes(&self, key: &MapKey) -> bool {
        matches!(
            (self, key),
            (Self::Bool, MapKey::Bool(_))
                | (Self::I32, MapKey::I32(_))
                | (Self::I64, MapKey::I64(_))
                | (Self::U32, MapKey::U32(_))
                | (Self::U64, MapKey::U64(_))
                | (Self::String, MapKey::String(_))
        )
    }
}

/// One value.
#[derive(Clone, Debug, PartialEq)]
enum Single {
    Bool(bool),
    I32(i32),
    I64(i64),
    U32(u32),
    U64(u64),
    F32(f32),
    F64(f64),
    String(String),
    Bytes(Bytes),
    Enum(EnumNumber),
    Message(DynamicMessage),
}

impl Single {
    fn value(&self) -> Value<'_> {
        match self {
            Self::Bool(value) => Value::Bool(*value),
            Self::I32(value) => Value::I32(*value),
            Self::I64(value) => Value::I64(*value),
            Self::U32(value) => Value::U32(*value),
            Self::U64(value) => Value::U64(*value),
            Self::F32(value) => Value::F32(*value),
            Self::F64(value) => Value::F64(*value),
            Self::String(value) => Value::String(value),
            Self::Bytes(value) => Value::Bytes(value),
            Self::Enum(value) => Value::Enum(value.number),
            Self::Message(value) => Value::Message(value),
        }
    }

    fn value_mut(&mut self) -> ValueMut<'_> {
        match self {
            Self::Bool(value) => ValueMut::Bool(value),
            Self::I32(value) => ValueMut::I32(value),
            Self::I64(value) => ValueMut::I64(value),
            Self::U32(value) => ValueMut::U32(value),
            Self::U64(value) => ValueMut::U64(value),
            Self::F32(value) => ValueMut::F32(value),
            Self::F64(value) => ValueMut::F64(value),
            Self::String(value) => ValueMut::String(value),
            Self::Bytes(value) => ValueMut::Bytes(value),
            Self::Enum(value) => ValueMut::Enum(value),
            Self::Message(value) => ValueMut::Message(value),
        }
    }
}

/// The number of an enum's value, and the enum if it takes no others than it names.
#[derive(Clone, Debug)]
struct EnumNumber {
    number: i32,
    closed: Option<(DescriptorPool, usize)>,
}

impl EnumNumber {
    fn first(enumeration: EnumDescriptor<'_>) -> Self {
        Self {
            number: enumeration.values().next().map_or(0, |value| value.number()),
            closed: enumeration.is_closed().then(|| (enumeration.pool().clone(), enumeration.index())),
        }
    }
}

impl PartialEq for EnumNumber {
    fn eq(&self, other: &Self) -> bool {
        self.number == other.number
    }
}

impl EnumMut for EnumNumber {
    fn take(&mut self, number: i32) -> bool {
        let names = |enumeration: EnumDescriptor<'_>| enumeration.value_by_number(number).is_some();
        let taken = match &self.closed {
            Some((pool, index)) => pool.enum_at(*index).is_some_and(names),
            None => true,
        };
        if taken {
            self.number = number;
        }
        taken
    }

    fn number(&self) -> i32 {
        self.number
    }
}

/// What holds a field, of a dynamic message or an extension.
#[derive(Clone, Debug)]
pub(crate) struct DynamicField {
    held: Held,
    kind: Kind,
}

#[derive(Clone, Debug, PartialEq)]
enum Held {
    Plain(Single),
    Optional(Option<Single>),
    List(Values),
    Map(Entries),
}

impl DynamicField {
    /// Nothing yet.
    pub(crate) fn new(field: FieldDescriptor<'_>) -> Self {
        let kind = Kind::of(field);
        let held = match field.map_entry() {
            Some((key, value)) => {
                Held::Map(Entries { key: Kind::of(key), kind: Kind::of(value), entries: BTreeMap::new() })
            }
            None if field.is_list() => Held::List(Values { kind: kind.clone(), values: Vec::new() }),
            None if field.has_presence() => Held::Optional(None),
            None => Held::Plain(kind.zero()),
        };
        Self { held, kind }
    }
}

impl Field for DynamicField {
    fn view(&self, _: u32) -> View<'_> {
        match &self.held {
            Held::Plain(value) => View::Plain(value.value()),
            Held::Optional(value) => View::Optional(value.as_ref().map(Single::value)),
            Held::List(list) => View::List(list),
            Held::Map(map) => View::Map(map),
        }
    }

    fn make(&mut self, _: u32) -> ViewMut<'_> {
        match &mut self.held {
            Held::Plain(value) => ViewMut::Single(value.value_mut()),
            Held::Optional(value) => {
                ViewMut::Single(value.get_or_insert_with(|| self.kind.zero()).value_mut())
            }
            Held::List(list) => ViewMut::List(list),
            Held::Map(map) => ViewMut::Map(map),
        }
    }

    fn clear(&mut self, _: u32) {
        match &mut self.held {
            Held::Plain(value) => *value = self.kind.zero(),
            Held::Optional(value) => *value = None,
            Held::List(list) => list.values.clear(),
            Held::Map(map) => map.entries.clear(),
        }
    }
}

#[derive(Clone, Debug)]
struct Values {
    kind: Kind,
    values: Vec<Single>,
}

impl PartialEq for Values {
    fn eq(&self, other: &Self) -> bool {
        self.values == other.values
    }
}

impl List for Values {
    fn len(&self) -> usize {
        self.values.len()
    }

    fn get(&self, index: usize) -> Option<Value<'_>> {
        self.values.get(index).map(Single::value)
    }

    fn get_mut(&mut self, index: usize) -> Option<ValueMut<'_>> {
        self.values.get_mut(index).map(Single::value_mut)
    }

    #[expect(clippy::indexing_slicing, reason = "the value that was just pushed")]
    fn push(&mut self) -> ValueMut<'_> {
        let at = self.values.len();
        self.values.push(self.kind.zero());
        self.values[at].value_mut()
    }

    fn truncate(&mut self, len: usize) {
        self.values.truncate(len);
    }

    fn element_size(&self) -> usize {
        size_of::<Single>()
    }
}

#[derive(Clone, Debug)]
struct Entries {
    key: Kind,
    kind: Kind,
    entries: BTreeMap<MapKey, Single>,
}

impl PartialEq for Entries {
    fn eq(&self, other: &Self) -> bool {
        self.entries == other.entries
    }
}

impl Map for Entries {
    fn len(&self) -> usize {
        self.entries.len()
    }

    fn visit(&self, visit: Visit<'_>) {
        self.entries.iter().for_each(|(key, value)| visit(key.value(), value.value()));
    }

    fn get(&self, key: &MapKey) -> Option<Value<'_>> {
        self.entries.get(key).map(Single::value)
    }

    fn entry(&mut self, key: MapKey) -> Option<ValueMut<'_>> {
        if !self.key.takes(&key) {
            return None;
        }
        Some(self.entries.entry(key).or_insert_with(|| self.kind.zero()).value_mut())
    }

    fn remove(&mut self, key: &MapKey) -> bool {
        self.entries.remove(key).is_some()
    }

    fn clear(&mut self) {
        self.entries.clear();
    }

    fn entry_size(&self) -> usize {
        size_of::<(MapKey, Single)>()
    }
}
