//! A server that listens: accept, secure, serve, stop. The methods of `Server` that touch sockets.

use std::fmt;
use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
#[cfg(unix)]
use std::path::Path;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use futures_core::Stream as Source;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, ToSocketAddrs};
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::Instant;

#[cfg(feature = "web")]
use super::either::serve;
use super::io::Stream;
use super::listener::{Connections, Listener};
use super::serve::Stop;
#[cfg(not(feature = "web"))]
use super::serve::serve;
use crate::grpc::{CutCall, Drain, Drained, Peer, Result, Status};
use crate::server::{Router, Server};

/// How long to wait before accepting again when the process has no file descriptor left.
const EXHAUSTED: Duration = Duration::from_millis(50);

/// How long the handlers that are cut off may take to notice.
const FAREWELL: Duration = Duration::from_secs(1);

/// A server that listens, and knows where.
#[must_use = "nothing is served before `serve`"]
pub struct Bound<L = TcpListener> {
    server: Server,
    entrance: Entrance,
    listener: L,
    address: Option<SocketAddr>,
}

impl Server {
    /// Listens on `address` and serves until the signal of [`Server::shutdown`], or for ever.
    ///
    /// # Errors
    /// Those of [`Server::bind`].
    pub async fn serve(self, address: impl ToSocketAddrs + fmt::Debug) -> Result<()> {
        self.bind(address).await?.serve().await
    }

    /// Listens on `address`: connections wait until [`Bound::serve`] is called. Port 0 lets the system choose one,
    /// which [`Bound::address`] tells.
    ///
    /// # Errors
    /// `UNAVAILABLE` when the address cannot be listened on; those of [`Server::on`].
    pub async fn bind(self, address: impl ToSocketAddrs + fmt::Debug) -> Result<Bound> {
        let shown = format!("{address:?}");
        match TcpListener::bind(address).await {
            Ok(listener) => self.on_tcp(listener),
            Err(error) => Err(cannot_listen(&format!("cannot listen on {}", shown.trim_matches('"')), error)),
        }
    }

    fn on_tcp(self, listener: TcpListener) -> Result<Bound> {
        let address =
            listener.local_addr().map_err(|error| cannot_listen("the listener has no address", error))?;
        Ok(Bound { address: Some(address), ..self.on(listener)? })
    }

    /// Uses a listener that is there already: one that a supervisor has handed over, a
    /// [`UnixListener`](tokio::net::UnixListener), or one of your own.
    ///
    /// # Errors
    /// `INVALID_ARGUMENT` when a certificate or a key of [`Server::tls`](Server) is of no use.
    pub fn on<L: Listener>(mut self, listener: L) -> Result<Bound<L>> {
        let entrance = Entrance::new(&mut self)?;
        Ok(Bound { server: self, entrance, listener, address: None })
    }

    /// Listens on a socket in the file system and serves as [`Server::serve`] does. The socket's file is removed at the
    /// end, and one that nobody listens on any more is replaced.
    ///
    /// Clients on gRPC's core (Python, C++, Ruby and others) call the socket by its path, percent-encoded: their `:authority`
    /// is `tmp%2Fshop.sock`. The HTTP types of Rust take no `%` in the name of a host, so on Unix sockets each one before two
    /// hex digits becomes `-`: layers see `tmp-2Fshop.sock`; handlers and interceptors are told no authority. This holds for
    /// [`Server::on`] too, for a [`UnixListener`](tokio::net::UnixListener) and for each [`Listener`] whose connections are of
    /// [`Peer::on_unix_socket`].
    ///
    /// # Errors
    /// `UNAVAILABLE` when the path cannot be listened on, for example because another process does; those of
    /// [`Server::on`].
    #[cfg(unix)]
    pub async fn serve_unix(self, path: impl AsRef<Path>) -> Result<()> {
        let path = path.as_ref();
        if let Err(error) = tokio::net::UnixStream::connect(path).await
            && error.kind() == io::ErrorKind::ConnectionRefused
        {
            // What cannot be removed cannot be listened on either, which is told below.
            let _ = std::fs::remove_file(path);
        }
        let listener = tokio::net::UnixListener::bind(path)
            .map_err(|error| cannot_listen(&format!("cannot listen on {}", path.display()), error))?;
        let ended = self.on(listener)?.serve().await;
        let _ = std::fs::remove_file(path);
        ended
    }

    /// Serves the connections that a stream gives, until it ends or the signal of [`Server::shutdown`] comes. An error
    /// in the stream is passed over.
    ///
    /// # Errors
    /// Those of [`Server::on`].
    pub async fn serve_connections<IO>(
        self,
        connections: impl Source<Item = io::Result<IO>> + Send + 'static,
    ) -> Result<()>
    where
        IO: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        self.on(Connections(Box::pin(connections)))?.serve().await
    }
}

fn cannot_listen(what: &str, error: io::Error) -> Status {
    Status::unavailable(format!("{what}: {error}")).with_source(error)
}

impl Bound<TcpListener> {
    /// The address that is listened on.
    pub fn address(&self) -> SocketAddr {
        match self.address {
            Some(address) => address,
            None => self.listener.local_addr().unwrap_or_else(|_| SocketAddr::from(([0, 0, 0, 0], 0))),
        }
    }
}

