//! Attacks by messages: that inflate, that go deep, that are small on the wire and large in memory, or that are none.

use std::io::Write;
use std::net::SocketAddr;

use flate2::Compression;
use flate2::write::GzEncoder;
use protocall::{Code, Message};

use super::probe::{Outcome, Probe};
use super::schema::test::attack::v1::Document;
use crate::raw::{RawAnswer, RawClient, echo_request, flagged, grpc_request, with_header};

const DEEP: usize = 100_000;
const INTERNAL: Outcome = Outcome::Status(Code::Internal);
const INVALID: Outcome = Outcome::Status(Code::InvalidArgument);
const EXHAUSTED: Outcome = Outcome::Status(Code::ResourceExhausted);

pub(super) fn probes() -> Vec<Probe> {
    let [compressed, shaped, nested] = [compressed(), shaped(), nested()];
    [compressed, shaped, nested].concat()
}

fn compressed() -> Vec<Probe> {
    vec![
        Probe::new("gzip bomb", "4 MiB of gzip that inflate to 4 GiB", EXHAUSTED, |at| {
            Box::pin(packed(at, "gzip", gzip_bomb()))
        }),
        Probe::new("zstd bomb", "zstd that inflates to 256 MiB", EXHAUSTED, |at| {
            Box::pin(packed(at, "zstd", zstd_bomb()))
        }),
        Probe::new("zstd window", "a frame of zstd that wants a window of 3.75 TiB", INTERNAL, |at| {
            Box::pin(packed(at, "zstd", vec![0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xff, 0x01, 0x00, 0x00]))
        }),
        Probe::new("a bomb for a bomb", "gzip of gzip: only the outer one is inflated", INTERNAL, |at| {
            Box::pin(packed(at, "gzip", gzip(&gzip(&vec![0; 1 << 20]))))
        }),
        Probe::new("no gzip", "says gzip and sends noise", INTERNAL, |at| {
            Box::pin(packed(at, "gzip", vec![0xa5; 4096]))
        }),
        Probe::new(
            "unknown encoding",
            "says an encoding that nobody knows",
            Outcome::Status(Code::Unimplemented),
            |at| Box::pin(packed(at, "snappy", vec![0; 100])),
        ),
        Probe::new("bad flag byte", "begins messages with each flag from 1 to 255", INTERNAL, |at| {
            Box::pin(flags(at))
        }),
    ]
}

fn shaped() -> Vec<Probe> {
    vec![
        Probe::new("text that is no UTF-8", "seven ways to be no UTF-8 in a string", INTERNAL, |at| {
            Box::pin(no_utf8(at))
        }),
        Probe::new("bytes that are no message", "lengths, varints and tags that lie", INTERNAL, |at| {
            Box::pin(malformed(at))
        }),
        Probe::new("element amplification", "2,000,000 empty elements of two bytes each", INTERNAL, |at| {
            Box::pin(target(at, "Binary", [0x1a, 0].repeat(2_000_000)))
        })
        .costs(10, 350),
        Probe::new(
            "element amplification, in JSON",
            "50,000 empty elements of three bytes each",
            Outcome::Status(Code::Ok),
            |at| Box::pin(document(at, "Json", format!("{{\"many\":[{}{{}}]}}", "{},".repeat(50_000)))),
        )
        .costs(20, 96),
        Probe::new("a number in JSON", "a number of 1,000,000 digits", INVALID, |at| {
            Box::pin(document(at, "Json", format!("{{\"numbers\":[{}]}}", "9".repeat(1_000_000))))
        }),
    ]
}

