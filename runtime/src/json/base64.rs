//! The base64 of `bytes`: written by the standard alphabet with padding; read by that and the one of URLs, padded or not.
//! Called by `place` and the sinks.

use ::base64::Engine as _;
use ::base64::alphabet::STANDARD;
use ::base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use crate::wire::push_all;

const ENGINE: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// As many bytes as are written by way of the stack: ids and hashes are not longer.
const SHORT: usize = 48;

/// Appends the text of the bytes.
pub(super) fn encode(bytes: &[u8], out: &mut String) {
    if bytes.len() <= SHORT {
        let mut short = [0; SHORT / 3 * 4];
        let length = ENGINE.encode_slice(bytes, &mut short).unwrap_or_default();
        let text = short.get(..length).and_then(|text| std::str::from_utf8(text).ok());
        push_all(out, [text.unwrap_or_default()]);
    } else {
        ENGINE.encode_string(bytes, out);
    }
}

/// `None` for what is not base64.
pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    if text.bytes().any(|sign| matches!(sign, b'-' | b'_')) {
        return of_standard(&text.replace('-', "+").replace('_', "/"));
    }
    of_standard(text)
}

fn of_standard(text: &str) -> Option<Vec<u8>> {
    let signs = text.trim_end_matches('=').len();
    // Of the exact size, so that nothing is copied when the bytes are shared later.
    let mut bytes = vec![0; signs / 4 * 3 + signs % 4 * 3 / 4];
    let length = ENGINE.decode_slice(text, &mut bytes).ok()?;
    bytes.truncate(length);
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::{SHORT, decode, encode};

    #[test]
    fn bytes_of_every_length_come_back() {
        let bytes: Vec<u8> = (0..200).map(|byte: u8| byte.wrapping_mul(151)).collect();
        for length in (0..2 * SHORT + 2).chain([199, 200]) {
            let mut text = "before".to_owned();
            encode(&bytes[..length], &mut text);
            let text = text.strip_prefix("before").expect("it is appended");
            assert_eq!(text.len(), length.div_ceil(3) * 4);
            let unpadded = text.trim_end_matches('=');
            let of_urls = unpadded.replace('+', "-").replace('/', "_");
            for text in [text, unpadded, &of_urls] {
                let read = decode(text).expect("it was just written");
                assert_eq!((&read[..], read.capacity()), (&bytes[..length], length), "{text}");
            }
        }
        for text in ["=", "A", "AAAAA", "AA=A", "A A=", "AA==AA", "\u{e9}"] {
            assert_eq!(decode(text), None, "{text}");
        }
        assert_eq!(decode("AR"), Some(vec![1]), "bits that are left over count nothing");
    }
}
