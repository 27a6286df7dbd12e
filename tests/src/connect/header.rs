//! Metadata as the suite writes it: names with lists of texts, bytes in base64. Used by both testees.

use base64::Engine;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use base64::{alphabet, engine::DecodePaddingMode};
use protocall::{Metadata, MetadataError, MetadataValue};

use super::Header;

const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_encode_padding(false)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Metadata for a report.
pub fn headers_of(metadata: &Metadata) -> Vec<Header> {
    let mut headers: Vec<Header> = Vec::new();
    for (name, value) in metadata {
        let value = match value {
            MetadataValue::Ascii(text) => text.to_owned(),
            MetadataValue::Binary(bytes) => BASE64.encode(bytes),
        };
        match headers.iter_mut().find(|header| header.name == name) {
            Some(known) => known.value.push(value),
            None => {
                headers.push(Header { name: name.to_owned(), value: vec![value], ..Default::default() });
            }
        }
    }
    headers
}

/// Adds what a test wants to be sent.
///
/// # Errors
/// When a name or a value may not be sent.
pub fn append(headers: &[Header], metadata: &mut Metadata) -> Result<(), MetadataError> {
    for header in headers {
        let name = header.name.to_ascii_lowercase();
        for value in &header.value {
            if name.ends_with("-bin") {
                let bytes = BASE64.decode(value);
                metadata.append_bin(&name, bytes.map_err(|_| MetadataError::InvalidValue(name.clone()))?)?;
            } else {
                metadata.append(&name, value)?;
            }
        }
    }
    Ok(())
}
