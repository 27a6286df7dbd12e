//! Messages as fields of messages: the kinds that join the two layers. Named by generated code.

use std::marker::PhantomData;

use super::Message;
use crate::wire::{DecodeError, Input, Kind, Merge, Output, wire_type};

/// A message behind its length.
#[derive(Debug)]
pub struct Nested<M>(PhantomData<M>);

impl<M: Message> Kind for Nested<M> {
    type Value = M;

    const WIRE: u32 = wire_type::LENGTH;

    const HEAP: usize = M::HEAP;

    /// A message has presence: it is never left out for its value.
    #[inline(always)]
    fn is_default(_: &M) -> bool {
        false
    }

    #[inline]
    fn put(number: u32, value: &M, out: &mut Output<'_>) {
        let before = out.written();
        value.put_fields(out);
        out.put_varint((out.written() - before) as u64);
        out.put_tag(number, Self::WIRE);
    }
}

impl<'a, M: Message> Merge<'a> for Nested<M> {
    #[inline(always)]
    fn merge(_: u32, value: &mut M, input: &mut Input<'a>) -> Result<(), DecodeError> {
        value.merge_fields(input.nested()?)
    }
}

/// A message between a start and an end tag: a proto2 group, or a field with delimited encoding.
#[derive(Debug)]
pub struct Group<M>(PhantomData<M>);

impl<M: Message> Kind for Group<M> {
    type Value = M;

    const WIRE: u32 = wire_type::GROUP;

    const HEAP: usize = M::HEAP;

    #[inline(always)]
    fn is_default(_: &M) -> bool {
        false
    }

    #[inline]
    fn put(number: u32, value: &M, out: &mut Output<'_>) {
        out.put_tag(number, wire_type::END_GROUP);
        value.put_fields(out);
        out.put_tag(number, Self::WIRE);
    }
}

impl<'a, M: Message> Merge<'a> for Group<M> {
    #[inline(always)]
    fn merge(number: u32, value: &mut M, input: &mut Input<'a>) -> Result<(), DecodeError> {
        input.apart(|input| input.group(number, |inner| value.merge_fields(inner)))
    }
}
