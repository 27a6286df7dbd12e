//! What a server is made of, before it listens. Configured by users; `transport` adds the ways to serve it.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use super::Connections;
use super::router::Router;
use super::service::Service;
use super::settings::Settings;
use crate::grpc::{Admission, Compression, Drained, Interceptor, Limits, Method, ReplyCompression};

/// Told what became of the calls.
pub(crate) type OnDrained = Box<dyn FnOnce(Drained) + Send>;

/// A gRPC server: services, limits, and how it stops.
///
/// ```no_run
/// # mod schema { protocall::include_proto!(inline = r#"syntax = "proto3"; message Ping { string text = 1; }
/// # service Echo { rpc Say(Ping) returns (Ping); }"#); }
/// # use schema::{Echo, EchoServer, Ping};
/// use protocall::{Context, Result, Server, stop_signal};
///
/// struct Parrot;
///
/// impl Echo for Parrot {
///     async fn say(&self, _: &Context, ping: Ping) -> Result<Ping> {
///         Ok(ping)
///     }
/// }
///
/// #[protocall::main]
/// async fn main() -> Result<()> {
///     Server::new().service(EchoServer::new(Parrot)).shutdown(stop_signal()).serve("127.0.0.1:50051").await
/// }
/// ```
#[must_use = "a server does nothing before it serves"]
pub struct Server {
    pub(crate) services: Vec<Arc<dyn Service>>,
    pub(crate) settings: Settings,
    pub(crate) shutdown: Pin<Box<dyn Future<Output = ()> + Send>>,
    pub(crate) drain: Duration,
    pub(crate) on_drained: Option<OnDrained>,
    #[cfg(feature = "tower")]
    pub(super) layers: Vec<super::router::Layering>,
    #[cfg(feature = "tls")]
    pub(crate) tls: Option<crate::tls::Tls>,
}

impl Default for Server {
    fn default() -> Self {
        Self::new()
    }
}

impl Server {
    /// A server without services: every call is answered with `UNIMPLEMENTED`.
    pub fn new() -> Self {
        Self {
            services: Vec::new(),
            settings: Settings::default(),
            shutdown: Box::pin(std::future::pending()),
            drain: Duration::MAX,
            on_drained: None,
            #[cfg(feature = "tower")]
            layers: Vec::new(),
            #[cfg(feature = "tls")]
            tls: None,
        }
    }

    /// Adds a service. Of two with the same name the one that was added last is called.
    pub fn service(mut self, service: impl Service) -> Self {
        self.services.retain(|known| known.name() != service.name());
        self.services.push(Arc::new(service));
        self
    }

    /// Adds an interceptor around every call, also of methods and services that this server does not have: see
    /// [`Interceptor`]. The first that is added is the outermost. One of a single service is added by the `intercept` of
    /// its generated `…Server`, and stands inside of these.
    pub fn intercept(mut self, interceptor: impl Interceptor) -> Self {
        self.settings.interceptors = self.settings.interceptors.with(interceptor);
        self
    }

    /// The most bytes that a request message may have: 4 MiB unless set otherwise.
    pub fn max_receive_message_size(mut self, bytes: usize) -> Self {
        self.settings.limits.receive = bytes;
        self
    }

    /// The most bytes that a reply message may have: unlimited unless set otherwise.
    pub fn max_send_message_size(mut self, bytes: usize) -> Self {
        self.settings.limits.send = bytes;
        self
    }

    /// The most bytes that the messages of a method may have, in place of what is set for all: `shop::UPLOAD` of the module
    /// that the macro makes of the service `Shop`.
    ///
    /// ```
    /// # mod schema { protocall::include_proto!(inline = r#"syntax = "proto3"; message File { bytes data = 1; }
    /// # service Shop { rpc Upload(File) returns (File); }"#); }
    /// # use schema::{ShopClient, shop};
    /// use protocall::{Limits, Server};
    ///
    /// let large = Limits { receive: 64 * 1024 * 1024, ..Limits::default() };
    /// let server = Server::new().method_limits(&shop::UPLOAD, large);
    /// # let _ = server;
    /// ```
    pub fn method_limits(mut self, method: &'static Method, limits: Limits) -> Self {
        self.settings.method_limits.set(method, limits);
        self
    }

