//! The connections of HTTP/1.1 that wait for the next call, and how it stands with all of a channel. Kept by `turns`.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep_until};

use super::line::Line;
use crate::client::Connectivity;
use crate::grpc::{Backoff, Status};

/// How many wait at most; the one that has waited longest gives way.
const MOST: usize = 64;

/// How long one waits, unless set otherwise: as in Go's client of HTTP.
pub(super) const PATIENCE: Duration = Duration::from_secs(90);

/// See the head of the file.
#[derive(Debug)]
pub(super) struct Spares {
    state: Mutex<State>,
    /// Counts whatever may have changed the connectivity.
    changes: watch::Sender<u64>,
    patience: Duration,
}

#[derive(Debug, Default)]
struct State {
    /// The longest first.
    waiting: Vec<(Line, Instant)>,
    /// Connections that are open, and that are being opened.
    open: usize,
    opening: usize,
    /// Attempts since the last that went well, why the last has failed, and when there may be another.
    failures: u32,
    failed: Option<(Status, Instant)>,
    /// Lets go of those that have waited for too long, as long as any wait.
    reaper: Option<JoinHandle<()>>,
}

impl Spares {
    pub(super) fn new(patience: Duration) -> Arc<Self> {
        Arc::new(Self { state: Mutex::default(), changes: watch::Sender::new(0), patience })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the state, and tells so.
    fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.state());
        self.changes.send_modify(|count| *count = count.wrapping_add(1));
    }

    pub(super) fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    pub(super) fn connectivity(&self) -> Connectivity {
        let state = self.state();
        match &*state {
            State { open: 1.., .. } => Connectivity::Ready,
            State { opening: 1.., .. } => Connectivity::Connecting,
            State { failed: Some(_), .. } => Connectivity::TransientFailure,
            _ => Connectivity::Idle,
        }
    }

    /// The connection that has waited shortest: the others may become too old.
    pub(super) fn take(&self) -> Option<Line> {
        let mut state = self.state();
        state.waiting.retain(|(line, _)| !line.is_closed());
        let place = state.waiting.iter().rposition(|(line, _)| line.is_ready())?;
        Some(state.waiting.remove(place).0)
    }

    /// A connection waits for the next call.
    pub(super) fn put(self: &Arc<Self>, line: Line) {
        let mut state = self.state();
        if state.waiting.len() >= MOST {
            state.waiting.remove(0);
        }
        state.waiting.push((line, Instant::now()));
        // One that has ended did so with the last that waited, or with its runtime.
        if state.reaper.as_ref().is_none_or(JoinHandle::is_finished) {
            state.reaper = Some(tokio::spawn(reap(Arc::downgrade(self))));
        }
    }

    /// Lets go of what has waited for too long; when the next will have.
    fn reap(&self) -> Option<Instant> {
        let (now, patience) = (Instant::now(), self.patience);
        let mut state = self.state();
        state.waiting.retain(|(line, since)| !line.is_closed() && now < *since + patience);
        let next = state.waiting.first().map(|(_, since)| *since + patience);
        if next.is_none() {
            // In the same breath: who puts one in hereafter starts another.
            state.reaper = None;
        }
        next
    }

    /// Why there may be no attempt to connect, and until when.
    pub(super) fn failure(&self) -> Option<(Status, Instant)> {
        self.state().failed.clone().filter(|(_, until)| Instant::now() < *until)
    }

    /// An attempt that began then has failed.
    pub(super) fn fail(&self, status: &Status, began: Instant, backoff: &Backoff) {
        self.change(|state| {
            let now = Instant::now();
            let until = began.checked_add(backoff.delay(state.failures)).unwrap_or(now).max(now);
            state.failures = state.failures.saturating_add(1);
            state.failed = Some((status.clone(), until));
        });
    }

    /// A server has answered.
    pub(super) fn recover(&self) {
        let mut state = self.state();
        (state.failures, state.failed) = (0, None);
    }
}

impl Drop for Spares {
    fn drop(&mut self) {
        let reaper = self.state.get_mut().unwrap_or_else(PoisonError::into_inner).reaper.take();
        if let Some(reaper) = reaper {
            reaper.abort();
        }
    }
}

async fn reap(spares: Weak<Spares>) {
    while let Some(next) = spares.upgrade().and_then(|spares| spares.reap()) {
        sleep_until(next).await;
    }
}

/// Held while a connection is being opened.
#[derive(Debug)]
pub(super) struct Opening(Arc<Spares>);

impl Opening {
    pub(super) fn begin(spares: &Arc<Spares>) -> Self {
        spares.change(|state| state.opening += 1);
        Self(Arc::clone(spares))
    }
}

impl Drop for Opening {
    fn drop(&mut self) {
        self.0.change(|state| state.opening -= 1);
    }
}

/// Held as long as a connection is open.
#[derive(Debug)]
pub(super) struct Open(Weak<Spares>);

impl Open {
    pub(super) fn begin(spares: &Arc<Spares>) -> Self {
        spares.change(|state| state.open += 1);
        Self(Arc::downgrade(spares))
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        if let Some(spares) = self.0.upgrade() {
            spares.change(|state| state.open -= 1);
        }
    }
}
