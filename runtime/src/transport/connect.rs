//! How a client is made from a target. Returned by the `connect` of generated clients.

use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

use http::header::HeaderValue;
use http::uri::Scheme;

use super::connection::{Http2, Settings};
use super::dial::Dialer;
#[cfg(feature = "tls")]
use super::secure::Secured;
#[cfg(feature = "tls")]
use super::target::Target;
use super::target::{self, IntoTarget};
use crate::client::{Channel, Options};
use crate::grpc::{Compression, Interceptor, Interceptors, Result, Status};

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
    interceptors: Interceptors,
    authority: Option<String>,
    #[cfg(feature = "tls")]
    tls: Option<crate::tls::ClientTls>,
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
            interceptors: Interceptors::default(),
            authority: None,
            #[cfg(feature = "tls")]
            tls: None,
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

    /// How TLS is set up with a target of the form `https://…`: see [`ClientTls`](crate::ClientTls).
    #[cfg(feature = "tls")]
    pub fn tls(mut self, tls: crate::tls::ClientTls) -> Self {
        self.tls = Some(tls);
        self
    }

    /// Adds an interceptor around every call: see [`Interceptor`]. The first that is added is the outermost.
    pub fn intercept(mut self, interceptor: impl Interceptor) -> Self {
        self.interceptors = self.interceptors.with(interceptor);
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
    /// `INVALID_ARGUMENT` when the target, the authority or the user agent is malformed, or a certificate or key of no
    /// use.
    pub fn build(self) -> Result<C> {
        let mut target = target::parse(&self.target)?;
        if let Some(name) = &self.authority {
            target.authority = name
                .parse()
                .map_err(|_| Status::invalid_argument(format!("{name:?} is no authority of a server")))?;
        }
        let user_agent = match self.user_agent {
            Some(name) => format!("{name} {USER_AGENT}"),
            None => USER_AGENT.to_owned(),
        };
        let user_agent = HeaderValue::try_from(user_agent)
            .map_err(|_| Status::invalid_argument("the user agent is not printable ASCII"))?;
        let settings = Settings {
            authority: target.authority.clone(),
            scheme: if target.secure { Scheme::HTTPS } else { Scheme::HTTP },
            user_agent,
            connect_timeout: self.connect_timeout,
        };
        #[cfg(feature = "tls")]
        let secured = secured(self.tls, &target)?;
        #[cfg(not(feature = "tls"))]
        if target.secure {
            return Err(Status::invalid_argument(format!(
                "cannot connect to {:?}: TLS needs the feature `tls` of protocall",
                self.target
            )));
        }
        let dialer = Dialer {
            target,
            #[cfg(feature = "tls")]
            secured,
        };
        let channel = Channel::over(Http2::new(dialer, settings), self.options);
        Ok(channel.with_interceptors(self.interceptors).into())
    }
}

/// How the connections to `target` are secured.
#[cfg(feature = "tls")]
fn secured(tls: Option<crate::tls::ClientTls>, target: &Target) -> Result<Option<Secured>> {
    if !target.secure {
        return match tls {
            None => Ok(None),
            Some(_) => Err(Status::invalid_argument(format!(
                "there are settings for TLS, but the target is {}; write https://…",
                target.place
            ))),
        };
    }
    let host = target.authority.host().trim_start_matches('[').trim_end_matches(']');
    let (config, name) = tls.unwrap_or_default().build(host)?;
    Ok(Some(Secured { config, name }))
}

impl<C> fmt::Debug for Connect<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connect").field("target", &self.target).finish_non_exhaustive()
    }
}
