//! A client that attacks, frame by frame or byte by byte: it says what it is told as fast as it is taken, and takes down what
//! it hears meanwhile.

use std::net::SocketAddr;
use std::time::Duration;

use h2::Reason;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::probe::Outcome;
use crate::frames::{
    ACK, DATA, END_HEADERS, Frame, GOAWAY, HEADERS, PREFACE, RST_STREAM, SETTINGS, frame, read, request,
};
use crate::raw;

/// What is written at once.
const BATCH: usize = 64 * 1024;

/// How long an answer may take that should come, and an end that should.
const WAIT: Duration = Duration::from_secs(8);

/// A stream that no attack uses.
const LAST: u32 = 0x7fff_fff1;

/// What has been heard so far.
#[derive(Clone, Debug, Default)]
struct Heard {
    greeted: bool,
    goaway: Option<Reason>,
    resets: Vec<(u32, Reason)>,
    /// Streams that data came on.
    answered: Vec<u32>,
    bytes: Vec<u8>,
    closed: bool,
}

/// See the head of the file.
pub(super) struct Attacker {
    io: OwnedWriteHalf,
    heard: watch::Receiver<Heard>,
    reading: JoinHandle<()>,
    /// Kept where nobody reads.
    _unread: Option<OwnedReadHalf>,
}

impl Attacker {
    /// A connection on which nothing has been said. What comes is read as bytes.
    pub(super) async fn silent(at: SocketAddr) -> Self {
        Self::start(at, |heard, from| tokio::spawn(hear_bytes(from, heard))).await
    }

    /// A connection of HTTP/2 that has begun. What comes is read as frames.
    pub(super) async fn connect(at: SocketAddr) -> Self {
        Self::connect_with(at, &[]).await
    }

    /// A connection on which nothing has been said. What comes is read as frames.
    pub(super) async fn unspoken(at: SocketAddr) -> Self {
        Self::start(at, |heard, from| tokio::spawn(hear_frames(from, heard))).await
    }

    /// As `connect`, with settings.
    pub(super) async fn connect_with(at: SocketAddr, settings: &[u8]) -> Self {
        let mut attacker = Self::unspoken(at).await;
        attacker.send(&[PREFACE, &frame(SETTINGS, 0, 0, settings)].concat()).await;
        attacker
    }

    /// As `connect`, and the server's settings are in force: windows are as large as it said.
    pub(super) async fn acquainted(at: SocketAddr) -> Self {
        let mut attacker = Self::connect(at).await;
        attacker.wait(|heard| heard.greeted).await;
        attacker.send(&[frame(SETTINGS, ACK, 0, &[]), head(1, "Unary")].concat()).await;
        attacker.send(&body(1, &raw::frame(&crate::echo::ping("hello")))).await;
        attacker.is_answered(1).await;
        attacker
    }

    /// Whether data comes on a stream.
    pub(super) async fn is_answered(&mut self, stream: u32) -> bool {
        let answered = |heard: &Heard| heard.answered.contains(&stream);
        self.wait(|heard| heard.closed || answered(heard)).await.is_some_and(|heard| answered(&heard))
    }

    /// A connection of HTTP/2 that has begun and of which nothing is read.
    pub(super) async fn unread(at: SocketAddr) -> Self {
        let (_, heard) = watch::channel(Heard::default());
        let (from, io) = connected(at).await.into_split();
        let mut attacker = Self { io, heard, reading: tokio::spawn(async {}), _unread: Some(from) };
        attacker.send(&[PREFACE, &frame(SETTINGS, 0, 0, &[])].concat()).await;
        attacker
    }

    async fn start(
        at: SocketAddr,
        hear: impl FnOnce(watch::Sender<Heard>, OwnedReadHalf) -> JoinHandle<()>,
    ) -> Self {
        let (sender, heard) = watch::channel(Heard::default());
        let (from, io) = connected(at).await.into_split();
        Self { io, heard, reading: hear(sender, from), _unread: None }
    }

    /// Sends bytes; whether they were taken.
    pub(super) async fn send(&mut self, bytes: &[u8]) -> bool {
        matches!(timeout(WAIT, self.io.write_all(bytes)).await, Ok(Ok(())))
    }

    /// Sends `count` pieces, as fast as they are taken and until the server has had enough.
    pub(super) async fn flood(&mut self, count: u32, mut piece: impl FnMut(u32) -> Vec<u8>) -> bool {
        let mut batch = Vec::with_capacity(2 * BATCH);
        for index in 0..count {
            batch.extend(piece(index));
            if batch.len() >= BATCH || index + 1 == count {
                let ended = self.heard.borrow().closed || self.heard.borrow().goaway.is_some();
                if ended || !self.send(&batch).await {
                    return false;
                }
                batch.clear();
            }
        }
        true
    }

    /// Begins a call of the echo.
    pub(super) async fn call(&mut self, stream: u32, method: &str) {
        self.send(&head(stream, method)).await;
    }

