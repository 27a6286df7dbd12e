//! What servers that attack their client say: by `hostile`, which carries it out.

use protocall::Code;

use super::message::{deep_groups, gzip_bomb};
use super::probe::{Outcome, Probe, Script};
use crate::echo::pong;
use crate::frames::{
    DATA, END_HEADERS, END_STREAM, GOAWAY, HEADERS, PING, RST_STREAM, SETTINGS, WINDOW_UPDATE, frame, header,
};
use crate::raw;

const CONTINUATION: u8 = 9;
const PUSH_PROMISE: u8 = 5;
const FRAME: usize = 16 * 1024;
const MANY: usize = 400_000;
/// `:status: 200`, by HPACK's static table.
const OK: u8 = 0x88;

const UNAVAILABLE: Outcome = Outcome::Status(Code::Unavailable);
const INTERNAL: Outcome = Outcome::Status(Code::Internal);
const UNKNOWN: Outcome = Outcome::Status(Code::Unknown);
const EXHAUSTED: Outcome = Outcome::Status(Code::ResourceExhausted);
/// gRPC's word for more than one message where there is one.
const MANY_REPLIES: Outcome = Outcome::Status(Code::Unimplemented);
const EXPIRED: Outcome = Outcome::Status(Code::DeadlineExceeded);

const SILENT: Script = Script { greets: false, first: nothing, piece: nothing, times: 0, closes: false };
const POLITE: Script = Script { greets: true, ..SILENT };

pub(super) fn probes() -> Vec<Probe> {
    [connections(), floods(), streams(), heads(), bodies(), statuses()].concat()
}

fn nothing() -> Vec<u8> {
    Vec::new()
}

/// A server that says these bytes once a request has come.
fn says(first: fn() -> Vec<u8>) -> Script {
    Script { first, ..POLITE }
}

/// A server that says this again and again once a request has come.
fn floods_with(piece: fn() -> Vec<u8>) -> Script {
    Script { piece, times: MANY, ..POLITE }
}

