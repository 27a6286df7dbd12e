//! Trailers as the last frame of a body. Called by `body`.

use bytes::Bytes;
use http::HeaderMap;

/// The flag of the frame, where messages have 0 or 1.
const FLAG: u8 = 0x80;

/// The trailers behind the prefix of a frame: a line for each, as in HTTP/1.1.
pub(crate) fn trailers_frame(trailers: &HeaderMap) -> Bytes {
    let size = trailers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum();
    let mut lines: Vec<u8> = Vec::with_capacity(size);
    for (name, value) in trailers {
        // Names of the `http` crate are lower case.
        lines.extend_from_slice(name.as_str().as_bytes());
        lines.extend_from_slice(b": ");
        lines.extend_from_slice(value.as_bytes());
        lines.extend_from_slice(b"\r\n");
    }
    // HTTP/2 allows as many bytes of trailers as a prefix can count.
    let length = u32::try_from(lines.len()).unwrap_or(u32::MAX);
    [&[FLAG][..], &length.to_be_bytes(), &lines].concat().into()
}
