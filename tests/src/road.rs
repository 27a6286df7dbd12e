//! A road to a server that counts the connections on it, and can turn into a black hole for them: the sockets stay open, and
//! nothing moves. Walked by the tests of clients' connections.

use std::net::SocketAddr;
use std::pin::pin;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, tcp};
use tokio::sync::watch;

use crate::echo::within;

/// See the head of the file.
#[derive(Debug)]
pub struct Road {
    /// Where it begins.
    pub address: SocketAddr,
    holds: watch::Sender<bool>,
    traffic: watch::Receiver<Traffic>,
}

/// The connections on a road.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Traffic {
    /// Those that are open.
    pub open: usize,
    /// Those that ever were.
    pub opened: usize,
}

impl Road {
    /// A road to this server.
    pub async fn to(server: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("some port is free");
        let address = listener.local_addr().expect("it listens");
        let (holds, held) = watch::channel(false);
        let (counts, traffic) = watch::channel(Traffic::default());
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                counts.send_modify(|traffic| {
                    traffic.open += 1;
                    traffic.opened += 1;
                });
                // A connection that comes when the others are held is not.
                let held = (!*held.borrow()).then(|| held.clone());
                let counts = counts.clone();
                tokio::spawn(async move {
                    if let Ok(far) = TcpStream::connect(server).await {
                        // A road adds no waits of its own.
                        for end in [&near, &far] {
                            end.set_nodelay(true).expect("the socket is open");
                        }
                        let ((near_in, near_out), (far_in, far_out)) = (near.into_split(), far.into_split());
                        tokio::join!(carry(near_in, far_out, held.clone()), carry(far_in, near_out, held));
                    }
                    counts.send_modify(|traffic| traffic.open -= 1);
                });
            }
        });
        Self { address, holds, traffic }
    }

    /// Nothing moves any more on the connections that there are.
    pub fn hold(&self) {
        self.holds.send_replace(true);
    }

    /// The connections as they are now.
    pub fn traffic(&self) -> Traffic {
        *self.traffic.borrow()
    }

    /// Waits until as many connections are open.
    pub async fn carries(&mut self, open: usize) {
        within(self.traffic.wait_for(|traffic| traffic.open == open)).await.expect("the road is there");
    }
}

/// Ready when the road becomes a black hole.
async fn held(holds: Option<watch::Receiver<bool>>) {
    match holds {
        Some(mut holds) => drop(holds.wait_for(|holds| *holds).await),
        None => std::future::pending().await,
    }
}

/// Moves bytes, until it is told to hold its breath.
async fn carry(
    mut from: tcp::OwnedReadHalf,
    mut to: tcp::OwnedWriteHalf,
    holds: Option<watch::Receiver<bool>>,
) {
    let mut bytes = vec![0; 16 * 1024];
    let mut hold = pin!(held(holds));
    loop {
        tokio::select! {
            read = from.read(&mut bytes) => match read {
                Ok(count) if count > 0 && to.write_all(&bytes[..count]).await.is_ok() => {}
                _ => return,
            },
            () = &mut hold => std::future::pending::<()>().await,
        }
    }
}