impl<L: Listener> Bound<L> {
    /// Serves until the signal of [`Server::shutdown`], or for ever. Then no new connection is accepted, every peer is
    /// told to go elsewhere, and the calls that run may end, within the limit of [`Server::drain`].
    ///
    /// Dropping the future cuts all connections off.
    ///
    /// # Errors
    /// None at present: a connection that breaks ends its own calls only.
    pub async fn serve(self) -> Result<()> {
        let Self { mut server, entrance, mut listener, .. } = self;
        let (stop, signal) = watch::channel(false);
        let (drain, cut) = Drain::new();
        let stopped = Stop { signal, drain: Arc::new(drain) };
        let mut connections = JoinSet::new();
        while let Some((stream, peer)) = accept(&mut listener, &mut server, &mut connections).await {
            connections.spawn(entrance.clone().enter(Box::new(stream), peer, stopped.clone()));
        }
        drop(listener);
        // Where the listener has ended by itself, the connections go on until then.
        poll_fn(|cx| poll_idle(&mut server, &mut connections, cx)).await;
        entrance.router.drain();
        let began = Instant::now();
        // There is always one receiver, the one of `stopped`.
        let _ = stop.send(true);
        let all_ended = async { while connections.join_next().await.is_some() {} };
        let cut = match tokio::time::timeout(server.drain, all_ended).await {
            Ok(()) => Vec::new(),
            Err(_) => cut_off(connections, stopped.drain, cut).await,
        };
        if let Some(notice) = server.on_drained {
            notice(Drained { took: began.elapsed(), cut });
        }
        Ok(())
    }
}

/// Ends the connections that are left, and tells which calls ended with them.
async fn cut_off(
    mut connections: JoinSet<()>,
    drain: Arc<Drain>,
    mut calls: UnboundedReceiver<CutCall>,
) -> Vec<CutCall> {
    drain.cut();
    connections.shutdown().await;
    // Handlers notice it in tasks of their own; one that never waits for anything never notices.
    drop(drain);
    let mut cut = Vec::new();
    let collected = async {
        while let Some(call) = calls.recv().await {
            cut.push(call);
        }
    };
    let _ = tokio::time::timeout(FAREWELL, collected).await;
    cut
}

impl<L> fmt::Debug for Bound<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bound")
            .field("server", &self.server)
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

/// What every connection goes through.
#[derive(Clone)]
struct Entrance {
    router: Router,
    #[cfg(feature = "tls")]
    gate: Option<super::secure::Gate>,
}

impl Entrance {
    fn new(server: &mut Server) -> Result<Self> {
        let router = server.router();
        #[cfg(feature = "tls")]
        let gate = server.tls.take().map(|tls| super::secure::Gate::new(tls, &router)).transpose()?;
        Ok(Self {
            router,
            #[cfg(feature = "tls")]
            gate,
        })
    }

    #[cfg(not(feature = "tls"))]
    async fn enter(self, stream: Stream, peer: Peer, stop: Stop) {
        serve(stream, peer, self.router, stop).await;
    }

    #[cfg(feature = "tls")]
    async fn enter(self, stream: Stream, peer: Peer, stop: Stop) {
        let Some(gate) = self.gate else { return serve(stream, peer, self.router, stop).await };
        let mut stopping = stop.signal.clone();
        // A server that stops waits for no handshake, and one that runs not for ever.
        let stopped = async move { drop(stopping.wait_for(|stop| *stop).await) };
        if let Some((stream, chain)) = unless(stopped, gate.accept(stream, &peer)).await {
            serve(stream, peer.by_tls(chain), self.router, stop).await;
        }
    }
}

/// The outcome of `work`, or `None` when `stop` comes first.
#[cfg(feature = "tls")]
async fn unless<T>(stop: impl Future<Output = ()>, work: impl Future<Output = Option<T>>) -> Option<T> {
    let (mut stop, mut work) = (std::pin::pin!(stop), std::pin::pin!(work));
    poll_fn(|cx| match work.as_mut().poll(cx) {
        Poll::Pending => stop.as_mut().poll(cx).map(|()| None),
        ready => ready,
    })
    .await
}

/// Ready when the server is to stop, or when no connection is left. Those that have ended are cleared away.
fn poll_idle(server: &mut Server, connections: &mut JoinSet<()>, cx: &mut Context<'_>) -> Poll<()> {
    while let Poll::Ready(ended) = connections.poll_join_next(cx) {
        if ended.is_none() {
            return Poll::Ready(());
        }
    }
    poll_stop(server, cx)
}

/// Ready when the server is to stop, however often it is asked.
fn poll_stop(server: &mut Server, cx: &mut Context<'_>) -> Poll<()> {
    ready!(server.shutdown.as_mut().poll(cx));
    server.shutdown = Box::pin(poll_fn(|_| Poll::Ready(())));
    Poll::Ready(())
}

/// The next connection; `None` when the server is to stop, or the listener has ended. Connections that have ended are
/// cleared away meanwhile.
async fn accept<L: Listener>(
    listener: &mut L,
    server: &mut Server,
    connections: &mut JoinSet<()>,
) -> Option<(L::Connection, Peer)> {
    loop {
        let accepted = poll_fn(|cx| {
            if poll_stop(server, cx).is_ready() {
                return Poll::Ready(None);
            }
            while let Poll::Ready(Some(_)) = connections.poll_join_next(cx) {}
            listener.poll_accept(cx)
        })
        .await?;
        match accepted {
            Ok(accepted) => return Some(accepted),
            Err(error) if is_of_one_connection(&error) => {}
            // The signal to stop must not wait for this: it is polled again right after.
            Err(_) => tokio::time::sleep(EXHAUSTED).await,
        }
    }
}

/// Whether `accept` failed for a peer that left before it was accepted, and not for the whole process.
fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}
