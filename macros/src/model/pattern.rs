//! What the entries of an option name. An entry is the full name of one thing, or of what is around it, a package, a
//! message or a service, which stands for all in it; or a pattern, where `*` is any part of a name without dots and `**`
//! any part at all.
//!
//! `selection`, `choice` and `custom` ask [`named`] about each entry.

use crate::error::{Errors, Problem};
use crate::parse::{Text, nearest};

/// What stands for everything.
pub(crate) const ALL: &str = "**";

/// An option, and what its entries may name: both for error texts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked<'a> {
    pub(super) option: &'a str,
    /// "a message or a package".
    pub(super) wanted: &'a str,
}

/// Those of the names that the entry means, by their indices; it is an error if there are none.
pub(super) fn named(entry: &Text, names: &[&str], asked: Asked<'_>, errors: &mut Errors) -> Vec<usize> {
    let value = match entry.value.trim_start_matches('.') {
        "" => ALL,
        value => value,
    };
    let found = matching(value, names);
    // There may be nothing of the kind in a schema, of which all is asked.
    if found.is_empty() && value != ALL {
        errors.push(unmatched(entry, value, names, asked));
    }
    found
}

fn matching(entry: &str, names: &[&str]) -> Vec<usize> {
    let where_ = |fits: &dyn Fn(&str) -> bool| -> Vec<usize> {
        names.iter().enumerate().filter(|(_, name)| fits(name)).map(|(index, _)| index).collect()
    };
    if entry.contains('*') {
        return where_(&|name| fits(entry.as_bytes(), name.as_bytes()));
    }
    let one = where_(&|name| name == entry);
    if one.is_empty() { where_(&|name| covers(entry, name)) } else { one }
}

/// Whether `entry` is `name` or a scope around it.
pub(super) fn covers(entry: &str, name: &str) -> bool {
    name.strip_prefix(entry).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// Whether the pattern is the name.
fn fits(pattern: &[u8], name: &[u8]) -> bool {
    let Some((first, rest)) = pattern.split_first() else { return name.is_empty() };
    if *first != b'*' {
        return name.split_first().is_some_and(|(sign, name)| sign == first && fits(rest, name));
    }
    let (any, rest) = match rest.split_first() {
        Some((b'*', rest)) => (true, rest),
        _ => (false, rest),
    };
    let reach =
        if any { name.len() } else { name.iter().position(|sign| *sign == b'.').unwrap_or(name.len()) };
    (0..=reach).any(|taken| fits(rest, name.get(taken..).unwrap_or(&[])))
}

fn unmatched(entry: &Text, value: &str, names: &[&str], asked: Asked<'_>) -> Problem {
    let Asked { option, wanted } = asked;
    let problem = Problem::new(format!("`{}` in {option} matches nothing", entry.value), entry.blame());
    let mut known: Vec<&str> = names.to_vec();
    known.sort_unstable();
    known.dedup();
    let last = |name: &str| name.rsplit('.').next().unwrap_or("").to_owned();
    let same = known.iter().copied().find(|name| last(name) == last(value));
    if let Some(near) = nearest(value, known.iter().copied()).or(same) {
        return problem.help(format!("did you mean `{near}`?"));
    }
    let problem = problem.help(format!("name {wanted} of the files of this call by its full name"));
    match known.len() {
        0 => problem,
        1..=12 => problem.help(format!("there is {}", quoted(&known))),
        more => {
            let first = known.get(..10).map(quoted).unwrap_or_default();
            problem.help(format!("there is {first} and {} more", more - 10))
        }
    }
}

fn quoted(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [&str; 5] =
        ["shop.v1.Order", "shop.v1.Order.Item", "shop.v1.OrderList", "shop.v2.Order", "Root"];

    #[test]
    fn a_name_is_one_thing_or_all_that_is_in_it() {
        assert_eq!(matching("shop.v1.Order", &NAMES), [0]);
        assert_eq!(matching("shop.v1", &NAMES), [0, 1, 2]);
        assert_eq!(matching("shop", &NAMES), [0, 1, 2, 3]);
        assert_eq!(matching("Root", &NAMES), [4]);
        assert_eq!(matching("shop.v", &NAMES), [] as [usize; 0]);
    }

    #[test]
    fn a_pattern_is_matched_whole() {
        assert_eq!(matching("shop.v1.*", &NAMES), [0, 2]);
        assert_eq!(matching("shop.v1.**", &NAMES), [0, 1, 2]);
        assert_eq!(matching("**.Order", &NAMES), [0, 3]);
        assert_eq!(matching("shop.*.Order", &NAMES), [0, 3]);
        assert_eq!(matching("shop.v1.Order*", &NAMES), [0, 2]);
        assert_eq!(matching("**", &NAMES), [0, 1, 2, 3, 4]);
        assert_eq!(matching("*", &NAMES), [4]);
    }
}
