//! Extensions: fields that other files add to a message. Declared by generated code as typed keys, read and written
//! by users.
//!
//! An extension lies in the message's unknown fields, as it came, until it is asked for: a program pays for those only
//! that it names, and one that names none passes all of them on.

use std::fmt;
use std::marker::PhantomData;

use super::{Enum, Enumeration, Message};
use crate::wire::field::{optional, packed, repeated};
use crate::wire::{DecodeError, Input, Kind, Merge, Output, Packable, Session, UnknownFields, wire_type};

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

/// How an extension is read and written: a shape with its kind.
#[doc(hidden)]
pub trait ExtensionShape {
    /// What the extension holds.
    type Value: Default;

    fn put(number: u32, value: &Self::Value, out: &mut Output<'_>);

    /// Reads the field behind `tag`; whether its wire type was one that the shape takes.
    fn merge(tag: u32, value: &mut Self::Value, input: &mut Input<'_, '_>) -> Result<bool, DecodeError>;
}

/// A singular extension.
#[derive(Debug)]
pub struct OptionalExtension<K>(PhantomData<K>);

impl<K: Kind + for<'a> Merge<'a>> ExtensionShape for OptionalExtension<K> {
    type Value = Option<K::Value>;

    fn put(number: u32, value: &Self::Value, out: &mut Output<'_>) {
        optional::put::<K>(number, value, out);
    }

    fn merge(tag: u32, value: &mut Self::Value, input: &mut Input<'_, '_>) -> Result<bool, DecodeError> {
        let taken = tag & 7 == K::WIRE;
        if taken {
            optional::merge::<K>(tag >> 3, value, input)?;
        }
        Ok(taken)
    }
}

/// A repeated extension of messages, text or bytes.
#[derive(Debug)]
pub struct RepeatedExtension<K>(PhantomData<K>);

impl<K: Kind + for<'a> Merge<'a>> ExtensionShape for RepeatedExtension<K> {
    type Value = Vec<K::Value>;

    fn put(number: u32, value: &Self::Value, out: &mut Output<'_>) {
        repeated::put::<K>(number, value, out);
    }

    fn merge(tag: u32, value: &mut Self::Value, input: &mut Input<'_, '_>) -> Result<bool, DecodeError> {
        let taken = tag & 7 == K::WIRE;
        if taken {
            repeated::merge::<K>(tag >> 3, value, input)?;
        }
        Ok(taken)
    }
}

/// A repeated extension of numbers, written packed or not as `PACKED` says, and read either way.
#[derive(Debug)]
pub struct NumbersExtension<K, const PACKED: bool>(PhantomData<K>);

impl<K: Packable + for<'a> Merge<'a>, const PACKED: bool> ExtensionShape for NumbersExtension<K, PACKED> {
    type Value = Vec<K::Value>;

    fn put(number: u32, value: &Self::Value, out: &mut Output<'_>) {
        if PACKED { packed::put::<K>(number, value, out) } else { repeated::put::<K>(number, value, out) }
    }

    fn merge(tag: u32, value: &mut Self::Value, input: &mut Input<'_, '_>) -> Result<bool, DecodeError> {
        match tag & 7 {
            wire_type::LENGTH => packed::merge::<K>(tag >> 3, value, input)?,
            wire if wire == K::WIRE => repeated::merge::<K>(tag >> 3, value, input)?,
            _ => return Ok(false),
        }
        Ok(true)
    }
}

/// A singular extension of a closed enum: a number that the enum does not name is as good as none.
#[derive(Debug)]
pub struct ClosedExtension<E>(PhantomData<E>);

impl<E: Enumeration> ExtensionShape for ClosedExtension<E> {
    type Value = Option<E>;

    fn put(number: u32, value: &Self::Value, out: &mut Output<'_>) {
        optional::put::<Enum<E>>(number, value, out);
    }

    fn merge(tag: u32, value: &mut Self::Value, input: &mut Input<'_, '_>) -> Result<bool, DecodeError> {
        let taken = tag & 7 == wire_type::VARINT;
        if taken {
            *value = E::from_number(input.varint()? as i32).or(*value);
        }
        Ok(taken)
    }
}

/// A repeated extension of a closed enum: numbers that the enum does not name are passed over.
#[derive(Debug)]
pub struct ClosedListExtension<E, const PACKED: bool>(PhantomData<E>);

impl<E: Enumeration, const PACKED: bool> ExtensionShape for ClosedListExtension<E, PACKED> {
    type Value = Vec<E>;

    fn put(number: u32, value: &Self::Value, out: &mut Output<'_>) {
        NumbersExtension::<Enum<E>, PACKED>::put(number, value, out);
    }

    fn merge(tag: u32, value: &mut Self::Value, input: &mut Input<'_, '_>) -> Result<bool, DecodeError> {
        match tag & 7 {
            wire_type::LENGTH => {
                let known = |wire: &u64| E::from_number(*wire as i32);
                input.packed()?.varints(|batch| value.extend(batch.iter().filter_map(known)))?;
            }
            wire_type::VARINT => value.extend(E::from_number(input.varint()? as i32)),
            _ => return Ok(false),
        }
        Ok(true)
    }
}

/// A message that may have extensions: its schema sets numbers aside for them.
pub trait Extendable: Message {
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
        self.extension_fields().iter().any(|field| field.number == key.number)
    }

    /// Sets the extension; an empty value clears it.
    fn set_extension<S: ExtensionShape>(&mut self, key: &Extension<Self, S>, value: &S::Value) {
        let fields = self.extension_fields_mut();
        fields.remove(key.number);
        fields.extend(&mut |out| S::put(key.number, value, out));
    }

    /// Removes the extension; whether it was there.
    fn clear_extension<S: ExtensionShape>(&mut self, key: &Extension<Self, S>) -> bool {
        self.extension_fields_mut().remove(key.number)
    }
}
