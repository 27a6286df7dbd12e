//! What a generated server is to the router, and what it is given. Implemented by generated code.

use std::pin::Pin;
use std::sync::Arc;

use http::header::HeaderName;
use http::uri::PathAndQuery;
use http::{Extensions, HeaderMap, HeaderValue, Response};
use tokio::time::Instant;

use super::intercept::Interception;
use super::reply;
use super::settings::Settings;
use crate::grpc::{
    Context, Encoding, FrameReader, Framing, GRPC_ACCEPT_ENCODING, Inbound, InboundBody, InterceptedCall,
    Interceptors, Leaving, Metadata, Method, Origins, OutboundBody, Patience, Peer, Place, Result, Shape,
    Status, Target,
};
use crate::reflect::Files;

/// A service that a [`Server`](super::Server) can route calls to: made by `include_proto!`, around an implementation.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not what a server routes calls to",
    label = "an implementation stands in what `include_proto!` makes for its service: `ShopServer::new(..)` for one of `Shop`"
)]
pub trait Service: Send + Sync + 'static {
    /// The full name: `shop.v1.Shop`.
    fn name(&self) -> &'static str;

    /// Handles a call of `method`, which is the name alone.
    #[doc(hidden)]
    fn call(&self, method: &str, exchange: Exchange) -> Handling;

    /// What stands around the calls of this service only.
    #[doc(hidden)]
    fn interceptors(&self) -> Interceptors {
        Interceptors::default()
    }

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

    /// The same work with another answer.
    #[cfg(feature = "web")]
    pub(super) fn map(
        self,
        change: impl FnOnce(Response<OutboundBody>) -> Response<OutboundBody> + Send + 'static,
    ) -> Self {
        let Self { work, deadline } = self;
        Self { deadline, ..Self::new(async move { change(work.await) }) }
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
    /// `/service/method`, as the caller sent it.
    pub(super) path: PathAndQuery,
    pub(super) content_type: HeaderValue,
    pub(super) headers: HeaderMap,
    pub(super) extensions: Extensions,
    pub(super) body: InboundBody,
    pub(super) caller: Caller,
    pub(super) place: Option<Place>,
    pub(super) settings: Arc<Settings>,
    pub(super) deadline: Option<Instant>,
    pub(super) interceptors: Interceptors,
}

/// A call that is about to be handled.
pub(super) struct Opened {
    pub(super) cx: Context,
    pub(super) inbound: Inbound,
    pub(super) interception: Option<Box<Interception>>,
}

/// A call that cannot be handled, and why.
pub(super) struct Refusal {
    exchange: Exchange,
    method: &'static Method,
    status: Status,
    /// What the caller is told beside.
    header: Option<(HeaderName, HeaderValue)>,
}

impl Refusal {
    /// The answer, as the interceptors want it.
    pub(super) async fn answer(self: Box<Self>) -> Response<OutboundBody> {
        let Self { mut exchange, method, status, header } = *self;
        let mut answer = match exchange.intercepted(Target::Known(method)) {
            None => reply::refused(&status),
            Some(interception) => interception.refused(status).await,
        };
        answer.headers_mut().extend(header);
        answer
    }
}

impl Exchange {
    /// Reads the head: what the handler gets, and its requests. Or says why the call cannot be handled.
    pub(super) fn open(mut self, method: &'static Method) -> Result<Opened, Box<Refusal>> {
        let encoding = Encoding::read(&self.headers, &self.settings.accepted);
        if let Encoding::Unknown(name) = encoding {
            let list = self.settings.accepted.header();
            let text = format!("this server cannot decompress {name:?}; it reads {list:?}");
            let header = Some((GRPC_ACCEPT_ENCODING, list));
            return Err(Box::new(Refusal {
                exchange: self,
                method,
                status: Status::unimplemented(text),
                header,
            }));
        }
        if let Err(error) = Metadata::check_request(&self.headers) {
            let status = error.into();
            return Err(Box::new(Refusal { exchange: self, method, status, header: None }));
        }
        let settings = Arc::clone(&self.settings);
        let limits = settings.method_limits.of(method, settings.limits);
        let framing = Framing {
            limit: limits.send,
            compression: settings.replies.choose(&self.headers, &encoding),
            minimum: settings.minimum,
        };
        let interception = self.intercepted(Target::Known(method));
        let mut cx = Context::new(method, Metadata::from_wire(self.headers));
        cx.record = interception.as_ref().map(|interception| interception.record());
        cx.extensions = self.extensions;
        cx.content_type = self.content_type;
        cx.peer = self.caller.peer;
        cx.leaving = self.caller.leaving;
        cx.place = self.place;
        cx.deadline = self.deadline;
        cx.framing = framing;
        let reader = FrameReader::decoding(limits.receive, encoding);
        let is_single = matches!(method.shape(), Shape::Unary | Shape::ServerStream);
        let patience = settings.connections.message.map(|limit| Patience::new(limit, is_single));
        let inbound = Inbound::requests(self.body, reader).held_to(patience);
        Ok(Opened { cx, inbound, interception })
    }

    /// Answers a call of what the server does not have, or that it does not take.
    pub(super) fn refuse(mut self, status: Status) -> Handling {
        let target = Target::Unknown(self.path.path().into());
        match self.intercepted(target) {
            None => Handling::ready(reply::refused(&status)),
            Some(interception) => Handling::new(interception.refused(status)),
        }
    }

    /// What the interceptors see of the call, where there are any: they have its metadata then.
    fn intercepted(&mut self, target: Target) -> Option<Box<Interception>> {
        if self.interceptors.is_empty() {
            return None;
        }
        let call = InterceptedCall::new(Origins {
            target,
            metadata: Metadata::from_wire(std::mem::take(&mut self.headers)),
            extensions: std::mem::take(&mut self.extensions),
            deadline: self.deadline,
            peer: Some(self.caller.peer.clone()),
            secure: self.caller.peer.is_secure(),
        });
        Some(Box::new(Interception::new(call, self.interceptors.clone(), self.deadline)))
    }
}
