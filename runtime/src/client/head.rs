//! The head of a call's requests: what HTTP/2 carries before the first message. Made by `start`, written anew for each
//! attempt.

use http::header::{CONTENT_TYPE, HeaderValue, TE};
use http::{Request, Uri};
use tokio::time::Instant;

use super::channel::Requests;
use super::credentials::Credentials;
use crate::grpc::{Compression, GRPC, GRPC_ACCEPT_ENCODING, GRPC_ENCODING, Metadata, Method};

/// See the head of the file.
pub(super) struct Head {
    pub(super) method: &'static Method,
    pub(super) metadata: Metadata,
    pub(super) credentials: Credentials,
    pub(super) compression: Option<Compression>,
    /// What the replies may be compressed with.
    pub(super) accepted: Option<HeaderValue>,
    pub(super) deadline: Option<Instant>,
    /// Whether it waits for a connection as long as it takes.
    pub(super) waits: bool,
}

/// The deadline of a request, left for `transport`: the header says what is left of it when the request leaves.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RequestDeadline(pub(crate) Instant);

/// Left for `transport` in a request that waits for a connection as long as it takes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct WaitForReady;

impl Head {
    /// A request with this head.
    pub(super) fn request(&self, requests: Requests) -> Request<Requests> {
        let mut request = Request::new(requests);
        *request.method_mut() = http::Method::POST;
        *request.uri_mut() = Uri::from_static(self.method.path());
        let headers = request.headers_mut();
        self.metadata.write_to(headers);
        headers.insert(CONTENT_TYPE, GRPC);
        headers.insert(TE, HeaderValue::from_static("trailers"));
        if let Some(compression) = self.compression {
            headers.insert(GRPC_ENCODING, compression.header());
        }
        if let Some(accepted) = &self.accepted {
            headers.insert(GRPC_ACCEPT_ENCODING, accepted.clone());
        }
        if let Some(deadline) = self.deadline {
            request.extensions_mut().insert(RequestDeadline(deadline));
        }
        if self.waits {
            request.extensions_mut().insert(WaitForReady);
        }
        request
    }
}
