//! What a client calls over: the seam between calls and connections. Implemented by `transport`.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};

use crate::grpc::{InboundBody, LaneReader, Limits, Result};

/// A request on its way, up to the head of its answer.
pub(crate) type Sending = Pin<Box<dyn Future<Output = Result<Response<InboundBody>>> + Send>>;

/// The messages of a request, encoded and framed.
pub(crate) enum Requests {
    /// The only one.
    One(Bytes),
    /// A stream of them, which the caller writes.
    Many(LaneReader),
}

/// Sends requests, wherever they go.
pub(crate) trait Transport: fmt::Debug + Send + Sync + 'static {
    /// Sends a request, whose URI is a path only. Dropping the future cancels the request.
    fn send(&self, request: Request<Requests>) -> Sending;
}

/// What a client calls over: one server, or several that do the same, with the connections to them.
///
/// Cheap to clone; clones share their connections. Several clients may be made from one channel.
#[derive(Clone, Debug)]
pub struct Channel {
    pub(super) transport: Arc<dyn Transport>,
    pub(super) limits: Limits,
}

impl Channel {
    pub(crate) fn over(transport: impl Transport, limits: Limits) -> Self {
        Self { transport: Arc::new(transport), limits }
    }
}
