//! How a client is made from a target. Returned by the `connect` of generated clients.

use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

use http::header::HeaderValue;

use super::connection::{Http2, Settings};
use super::target::{self, IntoTarget};
use crate::client::{Channel, Options};
use crate::grpc::{Compression, Result, Status};

/// What every client of this crate calls itself, in the form that gRPC's specification asks for.
pub(super) const USER_AGENT: &str = concat!("grpc-rust-protocall/", env!("CARGO_PKG_VERSION"));

/// gRPC's `connection-backoff.md`: an attempt gets at least 20 seconds.
pub(super) const CONNECT_TIMEOUT: Duration = Duration::from_secs(20);

/// The settings of a client that is about to be made: a generated `…Client`, or a [`Channel`] for several.
#[must_use = "a client is made by `build`"]
pub struct Connect<C> {
    target: String,
    user_agent: Option<String>,
    connect_timeout: Duration,
    options: Options,
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
            user_agent: None,
            connect_timeout: CONNECT_TIMEOUT,
            options: Options::default(),
            client: PhantomData,
        }
    }

    /// What stands before this crate's name in the user agent that servers see.
    pub fn user_agent(mut self, name: impl Into<String>) -> Self {
        self.user_agent = Some(name.into());
        self
    }

    /// How long an attempt to connect may take: 20 seconds unless set otherwise. The deadline of a call counts as well.
    pub fn connect_timeout(mut self, limit: Duration) -> Self {
        self.connect_timeout = limit;
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

    /// Makes the client. It connects when it is first called, and again whenever its connection is lost.
    ///
    /// # Errors
    /// `INVALID_ARGUMENT` when the target or the user agent is malformed.
    pub fn build(self) -> Result<C> {
        let target = target::parse(&self.target)?;
        let user_agent = match self.user_agent {
            Some(name) => format!("{name} {USER_AGENT}"),
            None => USER_AGENT.to_owned(),
        };
        let user_agent = HeaderValue::try_from(user_agent)
            .map_err(|_| Status::invalid_argument("the user agent is not printable ASCII"))?;
        let settings = Settings {
            authority: target.authority.clone(),
            user_agent,
            connect_timeout: self.connect_timeout,
        };
        Ok(Channel::over(Http2::new(target, settings), self.options).into())
    }
}

impl<C> fmt::Debug for Connect<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connect").field("target", &self.target).finish_non_exhaustive()
    }
}
