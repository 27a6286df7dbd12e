//! The Rust types that hold values, behind the traits of `access`: scalars, messages and enums, and what holds them as
//! `Option`, `Vec` and maps.

use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher, Hash};

use bytes::Bytes;

use super::access::{
    Element, EnumMut, Field, List, Map, MapKey, Reflect, Value, ValueMut, View, ViewMut, Visit,
};
use super::descriptor::MessageDescriptor;
use crate::message::Enumeration;
use crate::wire::UnknownFields;

/// Declares the types that hold scalars: the type, its variant, and how the two values are made of it.
macro_rules! scalars {
    ($($held:ty, $variant:ident, $own:ident => $value:expr;)*) => {$(
        impl Element for $held {
            fn value(&self) -> Value<'_> {
                let $own = self;
                Value::$variant($value)
            }

            fn value_mut(&mut self) -> ValueMut<'_> {
                ValueMut::$variant(self)
            }

            fn make(_: u32) -> Self {
                Self::default()
            }
        }
    )*};
}

scalars!(
    bool, Bool, held => *held;
    i32, I32, held => *held;
    i64, I64, held => *held;
    u32, U32, held => *held;
    u64, U64, held => *held;
    f32, F32, held => *held;
    f64, F64, held => *held;
    String, String, held => held;
    Bytes, Bytes, held => held;
);

impl<M: Reflect + Default> Element for M {
    fn value(&self) -> Value<'_> {
        Value::Message(self)
    }

    fn value_mut(&mut self) -> ValueMut<'_> {
        ValueMut::Message(self)
    }

    fn make(_: u32) -> Self {
        Self::default()
    }
}

impl<M: Reflect> Reflect for Box<M> {
    fn descriptor(&self) -> MessageDescriptor<'_> {
        M::descriptor(self)
    }

    fn field(&self, index: usize) -> Option<&dyn Field> {
        M::field(self, index)
    }

    fn field_mut(&mut self, index: usize) -> Option<&mut dyn Field> {
        M::field_mut(self, index)
    }

    fn unknown(&self) -> &UnknownFields {
        M::unknown(self)
    }

    fn unknown_mut(&mut self) -> Option<&mut UnknownFields> {
        M::unknown_mut(self)
    }

    fn apart(&self) -> usize {
        size_of::<M>()
    }
}

impl<E: Enumeration> EnumMut for E {
    fn take(&mut self, number: i32) -> bool {
        E::from_number(number).map(|value| *self = value).is_some()
    }

    fn number(&self) -> i32 {
        E::number(*self)
    }
}

impl<T: Element> Field for T {
    fn view(&self, _: u32) -> View<'_> {
        View::Plain(self.value())
    }

    fn make(&mut self, _: u32) -> ViewMut<'_> {
        ViewMut::Single(self.value_mut())
    }

    fn clear(&mut self, number: u32) {
        *self = T::make(number);
    }
}

impl<T: Element> Field for Option<T> {
    fn view(&self, number: u32) -> View<'_> {
        match self {
            Some(value) if value.is_member(number) => View::Optional(Some(value.value())),
            _ => View::Optional(None),
        }
    }

    fn make(&mut self, number: u32) -> ViewMut<'_> {
        if !self.as_ref().is_some_and(|value| value.is_member(number)) {
            *self = None;
        }
        ViewMut::Single(self.get_or_insert_with(|| T::make(number)).value_mut())
    }

    fn clear(&mut self, number: u32) {
        if self.as_ref().is_some_and(|value| value.is_member(number)) {
            *self = None;
        }
    }

    fn is_vacant(&self) -> bool {
        self.is_none()
    }
}

impl<T: Element> Field for Vec<T> {
    fn view(&self, _: u32) -> View<'_> {
        View::List(self)
    }

    fn make(&mut self, _: u32) -> ViewMut<'_> {
        ViewMut::List(self)
    }

    fn clear(&mut self, _: u32) {
        self.clear();
    }
}

