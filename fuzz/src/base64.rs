//! base64 read letter by letter, to hold the runtime's against. Called by `metadata` and `web`.

fn value(letter: u8) -> Option<u32> {
    Some(u32::from(match letter {
        b'A'..=b'Z' => letter - b'A',
        b'a'..=b'z' => letter - b'a' + 26,
        b'0'..=b'9' => letter - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    }))
}

/// Up to four letters without padding: their bytes, and whether bits are left.
fn quantum(letters: &[u8]) -> Option<(Vec<u8>, bool)> {
    let mut bits = 0;
    for letter in letters {
        bits = bits << 6 | value(*letter)?;
    }
    let (count, left) = match letters.len() {
        0 => (0, 0),
        2 => (1, 4),
        3 => (2, 2),
        4 => (3, 0),
        _ => return None,
    };
    let whole = bits >> left;
    let bytes = whole.to_be_bytes()[4 - count..].to_vec();
    Some((bytes, bits & ((1 << left) - 1) != 0))
}

/// A value of metadata: padding may be missing in part, and bits may be left.
pub(crate) fn metadata(text: &[u8]) -> Option<Vec<u8>> {
    let text = text.trim_ascii();
    let letters = text.iter().rposition(|letter| *letter != b'=').map_or(0, |last| last + 1);
    let padding = text.len() - letters;
    if padding > (4 - letters % 4) % 4 {
        return None;
    }
    let mut bytes = Vec::new();
    for letters in text[..letters].chunks(4) {
        bytes.extend(quantum(letters)?.0);
    }
    Some(bytes)
}

/// Text of gRPC-Web: whole quanta, each of which may be padded. What stands before a mistake is given in any case.
pub(crate) fn web(text: &[u8]) -> (Vec<u8>, bool) {
    let mut bytes = Vec::new();
    for letters in text.chunks(4) {
        let padded = letters.iter().rposition(|letter| *letter != b'=').map_or(0, |last| last + 1);
        match quantum(&letters[..padded]) {
            Some((read, false)) if letters.len() == 4 && padded >= 2 => bytes.extend(read),
            _ => return (bytes, false),
        }
    }
    (bytes, true)
}
