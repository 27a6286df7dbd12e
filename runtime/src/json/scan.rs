//! How far a string of JSON goes without a sign that needs care, eight bytes at a time. Called by `text` and `parser`.

const ONES: u64 = u64::MAX / 255;

/// How many bytes come before the first quote, backslash or control character; all of them where there is none.
#[inline]
pub(super) fn plain(bytes: &[u8]) -> usize {
    let (words, _) = bytes.as_chunks::<8>();
    for (index, word) in words.iter().enumerate() {
        let found = special(u64::from_le_bytes(*word));
        if found != 0 {
            return index * 8 + found.trailing_zeros() as usize / 8;
        }
    }
    // Most strings end between words: the last eight bytes once more, in which nothing is special of those that were seen.
    if let Some(word) = bytes.last_chunk::<8>() {
        let found = special(u64::from_le_bytes(*word));
        return if found == 0 { bytes.len() } else { bytes.len() - 8 + found.trailing_zeros() as usize / 8 };
    }
    if let (Some(first), Some(last)) = (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
        let halves = [u32::from_le_bytes(*first), u32::from_le_bytes(*last)].map(u64::from);
        if special(halves[0] | halves[1] << 32) == 0 {
            return bytes.len();
        }
    }
    bytes.iter().position(|byte| is_special(*byte)).unwrap_or(bytes.len())
}

fn is_special(byte: u8) -> bool {
    byte < b' ' || byte == b'"' || byte == b'\\'
}

/// Mycroft's test: the high bit of the first byte that is special is set, and of none before it.
#[inline]
fn special(word: u64) -> u64 {
    let zeros = |word: u64| word.wrapping_sub(ONES) & !word;
    let control = word.wrapping_sub(ONES * u64::from(b' ')) & !word;
    let quote = zeros(word ^ (ONES * u64::from(b'"')));
    let backslash = zeros(word ^ (ONES * u64::from(b'\\')));
    (control | quote | backslash) & ONES << 7
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_special_sign_is_found_wherever_it_stands() {
        for byte in 0..=255 {
            for length in 0..20 {
                for place in 0..length {
                    let mut bytes = vec![b'a'; length];
                    bytes[place] = byte;
                    let expected = if is_special(byte) { place } else { length };
                    assert_eq!(plain(&bytes), expected, "{byte} at {place} of {length}");
                    // What is special behind it changes nothing.
                    bytes.extend(b"\x01\"\\");
                    assert_eq!(plain(&bytes), expected, "{byte} at {place} of {length}");
                }
            }
        }
    }
}