impl<T: Element> List for Vec<T> {
    fn len(&self) -> usize {
        self.len()
    }

    fn get(&self, index: usize) -> Option<Value<'_>> {
        self.as_slice().get(index).map(T::value)
    }

    fn get_mut(&mut self, index: usize) -> Option<ValueMut<'_>> {
        self.as_mut_slice().get_mut(index).map(T::value_mut)
    }

    #[expect(clippy::indexing_slicing, reason = "the value that was just pushed")]
    fn push(&mut self) -> ValueMut<'_> {
        let at = self.len();
        self.push(T::make(0));
        self[at].value_mut()
    }

    fn truncate(&mut self, len: usize) {
        self.truncate(len);
    }

    fn element_size(&self) -> usize {
        size_of::<T>()
    }
}

/// A type of keys.
pub trait Key: Ord + Send + Sync + 'static {
    /// The key as a value.
    fn shown(&self) -> Value<'_>;

    /// From a key of any type.
    fn from_key(key: MapKey) -> Option<Self>
    where
        Self: Sized;
}

/// Declares the types of keys.
macro_rules! keys {
    ($($held:ty, $variant:ident;)*) => {$(
        impl Key for $held {
            fn shown(&self) -> Value<'_> {
                self.value()
            }

            fn from_key(key: MapKey) -> Option<Self> {
                match key {
                    MapKey::$variant(key) => Some(key),
                    _ => None,
                }
            }
        }
    )*};
}

keys!(bool, Bool; i32, I32; i64, I64; u32, U32; u64, U64; String, String;);

impl Key for Bytes {
    fn shown(&self) -> Value<'_> {
        Value::Bytes(self)
    }

    fn from_key(key: MapKey) -> Option<Self> {
        match key {
            MapKey::Bytes(key) => Some(key),
            MapKey::String(key) => Some(key.into()),
            _ => None,
        }
    }
}

/// Declares a map that a field may be held as.
macro_rules! maps {
    ($map:ident, $key:path $(, $hasher:ident)?) => {
        impl<K: Key + $key, V: Element $(, $hasher: BuildHasher + Default + Send + Sync)?> Field
            for $map<K, V $(, $hasher)?>
        {
            fn view(&self, _: u32) -> View<'_> {
                View::Map(self)
            }

            fn make(&mut self, _: u32) -> ViewMut<'_> {
                ViewMut::Map(self)
            }

            fn clear(&mut self, _: u32) {
                self.clear();
            }
        }

        impl<K: Key + $key, V: Element $(, $hasher: BuildHasher + Default + Send + Sync)?> Map
            for $map<K, V $(, $hasher)?>
        {
            fn len(&self) -> usize {
                self.len()
            }

            fn visit(&self, visit: Visit<'_>) {
                self.iter().for_each(|(key, value)| visit(key.shown(), value.value()));
            }

            fn get(&self, key: &MapKey) -> Option<Value<'_>> {
                self.get(&K::from_key(key.clone())?).map(V::value)
            }

            fn entry(&mut self, key: MapKey) -> Option<ValueMut<'_>> {
                Some(self.entry(K::from_key(key)?).or_insert_with(|| V::make(0)).value_mut())
            }

            fn entry_or_new(&mut self, key: MapKey) -> Option<(ValueMut<'_>, bool)> {
                let mut new = false;
                let make = || {
                    new = true;
                    V::make(0)
                };
                let value = self.entry(K::from_key(key)?).or_insert_with(make);
                Some((value.value_mut(), new))
            }

            fn remove(&mut self, key: &MapKey) -> bool {
                K::from_key(key.clone()).is_some_and(|key| self.remove(&key).is_some())
            }

            fn clear(&mut self) {
                self.clear();
            }

            fn entry_size(&self) -> usize {
                size_of::<(K, V)>()
            }
        }
    };
}

maps!(HashMap, Hash, S);
maps!(BTreeMap, Ord);