    /// What replies are compressed with: the first of `wanted` that the caller reads. An empty list leaves them as they
    /// are. Without it a reply is compressed with what its request was.
    pub fn compress(mut self, wanted: impl IntoIterator<Item = Compression>) -> Self {
        self.settings.replies = ReplyCompression::FirstOf(wanted.into_iter().collect());
        self
    }

    /// Replies of fewer bytes than this are sent as they are: 1,024 unless set otherwise.
    pub fn min_compress_size(mut self, bytes: usize) -> Self {
        self.settings.minimum = bytes;
        self
    }

    /// What requests may be compressed with: all that the features of this crate bring, unless set otherwise.
    /// Any other is answered with `UNIMPLEMENTED`. A message may not inflate beyond
    /// [`Server::max_receive_message_size`].
    pub fn accept_compressed(mut self, accepted: impl IntoIterator<Item = Compression>) -> Self {
        self.settings.accepted = accepted.into_iter().collect();
        self
    }

    /// What each connection may do and how long it lives: see [`Connections`].
    pub fn connections(mut self, connections: Connections) -> Self {
        self.settings.connections = Arc::new(connections);
        self
    }

    /// The most calls that are handled at a time, of all connections together: as many as come unless set.
    ///
    /// One more is answered with `RESOURCE_EXHAUSTED` at once, before anything of its messages is read, and no handler
    /// sees it: a server that is overloaded does well what it still does. Not with `UNAVAILABLE`, which clients take as
    /// a reason to come back at once. The limit of one connection is
    /// [`Connections::max_concurrent_streams`]; there calls wait.
    pub fn max_concurrent_calls(mut self, calls: usize) -> Self {
        self.settings.admission = Some(Arc::new(Admission::new(calls)));
        self
    }

    /// Stops the server when `signal` is ready: no new connections and calls, while those that run may end.
    pub fn shutdown(mut self, signal: impl Future<Output = ()> + Send + 'static) -> Self {
        self.shutdown = Box::pin(signal);
        self
    }

    /// How long calls may go on after the signal of [`Server::shutdown`], which they hear by
    /// [`Context::draining`](crate::Context::draining); what still runs then is cut off, as
    /// [`Server::on_drained`] tells. Without it the server waits for all of them.
    pub fn drain(mut self, limit: Duration) -> Self {
        self.drain = limit;
        self
    }

    /// Calls `notice` when the server has come to its end behind the signal of [`Server::shutdown`], with how long that
    /// took and the calls that were cut off.
    pub fn on_drained(mut self, notice: impl FnOnce(Drained) + Send + 'static) -> Self {
        self.on_drained = Some(Box::new(notice));
        self
    }

    /// Speaks TLS, and TLS only: see [`Tls`](crate::Tls).
    ///
    /// Needs the feature `tls`.
    #[cfg(feature = "tls")]
    pub fn tls(mut self, tls: crate::tls::Tls) -> Self {
        self.tls = Some(tls);
        self
    }

    /// Tells of all calls: see [`Telemetry`](crate::Telemetry).
    ///
    /// Needs the feature `telemetry`.
    #[cfg(feature = "telemetry")]
    pub fn telemetry(mut self, telemetry: crate::grpc::Telemetry) -> Self {
        self.settings.telemetry = Some(telemetry);
        self
    }

    pub(crate) fn router(&self) -> Router {
        let router = Router::new(self.services.clone(), self.settings.clone());
        #[cfg(feature = "tower")]
        let router = router.inside(&self.layers);
        router
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let services: Vec<_> = self.services.iter().map(|service| service.name()).collect();
        f.debug_struct("Server")
            .field("services", &services)
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}
