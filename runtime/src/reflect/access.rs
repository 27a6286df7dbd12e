//! Access to the fields of a message of any type: the traits that generated code implements, and what values look like
//! through them. Every format that is written once for all messages goes by these.

use std::fmt;

use bytes::Bytes;

use super::descriptor::MessageDescriptor;
use crate::wire::UnknownFields;

/// A message whose fields can be found by name and number while the program runs: every generated message, and
/// [`DynamicMessage`](crate::DynamicMessage). What can be done with one are methods of `dyn Reflect`, which
/// [`Reflect::reflect`] and [`Reflect::reflect_mut`] give.
///
/// ```
/// # mod schema { protocall::include_proto!(inline = r#"
/// #     syntax = "proto3"; message Order { string id = 1; repeated int32 points = 2; Order parent = 3; }
/// # "#); }
/// # use schema::Order;
/// use protocall::reflect::{Value, ValueMut};
/// use protocall::{OwnedValue, Reflect};
///
/// let mut order = Order { points: vec![4, 5], ..Default::default() };
/// let message = order.reflect_mut();
/// message.set("id", OwnedValue::from("7"))?;
/// if let ValueMut::Message(parent) = message.make("parent")? {
///     parent.set("id", OwnedValue::from("6"))?;
/// }
/// for (field, value) in message.set_fields() {
///     println!("{} = {value:?}", field.name());
/// }
/// assert!(matches!(message.get("id")?, Some(Value::String("7"))));
/// assert_eq!(order.parent().id, "6");
/// # Ok::<(), protocall::reflect::ReflectError>(())
/// ```
pub trait Reflect: Send + Sync + 'static {
    /// What the schema says of the message.
    fn descriptor(&self) -> MessageDescriptor<'_>;

    /// The field at that place of the declaration.
    #[doc(hidden)]
    fn field(&self, index: usize) -> Option<&dyn Field>;

    /// The field at that place of the declaration.
    #[doc(hidden)]
    fn field_mut(&mut self, index: usize) -> Option<&mut dyn Field>;

    /// Fields that the schema does not name, and extensions.
    #[doc(hidden)]
    fn unknown(&self) -> &UnknownFields {
        const NONE: &UnknownFields = &UnknownFields::new();
        NONE
    }

    /// The same, to be changed; `None` if the message keeps none.
    #[doc(hidden)]
    fn unknown_mut(&mut self) -> Option<&mut UnknownFields> {
        None
    }

    /// What it takes in memory besides the place that it lies in, as long as it is empty; for limits.
    #[doc(hidden)]
    fn apart(&self) -> usize {
        0
    }

    /// The message as one of any type.
    fn reflect(&self) -> &dyn Reflect
    where
        Self: Sized,
    {
        self
    }

    /// The message as one of any type.
    fn reflect_mut(&mut self) -> &mut dyn Reflect
    where
        Self: Sized,
    {
        self
    }
}

