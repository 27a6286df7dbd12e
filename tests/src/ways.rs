//! Every way that gRFC A6 knows for an attempt to fail, frame by frame; and what A6 prescribes to follow, worked out anew from its
//! text. Used by tests/tests/attempts_on_the_wire.rs.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use h2::{Reason, server};
use http::HeaderMap;
use protocall::Code;
use tokio::io::{AsyncWriteExt, DuplexStream};
use tokio::sync::{mpsc, watch};

use crate::echo::pong;
use crate::frames::{
    DATA, END_HEADERS, END_STREAM, Frame, FramePeer, FrameServer, GOAWAY, HEADERS, PREFACE, RST_STREAM,
    frame, header,
};
use crate::raw;

/// How an attempt ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// With a reply whose index is the number of the attempt, and a good status.
    Good,
    /// With a status and nothing before it.
    Status(Code),
    /// With a status and this `grpc-retry-pushback-ms`.
    Pushback(Code, &'static str),
    /// With an HTTP status, and no gRPC.
    Http(u16),
    /// With a reset.
    Reset(Reason),
    /// The server says farewell for this reason, and names a last stream below this one.
    Above(Reason),
    /// The server says farewell, names this stream as its last, and ends it with a status.
    Last(Code),
    /// The connection is cut, once the request has come.
    Cut,
    /// With headers, and a status behind them.
    HeadersStatus(Code),
    /// With headers, and a reset behind them.
    HeadersReset(Reason),
    /// With headers, and the connection cut behind them.
    HeadersCut,
}

/// What is to be known of a way: the code that the call has if it ends with it, and what A6 looks at.
struct Meaning {
    code: Code,
    /// "Has never been seen by the server application logic."
    unseen: bool,
    /// "The client receives Response-Headers."
    committed: bool,
    /// "The server asking the client not to retry at all."
    forbidden: bool,
    /// There is no new stream on this connection.
    ends_connection: bool,
}

impl Way {
    fn meaning(self) -> Meaning {
        let plain = |code| Meaning {
            code,
            unseen: false,
            committed: false,
            forbidden: false,
            ends_connection: false,
        };
        match self {
            Self::Good => plain(Code::Ok),
            Self::Status(code) => plain(code),
            Self::Pushback(code, millis) => {
                Meaning { forbidden: millis.parse::<u32>().is_err(), ..plain(code) }
            }
            Self::Http(503) => plain(Code::Unavailable),
            Self::Http(_) => plain(Code::Unknown),
            Self::Reset(reason) => {
                Meaning { unseen: reason == Reason::REFUSED_STREAM, ..plain(code_of(reason)) }
            }
            Self::Above(_) => Meaning { unseen: true, ends_connection: true, ..plain(Code::Unavailable) },
            Self::Last(code) => Meaning { ends_connection: true, ..plain(code) },
            Self::Cut => Meaning { ends_connection: true, ..plain(Code::Unavailable) },
            Self::HeadersStatus(code) => Meaning { committed: true, ..plain(code) },
            Self::HeadersReset(reason) => Meaning { committed: true, ..plain(code_of(reason)) },
            Self::HeadersCut => {
                Meaning { committed: true, ends_connection: true, ..plain(Code::Unavailable) }
            }
        }
    }
}

/// gRPC's `PROTOCOL-HTTP2.md`, "Errors".
pub fn code_of(reason: Reason) -> Code {
    match reason {
        Reason::REFUSED_STREAM => Code::Unavailable,
        Reason::CANCEL => Code::Cancelled,
        Reason::ENHANCE_YOUR_CALM => Code::ResourceExhausted,
        Reason::INADEQUATE_SECURITY => Code::PermissionDenied,
        _ => Code::Internal,
    }
}

/// An attempt as it was seen, or as it is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// Which connection it came on.
    pub connection: usize,
    /// Its `grpc-previous-rpc-attempts`, or none.
    pub previous: Option<u32>,
}

