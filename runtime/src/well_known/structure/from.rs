//! Values of Rust as those of `google.protobuf`. Used by users, and by `value!` of the crate's root.

use std::collections::{BTreeMap, HashMap};

use crate::well_known::generated::google::protobuf::value::Kind;
use crate::well_known::generated::google::protobuf::{ListValue, NullValue, Struct, Value};

impl Value {
    /// Null.
    pub const NULL: Self = Self::of(Kind::NullValue(NullValue::NullValue));

    const fn of(kind: Kind) -> Self {
        Self { kind: Some(kind), unknown_fields: crate::wire::UnknownFields::new() }
    }
}

/// Declares from which types a value is made without a loss.
macro_rules! values_from {
    ($($from:ty, $value:ident => $kind:expr;)*) => {$(
        impl From<$from> for Value {
            fn from($value: $from) -> Self {
                Self::of($kind)
            }
        }
    )*};
}

values_from! {
    bool, value => Kind::BoolValue(value);
    f64, value => Kind::NumberValue(value);
    f32, value => Kind::NumberValue(value.into());
    i32, value => Kind::NumberValue(value.into());
    i16, value => Kind::NumberValue(value.into());
    i8, value => Kind::NumberValue(value.into());
    u32, value => Kind::NumberValue(value.into());
    u16, value => Kind::NumberValue(value.into());
    u8, value => Kind::NumberValue(value.into());
    String, value => Kind::StringValue(value);
    &String, value => Kind::StringValue(value.clone());
    &str, value => Kind::StringValue(value.to_owned());
    Struct, value => Kind::StructValue(value);
    ListValue, value => Kind::ListValue(value);
}

/// Null.
impl From<()> for Value {
    fn from((): ()) -> Self {
        Self::NULL
    }
}

/// Null for `None`.
impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::NULL, Into::into)
    }
}

/// Declares the collections that are lists.
macro_rules! lists_from {
    ($([$($bounds:tt)*] $from:ty;)*) => {$(
        impl<$($bounds)*> From<$from> for ListValue {
            fn from(values: $from) -> Self {
                values.into_iter().collect()
            }
        }

        impl<$($bounds)*> From<$from> for Value {
            fn from(values: $from) -> Self {
                ListValue::from(values).into()
            }
        }
    )*};
}

lists_from! {
    [T: Into<Value>] Vec<T>;
    [T: Into<Value>, const N: usize] [T; N];
}

/// Declares the maps that are structs.
macro_rules! structs_from {
    ($($from:ident)*) => {$(
        impl<K: Into<String>, V: Into<Value>> From<$from<K, V>> for Struct {
            fn from(fields: $from<K, V>) -> Self {
                fields.into_iter().collect()
            }
        }

        impl<K: Into<String>, V: Into<Value>> From<$from<K, V>> for Value {
            fn from(fields: $from<K, V>) -> Self {
                Struct::from(fields).into()
            }
        }
    )*};
}

structs_from!(BTreeMap HashMap);

impl<V: Into<Value>> FromIterator<V> for ListValue {
    fn from_iter<I: IntoIterator<Item = V>>(values: I) -> Self {
        Self { values: values.into_iter().map(Into::into).collect(), ..Self::default() }
    }
}

/// A list.
impl<V: Into<Self>> FromIterator<V> for Value {
    fn from_iter<I: IntoIterator<Item = V>>(values: I) -> Self {
        ListValue::from_iter(values).into()
    }
}

impl<K: Into<String>, V: Into<Value>> FromIterator<(K, V)> for Struct {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(fields: I) -> Self {
        let fields = fields.into_iter().map(|(key, value)| (key.into(), value.into()));
        Self { fields: fields.collect(), ..Self::default() }
    }
}

impl<K: Into<String>, V: Into<Value>> Extend<(K, V)> for Struct {
    fn extend<I: IntoIterator<Item = (K, V)>>(&mut self, fields: I) {
        self.fields.extend(fields.into_iter().map(|(key, value)| (key.into(), value.into())));
    }
}

impl<V: Into<Value>> Extend<V> for ListValue {
    fn extend<I: IntoIterator<Item = V>>(&mut self, values: I) {
        self.values.extend(values.into_iter().map(Into::into));
    }
}
