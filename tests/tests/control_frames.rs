//! A client that sends frames without end which say nothing of any call is told to be calm, and sent away; at a pace that is
//! anybody's, or while it is answered, it is not.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, ready};

use protocall::{Connections, Server};
use protocall_tests::echo::{EchoServer, Parrot, ping};
use protocall_tests::frames::{
    ACK, DATA, END_STREAM, FrameClient, GOAWAY, Once, PING, PREFACE, SETTINGS, WINDOW_UPDATE,
    frame as raw_frame, secs,
};
use protocall_tests::raw::frame;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::task::coop;

/// When the torrent pauses, so that it can be greeted.
const BREATH: usize = 10;
/// When it dries up.
const ENOUGH: usize = 100_000;
const PRIORITY: u8 = 2;
const UNKNOWN: u8 = 0xee;
const ENHANCE_YOUR_CALM: u32 = 11;
const CALM: &str = "too_many_control_frames";
const MOST: usize = 10_000;
const OPENED: &[u8] = &[0, 0, 0, 1];

type Farewell = Option<(u32, u32, String)>;

fn calm() -> Farewell {
    Some((0, ENHANCE_YOUR_CALM, CALM.to_owned()))
}

async fn connected() -> FrameClient {
    // Pings are counted with the others where they have no limit of their own.
    let limits = Connections::new().min_ping_interval(secs(0));
    FrameClient::connect(Server::new().connections(limits), Parrot).await
}

/// Sends a frame of the connection again and again, while it is taken.
async fn flood(client: &mut FrameClient, count: usize, (kind, flags, payload): (u8, u8, &[u8])) {
    for _ in 0..count {
        if !client.try_send(kind, flags, 0, payload).await {
            break;
        }
    }
}

/// Makes a call: `None` if it is answered, else what the server says instead.
async fn called(client: &mut FrameClient, stream: u32) -> Farewell {
    client.call(stream, "Unary").await;
    client.send(DATA, END_STREAM, stream, &frame(&ping("still there"))).await;
    loop {
        match client.next().await.expect("the server says something") {
            said if said.kind == GOAWAY => return Some(said.farewell()),
            said if (said.kind, said.stream) == (DATA, stream) => return None,
            _ => {}
        }
    }
}

#[tokio::test(start_paused = true)]
async fn frames_that_need_no_answer() {
    for noise in
        [(WINDOW_UPDATE, 0, OPENED), (PRIORITY, 0, &[0; 5]), (UNKNOWN, 0, b"?"), (PING, ACK, &[1; 8])]
    {
        let mut client = connected().await;
        // A priority of the connection itself would be a mistake.
        let (kind, flags, payload) = noise;
        let stream = u32::from(kind == PRIORITY);
        for _ in 0..=MOST {
            client.try_send(kind, flags, stream, payload).await;
        }
        let rest = client.rest(false).await;
        let farewell = rest.iter().find(|frame| frame.kind == GOAWAY).map(|frame| frame.farewell());
        assert_eq!(farewell, calm(), "kind {kind}");
        client.ended().await;
    }
}

#[tokio::test(start_paused = true)]
async fn frames_whose_answers_are_read() {
    for (kind, payload) in [(SETTINGS, &[][..]), (PING, &[1; 8])] {
        let mut client = connected().await;
        let mut sent = 0;
        let farewell = loop {
            sent += 1;
            client.try_send(kind, 0, 0, payload).await;
            match client.next().await.expect("the server says something") {
                said if said.kind == GOAWAY => break said.farewell(),
                _ => assert!(sent < 2 * MOST),
            }
        };
        assert!(sent >= MOST, "{sent}");
        assert_eq!(Some(farewell), calm());
        client.ended().await;
    }
}

#[tokio::test(start_paused = true)]
async fn as_many_at_leisure_are_fine() {
    let mut client = connected().await;
    for _ in 0..5 {
        flood(&mut client, MOST - 10, (WINDOW_UPDATE, 0, OPENED)).await;
        tokio::time::sleep(secs(11)).await;
    }
    assert_eq!(called(&mut client, 1).await, None);
}

#[tokio::test(start_paused = true)]
async fn as_many_that_are_answered_are_fine() {
    let mut client = connected().await;
    for round in 0..5 {
        flood(&mut client, MOST - 10, (WINDOW_UPDATE, 0, OPENED)).await;
        assert_eq!(called(&mut client, 2 * round + 1).await, None, "round {round}");
    }
}

/// A peer whose next frame is there nearly whenever it is read, until it is told to be calm; like a socket it lets other tasks have
/// their turn.
struct Torrent {
    next: Vec<u8>,
    reads: usize,
    heard: Arc<Mutex<Vec<u8>>>,
}

impl Torrent {
    fn is_told(&self) -> bool {
        let heard = self.heard.lock().expect("nobody panics");
        heard.windows(CALM.len()).any(|words| words == CALM.as_bytes())
    }
}

impl AsyncRead for Torrent {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        ready!(coop::poll_proceed(cx)).made_progress();
        if self.is_told() {
            return Poll::Ready(Ok(()));
        }
        self.reads += 1;
        if self.reads == BREATH {
            cx.waker().wake_by_ref();
        }
        if self.reads == BREATH || self.reads > ENOUGH {
            return Poll::Pending;
        }
        if self.next.is_empty() {
            self.next = raw_frame(UNKNOWN, 0, 0, b"?");
        }
        let count = self.next.len().min(buffer.remaining());
        buffer.put_slice(&self.next.drain(..count).collect::<Vec<u8>>());
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Torrent {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        ready!(coop::poll_proceed(cx)).made_progress();
        self.heard.lock().expect("nobody panics").extend_from_slice(bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

#[tokio::test]
async fn one_that_never_pauses_is_told_too() {
    let greeting = [PREFACE, &raw_frame(SETTINGS, 0, 0, &[])].concat();
    let heard = Arc::new(Mutex::new(Vec::new()));
    let torrent = Torrent { next: greeting, reads: 0, heard: Arc::clone(&heard) };
    let server = Server::new().service(EchoServer::new(Parrot));
    let bound = server.on(Once(Some(torrent))).expect("it has no certificates that could be wrong");
    bound.serve().await.expect("it has not failed");
    let heard = heard.lock().expect("nobody panics");
    assert!(heard.ends_with(CALM.as_bytes()), "{}", heard.escape_ascii());
}
