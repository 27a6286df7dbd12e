//! A stream of bytes that gathers small writes: HTTP/2 writes a frame at a time, and each would be a system call, though
//! the frames of many calls are ready together. Whoever drives the connection sends what was gathered, once for each time
//! that the connection was at work. Made by `serve` and `connection`.

#[cfg(feature = "client")]
use std::future::poll_fn;
use std::io::{self, IoSlice};
use std::pin::Pin;
#[cfg(feature = "client")]
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

#[cfg(feature = "server")]
use super::io::poll_to_end;

/// Writes below this are gathered: to copy more costs what a system call does.
const SMALL: usize = 8 * 1024;

/// What is gathered at most, in bytes.
const MOST: usize = 64 * 1024;

/// What the first small write sets aside.
const FIRST: usize = 4 * 1024;

/// See the head of the file. What is in it is shared with the [`Handle`] that sends it.
pub(super) struct Cork<IO>(Handle<IO>);

/// Sends what a cork has gathered.
pub(super) struct Handle<IO>(Arc<Mutex<Gathered<IO>>>);

impl<IO> Clone for Handle<IO> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

struct Gathered<IO> {
    io: IO,
    waiting: Vec<u8>,
    /// How much of `waiting` has been written.
    written: usize,
    /// Whether `io` was written to since it was flushed, or a flush of it waits.
    to_flush: bool,
}

/// Puts a cork on `io`.
pub(super) fn cork<IO>(io: IO) -> (Cork<IO>, Handle<IO>) {
    let gathered = Gathered { io, waiting: Vec::new(), written: 0, to_flush: false };
    let handle = Handle(Arc::new(Mutex::new(gathered)));
    (Cork(handle.clone()), handle)
}

impl<IO> Handle<IO> {
    fn lock(&self) -> MutexGuard<'_, Gathered<IO>> {
        // The connection and its driver are one task, so nobody waits here; and a panic leaves bytes, not half a state.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether something waits to be sent.
    #[cfg(feature = "server")]
    pub(super) fn is_empty(&self) -> bool {
        self.lock().waiting.is_empty()
    }
}

impl<IO: AsyncWrite + Unpin> Handle<IO> {
    /// Sends what was gathered, and what the stream beneath keeps for itself.
    pub(super) fn poll_send(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut gathered = self.lock();
        gathered.to_flush = true;
        ready!(gathered.poll_drain(cx))?;
        ready!(Pin::new(&mut gathered.io).poll_flush(cx))?;
        gathered.to_flush = false;
        Poll::Ready(Ok(()))
    }

    /// As `poll_send`, where there is anything to do, or something was that has not ended.
    pub(super) fn poll_rest(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let gathered = self.lock();
        let idle = gathered.waiting.is_empty() && !gathered.to_flush;
        drop(gathered);
        if idle { Poll::Ready(Ok(())) } else { self.poll_send(cx) }
    }
}

#[cfg(feature = "server")]
impl<IO: AsyncRead + AsyncWrite + Unpin> Handle<IO> {
    /// Sends the rest, and waits for the peer to close.
    pub(super) fn poll_close(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_send(cx))?;
        let mut gathered = self.lock();
        ready!(Pin::new(&mut gathered.io).poll_shutdown(cx))?;
        poll_to_end(&mut gathered.io, cx).map(Ok)
    }
}

#[cfg(feature = "client")]
impl<IO: AsyncWrite + Unpin> Handle<IO> {
    /// Drives what writes to the cork; `None` where that cannot be sent and the connection has not ended over it.
    pub(super) async fn drive<F: Future>(&self, connection: F) -> Option<F::Output> {
        let mut connection = pin!(connection);
        let mut owes = false;
        poll_fn(|cx| {
            // First, for a peer that never pauses leaves nothing of the turn that tokio gives a task. Whether it fails is seen below.
            if owes {
                let _ = self.poll_rest(cx);
            }
            if let Poll::Ready(ended) = connection.as_mut().poll(cx) {
                // The last words of a connection that broke, which h2 has not waited for; the socket closes behind them.
                let _ = self.poll_rest(cx);
                return Poll::Ready(Some(ended));
            }
            // At once: a call that is cancelled meanwhile would reach the server together with its end, and h2's servers take
            // many of those for an attack.
            let sent = self.poll_rest(cx);
            owes = sent.is_pending();
            match sent {
                // The peer may have said why.
                Poll::Ready(Err(_)) => match connection.as_mut().poll(cx) {
                    Poll::Ready(ended) => Poll::Ready(Some(ended)),
                    Poll::Pending => Poll::Ready(None),
                },
                _ => Poll::Pending,
            }
        })
        .await
    }
}

