//! The streams of bytes that a client's HTTP/2 runs over, and how they are opened. Called by `connection`.

use std::fmt;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, DuplexStream, ReadBuf};
use tokio::net::TcpStream;

use super::target::Target;
use crate::grpc::{Result, Status};

/// An open connection, before HTTP/2.
pub(super) type Dialing = Pin<Box<dyn Future<Output = Result<Stream>> + Send>>;

/// Opens connections to one place.
pub(super) trait Dial: fmt::Debug + Send + Sync + 'static {
    fn dial(&self) -> Dialing;
}

impl Dial for Target {
    fn dial(&self) -> Dialing {
        let (host, port) = (self.host.clone(), self.port);
        Box::pin(async move {
            let opened = TcpStream::connect((host.as_str(), port)).await;
            let stream = opened.map_err(|error| {
                Status::unavailable(format!("cannot connect to {host}:{port}: {error}")).with_source(error)
            })?;
            // Without it a small request would wait for the answer to the one before it.
            let _ = stream.set_nodelay(true);
            Ok(Stream::Tcp(stream))
        })
    }
}

/// A stream of bytes: of the network, or of this process.
pub(super) enum Stream {
    Tcp(TcpStream),
    #[cfg_attr(not(feature = "server"), expect(dead_code, reason = "made by `memory`, which needs a server"))]
    Memory(DuplexStream),
}

/// Does the same with whichever stream it is.
macro_rules! each {
    ($stream:expr, $inner:ident => $act:expr) => {
        match $stream.get_mut() {
            Stream::Tcp($inner) => $act,
            Stream::Memory($inner) => $act,
        }
    };
}

impl AsyncRead for Stream {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        each!(self, inner => Pin::new(inner).poll_read(cx, buffer))
    }
}

impl AsyncWrite for Stream {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        each!(self, inner => Pin::new(inner).poll_write(cx, bytes))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        each!(self, inner => Pin::new(inner).poll_write_vectored(cx, parts))
    }

    fn is_write_vectored(&self) -> bool {
        match self {
            Self::Tcp(inner) => inner.is_write_vectored(),
            Self::Memory(inner) => inner.is_write_vectored(),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        each!(self, inner => Pin::new(inner).poll_flush(cx))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        each!(self, inner => Pin::new(inner).poll_shutdown(cx))
    }
}
