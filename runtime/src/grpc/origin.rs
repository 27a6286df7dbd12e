//! Where a status was made: by the other side, by this program, or by a part of the way between. Told by `Status`.

use std::fmt;

/// Where a [`Status`](crate::Status) was made. An `UNAVAILABLE` that the server has answered and one of a connection
/// that could not be opened are alike in code; this tells them apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Origin {
    /// This program: code that called [`Status::new`](crate::Status::new), or this crate on its side of the call, as
    /// for a deadline, a limit or bytes that cannot be decoded.
    #[default]
    Local,
    /// The other side of the call, which sent it as the call's outcome.
    Peer,
    /// The target's name could not be resolved to addresses.
    Resolve,
    /// No connection could be opened.
    Connect,
    /// TLS could not be agreed on, or one side did not trust the other.
    Tls,
    /// The HTTP/2 connection or stream broke off.
    Http2,
    /// The answer was HTTP, but not gRPC: it came from a proxy, or from a server of another kind. Or a connection of HTTP/1.1
    /// broke off.
    Http,
}

impl Origin {
    /// The phase, as errors name it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::Peer => "peer",
            Self::Resolve => "resolve",
            Self::Connect => "connect",
            Self::Tls => "TLS",
            Self::Http2 => "HTTP/2",
            Self::Http => "HTTP",
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
