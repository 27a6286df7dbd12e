//! A connection of HTTP/2 or of HTTP/1.1, told by its first bytes, where a server speaks both. Called by `listen` in place of
//! `serve`.

use std::future::poll_fn;
use std::io;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::io::Stream;
use super::serve::Stop;
use super::{http1, serve as http2};
use crate::grpc::Peer;
use crate::server::Router;

/// What HTTP/2 begins with, and no method of HTTP/1.1.
const PREFACE: &[u8; 4] = b"PRI ";

/// Serves a connection as `serve` does.
pub(super) async fn serve(mut io: Stream, peer: Peer, router: Router, stop: Stop) {
    if !router.speaks_http1() {
        return http2::serve(io, peer, router, stop).await;
    }
    let Some(first) = first_bytes(&mut io, &router, stop.clone()).await else { return };
    let is_http2 = first == *PREFACE;
    let io: Stream = Box::new(Behind { first, taken: 0, io });
    if is_http2 {
        http2::serve(io, peer, router, stop).await
    } else {
        http1::serve(io, peer, router, stop).await
    }
}

/// The bytes that tell, unless the peer takes too long for them, is gone, or the server stops.
async fn first_bytes(io: &mut Stream, router: &Router, stop: Stop) -> Option<[u8; PREFACE.len()]> {
    let limit = router.connections().handshake;
    let Stop { mut signal, drain: _ } = stop;
    let mut stopped = pin!(signal.wait_for(|stop| *stop));
    let mut first = [0; PREFACE.len()];
    let mut buffer = ReadBuf::new(&mut first);
    let read = poll_fn(|cx| {
        loop {
            if buffer.remaining() == 0 {
                return Poll::Ready(Some(()));
            }
            let before = buffer.filled().len();
            match Pin::new(&mut *io).poll_read(cx, &mut buffer) {
                Poll::Ready(Ok(())) if buffer.filled().len() > before => {}
                Poll::Ready(_) => return Poll::Ready(None),
                Poll::Pending => return stopped.as_mut().poll(cx).map(|_| None),
            }
        }
    });
    tokio::time::timeout(limit, read).await.ok()??;
    Some(first)
}

/// A stream with the bytes that were read of it put back.
struct Behind {
    first: [u8; PREFACE.len()],
    taken: usize,
    io: Stream,
}

impl AsyncRead for Behind {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        let left = this.first.get(this.taken..).unwrap_or_default();
        if left.is_empty() {
            return Pin::new(&mut this.io).poll_read(cx, buffer);
        }
        let count = left.len().min(buffer.remaining());
        buffer.put_slice(left.get(..count).unwrap_or_default());
        this.taken += count;
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Behind {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write_vectored(cx, parts)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(cx)
    }
}
