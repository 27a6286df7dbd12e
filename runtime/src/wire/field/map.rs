//! Maps: repeated entries, each a message of a key (field 1) and a value (field 2).
//!
//! Both fields of an entry are always written; on reading, one that is missing has its type's zero, and a later
//! entry of the same key replaces an earlier one.

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher, Hash};

use super::map_view::MapView;
use crate::wire::{DecodeError, Input, Kind, Merge, Output, wire_type};

/// A collection that a map field may have.
pub trait Map: Default {
    /// The type of its keys.
    type Key: Ord;
    /// The type of its values.
    type Value;

    /// Makes room for so many more entries.
    fn reserve(&mut self, entries: usize);

    /// Sets the value of `key`.
    fn set(&mut self, key: Self::Key, value: Self::Value);

    /// All entries, in the collection's order.
    fn entries(&self) -> impl Iterator<Item = (&Self::Key, &Self::Value)>;
}

impl<K: Hash + Ord, V, S: BuildHasher + Default> Map for HashMap<K, V, S> {
    type Key = K;
    type Value = V;

    #[inline]
    fn reserve(&mut self, entries: usize) {
        self.reserve(entries);
    }

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
    fn reserve(&mut self, _: usize) {}

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

impl<K: Ord, V> Map for MapView<K, V> {
    type Key = K;
    type Value = V;

    #[inline]
    fn reserve(&mut self, entries: usize) {
        self.entries.reserve(entries);
    }

    #[inline]
    fn set(&mut self, key: K, value: V) {
        self.entries.push((key, value));
    }

    // From the last to the first, as in a `BTreeMap`.
    #[inline]
    fn entries(&self) -> impl Iterator<Item = (&K, &V)> {
        self.entries.iter().rev().map(|(key, value)| (key, value))
    }
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
    let entries: Vec<_> = map.entries().collect();
    let key = |index: &usize| entries.get(*index).map(|(key, _)| *key);
    // The writer goes back to front: the greatest key first.
    let order = sorted(entries.len(), &mut |left, right| key(right).cmp(&key(left)).then(left.cmp(right)));
    let mut last = None;
    for index in &order {
        // Of two entries with one key, which views may hold, the later one counts: it stands before the other here.
        let entry = entries.get(*index).filter(|(key, _)| last.replace(*key) != Some(*key));
        if let Some(entry) = entry {
            put_entry::<K, V>(number, *entry, out);
        }
    }
}

/// The numbers below `count` in the order of `compare`. Not generic: a sort is long, and each map would have one.
#[inline(never)]
fn sorted(count: usize, compare: &mut dyn FnMut(&usize, &usize) -> Ordering) -> Vec<usize> {
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_unstable_by(compare);
    order
}

fn put_entry<K: Kind, V: Kind>(number: u32, (key, value): (&K::Value, &V::Value), out: &mut Output<'_>) {
    let before = out.written();
    V::put(2, value, out);
    K::put(1, key, out);
    out.put_varint((out.written() - before) as u64);
    out.put_tag(number, wire_type::LENGTH);
}

/// Reads the entry behind the tag, and those whose tags follow at once.
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn merge<'a, K: Merge<'a>, V: Merge<'a>>(
    number: u32,
    map: &mut impl Map<Key = K::Value, Value = V::Value>,
    input: &mut Input<'a, '_>,
) -> Result<(), DecodeError> {
    input.apart(|input| run::<K, V>(number, map, input))
}

#[inline(never)]
fn run<'a, K: Merge<'a>, V: Merge<'a>>(
    number: u32,
    map: &mut impl Map<Key = K::Value, Value = V::Value>,
    input: &mut Input<'a, '_>,
) -> Result<(), DecodeError> {
    let tag = number << 3 | wire_type::LENGTH;
    let entries = input.count_run(tag, usize::MAX);
    // What the entries take on the wire is in the first; the room for all is paid before it is made.
    let size = size_of::<(K::Value, V::Value)>() + V::HEAP;
    input.charge(size.saturating_mul(entries), input.remaining())?;
    map.reserve(entries);
    loop {
        let mut entry = input.nested()?;
        let (mut key, mut value) = (K::Value::default(), V::Value::default());
        merge_entry::<K, V>((&mut key, &mut value), &mut entry)?;
        map.set(key, value);
        if !input.take_tag(tag) {
            return Ok(());
        }
    }
}

#[cfg_attr(not(debug_assertions), inline(always))]
fn merge_entry<'a, K: Merge<'a>, V: Merge<'a>>(
    (key, value): (&mut K::Value, &mut V::Value),
    entry: &mut Input<'a, '_>,
) -> Result<(), DecodeError> {
    while let Some(tag) = entry.tag()? {
        match tag {
            tag if tag == 1 << 3 | K::WIRE => K::merge(1, key, entry)?,
            tag if tag == 2 << 3 | V::WIRE => V::merge(2, value, entry)?,
            tag => entry.unknown(tag, None)?,
        }
    }
    Ok(())
}
