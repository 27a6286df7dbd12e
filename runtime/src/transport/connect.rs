//! How a client is made from a target. Returned by the `connect` of generated clients.

use std::fmt;
use std::marker::PhantomData;
use std::ops::RangeInclusive;
use std::sync::Arc;
use std::time::Duration;

use http::header::HeaderValue;

use super::plan::Plan;
use super::resolve::{AnyResolver, Resolver};
use super::target::{self, IntoTarget};
use super::upkeep::Upkeep;
use crate::client::{
    CallCredentials, Channel, Control, Credentials, Hedge, Options, Retry, ServiceConfig, Spread,
};
use crate::grpc::{
    Backoff, Compression, Interceptor, Interceptors, Keepalive, Limits, Method, Result, Status,
};

/// What every client of this crate calls itself, in the form that gRPC's specification asks for.
pub(super) const USER_AGENT: &str = concat!("grpc-rust-protocall/", env!("CARGO_PKG_VERSION"));

/// gRPC's `connection-backoff.md`: an attempt gets at least 20 seconds.
pub(super) const CONNECT_TIMEOUT: Duration = Duration::from_secs(20);

/// gRPC's `connection-backoff.md`.
pub(super) const BACKOFF: Backoff =
    Backoff { initial: Duration::from_secs(1), multiplier: 1.6, max: Duration::from_secs(120) };

/// How long names are not asked for again, unless set: as long as in every implementation of gRPC.
pub(super) const RESOLVE_INTERVAL: Duration = Duration::from_secs(30);

/// The most bytes of an answer's headers unless set.
pub(super) const MAX_HEADERS: u32 = 1024 * 1024;

/// The settings of a client that is about to be made: a generated `…Client`, or a [`Channel`] for several.
#[must_use = "a client is made by `build`"]
pub struct Connect<C> {
    target: Vec<String>,
    resolver: Option<Arc<dyn AnyResolver>>,
    resolve_interval: Duration,
    spread: Option<Spread>,
    connections: RangeInclusive<usize>,
    backoff: Backoff,
    keepalive: Option<Keepalive>,
    idle: Option<Duration>,
    /// The service whose health matters, or none in spite of the service config; unless set, the config decides.
    health: Option<Option<String>>,
    user_agent: Option<String>,
    connect_timeout: Duration,
    options: Options,
    interceptors: Interceptors,
    credentials: Credentials,
    max_headers: u32,
    config: ServiceConfig,
    /// What retries may keep, per call and in all.
    retry_buffer: Option<(usize, usize)>,
    authority: Option<String>,
    /// The HTTP that gRPC-Web is spoken in, if it is.
    #[cfg(feature = "web")]
    web: Option<http::Version>,
    #[cfg(feature = "tls")]
    tls: Option<crate::tls::ClientTls>,
    #[cfg(feature = "telemetry")]
    telemetry: Option<crate::grpc::Telemetry>,
    client: PhantomData<fn() -> C>,
}

impl Channel {
    /// Prepares a channel to `target`, for example `http://127.0.0.1:50051`. Nothing is connected before the first
    /// call.
    pub fn connect(target: impl IntoTarget) -> Connect<Self> {
        Connect::new(target)
    }
}

impl<C: From<Channel>> Connect<C> {
    /// Prepares a client for `target`.
    #[doc(hidden)]
    pub fn new(target: impl IntoTarget) -> Self {
        Self {
            target: target.into_target(),
            resolver: None,
            resolve_interval: RESOLVE_INTERVAL,
            spread: None,
            connections: 1..=1,
            backoff: BACKOFF,
            keepalive: None,
            idle: None,
            health: None,
            user_agent: None,
            connect_timeout: CONNECT_TIMEOUT,
            options: Options::default(),
            interceptors: Interceptors::default(),
            credentials: Credentials::default(),
            max_headers: MAX_HEADERS,
            config: ServiceConfig::default(),
            retry_buffer: None,
            authority: None,
            #[cfg(feature = "web")]
            web: None,
            #[cfg(feature = "tls")]
            tls: None,
            #[cfg(feature = "telemetry")]
            telemetry: None,
            client: PhantomData,
        }
    }

    /// What stands before this crate's name in the user agent that servers see.
    pub fn user_agent(mut self, name: impl Into<String>) -> Self {
        self.user_agent = Some(name.into());
        self
    }

    /// The name that the server is asked for, and that its certificate must be for, in place of the target's: for
    /// servers behind a proxy or an address.
    pub fn authority(mut self, name: impl Into<String>) -> Self {
        self.authority = Some(name.into());
        self
    }

