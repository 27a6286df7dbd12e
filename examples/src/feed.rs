//! From a broadcast of changes to a stream of replies. Called by both desks for their watchers.

use protocall::tokio::sync::broadcast::{Receiver, error::RecvError};
use protocall::{Result, Status, Stream, produce};

/// How many events a watcher may be behind. Whoever changes the shop waits for no watcher, so something must give.
pub(crate) const PATIENCE: usize = 256;

/// Yields every event until nothing more can come; fails once the caller has fallen too far behind.
pub(crate) fn events<T: Clone + Send>(mut receiver: Receiver<T>) -> impl Stream<Item = Result<T>> + Send {
    produce(async move |out| {
        loop {
            match receiver.recv().await {
                Ok(event) => out.send(event).await?,
                Err(RecvError::Closed) => return Ok(()),
                Err(RecvError::Lagged(missed)) => {
                    let text = format!("the watcher reads too slowly: it has missed {missed} events");
                    return Err(Status::resource_exhausted(text));
                }
            }
        }
    })
}
