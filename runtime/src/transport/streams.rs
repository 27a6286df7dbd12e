//! The streams of one server connection, each a task, each cut off when its caller has stopped waiting. Called by
//! hyper, which knows streams but no deadlines.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use hyper::rt::Executor;
use pin_project_lite::pin_project;
use tokio::time::{Instant, Sleep};

use super::monitor::{Running, Shared};

/// How long a call may go on behind its deadline. The handler is dropped at the deadline itself; this is for the answer
/// that tells it, and for callers that do not read it.
const GRACE: Duration = Duration::from_secs(1);

/// Runs streams. hyper asks the service for the future of a request, and hands the stream around it over right after,
/// on the same task: what the service announces between the two belongs to that stream.
#[derive(Clone)]
pub(super) struct Streams {
    deadline: Arc<Mutex<Option<Instant>>>,
    connection: Shared,
}

impl Streams {
    pub(super) fn new(connection: Shared) -> Self {
        Self { deadline: Arc::default(), connection }
    }

    /// Tells the deadline of the stream that is handed over next.
    pub(super) fn announce(&self, deadline: Option<Instant>) {
        *self.deadline.lock().unwrap_or_else(PoisonError::into_inner) = deadline;
    }
}

impl<F: Future<Output = ()> + Send + 'static> Executor<F> for Streams {
    fn execute(&self, stream: F) {
        let deadline = self.deadline.lock().unwrap_or_else(PoisonError::into_inner).take();
        let running = self.connection.call();
        let limit = deadline.and_then(|deadline| deadline.checked_add(GRACE)).map(tokio::time::sleep_until);
        tokio::spawn(Cut { stream, limit, running });
    }
}

pin_project! {
    /// A stream that ends at a moment at the latest, if there is one: dropped, it is reset.
    struct Cut<F> {
        #[pin]
        stream: F,
        #[pin]
        limit: Option<Sleep>,
        running: Running,
    }
}

impl<F: Future<Output = ()>> Future for Cut<F> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = self.project();
        if this.stream.poll(cx).is_ready() {
            return Poll::Ready(());
        }
        this.limit.as_pin_mut().map_or(Poll::Pending, |limit| limit.poll(cx))
    }
}
