//! Extensions: fields that other files add to a message. Declared by generated code as typed keys, read and written
//! by users.
//!
//! An extension lies in the message's unknown fields, as it came, until it is asked for: a program pays for those only
//! that it names, and one that names none passes all of them on.

use std::fmt;
use std::marker::PhantomData;

use super::shape::ExtensionShape;
use super::{Message, message_set};
use crate::wire::{DecodeError, Input, Session, UnknownFields};

/// The key of an extension of the message `M`, made by [`include_proto!`](crate::include_proto). `S` is what it holds:
/// an `Option` for a singular field, a `Vec` for a repeated one.
pub struct Extension<M, S> {
    number: u32,
    name: &'static str,
    shape: PhantomData<fn(M) -> S>,
}

impl<M, S> Extension<M, S> {
    /// The key of the field `number`, whose full name is `name`.
    #[doc(hidden)]
    pub const fn new(number: u32, name: &'static str) -> Self {
        Self { number, name, shape: PhantomData }
    }

    /// The number of the field.
    pub const fn number(&self) -> u32 {
        self.number
    }

    /// The full name of the extension: `shop.v1.weight`.
    pub const fn name(&self) -> &'static str {
        self.name
    }
}

impl<M, S> fmt::Debug for Extension<M, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Extension({} = {})", self.name, self.number)
    }
}

/// A message that may have extensions: its schema sets numbers aside for them.
pub trait Extendable: Message {
    /// Whether the extensions stand in the wire format of message sets.
    #[doc(hidden)]
    const MESSAGE_SET: bool = false;

    /// Where the extensions lie.
    #[doc(hidden)]
    fn extension_fields(&self) -> &UnknownFields;

    /// Where the extensions lie.
    #[doc(hidden)]
    fn extension_fields_mut(&mut self) -> &mut UnknownFields;

    /// What the extension holds: decoded anew by each call.
    ///
    /// # Errors
    /// When the bytes of the field are not what its type needs.
    fn extension<S: ExtensionShape>(&self, key: &Extension<Self, S>) -> Result<S::Value, DecodeError> {
        if Self::MESSAGE_SET {
            return message_set::get::<S>(key.number, self.extension_fields());
        }
        let fields = self.extension_fields().as_bytes();
        let session = Session::new(fields.len(), None);
        let mut input = Input::new(fields, &session);
        let mut value = S::Value::default();
        while let Some(tag) = input.tag()? {
            if tag >> 3 != key.number || !S::merge(tag, &mut value, &mut input)? {
                input.skip(tag)?;
            }
        }
        Ok(value)
    }

    /// Whether the extension is there, whatever it holds.
    fn has_extension<S: ExtensionShape>(&self, key: &Extension<Self, S>) -> bool {
        if Self::MESSAGE_SET {
            return message_set::has(key.number, self.extension_fields());
        }
        self.extension_fields().iter().any(|field| field.number == key.number)
    }

    /// Sets the extension; an empty value clears it. What is set stands in the order of the numbers, in whatever order it
    /// is set.
    fn set_extension<S: ExtensionShape>(&mut self, key: &Extension<Self, S>, value: &S::Value) {
        let fields = self.extension_fields_mut();
        if Self::MESSAGE_SET {
            return message_set::set::<S>(key.number, value, fields);
        }
        fields.remove(key.number);
        fields.insert(|field| field.number > key.number, &mut |out| S::put(key.number, value, out));
    }

    /// Removes the extension; whether it was there.
    fn clear_extension<S: ExtensionShape>(&mut self, key: &Extension<Self, S>) -> bool {
        if Self::MESSAGE_SET {
            return message_set::remove(key.number, self.extension_fields_mut());
        }
        self.extension_fields_mut().remove(key.number)
    }
}
