//! The headers that gRPC puts its own words in: content type, status, message and details. Called by both sides.

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};

use super::{Code, Metadata, Origin, Status, base64, percent};

/// The content type of a request, and of the answer to one that names no codec.
pub(crate) const GRPC: HeaderValue = HeaderValue::from_static("application/grpc");

/// The content type of the answer to a request that names its codec.
pub(crate) const GRPC_PROTO: HeaderValue = HeaderValue::from_static("application/grpc+proto");

const STATUS: HeaderName = HeaderName::from_static("grpc-status");
const MESSAGE: HeaderName = HeaderName::from_static("grpc-message");
const DETAILS: HeaderName = HeaderName::from_static("grpc-status-details-bin");

/// What follows `application/grpc` in the content type: nothing, or the name of a codec. `None` if it is no gRPC.
pub(crate) fn content_subtype(headers: &HeaderMap) -> Option<&str> {
    const PLAIN: usize = "application/grpc".len();
    let value = headers.get(CONTENT_TYPE)?.to_str().ok()?.split(';').next()?.trim_end();
    let (plain, rest) = value.split_at_checked(PLAIN)?;
    if !plain.eq_ignore_ascii_case("application/grpc") {
        return None;
    }
    match rest.as_bytes().first() {
        None => Some(""),
        Some(b'+') => rest.get(1..),
        _ => None,
    }
}

/// How many bytes HTTP/2 counts for these headers: names, values, and 32 for each (RFC 9113, 6.5.2).
pub(crate) fn header_list_size(headers: &HeaderMap) -> usize {
    headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 32).sum()
}

/// Puts the outcome of a call into trailers, or into the headers that stand for them: the error, or OK.
pub(crate) fn write_status(headers: &mut HeaderMap, error: Option<&Status>) {
    let Some(status) = error else {
        headers.insert(STATUS, HeaderValue::from_static("0"));
        return;
    };
    status.metadata().write_to(headers);
    // An error that says OK is a mistake of the handler: the caller must not take it for a success.
    let number = if status.code() == Code::Ok { Code::Unknown.number() } else { status.code_number() };
    headers.insert(STATUS, HeaderValue::from(number));
    if !status.message().is_empty()
        && let Ok(message) = HeaderValue::try_from(percent::encode(status.message()))
    {
        headers.insert(MESSAGE, message);
    }
    if !status.details().is_empty()
        && let Ok(details) = HeaderValue::try_from(base64::encode(status.details()))
    {
        headers.insert(DETAILS, details);
    }
}

/// The outcome of a call as trailers tell it; `None` where they have no `grpc-status`.
pub(crate) fn read_status(trailers: &HeaderMap) -> Option<Result<(), Status>> {
    let number = trailers.get(STATUS)?.to_str().ok().and_then(parse_number);
    if number == Some(0) {
        return Some(Ok(()));
    }
    let message = trailers.get(MESSAGE).map_or_else(String::new, |text| percent::decode(text.as_bytes()));
    let message = match number {
        Some(_) => message,
        None => format!("the peer sent a grpc-status that is no number; {message}"),
    };
    let details = trailers.get(DETAILS).and_then(|text| base64::decode(text.as_bytes()));
    let status = Status::from_number(number.unwrap_or(Code::Unknown.number()), message)
        .with_details(details.map_or_else(Bytes::new, Bytes::from))
        .with_metadata(Metadata::from_wire(trailers.clone()))
        .with_origin(Origin::Peer);
    Some(Err(status))
}

/// "Decimal without leading zeros."
fn parse_number(text: &str) -> Option<u32> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    if plain { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use http::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};

    use super::{content_subtype, read_status, write_status};
    use crate::grpc::{Code, Status};

    #[test]
    fn a_status_goes_through_trailers_unchanged() {
        let mut trailers = HeaderMap::new();
        let mut sent = Status::not_found("müsli\n☃ 100 %").with_details(vec![0, 1, 255]);
        sent.metadata_mut().insert("retry-in", "1 s").unwrap();
        write_status(&mut trailers, Some(&sent));
        let read = read_status(&trailers).unwrap().unwrap_err();
        assert_eq!((read.code(), read.message()), (Code::NotFound, sent.message()));
        assert_eq!(read.details(), sent.details());
        assert_eq!(read.metadata(), sent.metadata());
    }

    #[test]
    fn what_a_peer_may_get_wrong_in_trailers_never_fails() {
        let trailers = |status: &'static str, details: &'static str| {
            let mut trailers = HeaderMap::new();
            trailers.insert(HeaderName::from_static("grpc-status"), HeaderValue::from_static(status));
            trailers.insert(
                HeaderName::from_static("grpc-status-details-bin"),
                HeaderValue::from_static(details),
            );
            trailers
        };
        for number in ["", "x", "05", "-1", "99999999999", "5 "] {
            let status = read_status(&trailers(number, "")).unwrap().unwrap_err();
            assert_eq!(status.code(), Code::Unknown, "{number:?}");
        }
        let status = read_status(&trailers("5", "!not base64!")).unwrap().unwrap_err();
        assert_eq!((status.code(), status.details().len()), (Code::NotFound, 0));
        assert!(read_status(&HeaderMap::new()).is_none());
    }

    #[test]
    fn an_error_that_says_ok_does_not_look_like_success() {
        let mut trailers = HeaderMap::new();
        write_status(&mut trailers, Some(&Status::new(Code::Ok, "")));
        assert_eq!(read_status(&trailers).unwrap().unwrap_err().code(), Code::Unknown);
    }

    #[test]
    fn only_grpc_with_or_without_a_codec_is_grpc() {
        for (value, expected) in [
            ("application/grpc", Some("")),
            ("application/grpc+proto", Some("proto")),
            ("Application/gRPC+Proto", Some("Proto")),
            ("application/grpc;charset=utf-8", Some("")),
            ("application/grpc+proto; charset=utf-8", Some("proto")),
            ("application/grpcx", None),
            ("application/json", None),
            ("application/grp", None),
            ("", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(value));
            assert_eq!(content_subtype(&headers), expected, "{value:?}");
        }
        assert_eq!(content_subtype(&HeaderMap::new()), None);
    }
}
