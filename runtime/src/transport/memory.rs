//! Client and server in one process, without a network: the same HTTP/2 over a pipe. Called by the `local` of generated
//! clients.

use std::fmt;
use std::sync::Arc;

use http::header::HeaderValue;
use http::uri::{Authority, Scheme};
use tokio::sync::watch;

use super::connect::{BACKOFF, CONNECT_TIMEOUT, MAX_HEADERS, RESOLVE_INTERVAL, USER_AGENT};
use super::connection::Settings;
use super::dial::{Dial, Dialing};
use super::http2::Http2;
use super::io::Stream;
use super::serve::{Stop, serve};
use super::upkeep::Upkeep;
use crate::client::{Channel, Control, Options};
use crate::grpc::{Drain, Peer};
use crate::server::{Router, Server, Service};

/// Bytes that the pipe holds each way.
const PIPE: usize = 64 * 1024;

/// A channel to `service` in this process. Calls go through the same code as over a network: deadlines, cancellation,
/// metadata rules and flow control are real.
#[doc(hidden)]
pub fn local(service: impl Service) -> Channel {
    Server::new().service(service).local()
}

impl Server {
    /// A channel to this server in this process, without a network: for tests.
    pub fn local(self) -> Channel {
        let (stop, signal) = watch::channel(false);
        // Who drops the channel cuts its calls off, and asks for no report.
        let stopped = Stop { signal, drain: Arc::new(Drain::new().0) };
        let settings = Settings {
            authority: Authority::from_static("local"),
            scheme: Scheme::HTTP,
            resolve_interval: RESOLVE_INTERVAL,
            connections: 1..=1,
            user_agent: HeaderValue::from_static(USER_AGENT),
            connect_timeout: CONNECT_TIMEOUT,
            max_headers: MAX_HEADERS,
            backoff: BACKOFF,
            upkeep: Upkeep::new(None, None),
            checks: None,
        };
        Channel::over(
            Http2::single(Memory { router: self.router(), stopped, stop }, settings),
            Options::default(),
            Control::default(),
        )
    }
}

/// Opens pipes to a router.
struct Memory {
    router: Router,
    stopped: Stop,
    /// Dropped with the channel, which stops the server's side.
    #[expect(dead_code, reason = "its drop is its use")]
    stop: watch::Sender<bool>,
}

impl Dial for Memory {
    fn is_secure(&self) -> bool {
        true
    }

    fn name(&self) -> &str {
        "memory"
    }

    fn dial(&self) -> Dialing {
        let (near, far) = tokio::io::duplex(PIPE);
        tokio::spawn(serve(Box::new(far), Peer::default(), self.router.clone(), self.stopped.clone()));
        Box::pin(std::future::ready(Ok((Box::new(near) as Stream).into())))
    }
}

impl fmt::Debug for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Memory")
    }
}
