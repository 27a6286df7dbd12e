//! Attacks by headers: without end, larger than they look, or no headers at all.

use std::net::SocketAddr;

use h2::Reason;

use super::probe::{Outcome, Probe};
use super::wire::Attacker;
use crate::frames::{END_HEADERS, END_STREAM, HEADERS, frame, header, request};

const CONTINUATION: u8 = 9;
const FRAME: usize = 16 * 1024;
const CALM: Outcome = Outcome::GoAway(Reason::ENHANCE_YOUR_CALM);
const BROKEN: Outcome = Outcome::GoAway(Reason::PROTOCOL_ERROR);

pub(super) fn probes() -> Vec<Probe> {
    vec![
        Probe::new(
            "CONTINUATION flood",
            "sends one head in 20,000 frames of 16 KiB (CVE-2024-27316)",
            CALM,
            |at| Box::pin(continuations(at, FRAME)),
        ),
        Probe::new("CONTINUATION flood, empty", "sends one head in 1,000,000 empty frames", CALM, |at| {
            Box::pin(continuations(at, 0))
        }),
        Probe::new(
            "HPACK bomb",
            "puts 4 KB into the table and names them 16,000 times by a byte each: 64 MB of headers",
            CALM,
            |at| Box::pin(bomb(at)),
        ),
        Probe::new(
            "many headers",
            "sends 8,000 headers with one call, which is refused",
            Outcome::Endured,
            |at| Box::pin(many(at)),
        ),
        Probe::new("a huge header", "sends a header of 1 MiB", CALM, |at| Box::pin(huge(at))),
        Probe::new("HPACK index", "names an entry that no table has", BROKEN, |at| {
            Box::pin(block(at, &[0xff, 0xff, 0xff, 0x7f]))
        }),
        Probe::new("HPACK integer", "sends an integer without end", BROKEN, |at| {
            Box::pin(block(at, &[0xff; 200]))
        }),
        Probe::new("HPACK table size", "wants a table of 4 GiB", BROKEN, |at| {
            Box::pin(block(at, &[0x3f, 0xe0, 0xff, 0xff, 0xff, 0x0f]))
        }),
        Probe::new("HPACK string", "announces a string of 1 GiB that does not come", BROKEN, |at| {
            Box::pin(block(at, &[0x00, 0x7f, 0x80, 0xff, 0xff, 0xff, 0x03]))
        }),
    ]
}

async fn continuations(at: SocketAddr, size: usize) -> Outcome {
    let mut attacker = Attacker::connect(at).await;
    attacker.send(&frame(HEADERS, 0, 1, &request("Bidi"))).await;
    // A header of three letters again and again.
    let entry = [0, 1, b'a', 1, b'b', 0, 1, b'a', 1, b'c', 0, 1, b'a', 1, b'd', 0];
    let part: Vec<u8> = entry[..15].iter().copied().cycle().take(size / 15 * 15).collect();
    let count = if size == 0 { 1_000_000 } else { 20_000 };
    attacker.flood(count, |_| frame(CONTINUATION, 0, 1, &part)).await;
    attacker.end().await
}

/// A string of HPACK with a length of any size.
fn text(bytes: &[u8]) -> Vec<u8> {
    let mut all = vec![0x7f];
    let mut left = bytes.len() - 0x7f;
    while left >= 0x80 {
        all.push(u8::try_from(left % 0x80).expect("seven bits") | 0x80);
        left /= 0x80;
    }
    all.push(u8::try_from(left).expect("seven bits"));
    all.extend(bytes);
    all
}

async fn bomb(at: SocketAddr) -> Outcome {
    let mut attacker = Attacker::connect(at).await;
    // "Literal with incremental indexing", then the newest entry of the dynamic table.
    let planted = [&[0x40, 1, b'x'], &text(&[b'y'; 4000])[..]].concat();
    let all = [request("Unary"), planted, vec![0xbe; 16_000]].concat();
    send_head(&mut attacker, 1, &all).await;
    attacker.outcome().await
}

async fn many(at: SocketAddr) -> Outcome {
    let mut attacker = Attacker::connect(at).await;
    let headers: Vec<u8> = (0..8_000).flat_map(|index| header(&format!("x-{index}"), "v")).collect();
    send_head(&mut attacker, 1, &[request("Unary"), headers].concat()).await;
    attacker.outcome().await
}

async fn huge(at: SocketAddr) -> Outcome {
    let mut attacker = Attacker::connect(at).await;
    let large = [&[0, 1, b'x'], &text(&vec![b'y'; 1 << 20])[..]].concat();
    send_head(&mut attacker, 1, &[request("Unary"), large].concat()).await;
    attacker.outcome().await
}

/// Sends a block of headers in as many frames as it takes.
async fn send_head(attacker: &mut Attacker, stream: u32, block: &[u8]) {
    let last = block.len().div_ceil(FRAME) - 1;
    for (index, part) in block.chunks(FRAME).enumerate() {
        let kind = if index == 0 { HEADERS } else { CONTINUATION };
        let end = if index == 0 { END_STREAM } else { 0 } | if index == last { END_HEADERS } else { 0 };
        attacker.send(&frame(kind, end, stream, part)).await;
    }
}

async fn block(at: SocketAddr, bytes: &[u8]) -> Outcome {
    let mut attacker = Attacker::connect(at).await;
    attacker.send(&frame(HEADERS, END_HEADERS | END_STREAM, 1, bytes)).await;
    attacker.end().await
}
