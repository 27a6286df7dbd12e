//! When a connection is asked for a sign of life. Set by users on either side, obeyed by `transport`.

use std::time::Duration;

/// How long the answer to a ping may take unless it is set: as everywhere in gRPC.
const TIMEOUT: Duration = Duration::from_secs(20);

/// Pings on a connection that is silent: they find out that the other side is gone, and keep proxies on the way from
/// forgetting the connection.
///
/// ```
/// use std::time::Duration;
///
/// let often = protocall::Keepalive::every(Duration::from_secs(60)).timeout(Duration::from_secs(10));
/// # let _ = often;
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "it is given to a server's `Connections` or to a client's `Connect`"]
pub struct Keepalive {
    pub(crate) every: Duration,
    pub(crate) timeout: Duration,
    pub(crate) without_calls: bool,
}

impl Keepalive {
    /// Sends a ping when nothing was heard of the other side for `interval`. A client takes ten seconds for any shorter
    /// interval, a server one second; servers of other implementations end connections on which pings come more often
    /// than every five minutes, unless they are set otherwise.
    pub fn every(interval: Duration) -> Self {
        Self { every: interval, timeout: TIMEOUT, without_calls: false }
    }

    /// How long after a ping something must be heard before the connection counts as dead, and all calls on it end with
    /// `UNAVAILABLE`: 20 seconds unless set otherwise.
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.timeout = limit;
        self
    }

    /// Sends pings on a client's connection without calls too. A server does in any case: it is the side that would keep
    /// dead connections for ever.
    pub fn without_calls(mut self) -> Self {
        self.without_calls = true;
        self
    }
}
