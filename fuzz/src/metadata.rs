//! Lines as headers and trailers: what is read of them is what plain readers of the specifications read, and goes back
//! unchanged.

use std::time::Duration;

use http::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use protocall::__fuzz as door;
use protocall::{Code, Compression, Metadata, MetadataValue, Status};

use crate::base64;
use crate::lines::headers;

/// What the target does with an input.
pub fn run(data: &[u8]) {
    let headers = headers(data);
    status(&headers);
    metadata(&headers);
    timeout(&headers);
    pushback(&headers);
    encodings(&headers);
    content(&headers);
}

fn status(headers: &HeaderMap) {
    let read = door::read_status(headers);
    let Some(number) = headers.get("grpc-status") else { return assert!(read.is_none()) };
    let Err(status) = read.expect("there is one") else { return assert_eq!(number.as_bytes(), b"0") };
    match number_of(number.as_bytes()).and_then(|number| u32::try_from(number).ok()) {
        Some(number) => {
            assert_eq!((status.code_number(), number != 0), (number, true));
            let message = headers.get("grpc-message").map(HeaderValue::as_bytes).unwrap_or_default();
            assert_eq!(status.message(), percent_decoded(message));
        }
        None => assert_eq!(status.code(), Code::Unknown),
    }
    let details = headers.get("grpc-status-details-bin").and_then(|text| base64::metadata(text.as_bytes()));
    assert_eq!(status.details()[..], details.unwrap_or_default());
    assert_eq!(status.to_rpc().message, status.message());
    assert!(!format!("{status:?} {status}").is_empty());
    status_comes_back(&status);
}

fn status_comes_back(status: &Status) {
    let trailers = door::write_status(Some(status));
    let message = trailers.get("grpc-message").map(HeaderValue::as_bytes).unwrap_or_default();
    assert!(message.iter().all(|byte| (b' '..=b'~').contains(byte)));
    let read = door::read_status(&trailers).expect("it was written").expect_err("it is one");
    assert_eq!(read.code_number(), status.code_number());
    assert_eq!((read.message(), read.details()), (status.message(), status.details()));
    assert_eq!(read.metadata(), status.metadata());
}

/// "Decimal without leading zeros."
fn number_of(text: &[u8]) -> Option<u64> {
    let text = std::str::from_utf8(text).ok()?;
    text.parse().ok().filter(|number: &u64| number.to_string() == text)
}

