//! The requests of a call, kept for as long as the call may have to be made again: each attempt reads them from the
//! beginning. Made by `attempt`, read by `transport`.
//!
//! What the caller writes is pulled by the attempt that is furthest, so that flow control reaches the caller as if there
//! was only one. Once one attempt is chosen, or there is too much to keep, what it has read is forgotten.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

use bytes::Bytes;

use super::buffer::Hold;
use crate::grpc::{End, LaneReader, Outgoing};

/// What a piece of requests takes in memory beside its bytes.
const PIECE: usize = 64;

/// The requests of a stream.
#[derive(Debug)]
pub(super) struct Replay {
    state: Mutex<State>,
    /// Those who wait for what the caller writes.
    waiting: Arc<Waiting>,
    /// Wakes them.
    waker: Waker,
}

#[derive(Debug)]
struct State {
    source: LaneReader,
    kept: VecDeque<Bytes>,
    /// Pieces that came before those kept.
    forgotten: usize,
    end: Option<Ending>,
    /// The only attempt that goes on.
    chosen: Option<u32>,
    hold: Hold,
}

/// How the caller's requests have ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ending {
    Finished,
    Cancelled,
}

impl From<Ending> for Outgoing {
    fn from(ending: Ending) -> Self {
        Outgoing::End(match ending {
            Ending::Finished => End::Finished,
            Ending::Cancelled => End::Cancelled,
        })
    }
}

#[derive(Debug, Default)]
struct Waiting(Mutex<Vec<Waker>>);

impl Waiting {
    fn add(&self, waker: &Waker) {
        let mut wakers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !wakers.iter().any(|known| known.will_wake(waker)) {
            wakers.push(waker.clone());
        }
    }
}

impl Wake for Waiting {
    fn wake(self: Arc<Self>) {
        let wakers = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        wakers.into_iter().for_each(Waker::wake);
    }
}

impl Replay {
    pub(super) fn new(source: LaneReader, hold: Hold) -> Self {
        let waiting = Arc::<Waiting>::default();
        let waker = Waker::from(Arc::clone(&waiting));
        let state = State { source, kept: VecDeque::new(), forgotten: 0, end: None, chosen: None, hold };
        Self { state: Mutex::new(state), waiting, waker }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing panics while the lock is held; if it did, the state would still be whole.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether another attempt would find all requests, and a caller that still wants it.
    pub(super) fn is_whole(&self) -> bool {
        let state = self.state();
        state.chosen.is_none() && state.end != Some(Ending::Cancelled)
    }

    /// The attempt that alone goes on, if that is settled.
    pub(super) fn chosen(&self) -> Option<u32> {
        self.state().chosen
    }

    /// As [`Replay::chosen`]; `waker` is woken when that may have changed.
    pub(super) fn poll_chosen(&self, cx: &Context<'_>) -> Option<u32> {
        self.waiting.add(cx.waker());
        self.chosen()
    }

    /// Leaves the rest of the requests to one attempt.
    pub(super) fn choose(&self, attempt: u32) {
        let mut state = self.state();
        if state.chosen.is_none() {
            state.chosen = Some(attempt);
            state.hold.release();
        }
        drop(state);
        self.waker.wake_by_ref();
    }
}

/// The requests of a stream, as one attempt reads them.
#[derive(Debug)]
pub(crate) struct RequestReader {
    replay: Arc<Replay>,
    attempt: u32,
    given_up: Arc<AtomicBool>,
    /// The piece that it reads next.
    next: usize,
    on_data: OnData,
}

/// Shown what is sent, where somebody wants to see it.
#[derive(Default)]
struct OnData(Option<Look>);

type Look = Box<dyn FnMut(&[u8]) + Send + Sync>;

impl std::fmt::Debug for OnData {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OnData")
    }
}

impl RequestReader {
    /// Shows `look` what this attempt sends.
    #[cfg(feature = "telemetry")]
    pub(super) fn on_data(&mut self, look: impl FnMut(&[u8]) + Send + Sync + 'static) {
        self.on_data = OnData(Some(Box::new(look)));
    }

