//! Peers that speak HTTP/2 frame by frame: a client over a pipe to a server of ours, and a server on a socket. Nothing
//! answers, acknowledges or keeps the rules unless the test does; with the client the clock may stand still.

use std::net::SocketAddr;
use std::task::{Context, Poll};
use std::time::Duration;

use protocall::{Accepted, Listener, Peer, Result, Server};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, DuplexStream};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::Instant;

use crate::echo::{Echo, EchoServer, Pong};

/// A kind of frame: what messages go in.
pub const DATA: u8 = 0;
/// A kind of frame: the head of a call, or its end.
pub const HEADERS: u8 = 1;
/// A kind of frame: a call ends at once.
pub const RST_STREAM: u8 = 3;
/// A kind of frame: what a side can take.
pub const SETTINGS: u8 = 4;
/// A kind of frame: is anybody there?
pub const PING: u8 = 6;
/// A kind of frame: no new calls.
pub const GOAWAY: u8 = 7;
/// A kind of frame: there is room for more.
pub const WINDOW_UPDATE: u8 = 8;

/// The flag of an acknowledgement.
pub const ACK: u8 = 1;
/// The flag of a stream's last frame.
pub const END_STREAM: u8 = 1;
/// The flag of a whole block of headers.
pub const END_HEADERS: u8 = 4;

/// What a client begins with.
pub const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// What a pipe holds each way.
const PIPE: usize = 64 * 1024;

/// A frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// One of the kinds above.
    pub kind: u8,
    /// Their meaning depends on the kind.
    pub flags: u8,
    /// The stream, zero for the connection.
    pub stream: u32,
    /// What it carries.
    pub payload: Vec<u8>,
}

impl Frame {
    /// Of a GOAWAY: the last stream, the reason, and the words.
    pub fn farewell(&self) -> (u32, u32, String) {
        assert_eq!(self.kind, GOAWAY, "{self:?}");
        let number = |at: usize| u32::from_be_bytes(self.payload[at..at + 4].try_into().expect("four bytes"));
        (number(0), number(4), String::from_utf8_lossy(&self.payload[8..]).into_owned())
    }

    /// The settings that it carries: numbers and values.
    pub fn settings(&self) -> Vec<(u16, u32)> {
        assert_eq!((self.kind, self.flags), (SETTINGS, 0));
        let setting = |bytes: &[u8]| {
            (
                u16::from_be_bytes([bytes[0], bytes[1]]),
                u32::from_be_bytes([bytes[2], bytes[3], bytes[4], bytes[5]]),
            )
        };
        self.payload.chunks(6).map(setting).collect()
    }
}

/// A client that says what it is told, and a server with one connection.
#[derive(Debug)]
pub struct FrameClient {
    io: DuplexStream,
    serving: JoinHandle<Result<()>>,
}

impl FrameClient {
    /// A connection on which nothing has been said. The server ends with it.
    pub fn silent(server: Server, service: impl Echo) -> Self {
        let (near, far) = tokio::io::duplex(PIPE);
        let server = server.service(EchoServer::new(service));
        let bound = server.on(Once(Some(far))).expect("it has no certificates that could be wrong");
        let serving = tokio::spawn(bound.serve());
        Self { io: near, serving }
    }

    /// A connection that has begun.
    pub async fn connect(server: Server, service: impl Echo) -> Self {
        let mut client = Self::silent(server, service);
        client.write(PREFACE).await;
        client.send(SETTINGS, 0, 0, &[]).await;
        client
    }

    /// Sends bytes.
    pub async fn write(&mut self, bytes: &[u8]) {
        self.io.write_all(bytes).await.expect("the server is there");
    }

    /// Sends a frame.
    pub async fn send(&mut self, kind: u8, flags: u8, stream: u32, payload: &[u8]) {
        self.write(&frame(kind, flags, stream, payload)).await;
    }

    /// Sends a frame, or finds the server gone.
    pub async fn try_send(&mut self, kind: u8, flags: u8, stream: u32, payload: &[u8]) -> bool {
        self.io.write_all(&frame(kind, flags, stream, payload)).await.is_ok()
    }

    /// Begins a call of a method of `test.v1.Echo`.
    pub async fn call(&mut self, stream: u32, method: &str) {
        self.send(HEADERS, END_HEADERS, stream, &request(method)).await;
    }

    /// The next frame; `None` when the server has closed the connection.
    pub async fn next(&mut self) -> Option<Frame> {
        read(&mut self.io).await
    }

    /// The next frame of a kind; what comes before it is passed over.
    ///
    /// # Panics
    /// When the server closes the connection before.
    pub async fn next_of(&mut self, kind: u8) -> Frame {
        loop {
            let frame = self.next().await.expect("the connection is open");
            if frame.kind == kind && (frame.flags & ACK == 0 || kind == DATA || kind == HEADERS) {
                return frame;
            }
        }
    }

    /// Answers a ping.
    pub async fn pong(&mut self, ping: &Frame) {
        self.send(PING, ACK, 0, &ping.payload).await;
    }

    /// All frames up to the end of the connection, each ping answered if `answering`.
    pub async fn rest(&mut self, answering: bool) -> Vec<Frame> {
        let mut frames = Vec::new();
        while let Some(frame) = self.next().await {
            if answering && frame.kind == PING && frame.flags & ACK == 0 {
                self.try_send(PING, ACK, 0, &frame.payload).await;
            }
            frames.push(frame);
        }
        frames
    }

