//! The percent-encoding of `grpc-message`: any text through a header that takes printable ASCII. Called by `head`.

use std::fmt::Write;

/// The most that a message takes in a header. gRPC's own clients fail a call whose trailers are larger than 8 to 16 KiB, and
/// no window of HTTP/2 holds headers back.
const LONGEST: usize = 4 * 1024;

/// Encodes every byte outside 0x20-0x7E, and `%` itself, as `%XX`. A message that is too long is cut, and ends in `...`.
pub(super) fn encode(message: &str) -> String {
    const CUT: &str = "...";
    let mut encoded = String::with_capacity(message.len().min(LONGEST));
    // How much of it is whole characters, and leaves room for the end.
    let mut whole = 0;
    for sign in message.chars() {
        for byte in sign.encode_utf8(&mut [0; 4]).bytes() {
            match byte {
                b'%' => encoded.push_str("%25"),
                b' '..=b'~' => encoded.push(char::from(byte)),
                // Writing to a string does not fail.
                _ => drop(write!(encoded, "%{byte:02X}")),
            }
        }
        if encoded.len() > LONGEST {
            encoded.truncate(whole);
            encoded.push_str(CUT);
            break;
        }
        if encoded.len() <= LONGEST - CUT.len() {
            whole = encoded.len();
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
    use super::{LONGEST, decode, encode};

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
    fn what_is_too_long_is_cut_between_two_characters() {
        for text in ["a", "%", "☃", "ab☃"] {
            let whole = text.repeat(LONGEST / encode(text).len());
            assert_eq!(decode(encode(&whole).as_bytes()), whole);
            let cut = encode(&text.repeat(LONGEST + 1));
            assert!((LONGEST - 12..=LONGEST).contains(&cut.len()), "{text}: {}", cut.len());
            let start = decode(cut.as_bytes());
            let start = start.strip_suffix("...").expect("it says so");
            assert!(text.repeat(LONGEST).starts_with(start), "{text}");
        }
    }

    #[test]
    fn what_is_malformed_stays_readable() {
        assert_eq!(decode(b"50%"), "50%");
        assert_eq!(decode(b"%zz%4"), "%zz%4");
        assert_eq!(decode(b"%ff!"), "\u{fffd}!");
        assert_eq!(decode(b"%e2%98%83"), "☃");
    }
}
