//! What is ready together is written together: the replies of many calls, and the small messages of a stream, each of
//! which would be a system call by itself.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, ready};

use protocall::{Result, Server, Stream, stream};
use protocall_tests::echo::{Echo, EchoServer, Parrot, Ping, Pong, ping};
use protocall_tests::frames::{
    DATA, END_HEADERS, END_STREAM, HEADERS, Once, PREFACE, SETTINGS, frame, request,
};
use protocall_tests::raw;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, DuplexStream, ReadBuf};

/// A pipe that counts what would be system calls.
struct Counted {
    io: DuplexStream,
    writes: Arc<AtomicUsize>,
}

impl AsyncRead for Counted {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Counted {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.io).poll_write(cx, bytes));
        self.writes.fetch_add(1, Ordering::Relaxed);
        Poll::Ready(written)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(cx)
    }
}

/// Calls `method` `count` times in one piece; how many streams ended, how many messages came, and in how many writes.
async fn called(service: impl Echo, method: &str, count: usize) -> (usize, usize, usize) {
    let (mut near, far) = tokio::io::duplex(1 << 20);
    let writes = Arc::new(AtomicUsize::new(0));
    let counted = Counted { io: far, writes: Arc::clone(&writes) };
    let bound = Server::new().service(EchoServer::new(service)).on(Once(Some(counted))).unwrap();
    let serving = tokio::spawn(bound.serve());
    let mut bytes = [PREFACE, &frame(SETTINGS, 0, 0, &[])].concat();
    for index in 0..count {
        let stream = u32::try_from(2 * index + 1).unwrap();
        bytes.extend(frame(HEADERS, END_HEADERS, stream, &request(method)));
        bytes.extend(frame(DATA, END_STREAM, stream, &raw::frame(&ping("x"))));
    }
    near.write_all(&bytes).await.unwrap();
    let (mut ended, mut messages) = (0, 0);
    while ended < count {
        let mut head = [0; 9];
        near.read_exact(&mut head).await.unwrap();
        let mut payload = vec![0; usize::from(head[1]) << 8 | usize::from(head[2])];
        near.read_exact(&mut payload).await.unwrap();
        messages += usize::from(head[3] == DATA && !payload.is_empty());
        ended += usize::from(matches!(head[3], DATA | HEADERS) && head[4] & END_STREAM != 0);
    }
    serving.abort();
    (ended, messages, writes.load(Ordering::Relaxed))
}

#[tokio::test]
async fn the_replies_of_many_calls_leave_in_a_few_writes() {
    let (ended, messages, writes) = called(Parrot, "Unary", 100).await;
    assert_eq!((ended, messages), (100, 100));
    assert!(writes <= 5, "{writes} writes, the greeting among them");
}

/// Answers when the other tasks have had their turn.
struct Late;

impl Echo for Late {
    async fn unary(&self, _: &protocall::Context, ping: Ping) -> Result<Pong> {
        tokio::task::yield_now().await;
        tokio::task::yield_now().await;
        Ok(Pong { text: ping.text, ..Default::default() })
    }

    async fn server_stream(
        &self,
        _: &protocall::Context,
        ping: Ping,
    ) -> Result<impl Stream<Item = Result<Pong>>> {
        let pong = move |_| Pong { text: ping.text.clone(), ..Default::default() };
        Ok(stream::iter((0..1000).map(pong)))
    }
}

#[tokio::test]
async fn so_do_those_of_calls_that_have_become_tasks() {
    let (ended, messages, writes) = called(Late, "Unary", 100).await;
    assert_eq!((ended, messages), (100, 100));
    assert!(writes <= 10, "{writes} writes, the greeting among them");
}

#[tokio::test]
async fn a_stream_of_small_messages_takes_few_frames_and_fewer_writes() {
    let (ended, messages, writes) = called(Late, "ServerStream", 1).await;
    assert_eq!(ended, 1);
    assert!(messages <= 20, "{messages} frames of data");
    assert!(writes <= 10, "{writes} writes");
}
