//! The body of a request of HTTP/1.1. Made by `http1`.
//!
//! A handler may answer before it has read all of it. A connection that is closed then is reset, and the reset overtakes the
//! answer: so the rest is read and thrown away, which also lets the connection carry the next call.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body, Frame};
use hyper::body::Incoming;
use tokio::runtime::Handle;

use super::fault;
use crate::grpc::{InboundBody, Status};

/// The most bytes that are read of a request that nobody wants any more, as in Go's server.
const REST: usize = 256 * 1024;

/// How long its peer may take for them.
const PATIENCE: Duration = Duration::from_secs(5);

/// See the head of the file.
struct Upload(Option<Incoming>);

/// The body as handlers read it.
pub(super) fn request(body: Incoming) -> InboundBody {
    Box::pin(Upload(Some(body)))
}

impl Body for Upload {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let Some(body) = &mut self.0 else { return Poll::Ready(None) };
        let frame = ready!(Pin::new(body).poll_frame(cx));
        if !matches!(frame, Some(Ok(_))) {
            self.0 = None;
        }
        Poll::Ready(frame.map(|frame| frame.map_err(fault::caller_gone)))
    }

    fn is_end_stream(&self) -> bool {
        self.0.as_ref().is_none_or(Body::is_end_stream)
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        let Some(body) = self.0.take().filter(|body| !body.is_end_stream()) else { return };
        // Without a runtime there is no connection either.
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(tokio::time::timeout(PATIENCE, drained(body)));
        }
    }
}

async fn drained(mut body: Incoming) {
    let mut left = REST;
    while let Some(Ok(frame)) = poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await {
        let size = frame.data_ref().map_or(0, Bytes::len);
        match left.checked_sub(size) {
            Some(rest) => left = rest,
            None => return,
        }
    }
}
