//! The map of a view: its entries as they came. Held by generated views, read and written by `map`.

use std::borrow::Borrow;
use std::collections::BTreeMap;
use std::fmt;

/// The map of a view: its entries in the order in which they came, which is quicker made than a table. Where one key
/// came twice, its last entry counts.
#[derive(Clone)]
pub struct MapView<K, V> {
    pub(super) entries: Vec<(K, V)>,
}

impl<K, V> MapView<K, V> {
    /// No entries.
    pub const fn new() -> Self {
        Self { entries: Vec::new() }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// How many entries came, with those that later ones replace.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// The entries as they came. Where one key came twice, the later one counts.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&K, &V)> + ExactSizeIterator {
        self.entries.iter().map(|(key, value)| (key, value))
    }

    /// The value of `key`. Goes through the entries: where many are asked for, collect them into a table.
    pub fn get<Q: Eq + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        self.entries.iter().rev().find(|(known, _)| known.borrow() == key).map(|(_, value)| value)
    }

    /// Whether `key` has a value.
    pub fn contains_key<Q: Eq + ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.get(key).is_some()
    }
}

// Not derived: that would ask the types of keys and values for a default.
impl<K, V> Default for MapView<K, V> {
    fn default() -> Self {
        Self::new()
    }
}

/// Equal where both give each key the same value, in whatever order their entries came.
impl<K: Ord, V: PartialEq> PartialEq for MapView<K, V> {
    fn eq(&self, other: &Self) -> bool {
        // The same order is the usual case, and quick.
        self.entries == other.entries
            || self.iter().collect::<BTreeMap<_, _>>() == other.iter().collect::<BTreeMap<_, _>>()
    }
}

impl<K: fmt::Debug, V: fmt::Debug> fmt::Debug for MapView<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl<K, V> FromIterator<(K, V)> for MapView<K, V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        Self { entries: entries.into_iter().collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::MapView;

    #[test]
    fn the_last_entry_of_a_key_counts() {
        let map: MapView<&str, i32> = [("a", 1), ("b", 2), ("a", 3)].into_iter().collect();
        assert_eq!((map.get("a"), map.get("b"), map.get("c")), (Some(&3), Some(&2), None));
        assert_eq!(map, [("b", 2), ("a", 3)].into_iter().collect());
        assert_ne!(map, [("a", 1), ("b", 2)].into_iter().collect());
        assert_ne!(map, [("a", 3)].into_iter().collect());
        assert_eq!(format!("{map:?}"), r#"{"a": 1, "b": 2, "a": 3}"#);
    }
}
