//! How it stands with the connections of a channel. Told by `transport`, asked by users.

use std::sync::Arc;

use tokio::sync::watch;

use super::channel::{Channel, Connectivity, Transport};

impl Channel {
    /// How it stands with the connections.
    pub fn connectivity(&self) -> Connectivity {
        self.transport.connectivity()
    }

    /// Follows how it stands with the connections.
    ///
    /// ```
    /// # async fn follow(channel: protocall::Channel) {
    /// use protocall::Connectivity;
    ///
    /// channel.begin_connecting();
    /// let mut watch = channel.watch_connectivity();
    /// while watch.current() != Connectivity::Ready {
    ///     watch.changed().await;
    /// }
    /// # }
    /// ```
    pub fn watch_connectivity(&self) -> ConnectivityWatch {
        let changes = self.transport.changes();
        let transport = Arc::clone(&self.transport);
        ConnectivityWatch { last: transport.connectivity(), transport, changes }
    }

    /// Begins to connect, as the first call would. To be called in a tokio runtime.
    pub fn begin_connecting(&self) {
        self.transport.connect();
    }
}

/// Follows the connections of a channel, and keeps it alive.
#[derive(Debug)]
pub struct ConnectivityWatch {
    transport: Arc<dyn Transport>,
    changes: watch::Receiver<u64>,
    last: Connectivity,
}

impl ConnectivityWatch {
    /// What was last seen.
    pub fn current(&self) -> Connectivity {
        self.last
    }

    /// Waits for another state than the last, and gives it. A state that passed in between may be missed.
    pub async fn changed(&mut self) -> Connectivity {
        loop {
            self.changes.borrow_and_update();
            let now = self.transport.connectivity();
            if now != self.last {
                self.last = now;
                return now;
            }
            if self.changes.changed().await.is_err() {
                // Only a transport that is gone tells no more changes, and this one is held.
                std::future::pending::<()>().await;
            }
        }
    }
}