    /// Makes the calls in gRPC-Web, binary and over HTTP/2: for servers that speak nothing else, and to see what a browser
    /// would. All four shapes work, as far as what is between lets requests and replies pass at the same time.
    ///
    /// ```
    /// # mod schema { protocall::include_proto!(inline = r#"syntax = "proto3"; message Item {}
    /// # service Till { rpc Add(Item) returns (Item); }"#); }
    /// # use schema::TillClient;
    /// let till = TillClient::connect("http://127.0.0.1:50051").grpc_web().build()?;
    /// // Through a proxy that knows no HTTP/2.
    /// let till = TillClient::connect("http://127.0.0.1:8080").grpc_web().http1().build()?;
    /// # Ok::<(), protocall::Status>(())
    /// ```
    ///
    /// Needs the feature `web`.
    #[cfg(feature = "web")]
    pub fn grpc_web(mut self) -> Self {
        self.web.get_or_insert(http::Version::HTTP_2);
        self
    }

    /// Makes the calls over HTTP/1.1, in gRPC-Web as gRPC itself cannot be. A call has a connection to itself and leaves it to
    /// the next, so as many are open as there are calls at a time. Up to 64 wait for calls, 90 seconds at most unless
    /// [`Connect::idle_timeout`] says otherwise. A call that is cancelled, or whose deadline passes, closes its connection. Requests and replies of a stream pass at the same time
    /// where the server, and what is between, lets them.
    ///
    /// All calls go to the first address that takes a connection; [`Connect::connections`] has no meaning.
    ///
    /// Needs the feature `web`.
    #[cfg(feature = "web")]
    pub fn http1(mut self) -> Self {
        self.web = Some(http::Version::HTTP_11);
        self
    }

    /// How TLS is set up with a target of the form `https://…`: see [`ClientTls`](crate::ClientTls).
    ///
    /// Needs the feature `tls`.
    #[cfg(feature = "tls")]
    pub fn tls(mut self, tls: crate::tls::ClientTls) -> Self {
        self.tls = Some(tls);
        self
    }

    /// Tells of the calls: see [`Telemetry`](crate::Telemetry). The label `grpc.target` is the target as gRPC's `naming.md`
    /// writes it, `dns:///shop.prod:50051` for `http://shop.prod:50051` too.
    ///
    /// Needs the feature `telemetry`.
    #[cfg(feature = "telemetry")]
    pub fn telemetry(mut self, telemetry: crate::grpc::Telemetry) -> Self {
        self.telemetry = Some(telemetry);
        self
    }

    /// Adds an interceptor around every call: see [`Interceptor`]. The first that is added is the outermost.
    pub fn intercept(mut self, interceptor: impl Interceptor) -> Self {
        self.interceptors = self.interceptors.with(interceptor);
        self
    }

    /// Adds credentials for every call: see [`CallCredentials`].
    pub fn credentials(mut self, credentials: impl CallCredentials) -> Self {
        self.credentials.add(credentials);
        self
    }

    /// How long an attempt to connect may take: 20 seconds unless set otherwise. The deadline of a call counts as well.
    pub fn connect_timeout(mut self, limit: Duration) -> Self {
        self.connect_timeout = limit;
        self
    }

    /// The wait after a failed attempt to connect, and the longest of the waits, each of which is 1.6 times the one before
    /// it: a second and two minutes unless set otherwise, as gRPC's `connection-backoff.md` has it. They count from the
    /// begin of the attempt, and a fifth is added or taken by chance.
    pub fn connect_backoff(mut self, initial: Duration, max: Duration) -> Self {
        (self.backoff.initial, self.backoff.max) = (initial, max);
        self
    }

    /// When to ask a silent server for a sign of life: never unless set, as everywhere in gRPC. While no call runs on a
    /// connection no pings are sent, unless [`Keepalive::without_calls`] says so; a server that complains of too many
    /// (gRFC A8) gets half as many from then on. Calls on a connection that is found dead end with `UNAVAILABLE`, and the next
    /// call opens another. HTTP/1.1 has no pings.
    ///
    /// ```
    /// # mod schema { protocall::include_proto!(inline = r#"syntax = "proto3"; message Item {}
    /// # service Till { rpc Add(Item) returns (Item); }"#); }
    /// # use schema::TillClient;
    /// use std::time::Duration;
    /// use protocall::Keepalive;
    ///
    /// let till = TillClient::connect("http://till.prod")
    ///     .keepalive(Keepalive::every(Duration::from_secs(5 * 60)).timeout(Duration::from_secs(10)))
    ///     .idle_timeout(Duration::from_secs(30 * 60))
    ///     .build()?;
    /// # Ok::<(), protocall::Status>(())
    /// ```
    pub fn keepalive(mut self, keepalive: impl Into<Option<Keepalive>>) -> Self {
        self.keepalive = keepalive.into();
        self
    }

