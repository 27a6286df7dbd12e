//! Answers to requests that are no gRPC calls: of browsers, of curl, of clients that have lost their way. Called by `router`.

use std::pin::Pin;
use std::time::Duration;

use bytes::Bytes;
use http::header::{ALLOW, CONTENT_TYPE, HeaderValue};
use http::request::Parts;
use http::{Response, StatusCode};
use http_body::Body as _;

use super::reply;
use super::service::Handling;
use crate::grpc::{InboundBody, OutboundBody, Status, content_subtype};

/// How much of such a request is read before it is answered, and how long. Clients of HTTP that have no gRPC often read
/// nothing before they have sent all; and what is wrong with the rest of the request is HTTP/2's to say.
const MOST: usize = 64 * 1024;
const LONGEST: Duration = Duration::from_secs(1);

const TEXT: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");
const POST: HeaderValue = HeaderValue::from_static("POST");

/// gRPC's calls are POST: anything else gets the HTTP status 405 and, for clients that read it, a gRPC one. Who did not
/// ask for gRPC is told in plain words.
pub(super) fn other_method(head: &Parts, body: InboundBody) -> Handling {
    let text = format!("gRPC calls are POST, not {}", head.method);
    let mut answer = reply::refused(&Status::internal(&*text));
    *answer.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
    answer.headers_mut().insert(ALLOW, POST);
    if content_subtype(&head.headers).is_none() {
        answer.headers_mut().insert(CONTENT_TYPE, TEXT);
        *answer.body_mut() = OutboundBody::plain(Bytes::from(text + "\n"));
    }
    behind(body, answer)
}

/// What is not gRPC by its content type gets the HTTP status 415, and no more: so the specification.
pub(super) fn other_content(body: InboundBody) -> Handling {
    let mut answer = Response::<OutboundBody>::default();
    *answer.status_mut() = StatusCode::UNSUPPORTED_MEDIA_TYPE;
    behind(body, answer)
}

/// Answers when the request has been read.
fn behind(body: InboundBody, answer: Response<OutboundBody>) -> Handling {
    Handling::new(async move {
        // Whether it ends, breaks, or takes too long, the answer is the same.
        let _ = tokio::time::timeout(LONGEST, pass_over(body)).await;
        answer
    })
}

async fn pass_over(mut body: InboundBody) {
    let mut left = MOST;
    while let Some(Ok(frame)) = std::future::poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await {
        let read = frame.data_ref().map_or(0, Bytes::len);
        match left.checked_sub(read) {
            Some(rest) => left = rest,
            None => return,
        }
    }
}
