//! Whether the place of a mistake is one of the text. Called by the targets that read texts.

/// Counted from one, the column in bytes; one place behind each line is its end.
pub(crate) fn exists((line, column): (usize, usize), text: &str) -> Result<(), String> {
    let mut lines = text.split('\n');
    let Some(found) = line.checked_sub(1).and_then(|before| lines.nth(before)) else {
        return Err(format!("there is no line {line}"));
    };
    let places = 1..=found.len() + 1;
    if places.contains(&column) { Ok(()) } else { Err(format!("line {line} has no column {column}")) }
}