    /// What came of it, for the whole connection: if nothing has, another call is made on it.
    pub(super) async fn outcome(mut self) -> Outcome {
        let call = [head(LAST, "Unary"), body(LAST, &raw::frame(&crate::echo::ping("still there")))].concat();
        let taken = self.send(&call).await;
        let ended = |heard: &Heard| heard.goaway.is_some() || heard.closed;
        let done = |heard: &Heard| ended(heard) || heard.answered.contains(&LAST);
        let Some(heard) = self.wait(done).await else {
            return if taken { Outcome::Other("silence".into()) } else { Outcome::Closed };
        };
        match heard {
            Heard { goaway: Some(reason), .. } => Outcome::GoAway(reason),
            Heard { closed: true, .. } => Outcome::Closed,
            _ => Outcome::Endured,
        }
    }

    /// What came of it without another word of ours.
    pub(super) async fn end(mut self) -> Outcome {
        match self.wait(|heard| heard.goaway.is_some() || heard.closed).await {
            Some(Heard { goaway: Some(reason), .. }) => Outcome::GoAway(reason),
            Some(_) => Outcome::Closed,
            None => Outcome::Other("still open".into()),
        }
    }

    /// What came of one stream.
    pub(super) async fn stream(mut self, stream: u32) -> Outcome {
        let reset = |heard: &Heard| heard.resets.iter().find(|(of, _)| *of == stream).map(|(_, why)| *why);
        match self.wait(|heard| reset(heard).is_some() || heard.goaway.is_some() || heard.closed).await {
            Some(Heard { goaway: Some(reason), .. }) => Outcome::GoAway(reason),
            Some(heard) => reset(&heard).map_or(Outcome::Closed, Outcome::Reset),
            None => Outcome::Other("silence".into()),
        }
    }

    /// Whether nothing is taken any more, where nothing is read: the server has given the connection up.
    pub(super) async fn given_up(mut self) -> Outcome {
        let gone = async { while self.io.write_all(&frame(SETTINGS, ACK, 0, &[])).await.is_ok() {} };
        match timeout(WAIT, gone).await {
            Ok(()) => Outcome::Closed,
            Err(_) => Outcome::Other("still open".into()),
        }
    }

    /// The bytes of an answer of HTTP/1.1, up to the end of the connection.
    pub(super) async fn bytes(mut self) -> Vec<u8> {
        self.wait(|heard| heard.closed).await.map(|heard| heard.bytes).unwrap_or_default()
    }

    /// The bytes of an answer once they are there as `done` wants them.
    pub(super) async fn bytes_until(&mut self, done: impl Fn(&[u8]) -> bool) -> Vec<u8> {
        let heard = self.wait(|heard| heard.closed || done(&heard.bytes)).await;
        heard.map(|heard| heard.bytes).unwrap_or_default()
    }

    async fn wait(&mut self, done: impl FnMut(&Heard) -> bool) -> Option<Heard> {
        let waited = timeout(WAIT, self.heard.wait_for(done)).await;
        Some(waited.ok()?.ok()?.clone())
    }
}

impl Drop for Attacker {
    fn drop(&mut self) {
        self.reading.abort();
    }
}

async fn connected(at: SocketAddr) -> TcpStream {
    let socket = TcpStream::connect(at).await.expect("the server listens");
    socket.set_nodelay(true).expect("it is a socket of TCP");
    socket
}

/// The head of a call of the echo.
pub(super) fn head(stream: u32, method: &str) -> Vec<u8> {
    frame(HEADERS, END_HEADERS, stream, &request(method))
}

/// The last bytes of a call.
pub(super) fn body(stream: u32, bytes: &[u8]) -> Vec<u8> {
    frame(DATA, crate::frames::END_STREAM, stream, bytes)
}

/// The number of the stream that is begun as the `index`th.
pub(super) fn stream(index: u32) -> u32 {
    2 * index + 1
}

async fn hear_frames(mut from: OwnedReadHalf, heard: watch::Sender<Heard>) {
    while let Some(frame) = read(&mut from).await {
        heard.send_if_modified(|heard| note(heard, &frame));
    }
    heard.send_modify(|heard| heard.closed = true);
}

fn note(heard: &mut Heard, frame: &Frame) -> bool {
    let number = |at: usize| {
        let bytes = frame.payload.get(at..at + 4).and_then(|bytes| bytes.try_into().ok());
        Reason::from(bytes.map_or(u32::MAX, u32::from_be_bytes))
    };
    match frame.kind {
        // A polite one may come before that which tells the reason.
        GOAWAY => heard.goaway = Some(number(4)),
        RST_STREAM => heard.resets.push((frame.stream, number(0))),
        DATA => heard.answered.push(frame.stream),
        SETTINGS => heard.greeted = true,
        _ => return false,
    }
    true
}

async fn hear_bytes(mut from: OwnedReadHalf, heard: watch::Sender<Heard>) {
    let mut buffer = vec![0; 16 * 1024];
    while let Ok(count @ 1..) = from.read(&mut buffer).await {
        heard.send_modify(|heard| heard.bytes.extend_from_slice(&buffer[..count]));
    }
    heard.send_modify(|heard| heard.closed = true);
}
