//! Strings and bytes in other types than `String` and `Bytes`, behind the traits of `access`: what the macro's options
//! `strings` and `bytes` make of fields.

use std::sync::Arc;

use super::access::{Element, HeldBytes, HeldString, MapKey, Value, ValueMut};
use super::holder::Key;
use crate::wire::SharedStr;

impl<T: AsRef<str> + for<'b> From<&'b str>> HeldString for T {
    fn text(&self) -> &str {
        self.as_ref()
    }

    fn set(&mut self, text: &str) {
        *self = text.into();
    }
}

impl<T: AsRef<[u8]> + for<'b> From<&'b [u8]>> HeldBytes for T {
    fn bytes(&self) -> &[u8] {
        self.as_ref()
    }

    fn set(&mut self, bytes: &[u8]) {
        *self = bytes.into();
    }
}

/// Declares the types: each with its two variants and what it lends, and the key of a map that it can be.
macro_rules! held {
    ($($held:ty, $variant:ident, $held_variant:ident, $key:ident => $made:expr;)*) => {$(
        impl Element for $held {
            fn value(&self) -> Value<'_> {
                Value::$variant(self.as_ref())
            }

            fn value_mut(&mut self) -> ValueMut<'_> {
                ValueMut::$held_variant(self)
            }

            fn make(_: u32) -> Self {
                Self::default()
            }
        }

        impl Key for $held {
            fn shown(&self) -> Value<'_> {
                self.value()
            }

            fn from_key($key: MapKey) -> Option<Self> {
                $made
            }
        }
    )*};
}

held!(
    Box<str>, String, HeldString, key => text_key(key);
    Arc<str>, String, HeldString, key => text_key(key);
    SharedStr, String, HeldString, key => text_key(key);
    Vec<u8>, Bytes, HeldBytes, key => bytes_key(key);
    Box<[u8]>, Bytes, HeldBytes, key => bytes_key(key);
);

fn text_key<T: From<String>>(key: MapKey) -> Option<T> {
    match key {
        MapKey::String(key) => Some(key.into()),
        _ => None,
    }
}

/// Of strings that are held as bytes.
fn bytes_key<T: From<Vec<u8>>>(key: MapKey) -> Option<T> {
    match key {
        MapKey::Bytes(key) => Some(Vec::from(key).into()),
        MapKey::String(key) => Some(key.into_bytes().into()),
        _ => None,
    }
}