fn percent_decoded(text: &[u8]) -> String {
    let mut bytes = Vec::new();
    let mut place = 0;
    while place < text.len() {
        let code = text.get(place + 1..place + 3).filter(|code| code.iter().all(u8::is_ascii_hexdigit));
        match code.filter(|_| text[place] == b'%').and_then(|code| std::str::from_utf8(code).ok()) {
            Some(code) => {
                bytes.push(u8::from_str_radix(code, 16).expect("they are digits"));
                place += 3;
            }
            None => {
                bytes.push(text[place]);
                place += 1;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The names that are gRPC's and HTTP's own.
fn is_hidden(name: &str) -> bool {
    const SHOWN: [&str; 4] =
        ["grpc-previous-rpc-attempts", "grpc-retry-pushback-ms", "grpc-trace-bin", "grpc-tags-bin"];
    const HIDDEN: [&str; 7] =
        ["content-type", "te", "host", "connection", "content-length", "transfer-encoding", "date"];
    HIDDEN.contains(&name) || name.starts_with("grpc-") && !SHOWN.contains(&name)
}

fn metadata(headers: &HeaderMap) {
    let metadata = door::metadata(headers.clone());
    let expected = seen(headers);
    let found: Vec<_> = metadata.iter().map(|(name, value)| (name.to_owned(), value)).collect();
    assert_eq!(found, expected);
    assert_eq!(metadata.is_empty(), expected.is_empty());
    for (name, _) in &expected {
        let values: Vec<_> = metadata.get_all(name).collect();
        assert!(values.iter().eq(expected.iter().filter(|it| it.0 == *name).map(|it| &it.1)), "{name}");
    }
    let copy = door::metadata(door::headers(&metadata));
    assert_eq!(copy, metadata);
    let mut extended = Metadata::new();
    extended.extend(&metadata);
    assert_eq!(extended, metadata);
    let is_sound = headers.iter().filter(|(name, _)| name.as_str().ends_with("-bin")).all(|(_, value)| {
        value.as_bytes().split(|byte| *byte == b',').all(|part| base64::metadata(part).is_some())
    });
    assert_eq!(door::request_metadata(headers.clone()).is_ok(), is_sound);
    for (name, value) in &expected {
        goes_out(name, value);
    }
    assert!(!format!("{metadata:?}").is_empty());
}

/// What a caller or handler should see.
fn seen(headers: &HeaderMap) -> Vec<(String, MetadataValue<'_>)> {
    let mut seen = Vec::new();
    for (name, value) in headers.iter().filter(|(name, _)| !is_hidden(name.as_str())) {
        let name = name.as_str();
        if name.ends_with("-bin") {
            let parts = value.as_bytes().split(|byte| *byte == b',').filter_map(base64::metadata);
            seen.extend(parts.map(|bytes| (name.to_owned(), MetadataValue::Binary(bytes.into()))));
        } else {
            let value = match value.to_str() {
                Ok(text) => MetadataValue::Ascii(text),
                Err(_) => MetadataValue::Binary(value.as_bytes().to_vec().into()),
            };
            seen.push((name.to_owned(), value));
        }
    }
    seen
}

/// What may be set is what is seen on the other side.
fn goes_out(name: &str, value: &MetadataValue<'_>) {
    let mut metadata = Metadata::new();
    let set = match value {
        MetadataValue::Ascii(text) => metadata.append(name, text),
        MetadataValue::Binary(bytes) => metadata.append_bin(name, bytes),
    };
    if set.is_ok() {
        let other_side = door::request_metadata(door::headers(&metadata)).expect("it was set");
        assert_eq!(other_side.get_all(name).collect::<Vec<_>>(), std::slice::from_ref(value));
    } else {
        assert!(metadata.is_empty());
    }
}

fn timeout(headers: &HeaderMap) {
    let Some(header) = headers.get("grpc-timeout").map(HeaderValue::as_bytes) else { return };
    let Some(timeout) = door::decode_timeout(header) else { return assert_eq!(timeout_of(header), None) };
    assert_eq!(timeout_of(header), Some(timeout.as_nanos()));
    for timeout in
        [timeout, timeout.saturating_add(Duration::from_nanos(1)), timeout / 3, timeout.saturating_mul(7)]
    {
        let header = door::encode_timeout(timeout);
        assert!(header.len() <= 9, "{header}");
        let read = door::decode_timeout(header.as_bytes()).expect("it was written");
        let longest = Duration::from_secs(99_999_999 * 3600);
        // The peer gives up later than this side, by no more than one in ten thousand.
        assert!(read >= timeout.min(longest), "{timeout:?} became {read:?}");
        assert!(
            read - timeout.min(longest) <= timeout / 10_000 + Duration::from_nanos(1),
            "{timeout:?}: {read:?}"
        );
    }
}

fn timeout_of(header: &[u8]) -> Option<u128> {
    let (unit, digits) = header.split_last()?;
    let unit: u128 = match unit {
        b'H' => 3_600_000_000_000,
        b'M' => 60_000_000_000,
        b'S' => 1_000_000_000,
        b'm' => 1_000_000,
        b'u' => 1_000,
        b'n' => 1,
        _ => return None,
    };
    let is_number = (1..=8).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit);
    let count: u128 = is_number.then(|| std::str::from_utf8(digits).ok()?.parse().ok())??;
    Some(count * unit)
}

fn pushback(headers: &HeaderMap) {
    let values: Vec<_> =
        headers.get_all("grpc-retry-pushback-ms").iter().map(HeaderValue::as_bytes).collect();
    let expected = match &values[..] {
        [] => None,
        [one] => Some(number_of(one).filter(|millis| *millis <= i32::MAX as u64).map(Duration::from_millis)),
        _ => Some(None),
    };
    assert_eq!(door::pushback(headers), expected);
}

fn encodings(headers: &HeaderMap) {
    let read = door::encoding(headers);
    let name = headers.get("grpc-encoding").map(HeaderValue::as_bytes).unwrap_or(b"identity");
    let known = |name: &[u8]| {
        Compression::ALL
            .iter()
            .copied()
            .find(|known| known.name().as_bytes().eq_ignore_ascii_case(name.trim_ascii()))
    };
    match &read {
        Ok(None) => assert!(name.eq_ignore_ascii_case(b"identity")),
        Ok(Some(found)) => assert_eq!(known(name), Some(*found)),
        Err(unknown) => assert!(unknown.as_bytes() == name && known(name).is_none()),
    }
    if let Some(reply) = door::reply_encoding(headers) {
        assert_eq!(read, Ok(Some(reply)), "replies are compressed as their request is");
    }
}

fn content(headers: &HeaderMap) {
    let in_grpc = door::content_subtype(headers);
    let Some((as_grpc, answer)) = door::web_content(headers) else { return };
    assert_eq!(in_grpc, None, "a content type is one of gRPC or of gRPC-Web");
    let of = |value: HeaderValue| {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, value);
        headers
    };
    let (as_grpc, answer) = (of(as_grpc), of(answer));
    let codec = door::content_subtype(&as_grpc).expect("it is one of gRPC");
    let again = door::web_content(&answer).expect("it is one of gRPC-Web");
    assert_eq!(door::content_subtype(&of(again.0)), Some(codec));
}
