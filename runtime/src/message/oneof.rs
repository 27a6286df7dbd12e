//! Oneofs: an `Option` of a generated enum with one variant per member. Called by generated code.

use crate::wire::{DecodeError, Input, Merge, Output, UnknownFields};

/// A generated oneof enum.
pub trait Oneof<'a>: Sized {
    /// Writes the member that is set.
    fn put_field(&self, out: &mut Output<'_>);

    /// Reads the member behind `tag` into `slot`: the same member merges if it is a message, any other replaces.
    fn merge_field(tag: u32, slot: &mut Option<Self>, input: &mut Input<'a, '_>) -> Result<(), DecodeError>;
}

/// A oneof with members of closed enums, whose unknown numbers leave it as it is.
pub trait ClosedOneof<'a>: Oneof<'a> {
    /// As [`Oneof::merge_field`], with a place for numbers that an enum does not name.
    fn merge_field_closed(
        tag: u32,
        slot: &mut Option<Self>,
        input: &mut Input<'a, '_>,
        unknown: &mut UnknownFields,
    ) -> Result<(), DecodeError>;
}

/// Writes the oneof.
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn put<'a, O: Oneof<'a>>(oneof: &Option<O>, out: &mut Output<'_>) {
    if let Some(member) = oneof {
        member.put_field(out);
    }
}

/// Reads the member behind `tag`.
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn merge<'a, O: Oneof<'a>>(
    tag: u32,
    slot: &mut Option<O>,
    input: &mut Input<'a, '_>,
) -> Result<(), DecodeError> {
    input.apart(|input| O::merge_field(tag, slot, input))
}

/// Reads the member behind `tag` of a oneof with closed enums.
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn merge_closed<'a, O: ClosedOneof<'a>>(
    tag: u32,
    slot: &mut Option<O>,
    input: &mut Input<'a, '_>,
    unknown: &mut UnknownFields,
) -> Result<(), DecodeError> {
    input.apart(|input| O::merge_field_closed(tag, slot, input, unknown))
}

/// Reads a scalar member: `wrap` makes the variant.
#[inline]
pub fn set_member<'a, K: Merge<'a>, O>(
    slot: &mut Option<O>,
    input: &mut Input<'a, '_>,
    wrap: fn(K::Value) -> O,
) -> Result<(), DecodeError> {
    let mut value = K::Value::default();
    K::merge(0, &mut value, input)?;
    *slot = Some(wrap(value));
    Ok(())
}

/// How a variant is made of a message, and where the message lies in it.
pub type Member<O, V> = (fn(V) -> O, fn(&mut O) -> Option<&mut V>);

/// Reads a message member of the field `number`: into the one that is set, if `project` finds it there.
#[inline]
pub fn merge_member<'a, K: Merge<'a>, O>(
    number: u32,
    slot: &mut Option<O>,
    input: &mut Input<'a, '_>,
    (wrap, project): Member<O, K::Value>,
) -> Result<(), DecodeError> {
    if let Some(value) = slot.as_mut().and_then(project) {
        return K::merge(number, value, input);
    }
    let mut value = K::Value::default();
    K::merge(number, &mut value, input)?;
    *slot = Some(wrap(value));
    Ok(())
}
