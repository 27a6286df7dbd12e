//! The way out of a stream: encoded messages wait here until HTTP/2 takes them. One side writes, one side reads.
//!
//! The server's handler and the body that HTTP/2 polls are one task; the client's `tx` and its body are two. Small
//! messages that are ready together leave together: many tiny DATA frames are slow, and h2 ends a connection that
//! sends too many of them.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use http::HeaderMap;

use super::recycled::{LEAST, lent, spare};
use super::{Framing, Status, append_frame};
use crate::message::Message;

/// Bytes that may wait before a writer has to that is one task with its reader.
const NARROW: usize = 32 * 1024;

/// The same for two tasks. They may run on two threads, and to wake the other one for each large message costs more than
/// to send it.
#[cfg(feature = "client")]
const WIDE: usize = 256 * 1024;

/// What leaves together: to gather more would only move bytes about.
const CHUNK: usize = 32 * 1024;

/// The other end of the lane is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Broken;

/// How the messages end.
#[derive(Debug)]
pub(crate) enum End {
    /// With the last of them: the client's half-close.
    Finished,
    /// With trailers: the server's status.
    Trailers(HeaderMap),
    /// Not as they should: the call is to be reset.
    Cancelled,
}

/// What the reader gets next.
#[derive(Debug)]
pub(crate) enum Outgoing {
    /// Whole messages, one or more.
    Data(Bytes),
    /// Nothing more after this.
    End(End),
}

/// See the head of the file.
#[derive(Debug)]
pub(crate) struct Lane {
    room: usize,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// What waits before `waiting`, in pieces that are large enough.
    full: VecDeque<Vec<u8>>,
    waiting: Vec<u8>,
    /// The bytes of both.
    held: usize,
    /// How much was taken last.
    taken: usize,
    end: Option<End>,
    ended: bool,
    /// The reader is gone: what is written goes nowhere.
    broken: bool,
    reader: Option<Waker>,
    writer: Option<Waker>,
}

impl State {
    /// Takes note of what was added to `waiting`.
    fn added(&mut self, before: usize) {
        self.held += self.waiting.len().saturating_sub(before);
        if self.waiting.len() >= CHUNK {
            self.full.push_back(std::mem::take(&mut self.waiting));
        }
    }

    fn clear(&mut self) {
        (self.full, self.waiting, self.held) = (VecDeque::new(), Vec::new(), 0);
    }
}

impl Lane {
    /// Between a handler and the body that drives it.
    #[cfg(feature = "server")]
    pub(crate) fn within_a_task() -> Self {
        Self { room: NARROW, state: Mutex::default() }
    }

