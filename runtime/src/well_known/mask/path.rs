//! Paths in their order, in which what a path covers stands behind it, without another path between. Called by `set` and
//! `apply`.
//!
//! All of it goes through lists: a tree of paths would be as deep as whoever sent the mask likes.

use std::cmp::Ordering;

/// By the names on the way.
pub(super) fn order(left: &str, right: &str) -> Ordering {
    left.split('.').cmp(right.split('.'))
}

/// What of `path` comes behind `start`: nothing if they are the same, `None` if it is another way.
pub(super) fn below<'a>(path: &'a str, start: &str) -> Option<&'a str> {
    match path.strip_prefix(start)? {
        "" => Some(""),
        rest => rest.strip_prefix('.'),
    }
}

/// Sorted, each once, without those that another one covers.
pub(super) fn canonical<'a>(paths: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut sorted: Vec<&str> = paths.filter(|path| !path.is_empty()).collect();
    sorted.sort_unstable_by(|left, right| order(left, right));
    sorted.dedup_by(|next, kept| below(next, kept).is_some());
    sorted
}

/// Whether one of these paths, which are canonical, covers `path`.
pub(super) fn covers(paths: &[&str], path: &str) -> bool {
    let behind = paths.partition_point(|known| order(known, path) != Ordering::Greater);
    let nearest = behind.checked_sub(1).and_then(|at| paths.get(at));
    nearest.is_some_and(|known| below(path, known).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_path_covers_goes_into_it() {
        let paths = ["b.c", "a.b", "a_b", "a", "b", "a.b.c", "", "a_b"];
        assert_eq!(canonical(paths.into_iter()), ["a", "a_b", "b"]);
        assert_eq!(canonical(["b.c", "b-", "b.a"].into_iter()), ["b.a", "b.c", "b-"]);
    }

    #[test]
    fn the_nearest_path_before_tells_whether_one_covers() {
        let paths = ["a.b", "a_b", "b"];
        for (path, expected) in
            [("a", false), ("a.b", true), ("a.b.c", true), ("a.bc", false), ("a_b.c", true), ("c", false)]
        {
            assert_eq!(covers(&paths, path), expected, "{path}");
        }
        assert!(!covers(&[], "a"));
    }
}
