//! Whether the head of a response is an answer to a gRPC call, and what it means if it is not. Called by `call`.

use std::future::poll_fn;

use http::header::CONTENT_TYPE;
use http::{Response, StatusCode};

use crate::grpc::{Answer, Code, InboundBody, Origin, Result, Status, content_subtype, read_status};

/// How much of a body that is no gRPC is quoted.
const QUOTED: usize = 200;

/// The answer in a response.
pub(super) async fn accept(response: Response<InboundBody>) -> Result<Answer> {
    let (head, body) = response.into_parts();
    match content_subtype(&head.headers) {
        // "If the response has a grpc-status, it is used whatever the HTTP status": proxies answer like this.
        Some(codec) if head.status == StatusCode::OK || read_status(&head.headers).is_some() => {
            if !codec.is_empty() && !codec.eq_ignore_ascii_case("proto") {
                return Err(Status::internal(format!(
                    "the server answers in the codec {codec:?}, not in proto"
                )));
            }
            Ok(Answer { headers: head.headers, body })
        }
        _ => {
            let kind = head
                .headers
                .get(CONTENT_TYPE)
                .map_or_else(|| "without a content type".to_owned(), |kind| format!("of the type {kind:?}"));
            let start = start_of(body).await;
            let text = format!("the server answered HTTP {} {kind}, which is no gRPC; {start}", head.status);
            Err(Status::new(code_of(head.status), text).with_origin(Origin::Http))
        }
    }
}

/// The code of an HTTP status, by gRPC's `http-grpc-status-mapping.md`.
fn code_of(status: StatusCode) -> Code {
    match status.as_u16() {
        400 => Code::Internal,
        401 => Code::Unauthenticated,
        403 => Code::PermissionDenied,
        404 => Code::Unimplemented,
        429 | 502..=504 => Code::Unavailable,
        _ => Code::Unknown,
    }
}

/// The first bytes of a body, for people.
async fn start_of(mut body: InboundBody) -> String {
    let frame = poll_fn(|cx| body.as_mut().poll_frame(cx)).await;
    match frame.and_then(|frame| frame.ok()?.into_data().ok()) {
        Some(data) if !data.is_empty() => {
            let start = String::from_utf8_lossy(data.get(..QUOTED).unwrap_or(&data)).into_owned();
            format!("its body begins with {start:?}")
        }
        _ => "it has no body".to_owned(),
    }
}
