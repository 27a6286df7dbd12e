//! Which calls of a client's connection have left. HTTP/2 takes more of them than its server allows at a time and lets the
//! others wait, but ends all with the same error when the server goes away. Noted by the connection's bytes, asked by `stream`
//! and `link`.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::{Context, Poll, ready};

use h2::StreamId;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::frames::Frames;
use super::io::Stream;

/// See the head of the file.
#[derive(Clone, Debug, Default)]
pub(super) struct Sent(Arc<AtomicU32>);

impl Sent {
    /// Notes what is sent on `stream`.
    pub(super) fn note(&self, stream: Stream) -> Stream {
        Box::new(Noted { stream, frames: Frames::of_client(), sent: self.clone() })
    }

    /// Whether the head of this call has left: streams are opened in the order of their numbers.
    pub(super) fn has(&self, call: StreamId) -> bool {
        u32::from(call) <= self.0.load(Ordering::Relaxed)
    }

    /// Whether no call has left.
    pub(super) fn is_none(&self) -> bool {
        self.0.load(Ordering::Relaxed) == 0
    }
}

/// A stream on which the calls that leave are noted.
struct Noted {
    stream: Stream,
    frames: Frames,
    sent: Sent,
}

impl Noted {
    fn pass(&mut self, parts: &[IoSlice<'_>], count: usize) {
        let mut left = count;
        for part in parts {
            let taken = part.get(..left).unwrap_or(part);
            self.frames.pass(taken, |_| {});
            left -= taken.len();
        }
        self.sent.0.store(self.frames.last_call(), Ordering::Relaxed);
    }
}

impl AsyncRead for Noted {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Noted {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.poll_write_vectored(cx, &[IoSlice::new(bytes)])
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let count = ready!(Pin::new(&mut self.stream).poll_write_vectored(cx, parts))?;
        self.pass(parts, count);
        Poll::Ready(Ok(count))
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
