//! A server on a TCP port: accept, serve, stop. The methods of `Server` that touch sockets.

use std::fmt;
use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::task::Poll;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream, ToSocketAddrs};
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::serve::serve;
use crate::grpc::{Peer, Result, Status};
use crate::server::Server;

/// How long to wait before accepting again when the process has no file descriptor left.
const EXHAUSTED: Duration = Duration::from_millis(50);

/// A server that listens, and knows where.
#[must_use = "nothing is served before `serve`"]
#[derive(Debug)]
pub struct Bound {
    server: Server,
    listener: TcpListener,
    address: SocketAddr,
}

impl Server {
    /// Listens on `address` and serves until the signal of [`Server::shutdown`], or for ever.
    ///
    /// # Errors
    /// `UNAVAILABLE` when the address cannot be listened on.
    pub async fn serve(self, address: impl ToSocketAddrs + fmt::Debug) -> Result<()> {
        self.bind(address).await?.serve().await
    }

    /// Listens on `address`: connections wait until [`Bound::serve`] is called. Port 0 lets the system choose one,
    /// which [`Bound::address`] tells.
    ///
    /// # Errors
    /// `UNAVAILABLE` when the address cannot be listened on.
    pub async fn bind(self, address: impl ToSocketAddrs + fmt::Debug) -> Result<Bound> {
        let shown = format!("{address:?}");
        match TcpListener::bind(address).await {
            Ok(listener) => self.on(listener),
            Err(error) => Err(cannot_listen(&format!("cannot listen on {}", shown.trim_matches('"')), error)),
        }
    }

    /// Uses a listener that is there already, for example one that a supervisor has handed over.
    ///
    /// # Errors
    /// `UNAVAILABLE` when the listener has no address.
    pub fn on(self, listener: TcpListener) -> Result<Bound> {
        let address =
            listener.local_addr().map_err(|error| cannot_listen("the listener has no address", error))?;
        Ok(Bound { server: self, listener, address })
    }
}

fn cannot_listen(what: &str, error: io::Error) -> Status {
    Status::unavailable(format!("{what}: {error}")).with_source(error)
}

impl Bound {
    /// The address that is listened on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until the signal of [`Server::shutdown`], or for ever. Then no new connection is accepted, every peer is
    /// told to go elsewhere, and the calls that run may end, within the limit of [`Server::drain`].
    ///
    /// Dropping the future cuts all connections off.
    ///
    /// # Errors
    /// None at present: a connection that breaks ends its own calls only.
    pub async fn serve(self) -> Result<()> {
        let Self { mut server, listener, .. } = self;
        let router = server.router();
        let (stop, stopped) = watch::channel(false);
        let mut connections = JoinSet::new();
        while let Some((stream, address)) = accept(&listener, &mut server, &mut connections).await {
            // A peer that is gone already shows when it is read from.
            let _ = stream.set_nodelay(true);
            let peer = Peer::at(address);
            connections.spawn(serve(stream, peer, router.clone(), stopped.clone()));
        }
        drop((listener, stopped));
        // No receiver is left when there are no connections.
        let _ = stop.send(true);
        let all_ended = async { while connections.join_next().await.is_some() {} };
        let _ = tokio::time::timeout(server.drain, all_ended).await;
        Ok(())
    }
}

/// The next connection; `None` when the server is to stop. Connections that have ended are cleared away meanwhile.
async fn accept(
    listener: &TcpListener,
    server: &mut Server,
    connections: &mut JoinSet<()>,
) -> Option<(TcpStream, SocketAddr)> {
    loop {
        let accepted = poll_fn(|cx| {
            if server.shutdown.as_mut().poll(cx).is_ready() {
                return Poll::Ready(None);
            }
            while let Poll::Ready(Some(_)) = connections.poll_join_next(cx) {}
            listener.poll_accept(cx).map(Some)
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
