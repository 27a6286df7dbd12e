//! The bridge to tower: a server as a service of its own, for other HTTP servers to mount, and layers around one. Used by
//! users; `router` hands requests to the layers.

use std::convert::Infallible;
use std::error::Error;
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::{Request, Response};
use http_body::Body;
use tower_layer::Layer;
use tower_service::Service;

use super::router::{Stack, deadline};
use super::service::{Caller, Handling};
use super::{Server, reply};
use crate::grpc::{BoxError, OutboundBody, Peer, ReplyBody, RequestBody, Result, Status, status_of};

/// A server as a [`tower_service::Service`] that answers HTTP requests: made by [`Server::into_tower`], and what a layer
/// of [`Server::layer`] is put around. Cheap to clone.
#[derive(Clone)]
pub struct TowerServer(Stack);

/// Any server of [`Server`], or what a layer has made of one.
type Answering = Pin<Box<dyn Future<Output = Result<Response<ReplyBody>, Infallible>> + Send>>;

impl<B> Service<Request<B>> for TowerServer
where
    B: Body + Send + 'static,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
{
    type Response = Response<ReplyBody>;
    type Error = Infallible;
    type Future = Answering;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, mut request: Request<B>) -> Answering {
        let extensions = request.extensions_mut();
        let caller = extensions.remove::<Caller>();
        let peer = extensions.get::<Peer>();
        let caller = caller.unwrap_or_else(|| peer.cloned().unwrap_or_else(Peer::unknown).into());
        let handling = (self.0)(request.map(|body| RequestBody::new(body).into_inner()), caller);
        Box::pin(async move { Ok(handling.work.await.map(ReplyBody::of)) })
    }
}

impl fmt::Debug for TowerServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TowerServer")
    }
}

impl Server {
    /// This server as a service of tower, to be mounted in another HTTP server, as axum's: what is left to do for that one
    /// is HTTP/2, and TLS. Give it the paths `/package.Service/{*method}` of its services, or all that nobody else takes.
    ///
    /// What concerns connections and the end of the server, [`Server::connections`], [`Server::shutdown`],
    /// [`Server::drain`] and [`Server::tls`], has no effect: it is the other server's part. Who called is the
    /// [`Peer`] among the extensions of the request, if middleware has left one, else an unknown; all extensions are those
    /// of the handler's [`Context`](crate::Context::extensions).
    ///
    /// Needs the feature `tower`.
    pub fn into_tower(self) -> TowerServer {
        let router = self.router();
        TowerServer(Arc::new(move |request, caller| router.handle(request, caller)))
    }

    /// Puts a layer of tower around every request, outside of all interceptors: it sees HTTP, before it is known for gRPC.
    /// The first layer that is added is the outermost. Interceptors are the better place for what is about calls.
    ///
    /// An error of the layered service that is, or comes from, a [`Status`] is what the caller gets, any other is
    /// `UNKNOWN`. A layer that is not ready keeps its requests waiting.
    ///
    /// Needs the feature `tower`.
    pub fn layer<L, B>(mut self, layer: L) -> Self
    where
        L: Layer<TowerServer> + Send + Sync + 'static,
        L::Service: Service<Request<RequestBody>, Response = Response<B>> + Clone + Send + Sync + 'static,
        <L::Service as Service<Request<RequestBody>>>::Future: Send,
        <L::Service as Service<Request<RequestBody>>>::Error: Into<Box<dyn Error + Send + Sync>>,
        B: Body + Send + 'static,
        B::Error: Into<Box<dyn Error + Send + Sync>>,
    {
        self.layers.push(Box::new(move |inner| erased(layer.layer(TowerServer(inner)))));
        self
    }
}

/// A layered service, as `router` calls it.
fn erased<S, B>(service: S) -> Stack
where
    S: Service<Request<RequestBody>, Response = Response<B>> + Clone + Send + Sync + 'static,
    S::Future: Send,
    S::Error: Into<BoxError>,
    B: Body + Send + 'static,
    B::Error: Into<BoxError>,
{
    Arc::new(move |mut request, caller| {
        let service = service.clone();
        request.extensions_mut().insert(caller);
        let deadline = deadline(request.headers()).ok().flatten();
        let work = answer(service, request.map(RequestBody::of));
        Handling { deadline, ..Handling::new(work) }
    })
}

async fn answer<S, B>(mut service: S, request: Request<RequestBody>) -> Response<OutboundBody>
where
    S: Service<Request<RequestBody>, Response = Response<B>>,
    S::Error: Into<BoxError>,
    B: Body + Send + 'static,
    B::Error: Into<BoxError>,
{
    let failed = |error: S::Error| status_of(error.into(), Status::unknown);
    let answered = match poll_fn(|cx| service.poll_ready(cx)).await.map_err(failed) {
        Ok(()) => service.call(request).await.map_err(failed),
        Err(status) => Err(status),
    };
    match answered {
        Ok(answer) => answer.map(ReplyBody::adapt),
        Err(status) => reply::refused(&status),
    }
}
