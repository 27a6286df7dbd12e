//! A connection's stream of bytes, whatever it is of: TCP, a Unix socket, TLS over either, a pipe in this process, the
//! user's own. One type for all, so that HTTP/2 is compiled once.

#[cfg(feature = "server")]
use std::pin::Pin;
#[cfg(all(feature = "tls", feature = "client"))]
use std::sync::{Arc, OnceLock};
#[cfg(feature = "server")]
use std::task::{Context, Poll, ready};

#[cfg(feature = "server")]
use tokio::io::ReadBuf;
use tokio::io::{AsyncRead, AsyncWrite};

/// What HTTP/2 runs over.
pub(super) trait Io: AsyncRead + AsyncWrite + Unpin + Send {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send> Io for T {}

/// See the head of the file. A call through the pointer costs nothing beside the system call behind it.
pub(super) type Stream = Box<dyn Io>;

/// Passes over what the peer still sends, until it has ended too, in whatever way: a socket that is closed while bytes wait
/// to be read is reset, and the reset overtakes what was sent.
#[cfg(feature = "server")]
pub(super) fn poll_to_end(io: &mut (impl AsyncRead + Unpin), cx: &mut Context<'_>) -> Poll<()> {
    let mut rest = [0; 1024];
    loop {
        let mut buffer = ReadBuf::new(&mut rest);
        match ready!(Pin::new(&mut *io).poll_read(cx, &mut buffer)) {
            Ok(()) if !buffer.filled().is_empty() => {}
            _ => return Poll::Ready(()),
        }
    }
}

/// What a server has against the client, once it has said so.
#[cfg(all(feature = "tls", feature = "client"))]
pub(super) type Refusal = Arc<OnceLock<String>>;

/// A client's open connection, before HTTP/2.
#[cfg(feature = "client")]
pub(super) struct Dialed {
    pub(super) stream: Stream,
    /// Why TLS ended, if it did: h2 keeps no more of an error than its text.
    #[cfg(feature = "tls")]
    pub(super) refusal: Option<Refusal>,
}

#[cfg(feature = "client")]
impl From<Stream> for Dialed {
    fn from(stream: Stream) -> Self {
        Self {
            stream,
            #[cfg(feature = "tls")]
            refusal: None,
        }
    }
}
