//! What a generated server is to the router, and what it is given. Implemented by generated code.

use std::pin::Pin;

use http::{HeaderMap, HeaderValue, Response};
use tokio::time::Instant;

use crate::grpc::{
    Context, Inbound, InboundBody, Limits, Metadata, Method, OutboundBody, Peer, Result, Status,
};

/// A service that a [`Server`](super::Server) can route calls to: made by `include_proto!`, around an implementation.
pub trait Service: Send + Sync + 'static {
    /// The full name: `shop.v1.Shop`.
    fn name(&self) -> &'static str;

    /// Handles a call of `method`, which is the name alone.
    #[doc(hidden)]
    fn call(&self, method: &str, exchange: Exchange) -> Handling;
}

/// The work of one call, up to the head of its answer. Dropping it, or later the body of the answer, drops the handler.
pub struct Handling {
    pub(crate) work: Pin<Box<dyn Future<Output = Response<OutboundBody>> + Send>>,
    /// When the caller stops waiting.
    pub(crate) deadline: Option<Instant>,
}

impl Handling {
    pub(super) fn new(work: impl Future<Output = Response<OutboundBody>> + Send + 'static) -> Self {
        Self { work: Box::pin(work), deadline: None }
    }

    /// An answer that needs no work.
    pub(super) fn ready(answer: Response<OutboundBody>) -> Self {
        Self::new(std::future::ready(answer))
    }
}

/// A call before its method is known.
pub struct Exchange {
    /// The full name of the service that was called.
    pub(super) service: &'static str,
    pub(super) content_type: HeaderValue,
    pub(super) headers: HeaderMap,
    pub(super) body: InboundBody,
    pub(super) peer: Peer,
    pub(super) limits: Limits,
    pub(super) deadline: Option<Instant>,
}

impl Exchange {
    /// Reads the head: what the handler gets, and its requests.
    pub(super) fn open(self, method: &'static Method) -> Result<(Context, Inbound)> {
        if let Some(encoding) = self.headers.get("grpc-encoding")
            && encoding != "identity"
        {
            return Err(Status::unimplemented(format!("this server cannot decompress {encoding:?}")));
        }
        let mut cx = Context::new(method, Metadata::from_request(self.headers)?);
        cx.content_type = self.content_type;
        cx.peer = self.peer;
        cx.deadline = self.deadline;
        Ok((cx, Inbound::requests(self.body, self.limits)))
    }
}