/// What is done about calls that fail.
#[derive(Clone, Copy, Debug)]
pub struct Policy<'a> {
    /// The most attempts.
    pub attempts: u32,
    /// The codes behind which there is another.
    pub codes: &'a [Code],
    /// Whether it hedges, with a delay that never passes: then each attempt may be sent back once, and not the call.
    pub hedges: bool,
}

/// The attempts that A6 wants of a call whose attempts end in these ways, and good ones behind them: and how the call ends, with
/// the number of the attempt that went well, or a code.
///
/// # Panics
/// Never: the last way is good.
pub fn prescribed(ways: &[Way], policy: Option<Policy<'_>>) -> (Vec<Attempt>, Result<usize, Code>) {
    let (mut attempts, mut connection, mut previous, mut was_sent_back) = (Vec::new(), 0, 0, false);
    for way in ways.iter().copied().chain([Way::Good]) {
        attempts.push(Attempt { connection, previous: (previous > 0).then_some(previous) });
        let Meaning { code, unseen, committed, forbidden, ends_connection } = way.meaning();
        if way == Way::Good {
            return (attempts.clone(), Ok(attempts.len() - 1));
        }
        connection += usize::from(ends_connection);
        // "The client library will immediately retry it once", and it does "not count toward the limit".
        if unseen && !std::mem::replace(&mut was_sent_back, true) {
            continue;
        }
        let may_follow = policy.is_some_and(|policy| {
            policy.codes.contains(&code) && !forbidden && previous + 1 < policy.attempts
        });
        if committed || !may_follow {
            return (attempts, Err(code));
        }
        previous += 1;
        was_sent_back &= !policy.is_some_and(|policy| policy.hedges);
    }
    unreachable!("the last way is good")
}

/// A server whose attempts end in ways that are given.
#[derive(Debug)]
pub struct Server {
    /// Where it listens, and how often it was connected to.
    pub frames: FrameServer,
    seen: watch::Sender<Vec<Seen>>,
}

/// What was seen of an attempt.
#[derive(Clone, Debug)]
pub struct Seen {
    /// Which connection it came on.
    pub connection: usize,
    /// Its headers.
    pub head: HeaderMap,
    /// Its requests, framed, to their end.
    pub body: Vec<u8>,
}

impl Server {
    /// Ends the attempts in these ways in their order, and those that follow well: each once all of its requests are there.
    pub async fn start(ways: &[Way]) -> Self {
        let (ways, count): (Arc<[Way]>, _) = (ways.into(), Arc::<AtomicUsize>::default());
        let seen = watch::Sender::new(Vec::new());
        let book = seen.clone();
        let frames = FrameServer::start(move |connection, peer| {
            let (ways, count, book) = (Arc::clone(&ways), Arc::clone(&count), book.clone());
            async move {
                let mut talk = Talk { peer, eyes: Eyes::open().await };
                talk.peer.greet().await;
                while let Some((stream, head, body)) = talk.request().await {
                    let number = count.fetch_add(1, Ordering::Relaxed);
                    book.send_modify(|seen: &mut Vec<Seen>| seen.push(Seen { connection, head, body }));
                    let way = ways.get(number).copied().unwrap_or(Way::Good);
                    if !talk.end(way, stream, number).await {
                        return;
                    }
                }
            }
        });
        Self { frames: frames.await, seen }
    }

    /// What was seen of all attempts.
    pub fn seen(&self) -> Vec<Seen> {
        self.seen.borrow().clone()
    }

    /// The attempts, without their requests.
    pub fn attempts(&self) -> Vec<Attempt> {
        let previous = |seen: &Seen| {
            let value = seen.head.get("grpc-previous-rpc-attempts")?;
            Some(value.to_str().ok()?.parse().expect("it is a number"))
        };
        self.seen()
            .iter()
            .map(|seen| Attempt { connection: seen.connection, previous: previous(seen) })
            .collect()
    }
}

/// One connection.
struct Talk {
    peer: FramePeer,
    eyes: Eyes,
}

