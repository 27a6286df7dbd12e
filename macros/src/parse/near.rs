//! Edit distance: which of the known names the user may have meant. Asked by everything that suggests.

/// The candidate nearest to `name`, where one is near enough to be meant.
pub(crate) fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // Short names are near to everything: only their case may differ.
    let limit = (name.chars().count() / 3).min(4);
    candidates
        .into_iter()
        .filter(|candidate| *candidate != name && candidate.len().abs_diff(name.len()) <= limit)
        .map(|candidate| (distance(name, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= limit || name.eq_ignore_ascii_case(candidate))
        .min()
        .map(|(_, candidate)| candidate)
}

/// Levenshtein's distance with one row of memory; a name that differs in case only is one step away.
fn distance(left: &str, right: &str) -> usize {
    if left.eq_ignore_ascii_case(right) {
        return 1;
    }
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (above, from) in left.chars().enumerate() {
        let mut diagonal = above;
        let mut beside = above + 1;
        for (cell, to) in row.iter_mut().skip(1).zip(&right) {
            let replaced = diagonal + usize::from(from != *to);
            diagonal = *cell;
            beside = replaced.min(beside + 1).min(diagonal + 1);
            *cell = beside;
        }
        if let Some(first) = row.first_mut() {
            *first = above + 1;
        }
    }
    row.last().copied().unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_levenshteins() {
        for (left, right, expected) in [
            ("", "", 1),
            ("abc", "abd", 1),
            ("kitten", "sitting", 3),
            ("", "ab", 2),
            ("Custommer", "Customer", 1),
        ] {
            assert_eq!(distance(left, right), expected, "{left} {right}");
        }
    }

    #[test]
    fn only_near_names_are_suggested() {
        assert_eq!(nearest("includ", ["include", "client"]), Some("include"));
        assert_eq!(nearest("Order", ["Customer", "Product"]), None);
    }
}