    /// What is to be sent next, once there is something.
    pub(crate) fn poll_take(&mut self, cx: &mut Context<'_>) -> Poll<Outgoing> {
        let outgoing = self.poll_next(cx);
        if let (OnData(Some(look)), Poll::Ready(Outgoing::Data(data))) = (&mut self.on_data, &outgoing) {
            look(data);
        }
        outgoing
    }

    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Outgoing> {
        let replay = Arc::clone(&self.replay);
        let mut state = replay.state();
        let is_chosen = state.chosen == Some(self.attempt);
        if self.given_up.load(Ordering::Acquire) || (state.chosen.is_some() && !is_chosen) {
            return Poll::Ready(Outgoing::End(End::Cancelled));
        }
        if is_chosen {
            while state.forgotten < self.next && state.kept.pop_front().is_some() {
                state.forgotten += 1;
            }
        }
        let place = self.next.saturating_sub(state.forgotten);
        if let Some(piece) = state.kept.get(place) {
            self.next += 1;
            return Poll::Ready(Outgoing::Data(piece.clone()));
        }
        if let Some(ending) = state.end {
            return Poll::Ready(ending.into());
        }
        if is_chosen {
            // Nobody else waits for the caller any more.
            return state.source.poll_take(cx);
        }
        replay.waiting.add(cx.waker());
        let Poll::Ready(outgoing) = state.source.poll_take(&mut Context::from_waker(&replay.waker)) else {
            return Poll::Pending;
        };
        let outgoing = self.keep(&mut state, outgoing);
        drop(state);
        replay.waker.wake_by_ref();
        Poll::Ready(outgoing)
    }

    /// Keeps what the caller has written for the other attempts, as long as there is room.
    fn keep(&mut self, state: &mut State, outgoing: Outgoing) -> Outgoing {
        let data = match outgoing {
            Outgoing::Data(data) => data,
            Outgoing::End(end) => {
                let ending = if matches!(end, End::Finished) { Ending::Finished } else { Ending::Cancelled };
                state.end = Some(ending);
                return ending.into();
            }
        };
        self.next += 1;
        if state.hold.grow(data.len().saturating_add(PIECE)) {
            state.kept.push_back(data.clone());
        } else {
            // A6: the attempt goes on to which most has been sent.
            state.chosen = Some(self.attempt);
            state.hold.release();
            state.kept.clear();
            state.forgotten = self.next;
        }
        Outgoing::Data(data)
    }

    /// Ready when nothing of this attempt is wanted any more, for a reader that cannot take anything at the moment.
    pub(crate) fn poll_cancelled(&self, cx: &mut Context<'_>) -> Poll<()> {
        self.replay.waiting.add(cx.waker());
        let state = self.replay.state();
        let is_other = state.chosen.is_some_and(|chosen| chosen != self.attempt);
        if self.given_up.load(Ordering::Acquire) || is_other || state.end == Some(Ending::Cancelled) {
            return Poll::Ready(());
        }
        state.source.poll_cancelled(&mut Context::from_waker(&self.replay.waker))
    }
}

/// An attempt that reads from a replay. Dropping it makes its reader cancel, unless it was chosen.
#[derive(Debug)]
pub(super) struct Reading {
    replay: Arc<Replay>,
    given_up: Arc<AtomicBool>,
    attempt: u32,
}

impl Reading {
    pub(super) fn begin(replay: &Arc<Replay>, attempt: u32) -> (Self, RequestReader) {
        let given_up = Arc::<AtomicBool>::default();
        let reading = Self { replay: Arc::clone(replay), given_up: Arc::clone(&given_up), attempt };
        (
            reading,
            RequestReader {
                replay: Arc::clone(replay),
                attempt,
                given_up,
                next: 0,
                on_data: OnData::default(),
            },
        )
    }
}

impl Drop for Reading {
    fn drop(&mut self) {
        let is_chosen = self.replay.chosen() == Some(self.attempt);
        if !is_chosen {
            self.given_up.store(true, Ordering::Release);
            self.replay.waker.wake_by_ref();
        }
    }
}
