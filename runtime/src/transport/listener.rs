//! What a server accepts connections from: TCP, Unix sockets, a stream of connections. Polled by `listen`.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;

use crate::grpc::Peer;

/// What a [`Listener`] gives: a connection and who is at its other end, or `None` when there will be no more.
pub type Accepted<IO> = Option<io::Result<(IO, Peer)>>;

/// A source of connections for a server. Of your own where TCP and Unix sockets are not enough: sockets with other
/// options, a PROXY protocol, vsock.
pub trait Listener: Send + 'static {
    /// What is accepted: an open connection.
    type Connection: AsyncRead + AsyncWrite + Unpin + Send + 'static;

    /// The next connection.
    ///
    /// After an error it is polled again: at once where the error is of one connection that was given up
    /// (`ConnectionAborted`, `ConnectionReset`, `ConnectionRefused`), after a moment otherwise.
    fn poll_accept(&mut self, cx: &mut Context<'_>) -> Poll<Accepted<Self::Connection>>;
}

impl Listener for TcpListener {
    type Connection = tokio::net::TcpStream;

    fn poll_accept(&mut self, cx: &mut Context<'_>) -> Poll<Accepted<Self::Connection>> {
        TcpListener::poll_accept(self, cx).map(|accepted| {
            Some(accepted.map(|(stream, address): (_, SocketAddr)| {
                // A peer that is gone already shows when it is read from.
                let _ = stream.set_nodelay(true);
                (stream, Peer::at(address))
            }))
        })
    }
}

#[cfg(unix)]
impl Listener for tokio::net::UnixListener {
    type Connection = tokio::net::UnixStream;

    fn poll_accept(&mut self, cx: &mut Context<'_>) -> Poll<Accepted<Self::Connection>> {
        tokio::net::UnixListener::poll_accept(self, cx)
            .map(|accepted| Some(accepted.map(|(stream, _)| (stream, Peer::on_unix_socket()))))
    }
}

/// Connections that come from a stream. Made by `Server::serve_connections`.
pub(super) struct Connections<S>(pub(super) Pin<Box<S>>);

impl<S, IO> Listener for Connections<S>
where
    S: Stream<Item = io::Result<IO>> + Send + 'static,
    IO: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    type Connection = IO;

    fn poll_accept(&mut self, cx: &mut Context<'_>) -> Poll<Accepted<IO>> {
        let next = self.0.as_mut().poll_next(cx);
        next.map(|next| next.map(|accepted| accepted.map(|io| (io, Peer::default()))))
    }
}

impl<S> fmt::Debug for Connections<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Connections")
    }
}