fn nested() -> Vec<Probe> {
    vec![
        Probe::new("deep messages", "100,000 messages in each other", INTERNAL, |at| {
            Box::pin(target(at, "Binary", deep_messages()))
        }),
        Probe::new("deep groups", "100,000 groups in each other", INTERNAL, |at| {
            Box::pin(target(at, "Binary", [[0x13].repeat(DEEP), [0x14].repeat(DEEP)].concat()))
        }),
        Probe::new("deep unknown groups", "100,000 groups that no schema knows", INTERNAL, |at| {
            Box::pin(target(at, "Binary", deep_groups()))
        }),
        Probe::new("deep JSON", "100,000 objects in each other", INVALID, |at| {
            Box::pin(document(at, "Json", format!("{}{}", r#"{"child":"#.repeat(DEEP), "}".repeat(DEEP))))
        }),
        Probe::new("deep unknown JSON", "100,000 arrays in a field that no schema knows", INVALID, |at| {
            let arrays = format!("{}{}", "[".repeat(DEEP), "]".repeat(DEEP));
            Box::pin(document(at, "Json", format!(r#"{{"what":{arrays}}}"#)))
        }),
        Probe::new("deep text", "100,000 messages in each other, as text", INVALID, |at| {
            Box::pin(document(at, "Text", format!("{}{}", "child{".repeat(DEEP), "}".repeat(DEEP))))
        }),
        Probe::new("deep groups in text", "100,000 groups in each other, as text", INVALID, |at| {
            Box::pin(document(at, "Text", format!("{}{}", "Ring{node{".repeat(DEEP), "}}".repeat(DEEP))))
        }),
    ]
}

/// What came of an answer that was to be one of gRPC.
pub(super) fn status(answer: Result<RawAnswer, h2::Error>) -> Outcome {
    match answer {
        Ok(answer) => match answer.grpc_status() {
            Some(code) => Outcome::numbered(code),
            None => Outcome::Http(answer.status),
        },
        Err(error) => match error.reason() {
            Some(reason) if error.is_reset() => Outcome::Reset(reason),
            Some(reason) if error.is_go_away() => Outcome::GoAway(reason),
            _ => Outcome::Other(error.to_string()),
        },
    }
}

/// Calls a method of the echo with this body.
pub(super) async fn called(at: SocketAddr, method: &str, body: Vec<u8>) -> Outcome {
    let mut call = RawClient::connect(at).await.start(echo_request(method)).await;
    call.send(body, true);
    status(call.try_answer().await)
}

async fn target(at: SocketAddr, method: &str, message: Vec<u8>) -> Outcome {
    let head = grpc_request(&format!("/test.attack.v1.Target/{method}"));
    let mut call = RawClient::connect(at).await.start(head).await;
    call.send(flagged(0, &message), true);
    status(call.try_answer().await)
}

async fn document(at: SocketAddr, method: &str, text: String) -> Outcome {
    let document = Document { text: Some(text), ..Default::default() };
    target(at, method, document.encode_to_vec()).await
}

async fn packed(at: SocketAddr, encoding: &str, bytes: Vec<u8>) -> Outcome {
    let head = with_header(echo_request("Unary"), "grpc-encoding", encoding);
    let mut call = RawClient::connect(at).await.start(head).await;
    call.send(flagged(1, &bytes), true);
    status(call.try_answer().await)
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).expect("a vector takes all");
    encoder.finish().expect("a vector takes all")
}

/// Members of a thousandth each: gzip lets them follow each other.
pub(super) fn gzip_bomb() -> Vec<u8> {
    let member = gzip(&vec![0; 256 << 10]);
    let count = (4 << 20) / member.len();
    member.repeat(count)
}

fn zstd_bomb() -> Vec<u8> {
    zstd::bulk::compress(&vec![0; 256 << 20], 3).expect("there is room")
}

async fn flags(at: SocketAddr) -> Outcome {
    let mut outcomes = Vec::new();
    let mut raw = RawClient::connect(at).await;
    for flag in 1..=255 {
        let mut call = raw.start(echo_request("Unary")).await;
        call.send(flagged(flag, b""), true);
        outcomes.push(("a flag", status(call.try_answer().await)));
    }
    Outcome::of_all(outcomes)
}

async fn no_utf8(at: SocketAddr) -> Outcome {
    let wrong: [(&str, &[u8]); 7] = [
        ("a lone byte", &[0xff]),
        ("a lone continuation", &[0x80]),
        ("a cut letter", &[0xe2, 0x82]),
        ("an overlong slash", &[0xc0, 0xaf]),
        ("an overlong zero", &[0xe0, 0x80, 0x80]),
        ("a surrogate", &[0xed, 0xa0, 0x80]),
        ("beyond the last", &[0xf4, 0x90, 0x80, 0x80]),
    ];
    let mut outcomes = Vec::new();
    for (what, text) in wrong {
        let length = u8::try_from(text.len()).expect("it is short");
        let message = [&[0x0a, length], text].concat();
        outcomes.push((what, called(at, "Unary", flagged(0, &message)).await));
    }
    Outcome::of_all(outcomes)
}

async fn malformed(at: SocketAddr) -> Outcome {
    let wrong: [(&str, &[u8]); 8] = [
        ("a length beyond the end", &[0x0a, 100, b'x']),
        ("a length of 2^64 - 1", &[0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1]),
        ("a varint of eleven bytes", &[0x10, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0]),
        ("a varint without end", &[0x10, 0xff]),
        ("field zero", &[0x00, 0]),
        ("a wire type that is none", &[0x0f]),
        ("an end without a beginning", &[0x0c]),
        ("a group without end", &[0x7b]),
    ];
    let mut outcomes = Vec::new();
    for (what, message) in wrong {
        outcomes.push((what, called(at, "Unary", flagged(0, message)).await));
    }
    Outcome::of_all(outcomes)
}

fn deep_messages() -> Vec<u8> {
    // From the inside out, written backwards: each length is that of all within.
    let mut backwards: Vec<u8> = Vec::new();
    for _ in 0..DEEP {
        let mut length = backwards.len();
        let mut varint = Vec::new();
        loop {
            let low = u8::try_from(length % 0x80).expect("seven bits");
            length /= 0x80;
            varint.push(if length > 0 { low | 0x80 } else { low });
            if length == 0 {
                break;
            }
        }
        backwards.extend(varint.into_iter().rev());
        backwards.push(0x0a);
    }
    backwards.reverse();
    backwards
}

/// Groups in each other that no schema knows.
pub(super) fn deep_groups() -> Vec<u8> {
    [[0x7b].repeat(DEEP), [0x7c].repeat(DEEP)].concat()
}
