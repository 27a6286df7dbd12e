//! The way to one server: no connection, one that is being opened, one that is open, or the reason why there is none.
//! Made and asked by `channel`.

use std::future::poll_fn;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::task::Poll;

use tokio::sync::{Notify, watch};
use tokio::task::AbortHandle;
use tokio::time::Instant;

use super::connection::{Driver, Live, Settings};
use super::dial::Dial;
use super::health;
use super::state::State;
use crate::grpc::{Result, Status};

/// What the links of a channel tell it.
#[derive(Debug, Default)]
pub(super) struct Signals {
    /// Counts changes of their states.
    pub(super) changes: watch::Sender<u64>,
    /// A connection was lost, or could not be opened: the addresses may have changed.
    pub(super) stale: Notify,
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
    /// Connections since the last that was of use: see [`Link::after`].
    in_vain: AtomicU32,
    connections: AtomicU64,
    attempt: Mutex<Option<AbortHandle>>,
    /// What watches the health of the server, where that matters.
    watch: Mutex<Option<AbortHandle>>,
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
            in_vain: AtomicU32::new(0),
            connections: AtomicU64::new(0),
            attempt: Mutex::new(None),
            watch: Mutex::new(None),
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
            self.attempt(Stage::Connecting);
        }
    }

    fn attempt(self: &Arc<Self>, stage: Stage) {
        let attempt = tokio::spawn(Attempt { link: Arc::downgrade(self), stage }.run());
        *self.attempt.lock().unwrap_or_else(PoisonError::into_inner) = Some(attempt.abort_handle());
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
        if self.change(|state| state.open(number).map(|_| State::Idle)) {
            self.end_watch();
        }
    }

    /// An open connection has ended, or takes no more requests.
    pub(super) fn lost(self: &Arc<Self>, number: u64) {
        if self.change(|state| state.open(number).map(|live| self.after(live))) {
            self.end_watch();
            self.signals.stale.notify_one();
            if self.keeps && tokio::runtime::Handle::try_current().is_ok() {
                match self.state() {
                    State::Failed(_, until) => self.attempt(Stage::Waiting(until)),
                    _ => self.connect(),
                }
            }
        }
    }

    /// What follows an open connection that takes no more requests. As the attempt has succeeded, by `connection-backoff.md`
    /// the next may begin at once; but a server that always leaves before it was sent a call would have one after another.
    /// So from the second such connection on it is waited for as long as after a failure.
    fn after(&self, live: &Live) -> State {
        let before = self.in_vain.load(Ordering::Relaxed);
        let now = Instant::now();
        let delay = self.settings.backoff.delay(before.saturating_sub(1));
        let until = live.began.checked_add(delay).unwrap_or(now);
        let is_in_vain = live.sent.is_none() && until > now;
        self.in_vain.store(if is_in_vain { before.saturating_add(1) } else { 0 }, Ordering::Relaxed);
        // A link that connects by itself needs a task for the wait.
        let can_wait = !self.keeps || tokio::runtime::Handle::try_current().is_ok();
        if is_in_vain && before > 0 && can_wait {
            State::Failed(self.settings.in_vain(), until)
        } else {
            State::Idle
        }
    }

    /// The end of an attempt, and when there is to be another.
    fn settle(self: &Arc<Self>, outcome: Result<(Live, Driver)>, began: Instant) -> Option<Instant> {
        match outcome {
            Ok((live, driver)) => {
                self.failures.store(0, Ordering::Relaxed);
                if live.has_gone() {
                    let next = self.after(&live);
                    self.change(|_| Some(next.clone()));
                    self.signals.stale.notify_one();
                    return Some(next.until().unwrap_or_else(Instant::now));
                }
                let ending = Ending { link: Arc::downgrade(self), number: live.number };
                let is_checked = self.settings.checks.is_some();
                // Before its end can be told, which would otherwise find nothing to end.
                if is_checked {
                    self.change(|_| Some(State::Unready(live.clone(), None)));
                    self.begin_watch(live.clone());
                } else {
                    self.change(|_| Some(State::Ready(live.clone())));
                }
                let driver = if is_checked { self.leaving(driver, live.number) } else { driver };
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

    /// Whether the watch over the server's health takes one of the streams.
    pub(super) fn is_watched(&self) -> bool {
        self.settings.checks.is_some() && {
            let watch = self.watch.lock().unwrap_or_else(PoisonError::into_inner);
            watch.as_ref().is_some_and(|watch| !watch.is_finished())
        }
    }

    fn begin_watch(self: &Arc<Self>, live: Live) {
        let (link, number) = (Arc::downgrade(self), live.number);
        let (settings, dial) = (Arc::clone(&self.settings), Arc::clone(&self.dial));
        let watch = tokio::spawn(async move {
            let tell = |failure| link.upgrade().into_iter().for_each(|link| link.judge(number, &failure));
            health::watch(live, settings, dial.name(), tell).await;
        });
        *self.watch.lock().unwrap_or_else(PoisonError::into_inner) = Some(watch.abort_handle());
    }

    /// Ends the watch, and lets go of the connection that it is on.
    fn end_watch(&self) {
        if let Some(watch) = self.watch.lock().unwrap_or_else(PoisonError::into_inner).take() {
            watch.abort();
        }
    }

    /// What the server of an open connection says of its health.
    fn judge(&self, number: u64, failure: &Option<Status>) {
        let has_changed = self.change(|state| match (state.open(number)?, failure) {
            (live, Some(status)) => Some(State::Unready(live.clone(), Some(status.clone()))),
            (live, None) if !matches!(state, State::Ready(_)) => Some(State::Ready(live.clone())),
            _ => None,
        });
        if has_changed && failure.is_some() {
            self.signals.stale.notify_one();
        }
    }

    /// A driver that notices when the server goes away: the watch would keep its connection open, and nobody may call.
    fn leaving(self: &Arc<Self>, mut driver: Driver, number: u64) -> Driver {
        let link = Arc::downgrade(self);
        Box::pin(poll_fn(move |cx| {
            let ended = driver.as_mut().poll(cx);
            if ended.is_pending()
                && let Some(link) = link.upgrade()
            {
                let requests = link.state.borrow().open(number).map(|live| live.requests.clone());
                if requests.is_some_and(|mut requests| matches!(requests.poll_ready(cx), Poll::Ready(Err(_))))
                {
                    link.lost(number);
                }
            }
            ended
        }))
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
        for task in [&mut self.attempt, &mut self.watch] {
            if let Some(task) = task.get_mut().unwrap_or_else(PoisonError::into_inner).take() {
                task.abort();
            }
        }
    }
}

/// An attempt to connect, in a task of its own: who waits for it may give up without harm to the others.
struct Attempt {
    link: Weak<Link>,
    stage: Stage,
}

/// What of a link's state is an attempt's to end.
#[derive(Clone, Copy)]
enum Stage {
    Waiting(Instant),
    Connecting,
    Over,
}

impl Attempt {
    async fn run(mut self) {
        loop {
            if let Stage::Waiting(until) = self.stage
                && until > Instant::now()
            {
                tokio::time::sleep_until(until).await;
            }
            let Some(link) = self.link.upgrade() else { return };
            if !self.resumes(&link) {
                return;
            }
            let (dialing, settings) = (link.dial.dial(), Arc::clone(&link.settings));
            let (keeps, number) = (link.keeps, link.connections.fetch_add(1, Ordering::Relaxed));
            drop(link);
            let began = Instant::now();
            let at = self.link.clone();
            let let_go = move || {
                if let Some(link) = at.upgrade() {
                    link.rest(number);
                }
            };
            let outcome = settings.open(dialing, number, let_go).await;
            let Some(link) = self.link.upgrade() else { return };
            // What follows may be another attempt's.
            self.stage = Stage::Over;
            match link.settle(outcome, began) {
                Some(until) if keeps => self.stage = Stage::Waiting(until),
                _ => return,
            }
        }
    }

    /// Whether it goes on after its wait, if it has one: another may have begun meanwhile, and may even have failed.
    fn resumes(&mut self, link: &Link) -> bool {
        if matches!(self.stage, Stage::Connecting) {
            return true;
        }
        let now = Instant::now();
        let goes_on = link.change(|state| match state {
            State::Failed(status, until) if *until <= now => Some(State::Connecting(Some(status.clone()))),
            State::Idle => Some(State::Connecting(None)),
            _ => None,
        });
        self.stage = if goes_on { Stage::Connecting } else { Stage::Over };
        goes_on
    }
}

impl Drop for Attempt {
    fn drop(&mut self) {
        // The runtime that it ran on has stopped: whoever asks next is on another one.
        if let Some(link) = self.link.upgrade() {
            link.change(|state| match (self.stage, state) {
                (Stage::Connecting, State::Connecting(_)) | (Stage::Waiting(_), State::Failed(..)) => {
                    Some(State::Idle)
                }
                _ => None,
            });
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