    /// How long a client may be without calls before it lets go of its connections and is
    /// [idle](crate::Connectivity::Idle); the next call connects again. For ever unless set; over HTTP/1.1 it is how long each
    /// connection waits for a call.
    pub fn idle_timeout(mut self, limit: Duration) -> Self {
        self.idle = Some(limit);
        self
    }

    /// How many connections there may be to a server, or to each where calls are [spread](Connect::round_robin): one, unless
    /// set otherwise. The smaller number is opened with the first call, the others as soon as a call would have to wait
    /// because the server takes no more of them on a connection, as gRFC A105 has it.
    pub fn connections(mut self, count: RangeInclusive<usize>) -> Self {
        self.connections = count;
        self
    }

    /// How long a name that was resolved is not asked for again: 30 seconds unless set otherwise, as everywhere in gRPC. Behind
    /// that it is asked for when a connection is lost, told to go away or cannot be opened; and, where calls are
    /// [spread](Connect::round_robin) and the feature `dns` knows how long an answer is good for, as soon as that has passed.
    pub fn resolve_interval(mut self, least: Duration) -> Self {
        self.resolve_interval = least;
        self
    }

    /// Who knows the addresses, in place of the operating system and DNS. The target gives the authority that servers see,
    /// and whether it is TLS.
    pub fn resolver(mut self, resolver: impl Resolver) -> Self {
        self.resolver = Some(Arc::new(resolver));
        self
    }

    /// Connects to all addresses of the target, and sends each call to the next. Unless set, all calls go to the first that
    /// can be connected to.
    pub fn round_robin(mut self) -> Self {
        self.spread = Some(Spread::RoundRobin);
        self
    }

    /// Connects to all addresses of the target, and sends each call to the less busy of two that are picked by chance: for
    /// calls of very different lengths.
    pub fn least_request(mut self) -> Self {
        self.spread = Some(Spread::LeastRequest);
        self
    }