impl<IO: AsyncWrite + Unpin> Gathered<IO> {
    fn poll_drain(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while let Some(rest) = self.waiting.get(self.written..).filter(|rest| !rest.is_empty()) {
            let count = ready!(Pin::new(&mut self.io).poll_write(cx, rest))?;
            if count == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.written += count;
            self.to_flush = true;
        }
        // Freed, not kept: most connections of a server have nothing to say most of the time.
        (self.waiting, self.written) = (Vec::new(), 0);
        Poll::Ready(Ok(()))
    }

    fn poll_gather(
        &mut self,
        cx: &mut Context<'_>,
        parts: &[IoSlice<'_>],
        total: usize,
    ) -> Poll<io::Result<usize>> {
        if self.waiting.len() + total > MOST {
            ready!(self.poll_drain(cx))?;
        }
        if self.waiting.capacity() == 0 {
            self.waiting.reserve(FIRST.max(total));
        }
        parts.iter().for_each(|part| self.waiting.extend_from_slice(part));
        Poll::Ready(Ok(total))
    }

    /// Writes at once what is too large to be copied, together with what waits before it.
    fn poll_pass(&mut self, cx: &mut Context<'_>, parts: &[IoSlice<'_>]) -> Poll<io::Result<usize>> {
        self.to_flush = true;
        while let Some(rest) = self.waiting.get(self.written..).filter(|rest| !rest.is_empty()) {
            let waiting = rest.len();
            let mut all = Vec::with_capacity(1 + parts.len());
            all.push(IoSlice::new(rest));
            all.extend(parts.iter().map(|part| IoSlice::new(part)));
            let count = ready!(Pin::new(&mut self.io).poll_write_vectored(cx, &all))?;
            if count == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            if count < waiting {
                self.written += count;
                continue;
            }
            (self.waiting, self.written) = (Vec::new(), 0);
            if count > waiting {
                return Poll::Ready(Ok(count - waiting));
            }
        }
        Pin::new(&mut self.io).poll_write_vectored(cx, parts)
    }
}

impl<IO: AsyncRead + Unpin> AsyncRead for Cork<IO> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0.lock().io).poll_read(cx, buffer)
    }
}

impl<IO: AsyncWrite + Unpin> AsyncWrite for Cork<IO> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.poll_write_vectored(cx, &[IoSlice::new(bytes)])
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let total: usize = parts.iter().map(|part| part.len()).sum();
        let mut gathered = self.0.lock();
        if total < SMALL { gathered.poll_gather(cx, parts, total) } else { gathered.poll_pass(cx, parts) }
    }

    /// Also where the stream beneath is not: h2 would copy what is written as it is otherwise.
    fn is_write_vectored(&self) -> bool {
        true
    }

    /// Left to the driver.
    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.0.poll_send(cx))?;
        Pin::new(&mut self.0.lock().io).poll_shutdown(cx)
    }
}

/// Lets the other tasks that are ready run once before what was gathered is sent: they may have more to send.
#[cfg(feature = "server")]
#[derive(Debug, Default)]
pub(super) struct Patience {
    has_waited: bool,
}

#[cfg(feature = "server")]
impl Patience {
    /// Whether to wait; the task of `cx` is woken then.
    pub(super) fn waits(&mut self, cx: &Context<'_>) -> bool {
        self.has_waited = !self.has_waited;
        if self.has_waited {
            cx.waker().wake_by_ref();
        }
        self.has_waited
    }
}

#[cfg(all(test, feature = "server"))]
mod tests {
    use std::future::poll_fn;
    use std::io::{self, IoSlice};
    use std::pin::Pin;
    use std::task::{Context, Poll, Waker};

