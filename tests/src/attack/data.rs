//! Attacks by the bytes of messages: none, few at a time, too many, too slow, or fewer than they are said to be.

use std::net::SocketAddr;
use std::time::Duration;

use h2::Reason;
use protocall::Code;
use tokio::time::{Instant, sleep};

use super::message::{called, status};
use super::probe::{Outcome, Probe};
use super::wire::{Attacker, head, stream};
use crate::echo::{Ping, heavy_ping};
use crate::frames::{DATA, END_HEADERS, HEADERS, frame, header};
use crate::raw::{self, RawClient, echo_request, with_header};

/// What a stream may send that nobody reads.
const STREAM_WINDOW: usize = 2 << 20;
/// How many messages of a byte nobody reads.
const PIECES: u32 = 1 << 20;
const FRAME: usize = 16 * 1024;

pub(super) fn probes() -> Vec<Probe> {
    [pieces_of_messages(), sizes(), paces()].concat()
}

fn pieces_of_messages() -> Vec<Probe> {
    vec![
        Probe::new("empty DATA flood", "sends 400,000 empty frames (CVE-2019-9518)", CALM, |at| {
            Box::pin(pieces(at, b"", 400_000))
        }),
        // A quick handler takes them, from a slow one they pile up.
        Probe::new("tiny DATA flood", "sends a message a byte at a time", CALM, |at| {
            Box::pin(pieces(at, b"x", 400_000))
        })
        .or(Outcome::Endured),
        Probe::new(
            "tiny DATA flood, unread",
            "sends single bytes to a handler that does not read",
            CALM,
            |at| Box::pin(unread_pieces(at)),
        )
        .costs(10, 64),
    ]
}

fn sizes() -> Vec<Probe> {
    vec![
        Probe::new(
            "data beyond the window of a stream",
            "sends 2 MiB and a frame to a handler that does not read",
            Outcome::Reset(Reason::FLOW_CONTROL_ERROR),
            |at| Box::pin(beyond_stream(at)),
        ),
        Probe::new(
            "data beyond the window of the connection",
            "fills 33 streams of 2 MiB that nobody reads",
            Outcome::GoAway(Reason::FLOW_CONTROL_ERROR),
            |at| Box::pin(beyond_connection(at)),
        )
        .costs(10, 160),
        Probe::new(
            "a length that lies",
            "announces a message of 4 MiB and ends after 3 bytes",
            Outcome::Status(Code::Internal),
            |at| Box::pin(called(at, "Unary", vec![0, 0, 0x3f, 0xff, 0xff, 1, 2, 3])),
        ),
        Probe::new(
            "a length above the limit",
            "announces a message of 4 GiB",
            Outcome::Status(Code::ResourceExhausted),
            |at| Box::pin(called(at, "Unary", vec![0, 0xff, 0xff, 0xff, 0xff, 1, 2, 3])),
        ),
        Probe::new(
            "lengths that lie, many",
            "announces 1,000 messages of 4 MiB at once and sends 8 bytes of each",
            Outcome::Endured,
            |at| Box::pin(many_lies(at)),
        )
        .costs(10, 96),
    ]
}

fn paces() -> Vec<Probe> {
    vec![
        Probe::new(
            "slow body",
            "sends a byte every 50 ms, with half a second of time",
            Outcome::Status(Code::DeadlineExceeded),
            |at| Box::pin(slow_body(at)),
        ),
        Probe::new("slow read", "asks for replies without end and reads nothing", Outcome::Closed, |at| {
            Box::pin(slow_read(at))
        })
        .costs(15, 64),
        Probe::new(
            "no window",
            "asks for replies and never gives them room, with half a second of time",
            Outcome::Reset(Reason::CANCEL),
            |at| Box::pin(no_window(at)),
        ),
    ]
}

const CALM: Outcome = Outcome::GoAway(Reason::ENHANCE_YOUR_CALM);

async fn pieces(at: SocketAddr, piece: &[u8], count: u32) -> Outcome {
    // Before its settings are acknowledged the server may hold us to 65,535 bytes, and end the connection for that.
    let mut attacker = Attacker::acquainted(at).await;
    attacker.call(3, "ClientStream").await;
    attacker.send(&frame(DATA, 0, 3, &[0, 0, 0x3f, 0xff, 0xff])).await;
    attacker.flood(count, |_| frame(DATA, 0, 3, piece)).await;
    attacker.outcome().await
}

