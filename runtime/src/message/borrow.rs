//! From messages to their views and back, kind by kind and shape by shape. Called by generated code, one line per field
//! and direction.

use std::marker::PhantomData;

use bytes::Bytes;

use super::{Enum, Enumeration, GroupView, MessageView, NestedView};
use crate::wire::field::MapView;
use crate::wire::kind::{
    Bool, Double, Fixed32, Fixed64, Float, Int32, Int64, Raw, RawView, Sfixed32, Sfixed64, Sint32, Sint64,
    Str, StrView, Uint32, Uint64,
};
use crate::wire::{Kind, Output, UnknownFields, UnknownFieldsView};

/// A kind of a view's field, and how its values are those of the message.
pub trait Borrow<'a>: Kind {
    /// What the message holds.
    type Owned;

    /// The view of what the message holds.
    fn of(owned: &'a Self::Owned) -> Self::Value;

    /// What the message holds, made from the view.
    fn own(value: &Self::Value) -> Self::Owned;
}

/// Numbers and enums are the same in both.
macro_rules! same {
    ($($kind:ident $(<$parameter:ident: $bound:ident>)?),*) => {$(
        impl<'a, $($parameter: $bound)?> Borrow<'a> for $kind $(<$parameter>)? {
            type Owned = Self::Value;

            #[cfg_attr(not(debug_assertions), inline(always))]
            fn of(owned: &Self::Value) -> Self::Value {
                *owned
            }

            #[cfg_attr(not(debug_assertions), inline(always))]
            fn own(value: &Self::Value) -> Self::Value {
                *value
            }
        }
    )*};
}

same!(
    Bool, Double, Fixed32, Fixed64, Float, Int32, Int64, Sfixed32, Sfixed64, Sint32, Sint64, Uint32, Uint64
);
same!(Enum<E: Enumeration>);

impl<'a> Borrow<'a> for StrView<'a> {
    type Owned = <Str as Kind>::Value;

    fn of(owned: &'a String) -> &'a str {
        owned
    }

    fn own(value: &&'a str) -> String {
        (*value).to_owned()
    }
}

impl<'a> Borrow<'a> for RawView<'a> {
    type Owned = <Raw as Kind>::Value;

    fn of(owned: &'a Bytes) -> &'a [u8] {
        owned
    }

    fn own(value: &&'a [u8]) -> Bytes {
        Bytes::copy_from_slice(value)
    }
}

impl<'a, V: MessageView<'a>> Borrow<'a> for NestedView<'a, V> {
    type Owned = V::Message;

    fn of(owned: &'a V::Message) -> V {
        V::of(owned)
    }

    fn own(value: &V) -> V::Message {
        value.to_message()
    }
}

impl<'a, V: MessageView<'a>> Borrow<'a> for GroupView<'a, V> {
    type Owned = V::Message;

    fn of(owned: &'a V::Message) -> V {
        V::of(owned)
    }

    fn own(value: &V) -> V::Message {
        value.to_message()
    }
}

/// `string` of a view, where the message holds it in another type.
#[derive(Debug)]
pub struct StrViewOf<'a, T>(PhantomData<&'a T>);

/// `bytes` of a view, where the message holds them in another type.
#[derive(Debug)]
pub struct RawViewOf<'a, T>(PhantomData<&'a T>);

/// The view of a type that lends a slice, as the kind of which its values are; and what the type is made of.
macro_rules! lent {
    ($kind:ident, $slice:ty, $view:ident) => {
        impl<'a, T> Kind for $kind<'a, T> {
            type Value = &'a $slice;

            const WIRE: u32 = $view::WIRE;

            fn is_default(value: &&'a $slice) -> bool {
                $view::is_default(value)
            }

            fn put(number: u32, value: &&'a $slice, out: &mut Output<'_>) {
                $view::put(number, value, out);
            }
        }

        impl<'a, T: AsRef<$slice> + for<'b> From<&'b $slice>> Borrow<'a> for $kind<'a, T> {
            type Owned = T;

            fn of(owned: &'a T) -> &'a $slice {
                owned.as_ref()
            }

            fn own(value: &&'a $slice) -> T {
                (*value).into()
            }
        }
    };
}

lent!(StrViewOf, str, StrView);
lent!(RawViewOf, [u8], RawView);

/// A plain value: implicit presence and `required`.
pub mod plain {
    use super::Borrow;

    /// The view.
    pub fn of<'a, K: Borrow<'a>>(owned: &'a K::Owned) -> K::Value {
        K::of(owned)
    }

    /// The message's value.
    pub fn own<'a, K: Borrow<'a>>(value: &K::Value) -> K::Owned {
        K::own(value)
    }
}

/// Explicit presence.
pub mod optional {
    use super::Borrow;

    /// The view.
    pub fn of<'a, K: Borrow<'a>>(owned: &'a Option<K::Owned>) -> Option<K::Value> {
        owned.as_ref().map(K::of)
    }

    /// The message's value.
    pub fn own<'a, K: Borrow<'a>>(value: &Option<K::Value>) -> Option<K::Owned> {
        value.as_ref().map(K::own)
    }
}

/// Lists.
pub mod list {
    use super::Borrow;

    /// The view.
    pub fn of<'a, K: Borrow<'a>>(owned: &'a [K::Owned]) -> Vec<K::Value> {
        owned.iter().map(K::of).collect()
    }

    /// The message's value.
    pub fn own<'a, K: Borrow<'a>>(values: &[K::Value]) -> Vec<K::Owned> {
        values.iter().map(K::own).collect()
    }
}

/// Maps.
pub mod map {
    use super::{Borrow, MapView};

    /// The view.
    pub fn of<'a, K: Borrow<'a>, V: Borrow<'a>>(
        owned: impl IntoIterator<Item = (&'a K::Owned, &'a V::Owned)>,
    ) -> MapView<K::Value, V::Value>
    where
        K::Owned: 'a,
        V::Owned: 'a,
    {
        owned.into_iter().map(|(key, value)| (K::of(key), V::of(value))).collect()
    }

    /// The message's value. Of two entries with one key the last counts.
    pub fn own<'a, K: Borrow<'a>, V: Borrow<'a>, M: FromIterator<(K::Owned, V::Owned)>>(
        map: &MapView<K::Value, V::Value>,
    ) -> M {
        map.iter().map(|(key, value)| (K::own(key), V::own(value))).collect()
    }
}

/// The enum of a oneof's view.
pub trait OneofView<'a>: Sized {
    /// That of the message.
    type Owned;

    /// The view.
    fn of(owned: &'a Self::Owned) -> Self;

    /// The message's value.
    fn own(&self) -> Self::Owned;
}

/// Oneofs.
pub mod oneof {
    use super::OneofView;

    /// The view.
    pub fn of<'a, O: OneofView<'a>>(owned: &'a Option<O::Owned>) -> Option<O> {
        owned.as_ref().map(O::of)
    }

    /// The message's value.
    pub fn own<'a, O: OneofView<'a>>(value: &Option<O>) -> Option<O::Owned> {
        value.as_ref().map(O::own)
    }
}

/// Unknown fields.
pub mod unknown {
    use super::{UnknownFields, UnknownFieldsView};

    /// The view.
    pub fn of(owned: &UnknownFields) -> UnknownFieldsView<'_> {
        owned.clone().into()
    }

    /// The message's value.
    pub fn own(fields: &UnknownFieldsView<'_>) -> UnknownFields {
        UnknownFields::clone(fields)
    }
}
