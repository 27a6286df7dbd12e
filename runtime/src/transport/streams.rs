//! The streams of one server connection, each cut off when its caller has stopped waiting. Called by hyper, which knows
//! streams but no deadlines, and by `serve`.
//!
//! Most handlers have their answer at the first poll. So a stream is polled once by the task of its connection, together
//! with all that came with it, and is a task of its own only if that was not the end: the replies leave together, and
//! most calls cost no task.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use hyper::rt::Executor;
use pin_project_lite::pin_project;
use tokio::time::{Instant, Sleep};

use super::monitor::{Running, Shared};

/// How long a call may go on behind its deadline. The handler is dropped at the deadline itself; this is for the answer
/// that tells it, and for callers that do not read it.
pub(super) const GRACE: Duration = Duration::from_secs(1);

/// A handler that computes for longer than this keeps the other calls of its connection waiting: such have other threads.
const LONG: Duration = Duration::from_micros(200);

/// How many streams are spawned without a look after one that took long.
const WARY: u32 = 64;

/// Takes streams. hyper asks the service for the future of a request, and hands the stream around it over right after,
/// on the same task: what the service announces between the two belongs to that stream.
#[derive(Clone)]
pub(super) struct Streams {
    arrived: Arc<Mutex<Arrived>>,
    connection: Shared,
}

type Stream = Pin<Box<dyn Future<Output = ()> + Send>>;

#[derive(Default)]
struct Arrived {
    deadline: Option<Instant>,
    streams: Vec<Stream>,
}

impl Streams {
    pub(super) fn new(connection: Shared) -> Self {
        Self { arrived: Arc::default(), connection }
    }

    /// Tells the deadline of the stream that is handed over next.
    pub(super) fn announce(&self, deadline: Option<Instant>) {
        self.arrived().deadline = deadline;
    }

    fn arrived(&self) -> MutexGuard<'_, Arrived> {
        self.arrived.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<F: Future<Output = ()> + Send + 'static> Executor<F> for Streams {
    fn execute(&self, stream: F) {
        let running = self.connection.call();
        let mut arrived = self.arrived();
        let deadline = arrived.deadline.take();
        let limit = deadline.and_then(|deadline| deadline.checked_add(GRACE)).map(tokio::time::sleep_until);
        arrived.streams.push(Box::pin(Cut { stream, limit, running }));
    }
}

/// Starts the streams that have arrived. Held by the driver of the connection.
pub(super) struct Starter {
    streams: Streams,
    batch: Vec<Stream>,
    /// How many streams are not to be looked at.
    wary: u32,
}

impl Starter {
    pub(super) fn new(streams: Streams) -> Self {
        Self { streams, batch: Vec::new(), wary: 0 }
    }

    /// Starts all that have arrived; whether there were any.
    pub(super) fn start(&mut self) -> bool {
        std::mem::swap(&mut self.batch, &mut self.streams.arrived().streams);
        if self.batch.is_empty() {
            return false;
        }
        let mut before = std::time::Instant::now();
        for mut stream in self.batch.drain(..) {
            if self.wary > 0 {
                self.wary -= 1;
                tokio::spawn(stream);
                continue;
            }
            // What wakes it is settled by the next poll, in its own task. One that panics ends its own call only.
            let mut cx = Context::from_waker(Waker::noop());
            let polled = catch_unwind(AssertUnwindSafe(|| stream.as_mut().poll(&mut cx)));
            if let Ok(Poll::Pending) = polled {
                tokio::spawn(stream);
            }
            let now = std::time::Instant::now();
            if now.duration_since(before) > LONG {
                self.wary = WARY;
            }
            before = now;
        }
        true
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
