//! Trailers as the last frame of a body. Called by `body` and `answer`.

use bytes::Bytes;
use http::HeaderMap;
use http::header::{HeaderName, HeaderValue};

use crate::grpc::Status;

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

/// The trailers in the lines of a frame: names in any case, values with or without a space before them.
pub(crate) fn read_trailers(lines: &[u8]) -> Result<HeaderMap, Status> {
    let mut trailers = HeaderMap::new();
    for line in lines.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii).filter(|line| !line.is_empty()) {
        let malformed = || {
            Status::internal(format!(
                "the server sends malformed trailers: {:?}",
                String::from_utf8_lossy(line)
            ))
        };
        let colon = line.iter().position(|byte| *byte == b':').ok_or_else(malformed)?;
        let (name, value) = line.split_at_checked(colon).ok_or_else(malformed)?;
        let name = HeaderName::from_bytes(name.trim_ascii_end()).map_err(|_| malformed())?;
        let value = value.get(1..).unwrap_or_default().trim_ascii();
        let value = HeaderValue::from_bytes(value).map_err(|_| malformed())?;
        trailers.try_append(name, value).map_err(|_| malformed())?;
    }
    Ok(trailers)
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;
    use http::header::{HeaderName, HeaderValue};

    use super::{read_trailers, trailers_frame};

    #[test]
    fn trailers_go_through_a_frame_unchanged() {
        let mut trailers = HeaderMap::new();
        for (name, value) in
            [("grpc-status", "5"), ("grpc-message", "no: such thing"), ("x", "1"), ("x", "2")]
        {
            trailers.append(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        let frame = trailers_frame(&trailers);
        assert_eq!(frame[0], 0x80);
        assert_eq!(usize::from(frame[4]), frame.len() - 5);
        assert_eq!(read_trailers(&frame[5..]).unwrap(), trailers);
    }

    #[test]
    fn what_peers_write_is_read() {
        for lines in ["grpc-status: 0\r\n", "Grpc-Status:0\r\n", "GRPC-STATUS:   0  ", "grpc-status:0\n"] {
            let trailers = read_trailers(lines.as_bytes()).unwrap();
            assert_eq!(trailers.get("grpc-status"), Some(&HeaderValue::from_static("0")), "{lines:?}");
        }
        assert!(read_trailers(b"").unwrap().is_empty());
        for lines in ["grpc-status", ": 0", "a b: c", "x: \x01"] {
            assert!(read_trailers(lines.as_bytes()).is_err(), "{lines:?}");
        }
    }
}
