//! The percent-encoding of `grpc-message`: any text through a header that takes printable ASCII. Called by `head`.

use std::fmt::Write;

/// Encodes every byte outside 0x20-0x7E, and `%` itself, as `%XX`.
pub(super) fn encode(message: &str) -> String {
    let mut encoded = String::with_capacity(message.len());
    for byte in message.bytes() {
        match byte {
            b'%' => encoded.push_str("%25"),
            b' '..=b'~' => encoded.push(char::from(byte)),
            // Writing to a string does not fail.
            _ => drop(write!(encoded, "%{byte:02X}")),
        }
    }
    encoded
}

/// Decodes without ever failing: a `%` that no two hex digits follow stays as it is, and bytes that are not UTF-8
/// become U+FFFD. A message half readable is better than none.
pub(super) fn decode(encoded: &[u8]) -> String {
    let mut decoded = Vec::with_capacity(encoded.len());
    let mut rest = encoded;
    while let Some((&byte, tail)) = rest.split_first() {
        match (byte, tail) {
            (b'%', [high, low, tail @ ..]) if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                decoded.push(hex(*high) << 4 | hex(*low));
                rest = tail;
            }
            _ => {
                decoded.push(byte);
                rest = tail;
            }
        }
    }
    String::from_utf8(decoded).unwrap_or_else(|bad| String::from_utf8_lossy(bad.as_bytes()).into_owned())
}

fn hex(digit: u8) -> u8 {
    char::from(digit).to_digit(16).unwrap_or(0) as u8
}

#[cfg(test)]
mod tests {
    use super::{decode, encode};

    #[test]
    fn text_of_every_kind_goes_through() {
        for text in ["", "plain text", "100 % sure", "müsli ☃", "tab\tnewline\r\n", "\u{7f}", "𝄞"] {
            let encoded = encode(text);
            assert!(encoded.bytes().all(|byte| (b' '..=b'~').contains(&byte)), "{encoded}");
            assert_eq!(decode(encoded.as_bytes()), text);
        }
        assert_eq!(encode("ü%\n"), "%C3%BC%25%0A");
    }

    #[test]
    fn what_is_malformed_stays_readable() {
        assert_eq!(decode(b"50%"), "50%");
        assert_eq!(decode(b"%zz%4"), "%zz%4");
        assert_eq!(decode(b"%ff!"), "\u{fffd}!");
        assert_eq!(decode(b"%e2%98%83"), "☃");
    }
}
