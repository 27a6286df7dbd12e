//! The shapes of extensions: how a singular or repeated one is read out of the fields of a message and written there.
//! Named by generated code in the keys; called by `extension` and `message_set`.

use std::marker::PhantomData;

use super::{Enum, Enumeration};
use crate::wire::field::{optional, packed, repeated};
use crate::wire::{DecodeError, Input, Kind, Merge, Output, Packable, wire_type};

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
