//! gRPC-Web in pieces. A client reads an answer as a plain reader does; what a server writes a client reads, in both forms;
//! and a whole server answers whatever request comes: in the form that was asked for, with a status, and with the right
//! replies where the request was sound.
//!
//! An input's first byte says which of them, its second how the body is cut; up to an empty line the rest is headers, and
//! behind it the body.

use bytes::Bytes;
use http::HeaderMap;
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use protocall::__fuzz::{self as door, Read};

use crate::lines::headers;
use crate::pieces::cut;
use crate::{answered, base64};

/// The most bytes of trailers.
const LONGEST: usize = 64 * 1024;

/// What the target does with an input.
pub fn run(data: &[u8]) {
    let [kind, seed, rest @ ..] = data else { return };
    let (head, body) = match rest.windows(2).position(|two| two == b"\n\n") {
        Some(end) => (&rest[..end], &rest[end + 2..]),
        None => (&[][..], rest),
    };
    match kind % 4 {
        0 => is_read(headers(head), body, *seed),
        1 => goes_through(headers(head), body, (kind & 4 != 0, *seed)),
        _ => answered::run((headers(head), body), (*kind, *seed)),
    }
}

/// A client reads what a plain reader does.
fn is_read(mut headers: HeaderMap, body: &[u8], seed: u8) {
    if !headers.contains_key(CONTENT_TYPE) {
        let form = if seed & 1 == 0 { "application/grpc-web" } else { "application/grpc-web-text" };
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(form));
    }
    let content = headers[CONTENT_TYPE].to_str().unwrap_or_default().to_ascii_lowercase();
    let Ok(read) = door::read_answer(headers.clone(), cut(body, seed)) else {
        return assert!(
            content.starts_with("application/grpc") && !content.starts_with("application/grpc-web")
        );
    };
    if door::web_content(&headers).is_none() {
        return assert!(read.data == body && read.trailers.is_none() && read.error.is_none());
    }
    let is_known = matches!(door::encoding(&headers), Ok(Some(_)));
    if content.starts_with("application/grpc-web-text") {
        let (bytes, is_whole) = base64::web(body);
        let letters = door::read_text(cut(body, seed));
        assert_eq!(letters.error.is_none(), is_whole);
        assert!(if is_whole { letters.data == bytes } else { bytes.starts_with(&letters.data) });
        let expected = Plain::of(&bytes, is_known);
        if is_whole {
            expected.is(&read);
        } else {
            assert!(read.error.is_some() && expected.data.starts_with(&read.data));
        }
    } else {
        Plain::of(body, is_known).is(&read);
    }
}

/// What a plain reader makes of a body in bytes.
pub(crate) struct Plain {
    /// The messages, with their prefixes.
    pub(crate) data: Vec<u8>,
    /// The lines of the trailers, if they are not compressed.
    pub(crate) trailers: Option<Vec<u8>>,
    pub(crate) is_wrong: bool,
    /// Whether the trailers are compressed, so that a plain reader does not know them.
    is_compressed: bool,
}

impl Plain {
    pub(crate) fn of(body: &[u8], is_known: bool) -> Self {
        let mut plain = Self { data: Vec::new(), trailers: None, is_wrong: false, is_compressed: false };
        let mut rest = body;
        while let Some((prefix @ &[flag, a, b, c, d], behind)) = rest.split_first_chunk::<5>() {
            let length = u32::from_be_bytes([a, b, c, d]) as usize;
            if flag & 0x7e == 0 && flag >= 0x80 {
                plain.trailers(flag, behind, length);
                plain.is_wrong |= plain.is_compressed && !is_known;
                return plain;
            }
            let (message, behind) = behind.split_at(length.min(behind.len()));
            plain.data.extend(prefix);
            plain.data.extend(message);
            rest = behind;
        }
        plain.is_wrong = !rest.is_empty();
        plain
    }

    fn trailers(&mut self, flag: u8, rest: &[u8], length: usize) {
        match rest.split_at_checked(length) {
            Some((lines, [])) if length <= LONGEST => {
                self.is_compressed = flag == 0x81;
                self.trailers = Some(lines.to_vec());
            }
            _ => self.is_wrong = true,
        }
    }

    fn is(&self, read: &Read) {
        assert_eq!(read.data, self.data);
        if self.is_wrong {
            return assert!(read.error.is_some());
        }
        let Some(lines) = self.trailers.as_ref().filter(|_| !self.is_compressed) else {
            return assert!(self.is_compressed || read.trailers.is_none() && read.error.is_none());
        };
        match (lines_of(lines), &read.trailers) {
            (Some(lines), Some(trailers)) => assert_eq!(&lines, trailers),
            (None, None) => assert!(read.error.is_some()),
            (lines, trailers) => panic!("{lines:?} were read as {trailers:?}"),
        }
    }
}

/// The headers in lines of HTTP/1.1; `None` where one is none.
pub(crate) fn lines_of(bytes: &[u8]) -> Option<HeaderMap> {
    let mut headers = HeaderMap::new();
    for line in bytes.split(|byte| *byte == b'\n') {
        let line = line.trim_ascii();
        if line.is_empty() {
            continue;
        }
        let mut parts = line.splitn(2, |byte| *byte == b':');
        let (name, value) = (parts.next()?, parts.next()?);
        let name = HeaderName::from_bytes(name.trim_ascii_end()).ok()?;
        headers.append(name, HeaderValue::from_bytes(value.trim_ascii()).ok()?);
    }
    Some(headers)
}

/// What a server writes is what a client reads.
fn goes_through(trailers: HeaderMap, body: &[u8], (in_text, seed): (bool, u8)) {
    let mut data = vec![0];
    data.extend((body.len() as u32).to_be_bytes());
    data.extend(body);
    let pieces = door::write_answer(Bytes::from(data.clone()), trailers.clone(), in_text);
    let mut headers = HeaderMap::new();
    let content = if in_text { "application/grpc-web-text" } else { "application/grpc-web+proto" };
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content));
    let read = door::read_answer(headers, cut(&pieces.concat(), seed)).expect("it is gRPC-Web");
    assert!(read.error.is_none(), "{:?}", read.error);
    assert_eq!(read.data, data);
    // Blanks around a value are no part of it.
    let mut trimmed = HeaderMap::new();
    for (name, value) in &trailers {
        let value = HeaderValue::from_bytes(value.as_bytes().trim_ascii()).expect("it is one without them");
        trimmed.append(name, value);
    }
    assert_eq!(read.trailers, Some(trimmed));
}
