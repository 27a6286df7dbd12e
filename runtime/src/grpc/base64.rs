//! The base64 of `-bin` metadata: written without padding, read with and without. Called by `metadata` and `head`.

use ::base64::Engine as _;
use ::base64::alphabet::STANDARD;
use ::base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

const ENGINE: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_encode_padding(false)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        // Some encoders leave bits behind the last whole byte; what they mean is clear.
        .with_decode_allow_trailing_bits(true),
);

/// Encodes without padding.
pub(super) fn encode(bytes: &[u8]) -> String {
    ENGINE.encode(bytes)
}

/// Decodes, padded or not; `None` for what is not base64.
pub(super) fn decode(text: &[u8]) -> Option<Vec<u8>> {
    ENGINE.decode(text.trim_ascii()).ok()
}

#[cfg(test)]
mod tests {
    use super::{decode, encode};

    #[test]
    fn padding_is_optional_on_reading_and_absent_on_writing() {
        assert_eq!(encode(&[0, 255, 1, 2]), "AP8BAg");
        assert_eq!(decode(b"AP8BAg=="), decode(b"AP8BAg"));
        assert_eq!(decode(b"AP8BAg"), Some(vec![0, 255, 1, 2]));
        assert_eq!(decode(b"\x00"), None);
        assert_eq!(decode(b"a"), None);
    }
}
