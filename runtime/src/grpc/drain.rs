//! The end of a server or of one connection, as its calls see it: how they hear of it, and how the server hears what it has
//! cut off. Made by `transport`, held by every call.

use std::fmt;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::sync::{Notify, mpsc};

use super::{Method, Peer};

/// What a server had to do to come to its end.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Drained {
    /// How long it took, from the signal of `Server::shutdown`.
    pub took: Duration,
    /// The calls that had not ended within the limit of `Server::drain`, and were cut off.
    pub cut: Vec<CutCall>,
}

/// A call that was cut off.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CutCall {
    /// What was called.
    pub method: &'static Method,
    /// Who called.
    pub peer: Peer,
}

/// The end of a server, known to all of its connections.
#[derive(Debug)]
pub(crate) struct Drain {
    is_cutting: AtomicBool,
    /// Closed when no call is left that could be cut off.
    cut: mpsc::UnboundedSender<CutCall>,
}

impl Drain {
    /// The end, and where the calls that are cut off come out.
    pub(crate) fn new() -> (Self, mpsc::UnboundedReceiver<CutCall>) {
        let (cut, calls) = mpsc::unbounded_channel();
        (Self { is_cutting: AtomicBool::new(false), cut }, calls)
    }

    /// From now on the calls that end are cut off.
    pub(crate) fn cut(&self) {
        self.is_cutting.store(true, Ordering::Relaxed);
    }
}

/// The end of one connection, known to its calls.
#[derive(Debug)]
pub(crate) struct Leaving {
    is_leaving: AtomicBool,
    told: Notify,
    drain: Arc<Drain>,
}

impl Leaving {
    pub(crate) fn new(drain: Arc<Drain>) -> Self {
        Self { is_leaving: AtomicBool::new(false), told: Notify::new(), drain }
    }

    /// Tells all calls, those that come later too.
    pub(crate) fn tell(&self) {
        self.is_leaving.store(true, Ordering::Release);
        self.told.notify_waiters();
    }

    pub(crate) fn is_leaving(&self) -> bool {
        self.is_leaving.load(Ordering::Acquire)
    }

    async fn heard(self: Arc<Self>) {
        let mut told = pin!(self.told.notified());
        // Between the flag and the wait nothing may be missed.
        told.as_mut().enable();
        if !self.is_leaving() {
            told.await;
        }
    }

    /// Notes a call that ends.
    pub(crate) fn ended(&self, method: &'static Method, peer: &Peer) {
        if self.drain.is_cutting.load(Ordering::Relaxed) {
            // A server that does not wait for it has been dropped.
            let _ = self.drain.cut.send(CutCall { method, peer: peer.clone() });
        }
    }
}

/// The future of [`Context::draining`](super::Context::draining). Not bound to the context's life.
#[must_use = "futures do nothing unless awaited"]
pub struct Draining(Pin<Box<dyn Future<Output = ()> + Send + Sync>>);

impl Draining {
    pub(super) fn of(leaving: Option<&Arc<Leaving>>) -> Self {
        match leaving {
            Some(leaving) => Self(Box::pin(Arc::clone(leaving).heard())),
            None => Self(Box::pin(std::future::pending())),
        }
    }
}

impl Future for Draining {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        self.0.as_mut().poll(cx)
    }
}

impl fmt::Debug for Draining {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Draining")
    }
}
