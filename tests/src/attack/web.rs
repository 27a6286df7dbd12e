//! Attacks by HTTP/1.1 and gRPC-Web: lengths that contradict each other, chunks that lie, heads without end, calls in a row.

use std::net::SocketAddr;
use std::time::Duration;

use protocall::Code;

use super::probe::{Outcome, Probe};
use super::wire::Attacker;
use crate::echo::ping;
use crate::raw::frame;

const BAD: Outcome = Outcome::Http(400);
const INTERNAL: Outcome = Outcome::Status(Code::Internal);
/// A caller who does not send all of its request has left.
const CUT: Outcome = Outcome::Status(Code::Cancelled);
const BINARY: &str = "Content-Type: application/grpc-web+proto\r\n";
const TEXT: &str = "Content-Type: application/grpc-web-text\r\n";
const CHUNKED: &str = "Transfer-Encoding: chunked\r\n";

pub(super) fn probes() -> Vec<Probe> {
    [lengths(), bodies(), heads()].concat()
}

/// What requests are smuggled by: two readers that do not agree on where one ends.
fn lengths() -> Vec<Probe> {
    vec![
        Probe::new("two lengths", "Content-Length twice, which differ", BAD, |at| {
            Box::pin(request(at, "Content-Length: 5\r\nContent-Length: 6\r\n", b"hello"))
        }),
        Probe::new("a length of no number", "Content-Length: +5", BAD, |at| {
            Box::pin(request(at, "Content-Length: +5\r\n", b"hello"))
        }),
        Probe::new("a length beyond 2^64", "Content-Length: 99999999999999999999", BAD, |at| {
            Box::pin(request(at, "Content-Length: 99999999999999999999\r\n", b"hello"))
        }),
        Probe::new("a length and chunks", "both, with another request where the length ends", OK, |at| {
            Box::pin(smuggled(at))
        }),
        Probe::new("chunks inside of chunks", "Transfer-Encoding: chunked, identity", BAD, |at| {
            Box::pin(request(at, "Transfer-Encoding: chunked, identity\r\n", b"0\r\n\r\n"))
        }),
        Probe::new("a space before the colon", "Transfer-Encoding : chunked", BAD, |at| {
            Box::pin(request(at, "Transfer-Encoding : chunked\r\n", b"0\r\n\r\n"))
        }),
        Probe::new("a folded header", "a header that goes on in the next line", BAD, |at| {
            Box::pin(request(at, "X-Folded: a\r\n b\r\nContent-Length: 0\r\n", b""))
        }),
    ]
}

fn bodies() -> Vec<Probe> {
    vec![
        Probe::new("a chunk of no number", "a chunk whose size is XYZ", CUT, |at| {
            Box::pin(chunks(at, b"XYZ\r\nhello\r\n0\r\n\r\n"))
        }),
        Probe::new("a chunk beyond 2^64", "a chunk whose size overflows", CUT, |at| {
            Box::pin(chunks(at, b"FFFFFFFFFFFFFFFFF\r\nhello\r\n0\r\n\r\n"))
        }),
        Probe::new("a chunk that lies", "a chunk of 10 bytes that has 5", INTERNAL, |at| {
            Box::pin(chunks(at, b"a\r\nhello\r\n0\r\n\r\n"))
        }),
        Probe::new("chunk extensions", "a chunk size with 1 MiB of extensions", CUT, |at| {
            let long = [b"5;", &vec![b'x'; 1 << 20][..], b"\r\nhello\r\n0\r\n\r\n"].concat();
            Box::pin(async move { chunks(at, &long).await })
        }),
        Probe::new("trailers without end", "1 MiB of trailers behind the chunks", CUT, |at| {
            let long = [b"0\r\n", &b"x: y\r\n".repeat(170_000)[..], b"\r\n"].concat();
            Box::pin(async move { chunks(at, &long).await })
        }),
        Probe::new("text that is no base64", "five bodies of gRPC-Web that are no base64", INTERNAL, |at| {
            Box::pin(no_base64(at))
        }),
        Probe::new(
            "a length that lies, by the web",
            "announces a message of 4 GiB",
            Outcome::Status(Code::ResourceExhausted),
            |at| {
                let head = format!("{BINARY}Content-Length: 6\r\n");
                Box::pin(async move { request(at, &head, &[0, 255, 255, 255, 255, 1]).await })
            },
        ),
        Probe::new("requests in a row", "1,000 requests before the first answer is read", OK, |at| {
            Box::pin(in_a_row(at))
        }),
    ]
}

fn heads() -> Vec<Probe> {
    vec![
        Probe::new("a head without end", "sends 64 MiB of headers", Outcome::Http(431), |at| {
            Box::pin(long_head(at))
        }),
        Probe::new("many headers by HTTP/1.1", "sends 2,000 headers", Outcome::Http(431), |at| {
            let many: String = (0..2000).map(|index| format!("x-{index}: y\r\n")).collect();
            Box::pin(async move { request(at, &many, b"").await })
        }),
        Probe::new("slow head", "sends a byte of the head every 200 ms", Outcome::Closed, |at| {
            Box::pin(slow_head(at))
        }),
        Probe::new("gRPC by HTTP/1.1", "calls without HTTP/2", Outcome::Http(505), |at| {
            Box::pin(request(at, "Content-Type: application/grpc\r\nContent-Length: 0\r\n", b""))
        }),
        Probe::new("upgrade", "asks for another protocol", OK, |at| {
            let upgrade = "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAAA\r\n";
            let body = frame(&ping("hello"));
            let head = format!("{upgrade}{BINARY}Content-Length: {}\r\n", body.len());
            Box::pin(async move { request(at, &head, &body).await })
        }),
    ]
}

