//! What is known of a client's connection to keep it up: when something was heard of its server, how many calls run on it and
//! on its channel, and why it was given up. Noted by `stream` and by the connection's bytes, judged by `upkeep`.

use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Instant;

use super::io::Stream;
use crate::grpc::{Origin, Status};

/// The calls of a channel, over all of its connections.
#[derive(Debug)]
pub(super) struct Activity {
    calls: AtomicUsize,
    /// When one has ended last.
    freed: Moment,
}

/// A moment that many may set.
#[derive(Debug)]
struct Moment {
    born: Instant,
    /// In nanoseconds since then.
    since: AtomicU64,
}

impl Moment {
    fn now() -> Self {
        Self { born: Instant::now(), since: AtomicU64::new(0) }
    }

    fn set(&self) {
        let since = u64::try_from(self.born.elapsed().as_nanos()).unwrap_or(u64::MAX);
        self.since.store(since, Ordering::Relaxed);
    }

    fn get(&self) -> Instant {
        self.born + Duration::from_nanos(self.since.load(Ordering::Relaxed))
    }
}

impl Activity {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self { calls: AtomicUsize::new(0), freed: Moment::now() })
    }

    /// Since when there are no calls; `None` while there are.
    pub(super) fn idle_since(&self) -> Option<Instant> {
        (self.calls.load(Ordering::Relaxed) == 0).then(|| self.freed.get())
    }
}

/// See the head of the file.
#[derive(Debug)]
pub(super) struct Pulse {
    /// The server, for people.
    name: String,
    heard: Moment,
    calls: AtomicUsize,
    channel: Arc<Activity>,
    /// Why the connection was given up.
    epitaph: OnceLock<String>,
}

impl Pulse {
    /// Of a connection to `name` that is being opened.
    pub(super) fn new(name: &str, channel: &Arc<Activity>) -> Arc<Self> {
        Arc::new(Self {
            name: name.to_owned(),
            heard: Moment::now(),
            calls: AtomicUsize::new(0),
            channel: Arc::clone(channel),
            epitaph: OnceLock::new(),
        })
    }

    /// A call begins.
    pub(super) fn call(self: &Arc<Self>) -> Running {
        self.calls.fetch_add(1, Ordering::Relaxed);
        self.channel.calls.fetch_add(1, Ordering::Relaxed);
        Running { pulse: Arc::clone(self), is_of_user: true }
    }

    /// A call begins that the channel makes for itself. Its connection is kept alive for it, but the channel is not kept from
    /// being idle.
    pub(super) fn attend(self: &Arc<Self>) -> Running {
        self.calls.fetch_add(1, Ordering::Relaxed);
        Running { pulse: Arc::clone(self), is_of_user: false }
    }

    /// Notes what is heard on `stream`.
    pub(super) fn listen(self: &Arc<Self>, stream: Stream) -> Stream {
        Box::new(Heard { stream, pulse: Arc::clone(self) })
    }

    /// When anything was heard last.
    pub(super) fn heard(&self) -> Instant {
        self.heard.get()
    }

    pub(super) fn has_calls(&self) -> bool {
        self.calls.load(Ordering::Relaxed) > 0
    }

    /// The server has not answered a ping for so long.
    pub(super) fn give_up(&self, limit: Duration) {
        let text = format!("{} gave no sign of life within {limit:?} after a ping", self.name);
        // The first reason is the one that counts.
        let _ = self.epitaph.set(text);
    }

    /// Why a call failed: HTTP/2 only knows that its connection is gone.
    pub(super) fn explained(&self, status: Status) -> Status {
        match self.epitaph.get() {
            Some(why) if status.origin() == Origin::Http2 => {
                Status::unavailable(why).with_origin(Origin::Http2)
            }
            _ => status,
        }
    }
}

/// Held by each call while it runs.
#[derive(Debug)]
pub(super) struct Running {
    pulse: Arc<Pulse>,
    is_of_user: bool,
}

impl Running {
    /// As [`Pulse::explained`].
    pub(super) fn explained(&self, status: Status) -> Status {
        self.pulse.explained(status)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.is_of_user {
            self.pulse.channel.freed.set();
            self.pulse.channel.calls.fetch_sub(1, Ordering::Relaxed);
        }
        self.pulse.calls.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A stream whose every word is noted.
struct Heard {
    stream: Stream,
    pulse: Arc<Pulse>,
}

impl AsyncRead for Heard {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = ready!(Pin::new(&mut self.stream).poll_read(cx, buffer));
        if buffer.filled().len() > before {
            self.pulse.heard.set();
        }
        Poll::Ready(read)
    }
}

impl AsyncWrite for Heard {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, parts)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
