//! What a client calls over: the seam between calls and connections. Implemented by `transport`.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use http::uri::Authority;
use http::{Request, Response};
use tokio::sync::watch;

use super::config::Control;
use super::credentials::{CallCredentials, Credentials};
use super::replay::RequestReader;
use crate::grpc::{
    Accepted, Compression, InboundBody, Interceptor, Interceptors, Limits, MIN_COMPRESSED, MethodLimits,
    Result,
};
#[cfg(feature = "telemetry")]
use crate::grpc::{Flow, Tally};

/// A request on its way, up to the head of its answer.
pub(crate) type Sending = Pin<Box<dyn Future<Output = Result<Response<InboundBody>>> + Send>>;

/// The messages of a request, encoded and framed.
pub(crate) enum Requests {
    /// The only one.
    One(Bytes),
    /// A stream of them, which the caller writes.
    Many(RequestReader),
}

#[cfg(feature = "telemetry")]
impl Requests {
    /// Counts what is sent.
    pub(super) fn count(&mut self, tally: &Tally) {
        let (mut flow, sizes) = (Flow::default(), Arc::clone(&tally.flow));
        let mut count = move |data: &[u8]| flow.pass(data, &sizes.sent);
        match self {
            Self::One(message) => count(message),
            Self::Many(reader) => reader.on_data(count),
        }
    }
}

/// Sends requests, wherever they go.
pub(crate) trait Transport: fmt::Debug + Send + Sync + 'static {
    /// Sends a request, whose URI is a path only. Dropping the future cancels the request.
    fn send(&self, request: Request<Requests>) -> Sending;

    /// Whether nobody on the way can read what is sent.
    fn is_secure(&self) -> bool;

    /// The name that servers are asked for.
    fn authority(&self) -> &Authority;

    /// Begins to connect, if there is no connection.
    fn connect(&self);

    /// How it stands with the connections.
    fn connectivity(&self) -> Connectivity;

    /// Counts whatever may have changed [`Transport::connectivity`].
    fn changes(&self) -> watch::Receiver<u64>;
}

/// What a client calls over: one server, or several that do the same, with the connections to them.
///
/// Cheap to clone; clones share their connections. Several clients may be made from one channel.
#[derive(Clone, Debug)]
pub struct Channel {
    pub(super) transport: Arc<dyn Transport>,
    pub(super) options: Options,
    pub(super) interceptors: Interceptors,
    pub(super) control: Arc<Control>,
    pub(super) credentials: Credentials,
    #[cfg(feature = "telemetry")]
    pub(super) observer: Option<Arc<super::observer::Observer>>,
}

/// How it stands with the connections of a [`Channel`]: gRPC's connectivity states. A channel to several servers is as good
/// as the best of its connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Connectivity {
    /// There is no connection, and nobody has asked for one.
    Idle,
    /// One is being opened.
    Connecting,
    /// Calls are sent at once.
    Ready,
    /// There is none, and the last attempt has failed. Another follows after a while; until then calls fail, unless they
    /// [wait](super::Call::wait_for_ready).
    TransientFailure,
}

/// What the calls of a channel begin with; each may have its own.
#[derive(Clone, Debug)]
pub(crate) struct Options {
    pub(crate) limits: Limits,
    /// Of methods that have their own.
    pub(crate) method_limits: MethodLimits,
    /// Of the requests.
    pub(crate) compression: Option<Compression>,
    /// Requests of fewer bytes are not compressed.
    pub(crate) minimum: usize,
    /// What replies may be compressed with.
    pub(crate) accepted: Accepted,
    /// Whether calls wait for a connection as long as it takes.
    pub(crate) waits: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            limits: Limits::default(),
            method_limits: MethodLimits::default(),
            compression: None,
            minimum: MIN_COMPRESSED,
            accepted: Accepted::default(),
            waits: false,
        }
    }
}

impl Channel {
    pub(crate) fn over(transport: impl Transport, options: Options, control: Control) -> Self {
        let interceptors = Interceptors::default();
        Self {
            transport: Arc::new(transport),
            options,
            interceptors,
            control: Arc::new(control),
            credentials: Credentials::default(),
            #[cfg(feature = "telemetry")]
            observer: None,
        }
    }

    /// This channel with an interceptor around every call, inside of those that were added before: see [`Interceptor`].
    /// Clones made before it are without.
    #[must_use]
    pub fn intercept(mut self, interceptor: impl Interceptor) -> Self {
        self.interceptors = self.interceptors.with(interceptor);
        self
    }

    /// This channel with credentials for every call, beside those that it has: see [`CallCredentials`]. Clones made before
    /// it are without.
    #[must_use]
    pub fn credentials(mut self, credentials: impl CallCredentials) -> Self {
        self.credentials.add(credentials);
        self
    }

    pub(crate) fn with_credentials(self, credentials: Credentials) -> Self {
        Self { credentials, ..self }
    }

    pub(crate) fn with_interceptors(self, interceptors: Interceptors) -> Self {
        Self { interceptors, ..self }
    }
}