    /// Between two tasks.
    #[cfg(feature = "client")]
    pub(crate) fn between_tasks() -> Self {
        Self { room: WIDE, state: Mutex::default() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing panics while the lock is held; if it did, the state would still be whole.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ready when a message may be pushed.
    pub(crate) fn poll_room(&self, cx: &mut Context<'_>) -> Poll<Result<(), Broken>> {
        let mut state = self.state();
        if state.broken || state.ended {
            return Poll::Ready(Err(Broken));
        }
        if state.held < self.room {
            return Poll::Ready(Ok(()));
        }
        state.writer = Some(cx.waker().clone());
        Poll::Pending
    }

    /// Adds a message.
    pub(crate) fn push<M: Message>(&self, message: &M, framing: Framing) -> Result<(), Status> {
        self.put(message, framing, 0)
    }

    /// Adds a message that others or the end follow at once: the reader is not told before there is enough to send.
    #[cfg(feature = "client")]
    pub(crate) fn gather<M: Message>(&self, message: &M, framing: Framing) -> Result<(), Status> {
        self.put(message, framing, CHUNK)
    }

    fn put<M: Message>(&self, message: &M, framing: Framing, enough: usize) -> Result<(), Status> {
        if framing.compression.is_none() {
            return self.add(|waiting| append_frame(waiting, message, framing), enough);
        }
        // Compressing takes its time: the reader must not wait for it.
        let mut frame = Vec::new();
        append_frame(&mut frame, message, framing)?;
        self.extend(&frame, enough);
        Ok(())
    }

    /// Adds messages that are framed already.
    pub(crate) fn append(&self, frames: &[u8]) {
        self.extend(frames, 0);
    }

    fn extend(&self, frames: &[u8], enough: usize) {
        let put = |waiting: &mut Vec<u8>| {
            waiting.extend_from_slice(frames);
            Ok::<_, Infallible>(())
        };
        let Ok(()) = self.add(put, enough);
    }

    /// Adds what `put` appends, and tells the reader once there is enough.
    fn add<E>(&self, put: impl FnOnce(&mut Vec<u8>) -> Result<(), E>, enough: usize) -> Result<(), E> {
        let mut state = self.state();
        let before = state.waiting.len();
        // Large messages come in rows.
        if state.waiting.capacity() == 0 && state.taken >= LEAST {
            state.waiting = spare();
        }
        put(&mut state.waiting)?;
        state.added(before);
        let waker = if state.held >= enough { state.reader.take() } else { None };
        drop(state);
        if let Some(waker) = waker {
            waker.wake();
        }
        Ok(())
    }

    /// Ends the messages; only the first end counts.
    pub(crate) fn end(&self, end: End) {
        let mut state = self.state();
        if !state.ended {
            if matches!(end, End::Cancelled) {
                state.clear();
            }
            (state.ended, state.end) = (true, Some(end));
        }
        let wakers = [state.reader.take(), state.writer.take()];
        drop(state);
        wakers.into_iter().flatten().for_each(Waker::wake);
    }

    /// Ready when the call was cancelled, for a reader that cannot take anything at the moment.
    fn poll_cancelled(&self, cx: &mut Context<'_>) -> Poll<()> {
        let mut state = self.state();
        if matches!(state.end, Some(End::Cancelled)) {
            return Poll::Ready(());
        }
        state.reader = Some(cx.waker().clone());
        Poll::Pending
    }

    /// Whether there is a message to take.
    pub(crate) fn has_messages(&self) -> bool {
        self.state().held > 0
    }

    /// Takes the trailers, if they came without a message before them.
    pub(crate) fn only_trailers(&self) -> Option<HeaderMap> {
        let mut state = self.state();
        if state.held > 0 {
            return None;
        }
        match state.end.take() {
            Some(End::Trailers(trailers)) => Some(trailers),
            other => {
                state.end = other;
                None
            }
        }
    }

    /// What waits, if anything does.
    pub(crate) fn take(&self, cx: &Context<'_>) -> Option<Outgoing> {
        let mut state = self.state();
        if state.held == 0 {
            return state.end.take().map(Outgoing::End);
        }
        let first = state.full.pop_front();
        let data = first.unwrap_or_else(|| std::mem::take(&mut state.waiting));
        state.held = state.held.saturating_sub(data.len());
        state.taken = data.len();
        // A writer of the same task is polled with the body, and needs no call; another one gets room for several messages.
        let waker = if state.held <= self.room / 2 { state.writer.take() } else { None };
        let waker = waker.filter(|writer| !writer.will_wake(cx.waker()));
        drop(state);
        if let Some(waker) = waker {
            waker.wake();
        }
        Some(Outgoing::Data(lent(data)))
    }

    /// What waits, once something does.
    fn poll_take(&self, cx: &mut Context<'_>) -> Poll<Outgoing> {
        if let Some(outgoing) = self.take(cx) {
            return Poll::Ready(outgoing);
        }
        self.state().reader = Some(cx.waker().clone());
        // A push between the two locks would have found no waker.
        self.take(cx).map_or(Poll::Pending, Poll::Ready)
    }

    /// Tells the writer that no one reads any more.
    fn break_off(&self) {
        let mut state = self.state();
        state.broken = true;
        state.clear();
        let waker = state.writer.take();
        drop(state);
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

/// The reading end of a lane that another task writes to. Dropping it tells the writer.
#[derive(Debug)]
pub(crate) struct LaneReader(Arc<Lane>);

impl LaneReader {
    pub(crate) fn new(lane: Arc<Lane>) -> Self {
        Self(lane)
    }

    /// What waits, once something does.
    pub(crate) fn poll_take(&self, cx: &mut Context<'_>) -> Poll<Outgoing> {
        self.0.poll_take(cx)
    }

    /// Ready when the call was cancelled, for a reader that cannot take anything at the moment.
    pub(crate) fn poll_cancelled(&self, cx: &mut Context<'_>) -> Poll<()> {
        self.0.poll_cancelled(cx)
    }
}

impl Drop for LaneReader {
    fn drop(&mut self) {
        self.0.break_off();
    }
}