/// A single value: of a field, of a list, or of a map.
#[derive(Clone, Copy)]
pub enum Value<'a> {
    /// `bool`.
    Bool(bool),
    /// `int32`, `sint32` and `sfixed32`.
    I32(i32),
    /// `int64`, `sint64` and `sfixed64`.
    I64(i64),
    /// `uint32` and `fixed32`.
    U32(u32),
    /// `uint64` and `fixed64`.
    U64(u64),
    /// `float`.
    F32(f32),
    /// `double`.
    F64(f64),
    /// `string`.
    String(&'a str),
    /// `bytes`.
    Bytes(&'a [u8]),
    /// The number of an enum's value.
    Enum(i32),
    /// A message.
    Message(&'a dyn Reflect),
}

/// A single value, to be changed in its place.
pub enum ValueMut<'a> {
    /// `bool`.
    Bool(&'a mut bool),
    /// `int32`, `sint32` and `sfixed32`.
    I32(&'a mut i32),
    /// `int64`, `sint64` and `sfixed64`.
    I64(&'a mut i64),
    /// `uint32` and `fixed32`.
    U32(&'a mut u32),
    /// `uint64` and `fixed64`.
    U64(&'a mut u64),
    /// `float`.
    F32(&'a mut f32),
    /// `double`.
    F64(&'a mut f64),
    /// `string`.
    String(&'a mut String),
    /// `bytes`.
    Bytes(&'a mut Bytes),
    /// `string` in another type, as the option `strings` of the macro has it.
    HeldString(&'a mut dyn HeldString),
    /// `bytes` in another type, as the option `bytes` of the macro has it.
    HeldBytes(&'a mut dyn HeldBytes),
    /// An enum.
    Enum(&'a mut dyn EnumMut),
    /// A message.
    Message(&'a mut dyn Reflect),
}

/// An enum's value, to be changed in its place.
pub trait EnumMut {
    /// Takes the value of `number`; whether the enum has one.
    fn take(&mut self, number: i32) -> bool;

    /// The number of the value.
    fn number(&self) -> i32;
}

/// A string in another type than `String`, to be changed in its place.
pub trait HeldString {
    /// The text.
    fn text(&self) -> &str;

    /// Puts other text in its place.
    fn set(&mut self, text: &str);
}

/// Bytes in another type than [`Bytes`], to be changed in their place.
pub trait HeldBytes {
    /// The bytes.
    fn bytes(&self) -> &[u8];

    /// Puts other bytes in their place.
    fn set(&mut self, bytes: &[u8]);
}

/// What a field holds.
pub enum View<'a> {
    /// A value that is always there: its type's zero counts as not set, unless the field is required.
    Plain(Value<'a>),
    /// A value that may be missing.
    Optional(Option<Value<'a>>),
    /// A list.
    List(&'a dyn List),
    /// A map.
    Map(&'a dyn Map),
}

/// What a field holds, to be changed.
pub enum ViewMut<'a> {
    /// A single value, which was set if it was not.
    Single(ValueMut<'a>),
    /// A list.
    List(&'a mut dyn List),
    /// A map.
    Map(&'a mut dyn Map),
}

/// A member of a generated struct. The number matters where it holds a oneof.
#[doc(hidden)]
pub trait Field {
    /// What it holds.
    fn view(&self, number: u32) -> View<'_>;

    /// What it holds, to be changed: a single value is set to its type's zero where it is not set.
    fn make(&mut self, number: u32) -> ViewMut<'_>;

    /// Takes out what it holds.
    fn clear(&mut self, number: u32);

    /// Whether it is known to hold nothing, whatever the number.
    fn is_vacant(&self) -> bool {
        false
    }
}

/// A list of a message.
pub trait List {
    /// How many values it has.
    fn len(&self) -> usize;

    /// Whether it has none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The value at `index`.
    fn get(&self, index: usize) -> Option<Value<'_>>;

    /// The value at `index`, to be changed.
    fn get_mut(&mut self, index: usize) -> Option<ValueMut<'_>>;

    /// Adds the type's zero and gives it to be changed.
    fn push(&mut self) -> ValueMut<'_>;

    /// Keeps the first values only.
    fn truncate(&mut self, len: usize);

    /// What a value takes in memory, for limits.
    #[doc(hidden)]
    fn element_size(&self) -> usize {
        ELEMENT
    }
}

/// The key of a map.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MapKey {
    /// `bool`.
    Bool(bool),
    /// `int32`, `sint32` and `sfixed32`.
    I32(i32),
    /// `int64`, `sint64` and `sfixed64`.
    I64(i64),
    /// `uint32` and `fixed32`.
    U32(u32),
    /// `uint64` and `fixed64`.
    U64(u64),
    /// `string`.
    String(String),
    /// A `string` that is held as bytes.
    #[doc(hidden)]
    Bytes(Bytes),
}

/// Who is shown the entries of a map.
pub type Visit<'a> = &'a mut dyn FnMut(Value<'_>, Value<'_>);

/// A map of a message.
pub trait Map {
    /// How many entries it has.
    fn len(&self) -> usize;

    /// Whether it has none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Shows all entries, in the order of the map, which may be any.
    fn visit(&self, visit: Visit<'_>);

    /// The value of `key`; a key of another type has none.
    fn get(&self, key: &MapKey) -> Option<Value<'_>>;

    /// The value of `key`, which is the type's zero if it is new; `None` for a key of another type.
    fn entry(&mut self, key: MapKey) -> Option<ValueMut<'_>>;

    /// As `entry`, and whether the key is new.
    #[doc(hidden)]
    fn entry_or_new(&mut self, key: MapKey) -> Option<(ValueMut<'_>, bool)> {
        let new = self.get(&key).is_none();
        Some((self.entry(key)?, new))
    }

    /// Takes the entry out; whether there was one.
    fn remove(&mut self, key: &MapKey) -> bool;

    /// Takes all entries out.
    fn clear(&mut self);

    /// What an entry takes in memory, for limits.
    #[doc(hidden)]
    fn entry_size(&self) -> usize {
        2 * ELEMENT
    }
}

/// What a value takes in memory, where nothing else is known.
const ELEMENT: usize = 64;

/// A Rust type that holds a single value, or a oneof's enum.
#[doc(hidden)]
pub trait Element: Send + Sync + 'static {
    /// The value.
    fn value(&self) -> Value<'_>;

    /// The value, to be changed.
    fn value_mut(&mut self) -> ValueMut<'_>;

    /// The type's zero; of a oneof, the member of that number with its type's zero.
    fn make(number: u32) -> Self
    where
        Self: Sized;

    /// Whether this is the field of that number.
    fn is_member(&self, _: u32) -> bool {
        true
    }
}

impl fmt::Debug for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool(value) => value.fmt(f),
            Self::I32(value) | Self::Enum(value) => value.fmt(f),
            Self::I64(value) => value.fmt(f),
            Self::U32(value) => value.fmt(f),
            Self::U64(value) => value.fmt(f),
            Self::F32(value) => value.fmt(f),
            Self::F64(value) => value.fmt(f),
            Self::String(value) => value.fmt(f),
            Self::Bytes(value) => write!(f, "b\"{}\"", value.escape_ascii()),
            Self::Message(value) => f.write_str(value.descriptor().full_name()),
        }
    }
}

impl Value<'_> {
    /// Whether it is its type's zero. A message never is.
    pub fn is_zero(&self) -> bool {
        match self {
            Self::Bool(value) => !value,
            Self::I32(value) | Self::Enum(value) => *value == 0,
            Self::I64(value) => *value == 0,
            Self::U32(value) => *value == 0,
            Self::U64(value) => *value == 0,
            // By bits: -0.0 is not the zero that is left out.
            Self::F32(value) => value.to_bits() == 0,
            Self::F64(value) => value.to_bits() == 0,
            Self::String(value) => value.is_empty(),
            Self::Bytes(value) => value.is_empty(),
            Self::Message(_) => false,
        }
    }
}

impl fmt::Debug for ValueMut<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Bool(_) => "bool",
            Self::I32(_) => "int32",
            Self::I64(_) => "int64",
            Self::U32(_) => "uint32",
            Self::U64(_) => "uint64",
            Self::F32(_) => "float",
            Self::F64(_) => "double",
            Self::String(_) | Self::HeldString(_) => "string",
            Self::Bytes(_) | Self::HeldBytes(_) => "bytes",
            Self::Enum(_) => "enum",
            Self::Message(message) => message.descriptor().full_name(),
        })
    }
}

impl fmt::Debug for View<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Plain(value) => value.fmt(f),
            Self::Optional(value) => value.fmt(f),
            Self::List(list) => {
                f.debug_list().entries((0..list.len()).filter_map(|at| list.get(at))).finish()
            }
            Self::Map(map) => {
                let mut shown = f.debug_map();
                map.visit(&mut |key, value| {
                    shown.entry(&key, &value);
                });
                shown.finish()
            }
        }
    }
}

impl MapKey {
    /// The key as a value.
    pub fn value(&self) -> Value<'_> {
        match self {
            Self::Bool(key) => Value::Bool(*key),
            Self::I32(key) => Value::I32(*key),
            Self::I64(key) => Value::I64(*key),
            Self::U32(key) => Value::U32(*key),
            Self::U64(key) => Value::U64(*key),
            Self::String(key) => Value::String(key),
            Self::Bytes(key) => Value::Bytes(key),
        }
    }

    /// The key that a place holds.
    pub(crate) fn taken(place: ValueMut<'_>) -> Option<Self> {
        Self::of(place.shown())
    }

    /// The key of a value that can be one.
    pub fn of(value: Value<'_>) -> Option<Self> {
        Some(match value {
            Value::Bool(key) => Self::Bool(key),
            Value::I32(key) => Self::I32(key),
            Value::I64(key) => Self::I64(key),
            Value::U32(key) => Self::U32(key),
            Value::U64(key) => Self::U64(key),
            Value::String(key) => Self::String(key.to_owned()),
            Value::Bytes(key) => Self::Bytes(Bytes::copy_from_slice(key)),
            Value::F32(_) | Value::F64(_) | Value::Enum(_) | Value::Message(_) => return None,
        })
    }
}

impl dyn Map + '_ {
    /// All keys, in their order.
    pub fn keys(&self) -> Vec<MapKey> {
        let mut keys = Vec::with_capacity(self.len());
        self.visit(&mut |key, _| keys.extend(MapKey::of(key)));
        keys.sort_unstable();
        keys
    }
}

impl ValueMut<'_> {
    /// What it takes in memory besides its place.
    #[cfg(any(feature = "json", feature = "text"))]
    pub(crate) fn apart(&self) -> usize {
        match self {
            Self::Message(message) => message.apart(),
            _ => 0,
        }
    }

    /// The value that the place holds.
    pub(crate) fn shown(&self) -> Value<'_> {
        match self {
            Self::Bool(value) => Value::Bool(**value),
            Self::I32(value) => Value::I32(**value),
            Self::I64(value) => Value::I64(**value),
            Self::U32(value) => Value::U32(**value),
            Self::U64(value) => Value::U64(**value),
            Self::F32(value) => Value::F32(**value),
            Self::F64(value) => Value::F64(**value),
            Self::String(value) => Value::String(value),
            Self::Bytes(value) => Value::Bytes(value),
            Self::HeldString(held) => Value::String(held.text()),
            Self::HeldBytes(held) => Value::Bytes(held.bytes()),
            Self::Enum(value) => Value::Enum(value.number()),
            Self::Message(value) => Value::Message(&**value),
        }
    }
}
