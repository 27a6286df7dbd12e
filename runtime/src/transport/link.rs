//! The way to one server: no connection, one that is being opened, one that is open, or the reason why there is none.
//! Made and asked by `channel`.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::sync::{Notify, watch};
use tokio::task::AbortHandle;
use tokio::time::Instant;

use super::connection::{Driver, Live, Settings};
use super::dial::Dial;
use crate::grpc::{Result, Status};

/// What the links of a channel tell it.
#[derive(Debug, Default)]
pub(super) struct Signals {
    /// Counts changes of their states.
    pub(super) changes: watch::Sender<u64>,
    /// A connection was lost, or could not be opened: the addresses may have changed.
    pub(super) stale: Notify,
}

/// How a link is.
#[derive(Clone, Debug)]
pub(super) enum State {
    Idle,
    /// With the failure of the attempt before, if it is known to be bad.
    Connecting(Option<Status>),
    Ready(Live),
    /// Until then there will be no other attempt.
    Failed(Status, Instant),
}

/// See the head of the file.
#[derive(Debug)]
pub(super) struct Link {
    dial: Arc<dyn Dial>,
    settings: Arc<Settings>,
    signals: Arc<Signals>,
    /// Whether it connects again by itself, and not when it is next asked.
    keeps: bool,
    state: watch::Sender<State>,
    /// Attempts since the last that went well.
    failures: AtomicU32,
    connections: AtomicU64,
    attempt: Mutex<Option<AbortHandle>>,
}

impl Link {
    pub(super) fn new(
        dial: Arc<dyn Dial>,
        settings: Arc<Settings>,
        signals: Arc<Signals>,
        keeps: bool,
    ) -> Arc<Self> {
        Arc::new(Self {
            dial,
            settings,
            signals,
            keeps,
            state: watch::Sender::new(State::Idle),
            failures: AtomicU32::new(0),
            connections: AtomicU64::new(0),
            attempt: Mutex::new(None),
        })
    }

    /// The open connection, if there is one.
    pub(super) fn live(&self) -> Option<Live> {
        match &*self.state.borrow() {
            State::Ready(live) => Some(live.clone()),
            _ => None,
        }
    }

    pub(super) fn is_ready(&self) -> bool {
        matches!(&*self.state.borrow(), State::Ready(_))
    }

    /// How it is.
    pub(super) fn state(&self) -> State {
        self.state.borrow().clone()
    }

    /// How it is, from now on.
    pub(super) fn watch(&self) -> watch::Receiver<State> {
        self.state.subscribe()
    }

    /// Begins to connect, unless it is connected, does so already, or has failed to just now.
    pub(super) fn connect(self: &Arc<Self>) {
        let begins = self.change(|state| match state {
            State::Idle => Some(State::Connecting(None)),
            State::Failed(status, until) if *until <= Instant::now() => {
                Some(State::Connecting(self.keeps.then(|| status.clone())))
            }
            _ => None,
        });
        if begins {
            let attempt = tokio::spawn(Attempt(Arc::downgrade(self)).run());
            *self.attempt.lock().unwrap_or_else(PoisonError::into_inner) = Some(attempt.abort_handle());
        }
    }

    /// Begins to connect, if nobody has asked for a connection yet or since the last was let go.
    pub(super) fn wake(self: &Arc<Self>) {
        if self.is_idle() {
            self.connect();
        }
    }

    pub(super) fn is_idle(&self) -> bool {
        matches!(&*self.state.borrow(), State::Idle)
    }

    /// Lets go of an open connection, which ends with its last call. There is no other before it is asked for.
    fn rest(&self, number: u64) {
        self.change(|state| match state {
            State::Ready(current) if current.number == number => Some(State::Idle),
            _ => None,
        });
    }

    /// An open connection has ended, or takes no more requests.
    pub(super) fn lost(self: &Arc<Self>, number: u64) {
        let was_current = self.change(|state| match state {
            State::Ready(current) if current.number == number => Some(State::Idle),
            _ => None,
        });
        if was_current {
            self.signals.stale.notify_one();
            if self.keeps && tokio::runtime::Handle::try_current().is_ok() {
                self.connect();
            }
        }
    }

    /// The end of an attempt.
    fn settle(self: &Arc<Self>, outcome: Result<(Live, Driver)>, began: Instant) -> Option<Instant> {
        match outcome {
            Ok((live, driver)) => {
                self.failures.store(0, Ordering::Relaxed);
                let ending = Ending { link: Arc::downgrade(self), number: live.number };
                // Before its end can be told, which would otherwise find nothing to end.
                self.change(|_| Some(State::Ready(live.clone())));
                tokio::spawn(async move {
                    driver.await;
                    drop(ending);
                });
                None
            }
            Err(status) => {
                let before = self.failures.fetch_add(1, Ordering::Relaxed);
                let now = Instant::now();
                let until = began.checked_add(self.settings.backoff.delay(before)).unwrap_or(now).max(now);
                self.change(|_| Some(State::Failed(status.clone(), until)));
                self.signals.stale.notify_one();
                Some(until)
            }
        }
    }

    fn change(&self, change: impl Fn(&State) -> Option<State>) -> bool {
        let changed = self.state.send_if_modified(|state| match change(state) {
            Some(new) => {
                *state = new;
                true
            }
            None => false,
        });
        if changed {
            self.signals.changes.send_modify(|count| *count = count.wrapping_add(1));
        }
        changed
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        let attempt = self.attempt.get_mut().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(attempt) = attempt {
            attempt.abort();
        }
    }
}

/// An attempt to connect, in a task of its own: who waits for it may give up without harm to the others.
struct Attempt(Weak<Link>);

impl Attempt {
    async fn run(self) {
        while let Some(link) = self.0.upgrade() {
            let (dialing, settings) = (link.dial.dial(), Arc::clone(&link.settings));
            let (keeps, number) = (link.keeps, link.connections.fetch_add(1, Ordering::Relaxed));
            drop(link);
            let began = Instant::now();
            let at = self.0.clone();
            let let_go = move || {
                if let Some(link) = at.upgrade() {
                    link.rest(number);
                }
            };
            let outcome = settings.open(dialing, number, let_go).await;
            let Some(link) = self.0.upgrade() else { return };
            let until = link.settle(outcome, began);
            drop(link);
            match until {
                Some(until) if keeps => tokio::time::sleep_until(until).await,
                _ => return,
            }
            let Some(link) = self.0.upgrade() else { return };
            let goes_on = link.change(|state| match state {
                State::Failed(status, _) => Some(State::Connecting(Some(status.clone()))),
                _ => None,
            });
            if !goes_on {
                return;
            }
        }
    }
}

impl Drop for Attempt {
    fn drop(&mut self) {
        // The runtime that it ran on has stopped: whoever asks next is on another one.
        if let Some(link) = self.0.upgrade() {
            link.change(|state| matches!(state, State::Connecting(_)).then_some(State::Idle));
        }
    }
}

/// Tells the end of a connection, even where its runtime has stopped. It knows no more of it than the number: a handle
/// would keep the connection open that it waits for the end of.
struct Ending {
    link: Weak<Link>,
    number: u64,
}

impl Drop for Ending {
    fn drop(&mut self) {
        if let Some(link) = self.link.upgrade() {
            link.lost(self.number);
        }
    }
}
