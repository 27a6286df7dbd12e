//! The text form of gRPC-Web: base64 in pieces, each of which may end with padding. Called by `body`.

use ::base64::Engine as _;
use ::base64::engine::general_purpose::STANDARD;

/// The letters that stand for three bytes.
const QUANTUM: usize = 4;

/// A piece of its own, with padding where it needs some.
pub(crate) fn encode_text(bytes: &[u8]) -> Vec<u8> {
    STANDARD.encode(bytes).into_bytes()
}

/// Reads base64 however it is cut and wherever it is padded.
#[derive(Debug, Default)]
pub(crate) struct TextDecoder {
    /// Letters that are not four yet.
    left: Vec<u8>,
}

impl TextDecoder {
    /// The bytes of all letters that are there; `None` for what is not base64.
    pub(crate) fn decode(&mut self, letters: &[u8]) -> Option<Vec<u8>> {
        self.left.extend_from_slice(letters);
        let whole = self.left.len() / QUANTUM * QUANTUM;
        let rest = self.left.split_off(whole);
        let mut letters = &std::mem::replace(&mut self.left, rest)[..];
        let mut bytes = Vec::with_capacity(whole / QUANTUM * 3);
        while !letters.is_empty() {
            // A piece ends with the four letters that have padding among them.
            let padded = letters.iter().position(|letter| *letter == b'=');
            let end = padded.map_or(letters.len(), |place| (place / QUANTUM + 1) * QUANTUM);
            let (piece, rest) = letters.split_at_checked(end)?;
            STANDARD.decode_vec(piece, &mut bytes).ok()?;
            letters = rest;
        }
        Some(bytes)
    }

    /// Whether the letters have ended where bytes end.
    pub(crate) fn is_whole(&self) -> bool {
        self.left.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::{TextDecoder, encode_text};

    #[test]
    fn it_is_read_however_it_is_cut_and_padded() {
        let pieces: [&[u8]; 6] =
            [b"a", b"", b"bcd", b"ef", b"g\x00\xff\xfe", b"long enough for several quanta"];
        let letters: Vec<u8> = pieces.iter().flat_map(|piece| encode_text(piece)).collect();
        assert!(letters.starts_with(b"YQ==YmNk"));
        for size in 1..=letters.len() {
            let mut decoder = TextDecoder::default();
            let read: Vec<u8> =
                letters.chunks(size).flat_map(|chunk| decoder.decode(chunk).expect("it is base64")).collect();
            assert_eq!(read, pieces.concat(), "in chunks of {size}");
            assert!(decoder.is_whole());
        }
    }

    #[test]
    fn what_is_not_base64_is_refused() {
        for letters in ["ab!d", "=abc", "a===", "ab=c", "abcd=abc", "ab-_", "YQ==\r\nYQ"] {
            assert_eq!(TextDecoder::default().decode(letters.as_bytes()), None, "{letters}");
        }
        let mut decoder = TextDecoder::default();
        assert_eq!(decoder.decode(b"YWJjY").as_deref(), Some(&b"abc"[..]));
        assert!(!decoder.is_whole());
    }
}