fn connections() -> Vec<Probe> {
    let noise = Script { first: || vec![0xa5; 4096], ..SILENT };
    let web =
        Script { first: || b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n".to_vec(), ..SILENT };
    let closing = Script { closes: true, ..SILENT };
    let leaving = Script { closes: true, ..POLITE };
    vec![
        Probe::of_server("silence", "accepts and says nothing", EXPIRED, SILENT),
        Probe::of_server("noise", "answers with bytes of no protocol", UNAVAILABLE, noise),
        Probe::of_server("an answer of HTTP/1.1", "answers as a web server does", UNAVAILABLE, web),
        Probe::of_server("a door that closes", "closes each connection at once", UNAVAILABLE, closing),
        Probe::of_server(
            "a door behind the request",
            "closes when the request has come",
            UNAVAILABLE,
            leaving,
        ),
        Probe::of_server("no answer", "greets and never answers", EXPIRED, POLITE),
    ]
}

fn floods() -> Vec<Probe> {
    let pings = floods_with(|| frame(PING, 0, 0, b"hostile!"));
    let settings = floods_with(|| frame(SETTINGS, 0, 0, &[0, 3, 0, 0, 0, 1]));
    let windows = floods_with(|| frame(WINDOW_UPDATE, 0, 0, &[0, 0, 0, 1]));
    let goaways = floods_with(|| frame(GOAWAY, 0, 0, &[0x7f, 0xff, 0xff, 0xff, 0, 0, 0, 0]));
    let empty = Script { first: good_head, ..floods_with(|| frame(DATA, 0, 1, b"")) };
    let informational = Script {
        piece: || frame(HEADERS, END_HEADERS, 1, &header(":status", "103")),
        ..floods_with(nothing)
    };
    vec![
        Probe::of_server("PING flood", "pings 400,000 times", EXPIRED, pings),
        Probe::of_server("SETTINGS flood", "changes its settings 400,000 times", EXPIRED, settings),
        Probe::of_server("WINDOW_UPDATE flood", "opens the window 400,000 times", EXPIRED, windows),
        Probe::of_server("GOAWAY flood", "says goodbye 400,000 times", EXPIRED, goaways),
        Probe::of_server("empty DATA flood", "sends 400,000 empty frames", UNAVAILABLE, empty),
        Probe::of_server("103 flood", "sends 400,000 heads before the head", EXPIRED, informational),
    ]
}

fn streams() -> Vec<Probe> {
    let refuses = says(|| frame(RST_STREAM, 0, 1, &[0, 0, 0, 7]));
    let resets = says(|| frame(RST_STREAM, 0, 1, &[0, 0, 0, 2]));
    let pushes = says(|| frame(PUSH_PROMISE, END_HEADERS, 1, &[0, 0, 0, 2, 0x82]));
    let goes = says(|| frame(GOAWAY, 0, 0, &[0; 8]));
    let blames = says(|| frame(GOAWAY, 0, 0, &[0, 0, 0, 1, 0, 0, 0, 2]));
    let foreign = says(|| frame(DATA, 0, 99, b"data"));
    let large = says(|| vec![0xff, 0xff, 0xff, DATA, 0, 0, 0, 0, 1]);
    vec![
        Probe::of_server("a refusal", "refuses the call, and does not answer the next", EXPIRED, refuses),
        Probe::of_server("a reset", "resets the call", INTERNAL, resets),
        Probe::of_server("a pushed promise", "promises what nobody asked for", UNAVAILABLE, pushes),
        Probe::of_server("GOAWAY at once", "says goodbye before the call, always", UNAVAILABLE, goes),
        Probe::of_server("GOAWAY mid-call", "says goodbye with an error, and nothing more", EXPIRED, blames),
        Probe::of_server("a foreign stream", "sends data of a call that nobody made", UNAVAILABLE, foreign),
        Probe::of_server("an oversized frame", "announces a frame of 16 MiB", UNAVAILABLE, large),
    ]
}

/// The head of an answer, without the end.
fn good_head() -> Vec<u8> {
    frame(HEADERS, END_HEADERS, 1, &head_block(&[]))
}

fn head_block(more: &[(&str, &str)]) -> Vec<u8> {
    let all = [&[("content-type", "application/grpc")], more].concat();
    [vec![OK], all.iter().flat_map(|(name, value)| header(name, value)).collect()].concat()
}

fn heads() -> Vec<Probe> {
    let continued = Script {
        first: || frame(HEADERS, 0, 1, &head_block(&[])),
        piece: || frame(CONTINUATION, 0, 1, &header("x", "y").repeat(FRAME / 5)),
        times: 20_000,
        ..POLITE
    };
    let empty = Script { piece: || frame(CONTINUATION, 0, 1, &[]), times: 1_000_000, ..continued };
    let bomb = says(|| {
        let planted = [vec![0x40, 1, b'x', 126], vec![b'y'; 126]].concat();
        frame(HEADERS, END_HEADERS, 1, &[head_block(&[]), planted, vec![0xbe; 16_000]].concat())
    });
    let broken = says(|| frame(HEADERS, END_HEADERS, 1, &[0xff; 100]));
    let headless = says(|| frame(HEADERS, END_HEADERS, 1, &header("content-type", "application/grpc")));
    let web = says(|| frame(HEADERS, END_HEADERS | END_STREAM, 1, &[OK]));
    vec![
        Probe::of_server("CONTINUATION flood", "one head in 20,000 frames of 16 KiB", UNAVAILABLE, continued),
        Probe::of_server("CONTINUATION flood, empty", "one head in 1,000,000 frames", UNAVAILABLE, empty),
        Probe::of_server("HPACK bomb", "2 MB of headers in 16 KB", INTERNAL, bomb),
        Probe::of_server("HPACK noise", "a head that is no HPACK", UNAVAILABLE, broken),
        Probe::of_server("no status of HTTP", "a head without :status", INTERNAL, headless),
        Probe::of_server("no gRPC", "HTTP 200 and nothing else", UNKNOWN, web),
    ]
}

/// A head, these bytes, and trailers that all went well.
fn answer(more: &[(&str, &str)], bytes: &[u8]) -> Vec<u8> {
    let mut all = frame(HEADERS, END_HEADERS, 1, &head_block(more));
    for part in bytes.chunks(FRAME) {
        all.extend(frame(DATA, 0, 1, part));
    }
    all.extend(frame(HEADERS, END_HEADERS | END_STREAM, 1, &header("grpc-status", "0")));
    all
}

fn bodies() -> Vec<Probe> {
    let lies = says(|| answer(&[], &[0, 0, 0x3f, 0xff, 0xff, 1, 2, 3]));
    let giant = says(|| answer(&[], &[0, 0xff, 0xff, 0xff, 0xff, 1, 2, 3]));
    let flag = says(|| answer(&[], &raw::flagged(2, b"")));
    let encoding = says(|| answer(&[("grpc-encoding", "snappy")], &raw::flagged(1, &[0; 100])));
    let bomb = says(|| answer(&[("grpc-encoding", "gzip")], &raw::flagged(1, &gzip_bomb()[..60_000])));
    let deep = says(|| answer(&[], &raw::flagged(0, &deep_groups())));
    let text = says(|| answer(&[], &raw::flagged(0, &[0x0a, 1, 0xff])));
    let two = says(|| answer(&[], &raw::frame(&pong(1)).repeat(2)));
    let overflow =
        Script { first: good_head, piece: || frame(DATA, 0, 1, &vec![0; FRAME]), times: 10_000, ..POLITE };
    let endless = Script { piece: || frame(DATA, 0, 1, &raw::frame(&pong(1))), times: MANY, ..overflow };
    vec![
        Probe::of_server("a length that lies", "announces 4 MiB and sends 3 bytes", INTERNAL, lies),
        Probe::of_server("a length above the limit", "announces 4 GiB", EXHAUSTED, giant),
        Probe::of_server("a bad flag byte", "a flag that is none", INTERNAL, flag),
        Probe::of_server("an unknown encoding", "an encoding that nobody knows", INTERNAL, encoding),
        Probe::of_server("gzip bomb", "60 KB that inflate to 60 MB", EXHAUSTED, bomb),
        Probe::of_server("deep groups", "100,000 groups in each other", INTERNAL, deep),
        Probe::of_server("text that is no UTF-8", "a string of one bad byte", INTERNAL, text),
        Probe::of_server("two answers", "two messages where there is one", MANY_REPLIES, two),
        Probe::of_server("zeros without end", "160 MB of empty messages", MANY_REPLIES, overflow),
        Probe::of_server("replies without end", "400,000 replies to a unary call", MANY_REPLIES, endless),
        Probe::of_server("a stream without end", "400,000 replies, and no end", EXPIRED, endless).streams(),
    ]
}

fn statuses() -> Vec<Probe> {
    let number = says(|| trailers(&[("grpc-status", "nought")]));
    let large = says(|| trailers(&[("grpc-status", "99999999999999999999")]));
    let none = says(|| trailers(&[("x", "y")]));
    let percent = says(|| trailers(&[("grpc-status", "9"), ("grpc-message", "%ZZ%%%e2%82%ff%")]));
    let base64 =
        says(|| trailers(&[("grpc-status", "9"), ("grpc-status-details-bin", "!!!"), ("x-bin", "A")]));
    let pushback =
        says(|| trailers(&[("grpc-status", "14"), ("grpc-retry-pushback-ms", "99999999999999999999999999")]));
    let failed = Outcome::Status(Code::FailedPrecondition);
    vec![
        Probe::of_server("a status of no number", "grpc-status: nought", UNKNOWN, number),
        Probe::of_server("a status beyond 2^64", "grpc-status: 99999999999999999999", UNKNOWN, large),
        Probe::of_server("no status", "trailers without grpc-status", UNKNOWN, none),
        Probe::of_server(
            "malformed percents",
            "a message whose percents mean nothing",
            failed.clone(),
            percent,
        ),
        Probe::of_server("malformed base64", "details and metadata that are no base64", failed, base64),
        Probe::of_server("absurd pushback", "wants a retry in 3e15 years", UNAVAILABLE, pushback),
    ]
}

/// An answer without a message, that ends with these.
fn trailers(entries: &[(&str, &str)]) -> Vec<u8> {
    let block: Vec<u8> = entries.iter().flat_map(|(name, value)| header(name, value)).collect();
    [good_head(), frame(HEADERS, END_HEADERS | END_STREAM, 1, &block)].concat()
}
