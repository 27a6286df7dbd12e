//! Clients over a service of tower in place of a connection of their own. Called by users and by generated clients.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http::header::{HeaderName, HeaderValue, USER_AGENT};
use http::uri::{Authority, Parts, Scheme};
use http::{Request, Response, Uri};
use http_body::{Body, Frame};
use tokio::sync::watch;
use tokio::time::Instant;
use tower_service::Service;

use super::connect;
use crate::client::{
    Channel, Connectivity, Control, Options, RequestDeadline, RequestReader, Requests, Sending, Transport,
};
use crate::grpc::{
    BoxError, End, InboundBody, Outgoing, RequestBody, Result, Status, answer_body, encode_timeout,
    memory_body, status_of,
};

/// A service that a client can send its requests to: any [`tower_service::Service`] of HTTP requests that can be cloned and
/// sent to other tasks, for example an HTTP client, one with layers around it, or an axum router in the same process.
///
/// Implemented for all of them. An error of the service that is, or comes from, a [`Status`] is what the call ends with,
/// any other is `UNAVAILABLE`.
pub trait TowerTransport: Send + Sync + 'static {
    #[doc(hidden)]
    fn send(&self, request: Request<RequestBody>) -> Sending;
}

impl<S, B> TowerTransport for S
where
    S: Service<Request<RequestBody>, Response = Response<B>> + Clone + Send + Sync + 'static,
    S::Future: Send,
    S::Error: Into<BoxError>,
    B: Body + Send + 'static,
    B::Error: Into<BoxError>,
{
    fn send(&self, request: Request<RequestBody>) -> Sending {
        let mut service = self.clone();
        Box::pin(async move {
            let failed = |error: S::Error| status_of(error.into(), Status::unavailable);
            poll_fn(|cx| service.poll_ready(cx)).await.map_err(failed)?;
            Ok(service.call(request).await.map_err(failed)?.map(answer_body))
        })
    }
}

impl Channel {
    /// A channel over a service of tower, for requests to `origin`, as `http://127.0.0.1:50051`: their URIs begin with it,
    /// and whether calls count as [secure](crate::InterceptedCall::is_secure) goes by its scheme. The service must speak
    /// HTTP/2, or be in the same process.
    ///
    /// The settings of `Connect` that are about calls are those that calls have themselves; those about connections are the
    /// service's part.
    ///
    /// # Errors
    /// `INVALID_ARGUMENT` when the origin is not a scheme and an authority.
    pub fn from_tower(origin: &str, service: impl TowerTransport) -> Result<Self> {
        let malformed =
            || Status::invalid_argument(format!("{origin:?} is no origin; write http://host:port"));
        let parts = origin.parse::<Uri>().map_err(|_| malformed())?.into_parts();
        let (Some(scheme), Some(authority)) = (parts.scheme, parts.authority) else {
            return Err(malformed());
        };
        if parts.path_and_query.is_some_and(|path| path != "/") {
            return Err(malformed());
        }
        let bridge = Bridge { service: Box::new(service), scheme, authority, changes: watch::Sender::new(0) };
        Ok(Self::over(bridge, Options::default(), Control::default()))
    }
}

/// A channel's requests, on their way to a service.
struct Bridge {
    service: Box<dyn TowerTransport>,
    scheme: Scheme,
    authority: Authority,
    /// There are none that it could know of.
    changes: watch::Sender<u64>,
}

impl Transport for Bridge {
    fn send(&self, request: Request<Requests>) -> Sending {
        let (mut head, requests) = request.into_parts();
        let mut uri = Parts::default();
        uri.scheme = Some(self.scheme.clone());
        uri.authority = Some(self.authority.clone());
        uri.path_and_query = head.uri.path_and_query().cloned();
        if let Ok(uri) = Uri::from_parts(uri) {
            head.uri = uri;
        }
        head.version = http::Version::HTTP_2;
        head.headers.insert(USER_AGENT, HeaderValue::from_static(connect::USER_AGENT));
        if let Some(RequestDeadline(deadline)) = head.extensions.remove::<RequestDeadline>()
            && let Ok(left) =
                HeaderValue::try_from(encode_timeout(deadline.saturating_duration_since(Instant::now())))
        {
            head.headers.insert(HeaderName::from_static("grpc-timeout"), left);
        }
        self.service.send(Request::from_parts(head, RequestBody::of(body(requests))))
    }

    fn is_secure(&self) -> bool {
        self.scheme == Scheme::HTTPS
    }

    fn authority(&self) -> &Authority {
        &self.authority
    }

    fn connect(&self) {}

    /// Connections are the service's part.
    fn connectivity(&self) -> Connectivity {
        Connectivity::Ready
    }

    fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }
}

impl fmt::Debug for Bridge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Bridge({}://{})", self.scheme, self.authority)
    }
}

fn body(requests: Requests) -> InboundBody {
    match requests {
        Requests::One(message) => memory_body(message),
        Requests::Many(lane) => Box::pin(Stream(lane)),
    }
}

/// The messages of a stream, as the caller writes them.
struct Stream(RequestReader);

impl Body for Stream {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>>>> {
        Poll::Ready(match ready!(self.0.poll_take(cx)) {
            Outgoing::Data(data) => Some(Ok(Frame::data(data))),
            Outgoing::End(End::Finished) => None,
            Outgoing::End(_) => {
                let reset = h2::Error::from(h2::Reason::CANCEL);
                Some(Err(Status::cancelled("the call was cancelled by its caller").with_source(reset)))
            }
        })
    }
}
