//! UTF-8 for `string` fields: checked before it is copied, eight bytes at a time. Called by `input`.

use super::DecodeError;

/// `bytes` as text.
///
/// Most strings of most messages are ASCII and short, where `std`'s check spends more on its set-up than on the
/// bytes; what is not ASCII goes to `std`.
#[cfg_attr(not(debug_assertions), inline(always))]
pub(super) fn utf8(bytes: &[u8]) -> Result<&str, DecodeError> {
    if is_ascii(bytes) {
        // SAFETY: each byte is below 0x80, and ASCII is UTF-8.
        return Ok(unsafe { std::str::from_utf8_unchecked(bytes) });
    }
    not_ascii(bytes)
}

/// Replaces `text` by `bytes`.
// Out of line and not generic: the commonest field of all, compiled once.
#[inline(never)]
pub(super) fn replace(text: &mut String, bytes: &[u8]) -> Result<(), DecodeError> {
    let new = utf8(bytes)?;
    if text.capacity() == 0 {
        // One exact allocation; `push_str` would round its size up.
        *text = new.to_owned();
    } else {
        text.clear();
        text.push_str(new);
    }
    Ok(())
}

#[inline(never)]
fn not_ascii(bytes: &[u8]) -> Result<&str, DecodeError> {
    std::str::from_utf8(bytes).map_err(|_| DecodeError::InvalidUtf8)
}

/// Whether all bytes are below 0x80: words of eight, the last of which may overlap the one before it.
#[cfg_attr(not(debug_assertions), inline(always))]
fn is_ascii(bytes: &[u8]) -> bool {
    const HIGH_BITS: u64 = 0x8080_8080_8080_8080;
    if let Some(last) = bytes.last_chunk::<8>() {
        let mut seen = u64::from_ne_bytes(*last);
        let (words, _) = bytes.as_chunks::<8>();
        for word in words {
            seen |= u64::from_ne_bytes(*word);
        }
        return seen & HIGH_BITS == 0;
    }
    if let (Some(first), Some(last)) = (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
        return (u32::from_ne_bytes(*first) | u32::from_ne_bytes(*last)) & HIGH_BITS as u32 == 0;
    }
    bytes.iter().fold(0, |seen, byte| seen | byte) < 0x80
}

#[cfg(test)]
mod tests {
    use super::{is_ascii, utf8};

    #[test]
    fn a_high_byte_is_found_at_every_place_of_every_short_length() {
        for length in 0..40 {
            let mut bytes = vec![b'a'; length];
            assert!(is_ascii(&bytes), "{length}");
            for place in 0..length {
                bytes[place] = 0x80;
                assert!(!is_ascii(&bytes), "{place} of {length}");
                assert!(utf8(&bytes).is_err());
                bytes[place] = b'a';
            }
        }
    }

    #[test]
    fn text_beyond_ascii_is_text() {
        assert_eq!(utf8("schön ☃".as_bytes()), Ok("schön ☃"));
    }
}
