//! The fields of a message that is read: found by their names, most often in the order of their declaration. Called by
//! `read`, which it calls back for their values.

use std::collections::BTreeSet;

use serde::de::Error;

use super::member::Member;
use super::names::{Found, Names};
use super::place::{Place, Target};
use super::reading::Reading;
use super::source::Entries;
use crate::reflect::{DynamicField, FieldDescriptor, MessageDescriptor, Reflect};

/// Reads the fields of a message.
pub(super) fn fields<'de, S: Entries<'de>>(
    message: &mut dyn Reflect,
    mut map: S,
    reading: &Reading<'_>,
) -> Result<(), S::Error> {
    let mut pool = None;
    let descriptor = reading.descriptor(message, &mut pool);
    let mut fields = Fields { descriptor, reading, seen: Places::default(), extensions: BTreeSet::new() };
    let mut next = 0;
    while let Some(found) = map.field(Names { descriptor, next, reading })? {
        match found {
            Found::Field(field, name) => {
                next = field.place() + 1;
                let read = fields.known(message, field, &mut map);
                reading.at(read, || name.of(field).to_owned())?;
            }
            Found::Other(name) => {
                let read = fields.other(message, &name, &mut map);
                reading.at(read, || name.into_owned())?;
            }
        }
    }
    Ok(())
}

/// The fields of one message.
struct Fields<'c, 'r> {
    descriptor: MessageDescriptor<'c>,
    reading: &'c Reading<'r>,
    seen: Places,
    /// The numbers of extensions that were there.
    extensions: BTreeSet<u32>,
}

impl Fields<'_, '_> {
    #[inline]
    fn known<'de, S: Entries<'de>>(
        &mut self,
        message: &mut dyn Reflect,
        field: FieldDescriptor<'_>,
        map: &mut S,
    ) -> Result<(), S::Error> {
        if !self.seen.insert(field.place()) {
            return Err(S::Error::custom("this field is there twice"));
        }
        let rival = message.rival_of(field);
        let (member, reading) = (&mut *message, self.reading);
        if !rival {
            return map.member(Member { message: member, field, reading }).map(|_| ());
        }
        map.value(Place { target: Target::Field(member, false), field: Some(field), reading })?;
        if message.has(field) == Ok(true) {
            return Err(S::Error::custom("another field of its oneof is set as well"));
        }
        Ok(())
    }

    /// What the schema names no field of the message: an extension, or nothing that is known.
    #[inline(never)]
    fn other<'de, S: Entries<'de>>(
        &mut self,
        message: &mut dyn Reflect,
        name: &str,
        map: &mut S,
    ) -> Result<(), S::Error> {
        let reading = self.reading;
        let extension = name.strip_prefix('[').and_then(|name| name.strip_suffix(']'));
        let pools = [Some(self.descriptor.pool()), reading.reader.pool.as_ref()];
        let extension =
            extension.and_then(|name| pools.into_iter().flatten().find_map(|pool| pool.extension(name)));
        if let Some(field) = extension.filter(|it| it.extendee() == self.descriptor.full_name()) {
            if !self.extensions.insert(field.number()) {
                return Err(S::Error::custom("this field is there twice"));
            }
            let mut held = DynamicField::new(field);
            let target = Target::Extension(&mut held);
            if map.value(Place { target, field: Some(field), reading })? {
                held.put_extension(field, message);
            }
            return Ok(());
        }
        if !reading.reader.ignore_unknown {
            let owner = self.descriptor.full_name();
            return Err(S::Error::custom(format_args!("{owner} has no field of this name")));
        }
        map.skip()
    }
}

/// Places of fields.
#[derive(Default)]
struct Places {
    first: u64,
    /// Those from 64 on.
    more: Vec<u64>,
}

impl Places {
    /// Adds a place; whether it is new.
    #[inline]
    fn insert(&mut self, place: usize) -> bool {
        let bit = 1 << (place % 64);
        let word = match place / 64 {
            0 => &mut self.first,
            word => self.further(word - 1),
        };
        let new = *word & bit == 0;
        *word |= bit;
        new
    }

    #[expect(clippy::indexing_slicing, reason = "the words were just made")]
    fn further(&mut self, word: usize) -> &mut u64 {
        if self.more.len() <= word {
            self.more.resize(word + 1, 0);
        }
        &mut self.more[word]
    }
}

#[cfg(test)]
mod tests {
    use super::Places;

    #[test]
    fn every_place_is_new_once() {
        let mut places = Places::default();
        for place in [0, 63, 64, 65, 127, 128, 1000, 5] {
            assert!(places.insert(place), "{place}");
            assert!(!places.insert(place), "{place}");
        }
    }
}