    use tokio::io::{AsyncReadExt, AsyncWrite, DuplexStream};

    use super::super::run::run;
    use super::{Cork, MOST, SMALL, cork};

    fn write(io: &mut Cork<DuplexStream>, parts: &[&[u8]]) -> Poll<usize> {
        let parts: Vec<IoSlice<'_>> = parts.iter().map(|part| IoSlice::new(part)).collect();
        let mut cx = Context::from_waker(Waker::noop());
        Pin::new(io).poll_write_vectored(&mut cx, &parts).map(Result::unwrap)
    }

    #[test]
    fn small_writes_leave_together_and_a_large_one_takes_them_along() {
        run(async {
            let (near, mut far) = tokio::io::duplex(1 << 20);
            let (mut corked, handle) = cork(near);
            assert_eq!(write(&mut corked, &[b"one", b" two"]), Poll::Ready(7));
            assert_eq!(write(&mut corked, &[b" three"]), Poll::Ready(6));
            assert!(!handle.is_empty());
            poll_fn(|cx| handle.poll_send(cx)).await.unwrap();
            assert!(handle.is_empty());
            let mut read = vec![0; 13];
            far.read_exact(&mut read).await.unwrap();
            assert_eq!(read, b"one two three");

            assert_eq!(write(&mut corked, &[b"before"]), Poll::Ready(6));
            let large = vec![9; SMALL];
            let mut sent = 0;
            while sent < large.len() {
                let Poll::Ready(count) = write(&mut corked, &[&large[sent..]]) else {
                    panic!("there is room")
                };
                sent += count;
            }
            poll_fn(|cx| handle.poll_send(cx)).await.unwrap();
            let mut read = vec![0; 6 + SMALL];
            far.read_exact(&mut read).await.unwrap();
            assert_eq!(read, [b"before", &large[..]].concat());
        });
    }

    /// Takes all and keeps it, and can send it at the second flush only.
    #[derive(Default)]
    struct Keeping {
        flushes: usize,
    }

    impl AsyncWrite for Keeping {
        fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
            Poll::Ready(Ok(bytes.len()))
        }

        fn poll_flush(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            self.flushes += 1;
            if self.flushes == 1 { Poll::Pending } else { Poll::Ready(Ok(())) }
        }

        fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }
    }

    #[test]
    fn a_flush_that_waits_is_asked_for_again() {
        let (_corked, handle) = cork(Keeping::default());
        let mut cx = Context::from_waker(Waker::noop());
        assert!(handle.poll_send(&mut cx).is_pending());
        assert!(handle.poll_rest(&mut cx).is_ready());
        assert_eq!(handle.lock().io.flushes, 2);
        assert!(handle.poll_rest(&mut cx).is_ready());
        assert_eq!(handle.lock().io.flushes, 2);
    }

    #[test]
    fn nothing_is_lost_and_little_kept_where_the_peer_reads_slowly() {
        run(async {
            let (near, mut far) = tokio::io::duplex(7);
            let (mut corked, handle) = cork(near);
            let sizes = [1, SMALL + 5, 100, SMALL - 1, 3 * SMALL, 2].into_iter().cycle().take(60);
            let all: Vec<u8> = (0..sizes.clone().sum()).map(|index: usize| (index % 251) as u8).collect();
            let wanted = all.clone();
            let writing = tokio::spawn(async move {
                let mut sent = 0;
                for size in sizes {
                    let end = sent + size;
                    while sent < end {
                        let bytes = &all[sent..end];
                        sent += poll_fn(|cx| Pin::new(&mut corked).poll_write(cx, bytes)).await.unwrap();
                        assert!(handle.lock().waiting.len() <= MOST);
                    }
                }
                poll_fn(|cx| Pin::new(&mut corked).poll_shutdown(cx)).await.unwrap();
            });
            let mut read = Vec::new();
            far.read_to_end(&mut read).await.unwrap();
            writing.await.unwrap();
            assert!(read == wanted, "{} of {} bytes came", read.len(), wanted.len());
        });
    }
}
