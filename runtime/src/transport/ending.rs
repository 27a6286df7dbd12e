//! A stream of HTTP/1.1 that ends as it should. Its peer must go on reading: one that takes nothing of what waits for it for too
//! long counts as dead. And at the end what the peer still sends is read, for a socket that is closed while bytes wait to be
//! read is reset, and the reset overtakes the last answer. Made by `http1`; for HTTP/2 `monitor` and `life` see to it.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Sleep;

use super::io::{Stream, poll_to_end};

/// How long a peer has at the end to read what was sent to it.
const FAREWELL: Duration = Duration::from_secs(1);

/// See the head of the file.
pub(super) struct Ending {
    io: Stream,
    limit: Duration,
    /// Runs while the peer takes nothing.
    timer: Option<Pin<Box<Sleep>>>,
    /// Runs once all is sent.
    farewell: Option<Pin<Box<Sleep>>>,
}

impl Ending {
    pub(super) fn new(io: Stream, limit: Duration) -> Self {
        Self { io, limit, timer: None, farewell: None }
    }

    /// What came of a write, unless it waits for too long.
    fn judge<T>(&mut self, taken: Poll<io::Result<T>>, cx: &mut Context<'_>) -> Poll<io::Result<T>> {
        if taken.is_ready() {
            self.timer = None;
            return taken;
        }
        let limit = self.limit;
        let timer = self.timer.get_or_insert_with(|| Box::pin(tokio::time::sleep(limit)));
        timer.as_mut().poll(cx).map(|()| Err(io::ErrorKind::TimedOut.into()))
    }
}

impl AsyncRead for Ending {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Ending {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let taken = Pin::new(&mut self.io).poll_write(cx, bytes);
        self.judge(taken, cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let taken = Pin::new(&mut self.io).poll_write_vectored(cx, parts);
        self.judge(taken, cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.io).poll_flush(cx);
        self.judge(flushed, cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if this.farewell.is_none() {
            let shut = Pin::new(&mut this.io).poll_shutdown(cx);
            ready!(this.judge(shut, cx))?;
        }
        let farewell = this.farewell.get_or_insert_with(|| Box::pin(tokio::time::sleep(FAREWELL)));
        if farewell.as_mut().poll(cx).is_ready() {
            return Poll::Ready(Ok(()));
        }
        poll_to_end(&mut this.io, cx).map(Ok)
    }
}
