//! A server connection's stream of bytes under observation: what its peer's frames say of its health and its manners, and
//! the frames that are put between hyper's. Made by `serve`, judged by `life`.
//!
//! hyper knows all of this and tells none of it, and its own keepalive asks the clock at every frame.

use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Instant;

use super::frames::{Frames, PING_SIZE, Passed};

/// How long frames that say nothing are counted together.
const WHILE: Duration = Duration::from_secs(10);

/// What has been seen of a connection.
#[derive(Debug, Default)]
pub(super) struct Vitals {
    /// Whether the peer has said its first word of HTTP/2.
    pub(super) greeted: bool,
    /// When anything was heard last.
    pub(super) heard: Option<Instant>,
    /// Since when a block of headers has been incomplete.
    pub(super) in_headers: Option<Instant>,
    /// Since when the peer has taken nothing of what waits for it.
    pub(super) blocked: Option<Instant>,
    /// Pings of the peer that have not been judged yet.
    pub(super) pings: u32,
    /// Frames of the peer that say nothing of any call, since the server has sent headers or messages; of `WHILE` only.
    pub(super) controls: u32,
    controls_since: Option<Instant>,
    /// Whether the server has sent headers or messages since `pings` was last looked at.
    pub(super) has_sent: bool,
    /// To be put between two frames.
    pub(super) to_send: Vec<u8>,
    /// Whether what the peer says is thrown away: it is to hear why, and then go.
    pub(super) is_deaf: bool,
    /// Since when there are no calls, where that is asked for.
    pub(super) idle: Option<Instant>,
    /// The last call that the peer has begun.
    pub(super) last_stream: u32,
    /// Of the connection, for the end of the last call.
    pub(super) waker: Option<Waker>,
}

impl Vitals {
    fn note_controls(&mut self, count: u32, now: Instant) {
        if self.controls == 0 || self.controls_since.is_some_and(|since| now.duration_since(since) > WHILE) {
            (self.controls, self.controls_since) = (0, Some(now));
        }
        self.controls = self.controls.saturating_add(count);
    }
}

/// What the connection, its calls and its stream of bytes know together.
#[derive(Clone, Debug, Default)]
pub(super) struct Shared(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    vitals: Mutex<Vitals>,
    calls: AtomicUsize,
    watches: AtomicBool,
}

impl Shared {
    /// Never held across anything but a few assignments.
    pub(super) fn lock(&self) -> MutexGuard<'_, Vitals> {
        self.0.vitals.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many calls run.
    pub(super) fn calls(&self) -> usize {
        self.0.calls.load(Ordering::Relaxed)
    }

    /// From now on the end of the last call is told to the connection.
    pub(super) fn watch_for_idleness(&self) {
        self.0.watches.store(true, Ordering::Relaxed);
    }

    pub(super) fn watches_for_idleness(&self) -> bool {
        self.0.watches.load(Ordering::Relaxed)
    }

    /// A call begins.
    pub(super) fn call(&self) -> Running {
        self.0.calls.fetch_add(1, Ordering::Relaxed);
        Running(self.clone())
    }
}

/// Held by each call while it runs.
#[derive(Debug)]
pub(super) struct Running(Shared);

impl Drop for Running {
    fn drop(&mut self) {
        let was_last = self.0.0.calls.fetch_sub(1, Ordering::Relaxed) == 1;
        if was_last && self.0.watches_for_idleness() {
            let mut vitals = self.0.lock();
            vitals.idle = Some(Instant::now());
            let waker = vitals.waker.take();
            drop(vitals);
            if let Some(waker) = waker {
                waker.wake();
            }
        }
    }
}

/// See the head of the file.
#[derive(Debug)]
pub(super) struct Monitored<IO> {
    io: IO,
    vitals: Shared,
    heard: Frames,
    said: Frames,
    /// What is left of the frames that are being put in.
    inserted: Vec<u8>,
    /// Whether it was a flush that the peer kept waiting last.
    flush_waits: bool,
}

impl<IO> Monitored<IO> {
    pub(super) fn new(io: IO, vitals: Shared) -> Self {
        Self {
            io,
            vitals,
            heard: Frames::of_client(),
            said: Frames::of_server(),
            inserted: Vec::new(),
            flush_waits: false,
        }
    }

