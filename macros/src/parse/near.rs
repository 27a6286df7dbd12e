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

/// The distance of optimal string alignment: letters changed, missing, added, or two neighbours that have changed places; a
/// name that differs in case only is one step away.
fn distance(left: &str, right: &str) -> usize {
    if left.eq_ignore_ascii_case(right) {
        return 1;
    }
    let (left, right): (Vec<char>, Vec<char>) = (left.chars().collect(), right.chars().collect());
    let mut rows = vec![vec![0; right.len() + 1]; left.len() + 1];
    for row in 0..=left.len() {
        for cell in 0..=right.len() {
            rows[row][cell] = match (row, cell) {
                (0, steps) | (steps, 0) => steps,
                _ => {
                    let replaced = rows[row - 1][cell - 1] + usize::from(left[row - 1] != right[cell - 1]);
                    let swapped = row > 1
                        && cell > 1
                        && left[row - 1] == right[cell - 2]
                        && left[row - 2] == right[cell - 1];
                    let swapped = if swapped { rows[row - 2][cell - 2] + 1 } else { usize::MAX };
                    replaced.min(swapped).min(rows[row - 1][cell] + 1).min(rows[row][cell - 1] + 1)
                }
            };
        }
    }
    rows[left.len()][right.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_count_single_steps() {
        for (left, right, expected) in [
            ("", "", 1),
            ("abc", "abd", 1),
            ("kitten", "sitting", 3),
            ("", "ab", 2),
            ("Custommer", "Customer", 1),
            ("veiws", "views", 1),
            ("ab", "ba", 1),
            ("abc", "cba", 2),
        ] {
            assert_eq!(distance(left, right), expected, "{left} {right}");
        }
    }

    #[test]
    fn only_near_names_are_suggested() {
        assert_eq!(nearest("includ", ["include", "client"]), Some("include"));
        assert_eq!(nearest("Itme", ["Item", "Price"]), Some("Item"));
        assert_eq!(nearest("Order", ["Customer", "Product"]), None);
    }
}
