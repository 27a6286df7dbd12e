//! Between hyper's bodies and ours, and what both ends tell HTTP/2. Called by `connection` and `serve`.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame};
use hyper::body::Incoming;

use super::fault;
use crate::grpc::{InboundBody, OutboundBody, Status};

/// What one stream may send before it is read: large enough for a fast link, small enough that a few streams which
/// nobody reads do not stop the others of their connection.
pub(super) const STREAM_WINDOW: u32 = 1024 * 1024;

/// What all streams of a connection may send before it is read. h2 ends a connection on which small unread frames pile
/// up beyond a share of this window, so it must not be small.
pub(super) const CONNECTION_WINDOW: u32 = 8 * 1024 * 1024;

/// The largest frame that is taken.
pub(super) const FRAME: u32 = 64 * 1024;

/// The body of an answer: what breaks it is told by the code that gRPC has for it.
#[cfg(feature = "client")]
pub(super) fn answer(body: Incoming) -> InboundBody {
    let cut_short = || Status::internal("the server reset the call before its end, without an error");
    Box::pin(Statuses { body, status: fault::status, cut_short })
}

/// The body of a request: whatever breaks it, the caller is gone.
#[cfg(feature = "server")]
pub(super) fn request(body: Incoming) -> InboundBody {
    let cut_short = || Status::cancelled("the caller reset the call before the end of its requests");
    Box::pin(Statuses { body, status: fault::caller_gone, cut_short })
}

/// A body of hyper's with statuses for errors.
struct Statuses {
    body: Incoming,
    status: fn(hyper::Error) -> Status,
    cut_short: fn() -> Status,
}

impl Body for Statuses {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let status = self.status;
        let frame = std::task::ready!(Pin::new(&mut self.body).poll_frame(cx));
        if frame.is_none() && !self.body.is_end_stream() {
            // hyper takes RST_STREAM(NO_ERROR) for an end. It is one for an answer that has its trailers, which nobody
            // polls again; before that it cuts the stream short as any other reset does.
            return Poll::Ready(Some(Err((self.cut_short)())));
        }
        Poll::Ready(frame.map(|frame| frame.map_err(status)))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }
}

/// A body of ours as hyper takes it: one that breaks off resets its stream with CANCEL, where hyper would say
/// INTERNAL_ERROR by itself.
pub(super) struct Outbound(pub(super) OutboundBody);

impl Body for Outbound {
    type Data = Bytes;
    type Error = h2::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, h2::Error>>> {
        Pin::new(&mut self.0).poll_frame(cx).map_err(|_| h2::Reason::CANCEL.into())
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_end_stream()
    }
}
