//! Which field of a message was meant by a name that is none. Called by `check`.

use crate::reflect::{FieldDescriptor, MessageDescriptor};

/// Names that are longer were not typed by anyone, and comparing takes time in the square of their length.
const LONGEST: usize = 64;

/// The field that the name was probably meant for.
pub(super) fn field<'a>(name: &str, message: MessageDescriptor<'a>) -> Option<&'a str> {
    if let Some(field) = message.field_by_json_name(name) {
        return Some(field.name());
    }
    if name.len() > LONGEST {
        return None;
    }
    // Short names are near to everything.
    let most = name.len() / 3;
    let names = message.fields().map(FieldDescriptor::name).filter(|known| known.len() <= LONGEST);
    let near = names.map(|known| (distance(&name.to_ascii_lowercase(), known), known));
    near.filter(|(distance, _)| *distance <= most).min().map(|(_, known)| known)
}

/// How many bytes have to be added, left out or replaced, by the rows of the table that compares all beginnings.
fn distance(left: &str, right: &str) -> usize {
    let mut above: Vec<usize> = (0..=right.len()).collect();
    for (row, from) in left.bytes().enumerate() {
        let mut current = vec![row + 1];
        for (pair, to) in above.windows(2).zip(right.bytes()) {
            let (replaced, added) = match pair {
                [diagonal, up] => (diagonal + usize::from(from != to), up + 1),
                _ => continue,
            };
            let beside = current.last().map_or(usize::MAX, |beside| beside + 1);
            current.push(replaced.min(added).min(beside));
        }
        above = current;
    }
    above.last().copied().unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::distance;

    #[test]
    fn distances_count_changes() {
        for (left, right, expected) in
            [("", "abc", 3), ("abc", "abc", 0), ("nmae", "name", 2), ("id", "ids", 1)]
        {
            assert_eq!(distance(left, right), expected, "{left} {right}");
            assert_eq!(distance(right, left), expected, "{right} {left}");
        }
    }
}