/// The head of a call whose handler never reads.
fn hold(stream: u32) -> Vec<u8> {
    let entries = [
        (":method", "POST"),
        (":scheme", "http"),
        (":path", "/test.attack.v1.Target/Hold"),
        (":authority", "attack.test"),
        ("content-type", "application/grpc"),
    ];
    let block: Vec<u8> = entries.iter().flat_map(|(name, value)| header(name, value)).collect();
    frame(HEADERS, END_HEADERS, stream, &block)
}

async fn unread_pieces(at: SocketAddr) -> Outcome {
    let mut attacker = Attacker::acquainted(at).await;
    attacker.send(&hold(3)).await;
    attacker.flood(PIECES, |_| frame(DATA, 0, 3, b"x")).await;
    attacker.outcome().await
}

async fn beyond_stream(at: SocketAddr) -> Outcome {
    let mut attacker = Attacker::acquainted(at).await;
    attacker.send(&hold(3)).await;
    let full = vec![0; FRAME];
    attacker.flood(1 + (STREAM_WINDOW / FRAME) as u32, |_| frame(DATA, 0, 3, &full)).await;
    attacker.stream(3).await
}

async fn beyond_connection(at: SocketAddr) -> Outcome {
    let mut attacker = Attacker::acquainted(at).await;
    let full = vec![0; FRAME];
    let each = (STREAM_WINDOW / FRAME) as u32;
    let fill = |index| {
        let stream = stream(1 + index / each);
        let begin = if index % each == 0 { hold(stream) } else { Vec::new() };
        [begin, frame(DATA, 0, stream, &full)].concat()
    };
    attacker.flood(33 * each, fill).await;
    attacker.end().await
}

async fn many_lies(at: SocketAddr) -> Outcome {
    let mut attacker = Attacker::connect(at).await;
    let lie = |index| {
        let stream = stream(index);
        [head(stream, "Bidi"), frame(DATA, 0, stream, &[0, 0, 0x3f, 0xff, 0xff, 1, 2, 3])].concat()
    };
    attacker.flood(1000, lie).await;
    attacker.outcome().await
}

async fn slow_body(at: SocketAddr) -> Outcome {
    let mut raw = RawClient::connect(at).await;
    let mut call = raw.start(with_header(echo_request("ClientStream"), "grpc-timeout", "500m")).await;
    let began = Instant::now();
    call.send(vec![0, 0, 0, 1, 0], false);
    while began.elapsed() < Duration::from_millis(400) {
        call.send(vec![0], false);
        sleep(Duration::from_millis(50)).await;
    }
    status(call.try_answer().await)
}

/// A request for replies without end, of so many bytes each.
fn endless(size: usize) -> Vec<u8> {
    raw::frame(&Ping { count: i32::MAX, ..heavy_ping(size) })
}

async fn slow_read(at: SocketAddr) -> Outcome {
    let mut attacker = Attacker::unread(at).await;
    // Room for all that may come.
    attacker.send(&frame(crate::frames::WINDOW_UPDATE, 0, 0, &[0x7f, 0, 0, 0])).await;
    for index in 0..20 {
        let stream = stream(index);
        let ask = [
            head(stream, "ServerStream"),
            frame(crate::frames::WINDOW_UPDATE, 0, stream, &[0x7f, 0, 0, 0]),
            super::wire::body(stream, &endless(FRAME - 100)),
        ];
        attacker.send(&ask.concat()).await;
    }
    sleep(2 * super::target::PATIENCE).await;
    attacker.given_up().await
}

async fn no_window(at: SocketAddr) -> Outcome {
    // SETTINGS_INITIAL_WINDOW_SIZE of zero.
    let mut attacker = Attacker::connect_with(at, &[0, 4, 0, 0, 0, 0]).await;
    let hasty = |stream| {
        let block = [crate::frames::request("ServerStream"), header("grpc-timeout", "500m")].concat();
        [frame(HEADERS, END_HEADERS, stream, &block), super::wire::body(stream, &endless(100))].concat()
    };
    attacker.flood(100, |index| hasty(stream(index))).await;
    attacker.stream(stream(99)).await
}