    /// Nothing more is said or read; returns when the server has ended the connection.
    pub async fn ended(&mut self) {
        (&mut self.serving).await.expect("the server does not panic").expect("it has not failed");
    }
}

/// Gives one connection.
#[derive(Debug)]
pub struct Once<IO>(pub Option<IO>);

impl<IO: AsyncRead + AsyncWrite + Send + Unpin + 'static> Listener for Once<IO> {
    type Connection = IO;

    fn poll_accept(&mut self, _: &mut Context<'_>) -> Poll<Accepted<IO>> {
        Poll::Ready(self.0.take().map(|io| Ok((io, Peer::default()))))
    }
}

impl Drop for FrameClient {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// The next frame; `None` when the peer has closed the connection.
pub async fn read(io: &mut (impl AsyncRead + Unpin)) -> Option<Frame> {
    let mut head = [0; 9];
    io.read_exact(&mut head).await.ok()?;
    let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
    let mut payload = vec![0; usize::try_from(length).expect("24 bits")];
    io.read_exact(&mut payload).await.ok()?;
    let stream = u32::from_be_bytes([head[5], head[6], head[7], head[8]]);
    Some(Frame { kind: head[3], flags: head[4], stream, payload })
}

/// A server that says what it is told, frame by frame. Dropping it closes its port, not its connections.
#[derive(Debug)]
pub struct FrameServer {
    /// Where it listens.
    pub address: SocketAddr,
    connections: watch::Receiver<usize>,
    accepting: JoinHandle<()>,
}

impl FrameServer {
    /// Does `converse` with each client that connects; the first has the number zero.
    pub async fn start<F, W>(converse: F) -> Self
    where
        F: Fn(usize, FramePeer) -> W + Send + 'static,
        W: Future<Output = ()> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("some port is free");
        let address = listener.local_addr().expect("it is bound");
        let (count, connections) = watch::channel(0);
        let accepting = tokio::spawn(async move {
            while let Ok((io, _)) = listener.accept().await {
                tokio::spawn(converse(*count.borrow(), FramePeer { io }));
                count.send_modify(|count| *count += 1);
            }
        });
        Self { address, connections, accepting }
    }

    /// How many connections were made so far.
    pub fn connections(&self) -> usize {
        *self.connections.borrow()
    }
}

impl Drop for FrameServer {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// A client of a [`FrameServer`].
#[derive(Debug)]
pub struct FramePeer {
    io: TcpStream,
}

impl FramePeer {
    /// Says and hears the first word.
    pub async fn greet(&mut self) {
        self.greet_with(&frame(SETTINGS, 0, 0, &[])).await;
    }

    /// Hears the first word, and says these in one go.
    pub async fn greet_with(&mut self, words: &[u8]) {
        self.io.read_exact(&mut [0; PREFACE.len()]).await.expect("the client speaks HTTP/2");
        self.write(words).await;
    }

    /// Sends bytes.
    pub async fn write(&mut self, bytes: &[u8]) {
        self.io.write_all(bytes).await.expect("the client is there");
    }

    /// Answers a call of `test.v1.Echo` well.
    pub async fn answer(&mut self, stream: u32, pong: &Pong) {
        let head = [header(":status", "200"), header("content-type", "application/grpc")].concat();
        self.send(HEADERS, END_HEADERS, stream, &head).await;
        self.send(DATA, 0, stream, &crate::raw::frame(pong)).await;
        self.send(HEADERS, END_HEADERS | END_STREAM, stream, &header("grpc-status", "0")).await;
    }

    /// Sends a frame.
    pub async fn send(&mut self, kind: u8, flags: u8, stream: u32, payload: &[u8]) {
        self.write(&frame(kind, flags, stream, payload)).await;
    }

    /// The next frame; `None` when the client has closed the connection.
    pub async fn next(&mut self) -> Option<Frame> {
        read(&mut self.io).await
    }

    /// The next frame of a kind; what comes before it is passed over.
    ///
    /// # Panics
    /// When the client closes the connection before.
    pub async fn next_of(&mut self, kind: u8) -> Frame {
        loop {
            let frame = self.next().await.expect("the connection is open");
            if frame.kind == kind {
                return frame;
            }
        }
    }
}

/// A frame as it is sent.
pub fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).expect("frames are short").to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}

/// The head of a gRPC request to a method of `test.v1.Echo`, as HPACK has it without any compression.
pub fn request(method: &str) -> Vec<u8> {
    let path = format!("/test.v1.Echo/{method}");
    let entries = [
        (":method", "POST"),
        (":scheme", "http"),
        (":path", &*path),
        (":authority", "frames.test"),
        ("content-type", "application/grpc"),
        ("te", "trailers"),
    ];
    entries.iter().flat_map(|(name, value)| header(name, value)).collect()
}

/// A header of less than 127 bytes in name and value, as HPACK has it without any compression.
pub fn header(name: &str, value: &str) -> Vec<u8> {
    let text = |text: &str| [&[u8::try_from(text.len()).expect("it is short")], text.as_bytes()].concat();
    [&[0], &text(name)[..], &text(value)].concat()
}

/// How long something takes, in whole seconds, by the clock that may stand still.
pub async fn seconds<T>(work: impl Future<Output = T>) -> (u64, T) {
    let began = Instant::now();
    let outcome = work.await;
    (began.elapsed().as_secs(), outcome)
}

/// Seconds.
pub const fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}
