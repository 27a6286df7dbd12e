//! Between hyper's bodies and ours, on the server. Called by `serve`.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Body, Frame};
use hyper::body::Incoming;

use super::fault;
use crate::grpc::{InboundBody, OutboundBody, Status};

/// The body of a request: whatever breaks it, the caller is gone.
pub(super) fn request(body: Incoming) -> InboundBody {
    Box::pin(Statuses(body))
}

/// A body of hyper's with statuses for errors.
struct Statuses(Incoming);

impl Body for Statuses {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let frame = ready!(Pin::new(&mut self.0).poll_frame(cx));
        if frame.is_none() && !self.0.is_end_stream() {
            // hyper takes RST_STREAM(NO_ERROR) for an end, but a handler must not take half of the requests for all.
            let status = Status::cancelled("the caller reset the call before the end of its requests");
            return Poll::Ready(Some(Err(status)));
        }
        Poll::Ready(frame.map(|frame| frame.map_err(fault::caller_gone)))
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_end_stream()
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
