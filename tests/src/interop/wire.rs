//! A server's end of an HTTP/2 connection, frame by frame, for servers that misbehave: it minds windows, settings and pings,
//! and sends what it is told. Called by `misbehaving`.

use std::collections::{HashMap, HashSet, VecDeque};
use std::io;

use tokio::io::{AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

use crate::frames::{
    ACK, DATA, END_HEADERS, END_STREAM, Frame, GOAWAY, HEADERS, PING, PREFACE, RST_STREAM, SETTINGS,
    WINDOW_UPDATE, frame, header,
};

/// The setting of how many streams a client may have at once.
pub(super) const MAX_CONCURRENT_STREAMS: u16 = 3;
/// The setting of a stream's window.
const INITIAL_WINDOW_SIZE: u16 = 4;
/// What a window is before anyone has said anything.
const FIRST_WINDOW: i64 = 65_535;
/// The longest frame that everyone takes.
const LONGEST_FRAME: usize = 16_384;
/// Room for all that a case sends.
const ROOM: u32 = 1 << 30;
/// `:status: 200`, as HPACK's static table has it.
const OK: u8 = 0x88;

/// A connection of one client.
#[derive(Debug)]
pub(super) struct Conversation {
    io: BufReader<TcpStream>,
    window: i64,
    initial: i64,
    streams: HashMap<u32, i64>,
    open: HashSet<u32>,
    /// Requests that came whole and were not asked for yet.
    whole: VecDeque<u32>,
    pongs: usize,
    /// The most requests that were there at once.
    pub(super) most_open: usize,
}

impl Conversation {
    /// Greets a client, with these settings beside a large window.
    pub(super) async fn begin(socket: TcpStream, settings: &[(u16, u32)]) -> io::Result<Self> {
        let mut conversation = Self {
            io: BufReader::new(socket),
            window: FIRST_WINDOW,
            initial: FIRST_WINDOW,
            streams: HashMap::new(),
            open: HashSet::new(),
            whole: VecDeque::new(),
            pongs: 0,
            most_open: 0,
        };
        let mut preface = [0; PREFACE.len()];
        conversation.io.read_exact(&mut preface).await?;
        assert_eq!(preface, PREFACE, "the client speaks HTTP/2");
        let all = [&[(INITIAL_WINDOW_SIZE, ROOM)], settings].concat();
        let payload: Vec<u8> = all
            .iter()
            .flat_map(|(id, value)| [&id.to_be_bytes()[..], &value.to_be_bytes()].concat())
            .collect();
        conversation.send(SETTINGS, 0, 0, &payload).await?;
        conversation.send(WINDOW_UPDATE, 0, 0, &ROOM.to_be_bytes()).await?;
        Ok(conversation)
    }

    /// The stream of the next request that has come whole.
    pub(super) async fn request(&mut self) -> io::Result<u32> {
        loop {
            if let Some(stream) = self.whole.pop_front() {
                return Ok(stream);
            }
            self.listen().await?;
        }
    }

    /// Sends a frame.
    pub(super) async fn send(&mut self, kind: u8, flags: u8, stream: u32, payload: &[u8]) -> io::Result<()> {
        self.io.write_all(&frame(kind, flags, stream, payload)).await
    }

    /// Begins an answer.
    pub(super) async fn headers(&mut self, stream: u32) -> io::Result<()> {
        let block = [&[OK], &header("content-type", "application/grpc")[..]].concat();
        self.send(HEADERS, END_HEADERS, stream, &block).await
    }

    /// Sends bytes of an answer, as the client has room.
    pub(super) async fn data(&mut self, stream: u32, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            let room = self.window.min(*self.streams.get(&stream).unwrap_or(&self.initial));
            let room = usize::try_from(room).unwrap_or(0).min(LONGEST_FRAME);
            if room == 0 {
                self.listen().await?;
                continue;
            }
            let (now, later) = bytes.split_at(room.min(bytes.len()));
            self.send(DATA, 0, stream, now).await?;
            let sent = i64::try_from(now.len()).expect("a frame is short");
            self.window -= sent;
            *self.streams.entry(stream).or_insert(self.initial) -= sent;
            bytes = later;
        }
        Ok(())
    }

    /// Ends an answer that went well.
    pub(super) async fn trailers(&mut self, stream: u32) -> io::Result<()> {
        self.open.remove(&stream);
        self.send(HEADERS, END_HEADERS | END_STREAM, stream, &header("grpc-status", "0")).await
    }

    /// Ends an answer for no reason.
    pub(super) async fn reset(&mut self, stream: u32) -> io::Result<()> {
        self.open.remove(&stream);
        self.send(RST_STREAM, 0, stream, &[0; 4]).await
    }

    /// Says that no stream after this one is served.
    pub(super) async fn go_away(&mut self, last: u32) -> io::Result<()> {
        self.send(GOAWAY, 0, 0, &[last.to_be_bytes(), [0; 4]].concat()).await
    }

    /// Pings the client, and waits until it has answered.
    pub(super) async fn ping(&mut self) -> io::Result<()> {
        let wanted = self.pongs + 1;
        self.send(PING, 0, 0, &wanted.to_be_bytes()).await?;
        while self.pongs < wanted {
            self.listen().await?;
        }
        Ok(())
    }

    /// Takes one frame.
    async fn listen(&mut self) -> io::Result<()> {
        let mut head = [0; 9];
        self.io.read_exact(&mut head).await?;
        let length = usize::from(head[0]) << 16 | usize::from(head[1]) << 8 | usize::from(head[2]);
        let mut payload = vec![0; length];
        self.io.read_exact(&mut payload).await?;
        let stream = u32::from_be_bytes([head[5], head[6], head[7], head[8]]);
        self.take(Frame { kind: head[3], flags: head[4], stream, payload }).await
    }

    async fn take(&mut self, frame: Frame) -> io::Result<()> {
        match frame.kind {
            HEADERS | DATA => self.note(&frame),
            RST_STREAM => {
                self.open.remove(&frame.stream);
            }
            SETTINGS if frame.flags & ACK == 0 => {
                for (_, size) in frame.settings().into_iter().filter(|(id, _)| *id == INITIAL_WINDOW_SIZE) {
                    let change = i64::from(size) - self.initial;
                    self.initial += change;
                    self.streams.values_mut().for_each(|window| *window += change);
                }
                self.send(SETTINGS, ACK, 0, &[]).await?;
            }
            PING if frame.flags & ACK == 0 => self.send(PING, ACK, 0, &frame.payload).await?,
            PING => {
                assert_eq!(frame.payload, (self.pongs + 1).to_be_bytes(), "a pong repeats its ping");
                self.pongs += 1;
            }
            WINDOW_UPDATE => {
                let more = i64::from(u32::from_be_bytes(frame.payload[..4].try_into().expect("four bytes")));
                match frame.stream {
                    0 => self.window += more,
                    stream => *self.streams.entry(stream).or_insert(self.initial) += more,
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn note(&mut self, frame: &Frame) {
        if frame.kind == HEADERS {
            self.open.insert(frame.stream);
            self.most_open = self.most_open.max(self.open.len());
        }
        if frame.flags & END_STREAM != 0 {
            self.whole.push_back(frame.stream);
        }
    }
}
