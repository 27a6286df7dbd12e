//! Maps: repeated entries, each a message of a key (field 1) and a value (field 2).
//!
//! Both fields of an entry are always written; on reading, one that is missing has its type's zero, and a later
//! entry of the same key replaces an earlier one.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher, Hash};

use crate::wire::{DecodeError, Input, Kind, Output, UnknownFields, tag_len, varint_len, wire_type};

/// A collection that a map field may have.
pub trait Map: Default {
    /// The type of its keys.
    type Key: Ord;
    /// The type of its values.
    type Value;

    /// Sets the value of `key`.
    fn set(&mut self, key: Self::Key, value: Self::Value);

    /// All entries, in the collection's order.
    fn entries(&self) -> impl Iterator<Item = (&Self::Key, &Self::Value)>;
}

impl<K: Hash + Ord, V, S: BuildHasher + Default> Map for HashMap<K, V, S> {
    type Key = K;
    type Value = V;

    #[inline]
    fn set(&mut self, key: K, value: V) {
        self.insert(key, value);
    }

    #[inline]
    fn entries(&self) -> impl Iterator<Item = (&K, &V)> {
        self.iter()
    }
}

impl<K: Ord, V> Map for BTreeMap<K, V> {
    type Key = K;
    type Value = V;

    #[inline]
    fn set(&mut self, key: K, value: V) {
        self.insert(key, value);
    }

    // From the last to the first: the writer goes back to front, and the entries should come out in order.
    #[inline]
    fn entries(&self) -> impl Iterator<Item = (&K, &V)> {
        self.iter().rev()
    }
}

fn entry_len<K: Kind, V: Kind>(key: &K::Value, value: &V::Value) -> usize {
    K::len(1, key) + V::len(2, value)
}

/// Bytes of the entries.
pub fn len<K: Kind, V: Kind>(number: u32, map: &impl Map<Key = K::Value, Value = V::Value>) -> usize {
    let framed = |(key, value)| {
        let length = entry_len::<K, V>(key, value);
        tag_len(number) + varint_len(length as u64) + length
    };
    map.entries().map(framed).sum()
}

/// Writes the entries.
pub fn put<K: Kind, V: Kind>(
    number: u32,
    map: &impl Map<Key = K::Value, Value = V::Value>,
    out: &mut Output<'_>,
) where
    K::Value: Ord,
{
    if !out.is_deterministic() {
        return map.entries().for_each(|entry| put_entry::<K, V>(number, entry, out));
    }
    let mut entries: Vec<_> = map.entries().collect();
    // The writer goes back to front: the greatest key first.
    entries.sort_unstable_by_key(|(key, _)| Reverse(*key));
    entries.into_iter().for_each(|entry| put_entry::<K, V>(number, entry, out));
}

fn put_entry<K: Kind, V: Kind>(number: u32, (key, value): (&K::Value, &V::Value), out: &mut Output<'_>) {
    let before = out.written();
    V::put(2, value, out);
    K::put(1, key, out);
    out.put_varint((out.written() - before) as u64);
    out.put_tag(number, wire_type::LENGTH);
}

/// Reads the entry behind the tag, and those whose tags follow at once.
pub fn merge<K: Kind, V: Kind>(
    number: u32,
    map: &mut impl Map<Key = K::Value, Value = V::Value>,
    input: &mut Input<'_>,
) -> Result<(), DecodeError> {
    loop {
        let (mut key, mut value) = (K::Value::default(), V::Value::default());
        let mut entry = input.nested()?;
        input.charge(size_of::<(K::Value, V::Value)>() + V::HEAP, entry.remaining())?;
        let mut unknown = UnknownFields::new();
        while let Some(tag) = entry.tag()? {
            match tag {
                tag if tag == 1 << 3 | K::WIRE => K::merge(1, &mut key, &mut entry)?,
                tag if tag == 2 << 3 | V::WIRE => V::merge(2, &mut value, &mut entry)?,
                tag => entry.unknown(tag, &mut unknown)?,
            }
        }
        map.set(key, value);
        if !input.take_tag(number << 3 | wire_type::LENGTH) {
            return Ok(());
        }
    }
}