    /// Takes note of what was read, and cuts out the answers to pings that hyper knows nothing of.
    fn note_heard(&mut self, buffer: &mut ReadBuf<'_>, before: usize) {
        let mut vitals = self.vitals.lock();
        let now = Instant::now();
        let mut pong = None;
        let mut controls = 0;
        let bytes = buffer.filled().get(before..).unwrap_or_default();
        self.heard.pass(bytes, |passed| {
            controls += u32::from(!matches!(passed, Passed::Call | Passed::Part));
            match passed {
                Passed::Settings => vitals.greeted = true,
                Passed::Ping => vitals.pings = vitals.pings.saturating_add(1),
                // There is one at a time. Where it was read in two pieces it stays, and h2 passes over it.
                Passed::OurPong { end } => pong = end.checked_sub(PING_SIZE).map(|start| start..end),
                Passed::Call | Passed::Part | Passed::Other => {}
            }
        });
        if controls > 0 {
            vitals.note_controls(controls, now);
        }
        vitals.heard = Some(now);
        vitals.last_stream = self.heard.last_call();
        vitals.in_headers = self.heard.is_in_headers().then(|| vitals.in_headers.unwrap_or(now));
        if let Some(pong) = pong {
            let all = buffer.filled().len();
            buffer.filled_mut().copy_within(before + pong.end.., before + pong.start);
            buffer.set_filled(all - PING_SIZE);
        }
    }

    /// Whether the peer has taken something.
    fn note_taken<T>(&self, outcome: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        let mut vitals = self.vitals.lock();
        match outcome {
            Poll::Pending => vitals.blocked = vitals.blocked.or_else(|| Some(Instant::now())),
            Poll::Ready(_) => vitals.blocked = None,
        }
        outcome
    }

    fn note_said(&mut self, bytes: &[u8]) {
        let mut calls = false;
        self.said.pass(bytes, |passed| calls |= passed == Passed::Call);
        if calls {
            let mut vitals = self.vitals.lock();
            (vitals.has_sent, vitals.controls) = (true, 0);
        }
    }
}

impl<IO: AsyncRead + Unpin> AsyncRead for Monitored<IO> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        loop {
            ready!(Pin::new(&mut self.io).poll_read(cx, buffer))?;
            if buffer.filled().len() == before {
                return Poll::Ready(Ok(()));
            }
            if self.vitals.lock().is_deaf {
                buffer.set_filled(before);
                continue;
            }
            self.note_heard(buffer, before);
            // To return with nothing would say that the peer has ended.
            if buffer.filled().len() > before {
                return Poll::Ready(Ok(()));
            }
        }
    }
}

impl<IO: AsyncWrite + Unpin> Monitored<IO> {
    /// Puts in what there is to put in, where that may stand: the last word behind all that was gathered before it.
    fn poll_insert(&mut self, cx: &mut Context<'_>, is_flush: bool) -> Poll<io::Result<()>> {
        if self.inserted.is_empty() && self.said.is_between() {
            let mut vitals = self.vitals.lock();
            if is_flush || !vitals.is_deaf {
                self.inserted = std::mem::take(&mut vitals.to_send);
            }
        }
        while !self.inserted.is_empty() {
            let taken = Pin::new(&mut self.io).poll_write(cx, &self.inserted);
            let count = ready!(self.note_taken(taken))?;
            if count == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.inserted.drain(..count);
        }
        Poll::Ready(Ok(()))
    }
}

impl<IO: AsyncWrite + Unpin> AsyncWrite for Monitored<IO> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        ready!(self.poll_insert(cx, false))?;
        let taken = Pin::new(&mut self.io).poll_write(cx, bytes);
        let count = ready!(self.note_taken(taken))?;
        self.note_said(bytes.get(..count).unwrap_or_default());
        Poll::Ready(Ok(count))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        ready!(self.poll_insert(cx, false))?;
        let taken = Pin::new(&mut self.io).poll_write_vectored(cx, parts);
        let count = ready!(self.note_taken(taken))?;
        let mut left = count;
        for part in parts {
            let part = part.get(..left.min(part.len())).unwrap_or_default();
            self.note_said(part);
            left -= part.len();
        }
        Poll::Ready(Ok(count))
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_insert(cx, true))?;
        let flushed = Pin::new(&mut self.io).poll_flush(cx);
        // A socket has nothing to flush, so that this says nothing of what it would not take before.
        if flushed.is_ready() && !std::mem::take(&mut self.flush_waits) {
            return flushed;
        }
        self.flush_waits = flushed.is_pending();
        self.note_taken(flushed)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(cx)
    }
}
