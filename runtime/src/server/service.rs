//! What a generated server is to the router, and what it is given. Implemented by generated code.

use std::pin::Pin;
use std::sync::Arc;

use http::{HeaderMap, HeaderValue, Response};
use tokio::time::Instant;

use super::reply;
use super::settings::Settings;
use crate::grpc::{
    Context, Encoding, FrameReader, Framing, Inbound, InboundBody, Leaving, Metadata, Method, OutboundBody,
    Peer, Place, Result,
};
use crate::reflect::Files;

/// A service that a [`Server`](super::Server) can route calls to: made by `include_proto!`, around an implementation.
pub trait Service: Send + Sync + 'static {
    /// The full name: `shop.v1.Shop`.
    fn name(&self) -> &'static str;

    /// Handles a call of `method`, which is the name alone.
    #[doc(hidden)]
    fn call(&self, method: &str, exchange: Exchange) -> Handling;

    /// The files of the call of `include_proto!` that made it.
    #[doc(hidden)]
    fn files(&self) -> &'static Files;

    /// Told before the first call which services the server has.
    #[doc(hidden)]
    fn join(&self, services: &[Arc<dyn Service>]) {
        let _ = services;
    }

    /// Told when the server begins to stop.
    #[doc(hidden)]
    fn drain(&self) {}
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

/// Where a call comes from.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    pub(crate) peer: Peer,
    /// Whether the connection is to end, where the server knows of connections.
    pub(crate) leaving: Option<Arc<Leaving>>,
}

impl From<Peer> for Caller {
    fn from(peer: Peer) -> Self {
        Self { peer, leaving: None }
    }
}

/// A call before its method is known.
pub struct Exchange {
    /// The full name of the service that was called.
    pub(super) service: &'static str,
    pub(super) content_type: HeaderValue,
    pub(super) headers: HeaderMap,
    pub(super) body: InboundBody,
    pub(super) caller: Caller,
    pub(super) place: Option<Place>,
    pub(super) settings: Arc<Settings>,
    pub(super) deadline: Option<Instant>,
}

impl Exchange {
    /// Reads the head: what the handler gets, and its requests. Or answers that the call cannot be handled.
    pub(super) fn open(
        self,
        method: &'static Method,
    ) -> Result<(Context, Inbound), Box<Response<OutboundBody>>> {
        let settings = self.settings;
        let encoding = Encoding::read(&self.headers, &settings.accepted);
        if let Encoding::Unknown(name) = encoding {
            return Err(Box::new(reply::cannot_decompress(&name, &settings.accepted)));
        }
        let framing = Framing {
            limit: settings.limits.send,
            compression: settings.replies.choose(&self.headers, &encoding),
            minimum: settings.minimum,
        };
        let metadata = Metadata::from_request(self.headers);
        let metadata = metadata.map_err(|error| Box::new(reply::refused(&error.into())))?;
        let mut cx = Context::new(method, metadata);
        cx.content_type = self.content_type;
        cx.peer = self.caller.peer;
        cx.leaving = self.caller.leaving;
        cx.place = self.place;
        cx.deadline = self.deadline;
        cx.framing = framing;
        let reader = FrameReader::decoding(settings.limits.receive, encoding);
        Ok((cx, Inbound::requests(self.body, reader)))
    }
}
