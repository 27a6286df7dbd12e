//! A value that is always written: proto2's `required`, and the one member of a oneof that is set.

use crate::wire::{DecodeError, Input, Kind, Merge, Output};

/// Writes the field.
#[inline(always)]
pub fn put<K: Kind>(number: u32, value: &K::Value, out: &mut Output<'_>) {
    K::put(number, value, out);
}

/// Which of a message's required fields have come: the `N` that it has, by their numbers.
///
/// A message whose fields come in two parts, each without what the other has, counts as incomplete: encoders do not
/// write such parts.
#[derive(Debug)]
pub struct Required<const N: usize> {
    numbers: [u32; N],
    seen: [bool; N],
}

impl<const N: usize> Required<N> {
    /// None has come.
    #[inline]
    pub fn new(numbers: [u32; N]) -> Self {
        Self { numbers, seen: [false; N] }
    }

    /// Notes that the field `number` has come.
    #[inline]
    pub fn see(&mut self, number: u32) {
        for (known, seen) in self.numbers.iter().zip(&mut self.seen) {
            *seen |= *known == number;
        }
    }

    /// Reads the field.
    #[inline]
    pub fn merge<'a, K: Merge<'a>>(
        &mut self,
        number: u32,
        value: &mut K::Value,
        input: &mut Input<'a, '_>,
    ) -> Result<(), DecodeError> {
        self.see(number);
        K::merge(number, value, input)
    }

    /// Whether all have come, unless the caller takes what there is.
    #[inline]
    pub fn finish(&self, input: &Input<'_, '_>) -> Result<(), DecodeError> {
        match self.numbers.iter().zip(&self.seen).find(|(_, seen)| !**seen) {
            Some((&number, _)) if !input.is_partial() => Err(DecodeError::MissingRequired { number }),
            _ => Ok(()),
        }
    }
}