    /// Asks the server of each connection for the health of a service, `shop.v1.Shop` or `""` for the server as a whole, and
    /// makes no calls where it does not serve: gRFC A17. Counts where calls are spread, by [`Connect::round_robin`] or
    /// [`Connect::least_request`], and in place of what [`Connect::service_config`] says; `None` asks for nothing.
    ///
    /// The question is a call of `grpc.health.v1.Health/Watch` that stays open, with the credentials of this client. A connection
    /// takes calls after the first answer. A server that has no health service counts as healthy; when a watch fails otherwise,
    /// there are no calls until another, after the waits of [`Connect::connect_backoff`], brings an answer. It is one of the streams
    /// that the server allows on a connection.
    ///
    /// ```
    /// # mod schema { protocall::include_proto!(inline = r#"syntax = "proto3"; message Item {}
    /// # service Till { rpc Add(Item) returns (Item); }"#); }
    /// # use schema::{TillClient, till};
    /// let till = TillClient::connect("dns:///till.prod:50051").round_robin().health_check(till::NAME).build()?;
    /// # Ok::<(), protocall::Status>(())
    /// ```
    pub fn health_check<'a>(mut self, service: impl Into<Option<&'a str>>) -> Self {
        self.health = Some(service.into().map(str::to_owned));
        self
    }

    /// Calls wait for a connection as long as it takes: see [`Call::wait_for_ready`](crate::client::Call::wait_for_ready).
    pub fn wait_for_ready(mut self, wanted: bool) -> Self {
        self.options.waits = wanted;
        self
    }

    /// The most bytes that the headers of an answer, or its trailers, may have, counted as HTTP/2 does: names, values, and
    /// 32 for each. 1 MiB unless set otherwise, where grpc-go has 16: a server that sends them without end should not cost more.
    /// The server is told; a call whose answer is above it fails.
    pub fn max_header_list_size(mut self, bytes: u32) -> Self {
        self.max_headers = bytes;
        self
    }

    /// The most bytes that a reply message may have: 4 MiB unless set otherwise.
    pub fn max_receive_message_size(mut self, bytes: usize) -> Self {
        self.options.limits.receive = bytes;
        self
    }

    /// The most bytes that a request message may have: unlimited unless set otherwise.
    pub fn max_send_message_size(mut self, bytes: usize) -> Self {
        self.options.limits.send = bytes;
        self
    }

    /// The most bytes that the messages of a method may have, in place of what is set for all, where a call does not say otherwise: `shop::UPLOAD` of the module
    /// that the macro makes of the service `Shop`.
    ///
    /// ```
    /// # mod schema { protocall::include_proto!(inline = r#"syntax = "proto3"; message File { bytes data = 1; }
    /// # service Shop { rpc Upload(File) returns (File); }"#); }
    /// # use schema::{ShopClient, shop};
    /// use protocall::Limits;
    ///
    /// let large = Limits { receive: 64 * 1024 * 1024, ..Limits::default() };
    /// let shop = ShopClient::connect("http://127.0.0.1:50051").method_limits(&shop::UPLOAD, large).build()?;
    /// # let _ = shop;
    /// # Ok::<(), protocall::Status>(())
    /// ```
    pub fn method_limits(mut self, method: &'static Method, limits: Limits) -> Self {
        self.options.method_limits.set(method, limits);
        self
    }

    /// What requests are compressed with; a call may have its own. The server must read it: one that does not answers
    /// with `UNIMPLEMENTED`.
    pub fn compress(mut self, compression: impl Into<Option<Compression>>) -> Self {
        self.options.compression = compression.into();
        self
    }

    /// Requests of fewer bytes than this are sent as they are: 1,024 unless set otherwise.
    pub fn min_compress_size(mut self, bytes: usize) -> Self {
        self.options.minimum = bytes;
        self
    }

    /// What replies may be compressed with: all that the features of this crate bring, unless set otherwise. A message
    /// may not inflate beyond [`Connect::max_receive_message_size`].
    pub fn accept_compressed(mut self, accepted: impl IntoIterator<Item = Compression>) -> Self {
        self.options.accepted = accepted.into_iter().collect();
        self
    }

    /// Makes calls that fail again, those of all methods that [`Connect::service_config`] does not name. Set it after
    /// that.
    pub fn retry(mut self, retry: Retry) -> Self {
        self.config = self.config.map_all(|all| all.retry(retry));
        self
    }

    /// Makes calls several times at once, those of all methods that [`Connect::service_config`] does not name. Set it after
    /// that.
    pub fn hedge(mut self, hedge: Hedge) -> Self {
        self.config = self.config.map_all(|all| all.hedge(hedge));
        self
    }

    /// What calls begin with, by service and method. In place of what was set before.
    pub fn service_config(mut self, config: ServiceConfig) -> Self {
        self.config = config;
        self
    }

    /// How many bytes of requests may be kept in case they have to be sent again: of one call, 1 MiB unless set otherwise,
    /// and of all calls of this client, 16 MiB. A call whose requests are more is made once.
    pub fn retry_buffer(mut self, per_call: usize, in_all: usize) -> Self {
        self.retry_buffer = Some((per_call, in_all));
        self
    }

    /// Makes the client. It connects when it is first called, and again whenever its connection is lost.
    ///
    /// # Errors
    /// `INVALID_ARGUMENT` when the target, the authority or the user agent is malformed, a certificate or key of no use, a
    /// brake on retries none, there is to be no connection, or calls over HTTP/1.1 are to be spread.
    pub fn build(self) -> Result<C> {
        let mut target = target::parse(&self.target)?;
        if let Some(name) = &self.authority {
            target.authority = name
                .parse()
                .map_err(|_| Status::invalid_argument(format!("{name:?} is no authority of a server")))?;
        }
        if *self.connections.start() == 0 || self.connections.is_empty() {
            let text = format!("there cannot be {:?} connections", self.connections);
            return Err(Status::invalid_argument(text));
        }
        let spread = self.spread.or(self.config.spread).unwrap_or(Spread::PickFirst);
        let health = self.health.unwrap_or_else(|| self.config.health.clone());
        let control = Control::new(self.config, self.retry_buffer)?;
        let plan = Plan {
            target,
            resolver: self.resolver,
            resolve_interval: self.resolve_interval,
            spread,
            connections: self.connections,
            user_agent: user_agent(self.user_agent)?,
            connect_timeout: self.connect_timeout,
            max_headers: self.max_headers,
            backoff: self.backoff,
            upkeep: Upkeep::new(self.keepalive, self.idle),
            health,
            credentials: self.credentials.clone(),
            #[cfg(feature = "web")]
            web: self.web,
            #[cfg(feature = "tls")]
            tls: self.tls,
        };
        #[cfg(feature = "telemetry")]
        let (canonical, authority) = (plan.target.site.canonical(), plan.target.authority.clone());
        let channel = plan.channel(self.options, control)?;
        #[cfg(feature = "telemetry")]
        let channel = match self.telemetry {
            Some(telemetry) => channel.observed(telemetry, &canonical, Some(authority)),
            None => channel,
        };
        Ok(channel.with_credentials(self.credentials).with_interceptors(self.interceptors).into())
    }
}

/// What servers see, with what stands before this crate's name.
fn user_agent(name: Option<String>) -> Result<HeaderValue> {
    let user_agent = name.map_or_else(|| USER_AGENT.to_owned(), |name| format!("{name} {USER_AGENT}"));
    HeaderValue::try_from(user_agent)
        .map_err(|_| Status::invalid_argument("the user agent is not printable ASCII"))
}

impl<C> fmt::Debug for Connect<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connect").field("target", &self.target).finish_non_exhaustive()
    }
}
