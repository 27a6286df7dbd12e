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

#[cfg(test)]
mod tests {
    use std::pin::pin;

    use protocall::tokio::sync::broadcast;
    use protocall::{Code, stream};

    use super::events;

    #[test]
    fn a_watcher_gets_all_events_and_the_end() {
        let (sender, receiver) = broadcast::channel(4);
        (1..=3).for_each(|event| drop(sender.send(event)));
        drop(sender);
        let got = protocall::run(stream::collect(events(receiver)));
        assert_eq!(got.unwrap(), [1, 2, 3]);
    }

    #[test]
    fn a_watcher_that_is_too_slow_is_told_and_let_go() {
        let (sender, receiver) = broadcast::channel(4);
        (1..=9).for_each(|event| drop(sender.send(event)));
        let mut events = pin!(events(receiver));
        protocall::run(async {
            let status = stream::next(&mut events).await.unwrap().unwrap_err();
            assert_eq!(status.code(), Code::ResourceExhausted);
            assert!(status.message().contains("missed 5"), "{status}");
            assert!(stream::next(&mut events).await.is_none());
        });
    }
}