const OK: Outcome = Outcome::Status(Code::Ok);

/// The start of a call of the echo.
fn line() -> String {
    "POST /test.v1.Echo/Unary HTTP/1.1\r\nHost: attack.test\r\n".to_owned()
}

async fn request(at: SocketAddr, headers: &str, body: &[u8]) -> Outcome {
    let mut attacker = Attacker::silent(at).await;
    let head = format!("{}{headers}\r\n", line());
    attacker.send(&[head.as_bytes(), body].concat()).await;
    let answer = attacker.bytes_until(is_whole).await;
    answer_of(&answer)
}

async fn chunks(at: SocketAddr, chunks: &[u8]) -> Outcome {
    request(at, &format!("{BINARY}{CHUNKED}"), chunks).await
}

/// Whether an answer has come, up to its end.
fn is_whole(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes).to_ascii_lowercase();
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    head.contains("grpc-status:") || body.ends_with("0\r\n\r\n") || head.contains("content-length: 0")
}

/// What an answer of HTTP/1.1 says.
pub(super) fn answer_of(bytes: &[u8]) -> Outcome {
    let text = String::from_utf8_lossy(bytes).to_ascii_lowercase();
    let Some(http) = text.strip_prefix("http/1.1 ").or_else(|| text.strip_prefix("http/1.0 ")) else {
        return if bytes.is_empty() { Outcome::Closed } else { Outcome::Other("no HTTP/1.1".into()) };
    };
    let number = |text: &str| text.chars().take_while(char::is_ascii_digit).collect::<String>();
    match number(http).parse().unwrap_or_default() {
        200 => match text.split_once("grpc-status:") {
            Some((_, code)) => Outcome::numbered(number(code.trim_start()).parse().unwrap_or(u32::MAX)),
            None => Outcome::Other("no status".into()),
        },
        status => Outcome::Http(status),
    }
}

/// "Regardless, the server MUST close the connection after responding to such a request": RFC 9112, section 6.1.
async fn smuggled(at: SocketAddr) -> Outcome {
    let body = frame(&ping("hello"));
    let chunked = [format!("{:x}\r\n", body.len()).as_bytes(), &body, b"\r\n0\r\n\r\n"].concat();
    let head = format!("{}{BINARY}{CHUNKED}Content-Length: 4\r\n\r\n", line());
    let second = format!("{}{BINARY}Content-Length: {}\r\n\r\n", line(), body.len());
    let mut attacker = Attacker::silent(at).await;
    attacker.send(&[head.as_bytes(), &chunked, second.as_bytes(), &body].concat()).await;
    let answer = attacker.bytes().await;
    match told(&answer) {
        1 => answer_of(&answer),
        other => Outcome::Other(format!("{other} answers")),
    }
}

/// How many calls went well.
fn told(bytes: &[u8]) -> usize {
    bytes.windows(14).filter(|part| part == b"grpc-status: 0").count()
}

async fn no_base64(at: SocketAddr) -> Outcome {
    let mut outcomes = Vec::new();
    for wrong in ["no base64!!!", "AAAAA", "A=AA", "\u{0}\u{0}\u{0}\u{0}", "AAAAAA==="] {
        let head = format!("{TEXT}Content-Length: {}\r\n", wrong.len());
        outcomes.push((wrong, request(at, &head, wrong.as_bytes()).await));
    }
    Outcome::of_all(outcomes)
}

async fn in_a_row(at: SocketAddr) -> Outcome {
    const COUNT: usize = 1000;
    let body = frame(&ping("hello"));
    let head = format!("{}{BINARY}Content-Length: {}\r\n\r\n", line(), body.len());
    let all = [head.as_bytes(), &body].concat().repeat(COUNT);
    let mut attacker = Attacker::silent(at).await;
    attacker.send(&all).await;
    let bytes = attacker.bytes_until(|bytes| told(bytes) == COUNT).await;
    match told(&bytes) {
        COUNT => OK,
        other => Outcome::Other(format!("{other} answers")),
    }
}

async fn long_head(at: SocketAddr) -> Outcome {
    let mut attacker = Attacker::silent(at).await;
    attacker.send(line().as_bytes()).await;
    attacker.flood(1024, |_| [b"x: ", &vec![b'y'; 64 * 1024][..], b"\r\n"].concat()).await;
    answer_of(&attacker.bytes().await)
}

async fn slow_head(at: SocketAddr) -> Outcome {
    let mut attacker = Attacker::silent(at).await;
    attacker.send(line().as_bytes()).await;
    for letter in b"x-slow: 0123456789012345678901234567890123456789".chunks(1) {
        tokio::time::sleep(Duration::from_millis(200)).await;
        if !attacker.send(letter).await {
            break;
        }
    }
    answer_of(&attacker.bytes().await)
}