impl Talk {
    /// The next request, whole: its stream, its headers, and its body.
    async fn request(&mut self) -> Option<(u32, HeaderMap, Vec<u8>)> {
        let mut begun: Option<(u32, HeaderMap, Vec<u8>)> = None;
        loop {
            let frame = self.peer.next().await?;
            match frame.kind {
                HEADERS => begun = Some((frame.stream, self.eyes.read(&frame).await, Vec::new())),
                DATA => {
                    let (stream, _, body) = begun.as_mut()?;
                    assert_eq!(frame.stream, *stream, "one attempt at a time");
                    body.extend_from_slice(&frame.payload);
                }
                // An attempt that was given up before it was whole.
                RST_STREAM => begun = None,
                _ => continue,
            }
            if frame.kind != RST_STREAM && frame.flags & END_STREAM != 0 {
                return begun;
            }
        }
    }

    /// Ends an attempt; whether the connection goes on.
    async fn end(&mut self, way: Way, stream: u32, number: usize) -> bool {
        let last = END_HEADERS | END_STREAM;
        let begin = [header(":status", "200"), header("content-type", "application/grpc")].concat();
        let only = |code: Code| [begin.clone(), header("grpc-status", &code.number().to_string())].concat();
        let farewell =
            |last: u32, reason: Reason| [last.to_be_bytes(), u32::from(reason).to_be_bytes()].concat();
        let peer = &mut self.peer;
        if matches!(way, Way::Good | Way::HeadersStatus(_) | Way::HeadersReset(_) | Way::HeadersCut) {
            peer.send(HEADERS, END_HEADERS, stream, &begin).await;
        }
        match way {
            Way::Good => {
                let index = i32::try_from(number).expect("attempts are few");
                peer.send(DATA, 0, stream, &raw::frame(&pong(index))).await;
                peer.send(HEADERS, last, stream, &header("grpc-status", "0")).await;
            }
            Way::Status(code) => peer.send(HEADERS, last, stream, &only(code)).await,
            Way::Pushback(code, millis) => {
                let head = [only(code), header("grpc-retry-pushback-ms", millis)].concat();
                peer.send(HEADERS, last, stream, &head).await;
            }
            Way::Http(status) => {
                peer.send(HEADERS, last, stream, &header(":status", &status.to_string())).await;
            }
            Way::Reset(reason) | Way::HeadersReset(reason) => {
                peer.send(RST_STREAM, 0, stream, &u32::from(reason).to_be_bytes()).await;
            }
            Way::Above(reason) => peer.send(GOAWAY, 0, 0, &farewell(stream.saturating_sub(2), reason)).await,
            Way::Last(code) => {
                peer.send(GOAWAY, 0, 0, &farewell(stream, Reason::NO_ERROR)).await;
                peer.send(HEADERS, last, stream, &only(code)).await;
            }
            Way::HeadersStatus(code) => {
                peer.send(HEADERS, last, stream, &header("grpc-status", &code.number().to_string())).await;
            }
            Way::Cut | Way::HeadersCut => return false,
        }
        true
    }
}

/// Reads headers, which are compressed: by showing all of a connection's to a server of h2, whose words nobody hears.
struct Eyes {
    shown: DuplexStream,
    heads: mpsc::UnboundedReceiver<HeaderMap>,
}

impl Eyes {
    async fn open() -> Self {
        const ROOM: usize = 1024 * 1024;
        let (mut shown, near) = tokio::io::duplex(ROOM);
        let (told, heads) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            let Ok(mut connection) = server::Builder::new().handshake::<_, Bytes>(near).await else { return };
            // What was accepted is held: to drop it would be a word.
            let mut held = Vec::new();
            while let Some(Ok((request, reply))) = connection.accept().await {
                let _ = told.send(request.headers().clone());
                held.push((request, reply));
            }
        });
        shown.write_all(&[PREFACE, &frame(crate::frames::SETTINGS, 0, 0, &[])].concat()).await.expect(THERE);
        Self { shown, heads }
    }

    async fn read(&mut self, headers: &Frame) -> HeaderMap {
        let flags = headers.flags | END_STREAM;
        let shown = frame(headers.kind, flags, headers.stream, &headers.payload);
        self.shown.write_all(&shown).await.expect(THERE);
        self.heads.recv().await.expect(THERE)
    }
}

const THERE: &str = "the reader of headers is there";
