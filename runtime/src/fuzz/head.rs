//! Headers and trailers, read and written. Called by the target `metadata`.

use std::time::Duration;

use http::header::{HeaderMap, HeaderValue};

use crate::client::{self, Pushback};
use crate::grpc::{
    self, Accepted, Compression, Encoding, Metadata, MetadataError, ReplyCompression, Result, Status,
};

/// The outcome that trailers tell.
pub fn read_status(trailers: &HeaderMap) -> Option<Result<()>> {
    grpc::read_status(trailers)
}

/// The trailers of an outcome.
pub fn write_status(error: Option<&Status>) -> HeaderMap {
    let mut trailers = HeaderMap::new();
    grpc::write_status(&mut trailers, error);
    trailers
}

/// What a caller sees of headers or trailers.
pub fn metadata(headers: HeaderMap) -> Metadata {
    Metadata::from_wire(headers)
}

/// What a handler sees of the headers of its request.
///
/// # Errors
/// When bytes are not base64.
pub fn request_metadata(headers: HeaderMap) -> Result<Metadata, MetadataError> {
    Metadata::check_request(&headers)?;
    Ok(Metadata::from_wire(headers))
}

/// The headers that metadata goes in.
pub fn headers(metadata: &Metadata) -> HeaderMap {
    let mut headers = HeaderMap::new();
    metadata.write_to(&mut headers);
    headers
}

/// The duration of a `grpc-timeout`.
pub fn decode_timeout(header: &[u8]) -> Option<Duration> {
    grpc::decode_timeout(header)
}

/// The `grpc-timeout` of a duration.
pub fn encode_timeout(timeout: Duration) -> String {
    grpc::encode_timeout(timeout)
}

/// The codec that a content type of gRPC names.
pub fn content_subtype(headers: &HeaderMap) -> Option<&str> {
    grpc::content_subtype(headers)
}

/// How long a server wants a client to wait before it tries again, if at all; `None` where it says nothing.
pub fn pushback(trailers: &HeaderMap) -> Option<Option<Duration>> {
    client::pushback(trailers).map(|pushback| match pushback {
        Pushback::After(wait) => Some(wait),
        Pushback::Never => None,
    })
}

/// What messages are compressed with.
///
/// # Errors
/// The name of what is not known.
pub fn encoding(headers: &HeaderMap) -> Result<Option<Compression>, HeaderValue> {
    match Encoding::read(headers, &Accepted::default()) {
        Encoding::Identity => Ok(None),
        Encoding::Known(compression) => Ok(Some(compression)),
        Encoding::Unknown(name) => Err(name),
    }
}

/// What replies are compressed with, to a request with these headers.
pub fn reply_encoding(headers: &HeaderMap) -> Option<Compression> {
    ReplyCompression::AsRequest.choose(headers, &Encoding::read(headers, &Accepted::default()))
}

/// Of a request of gRPC-Web the content types that it has in gRPC, and that its answer has.
pub fn web_content(headers: &HeaderMap) -> Option<(HeaderValue, HeaderValue)> {
    grpc::WebContent::read(headers).map(|content| (content.in_grpc(), content.of_answer()))
}
