//! Messages as fields of messages, owned and as views: the kinds that join the two layers. Named by generated code.

use std::marker::PhantomData;

use super::{Message, MessageView};
use crate::wire::{DecodeError, Input, Kind, Merge, Output, wire_type};

/// Declares the kinds of a message, which is a `Message` or a `MessageView<'a>`: behind its length, and between tags.
macro_rules! kinds {
    ($nested:ident, $group:ident, $bound:path, $read:lifetime $(, $lifetime:lifetime)?) => {
        /// A message behind its length.
        #[derive(Debug)]
        pub struct $nested<$($lifetime,)? M>(PhantomData<fn($(&$lifetime (),)? M)>);

        impl<$($lifetime,)? M: $bound> Kind for $nested<$($lifetime,)? M> {
            type Value = M;

            const WIRE: u32 = wire_type::LENGTH;

            const HEAP: usize = M::HEAP;

            /// A message has presence: it is never left out for its value.
            #[cfg_attr(not(debug_assertions), inline(always))]
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

        impl<$read, M: $bound> Merge<$read> for $nested<$($lifetime,)? M> {
            #[cfg_attr(not(debug_assertions), inline(always))]
            fn merge(_: u32, value: &mut M, input: &mut Input<$read, '_>) -> Result<(), DecodeError> {
                value.merge_fields(input.nested()?)
            }
        }

        /// A message between a start and an end tag: a proto2 group, or a field with delimited encoding.
        #[derive(Debug)]
        pub struct $group<$($lifetime,)? M>(PhantomData<fn($(&$lifetime (),)? M)>);

        impl<$($lifetime,)? M: $bound> Kind for $group<$($lifetime,)? M> {
            type Value = M;

            const WIRE: u32 = wire_type::GROUP;

            const HEAP: usize = M::HEAP;

            #[cfg_attr(not(debug_assertions), inline(always))]
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

        impl<$read, M: $bound> Merge<$read> for $group<$($lifetime,)? M> {
            #[cfg_attr(not(debug_assertions), inline(always))]
            fn merge(number: u32, value: &mut M, input: &mut Input<$read, '_>) -> Result<(), DecodeError> {
                input.apart(|input| input.group(number, &mut |inner| value.merge_fields(inner)))
            }
        }
    };
}

kinds!(Nested, Group, Message, 'a);
kinds!(NestedView, GroupView, MessageView<'a>, 'a, 'a);
