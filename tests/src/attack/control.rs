//! Attacks by frames that carry nothing: pings, settings, priorities, windows and such, with their answers read and unread.

use std::net::SocketAddr;

use h2::Reason;

use super::probe::{Outcome, Probe};
use super::wire::{Attacker, head};
use crate::frames::{ACK, GOAWAY, PING, SETTINGS, WINDOW_UPDATE, frame};

const MANY: u32 = 200_000;
const PRIORITY: u8 = 2;
const PUSH_PROMISE: u8 = 5;
const UNKNOWN: u8 = 0xee;
const CALM: Outcome = Outcome::GoAway(Reason::ENHANCE_YOUR_CALM);
const WRONG: Outcome = Outcome::GoAway(Reason::PROTOCOL_ERROR);
const SIZE: Outcome = Outcome::GoAway(Reason::FRAME_SIZE_ERROR);

pub(super) fn probes() -> Vec<Probe> {
    vec![
        Probe::new("PING flood", "sends 200,000 pings (CVE-2019-9512)", CALM, |at| {
            Box::pin(flood(at, || frame(PING, 0, 0, b"attacked")))
        }),
        Probe::new("PING flood, unread", "sends pings and reads no answer", Outcome::Closed, |at| {
            Box::pin(unread(at, || frame(PING, 0, 0, b"attacked")))
        }),
        Probe::new("PING answers", "answers 200,000 pings that nobody sent", CALM, |at| {
            Box::pin(flood(at, || frame(PING, ACK, 0, b"attacked")))
        }),
        Probe::new("SETTINGS flood", "sends 200,000 settings (CVE-2019-9515)", CALM, |at| {
            Box::pin(flood(at, || frame(SETTINGS, 0, 0, &[0, 1, 0, 0, 16, 0])))
        }),
        Probe::new("SETTINGS flood, unread", "sends settings and reads no answer", Outcome::Closed, |at| {
            Box::pin(unread(at, || frame(SETTINGS, 0, 0, &[])))
        }),
        Probe::new("PRIORITY flood", "sends 200,000 priorities", CALM, |at| {
            Box::pin(flood(at, || frame(PRIORITY, 0, 1, &[0, 0, 0, 3, 16])))
        }),
        Probe::new("WINDOW_UPDATE flood", "opens the window 200,000 times by a byte", CALM, |at| {
            Box::pin(flood(at, || frame(WINDOW_UPDATE, 0, 0, &[0, 0, 0, 1])))
        }),
        Probe::new("flood of unknown frames", "sends 200,000 frames of no known kind", CALM, |at| {
            Box::pin(flood(at, || frame(UNKNOWN, 0, 0, b"what is this?")))
        }),
        Probe::new("window overflow", "opens the window beyond 2^31", FLOW, |at| {
            Box::pin(once(at, frame(WINDOW_UPDATE, 0, 0, &[0x7f, 0xff, 0xff, 0xff])))
        }),
        Probe::new("pushed promise", "promises the server an answer", WRONG, |at| {
            Box::pin(once(at, frame(PUSH_PROMISE, 4, 1, &[0, 0, 0, 2, 0x82])))
        }),
        Probe::new("oversized frame", "announces a frame of 16 MiB", SIZE, |at| {
            Box::pin(once(at, vec![0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 1]))
        }),
        Probe::new("settings of five bytes", "sends settings that are not whole", WRONG, |at| {
            Box::pin(once(at, frame(SETTINGS, 0, 0, &[0; 5])))
        }),
        // After the first the server ends a connection that nobody calls on; how many it reads before it can is chance.
        Probe::new(
            "GOAWAY flood",
            "says goodbye 200,000 times and stays",
            Outcome::GoAway(Reason::NO_ERROR),
            |at| Box::pin(flood(at, || frame(GOAWAY, 0, 0, &[0; 8]))),
        )
        .or(CALM),
    ]
}

const FLOW: Outcome = Outcome::GoAway(Reason::FLOW_CONTROL_ERROR);

async fn flood(at: SocketAddr, piece: impl Fn() -> Vec<u8>) -> Outcome {
    let mut attacker = Attacker::connect(at).await;
    attacker.flood(MANY, |_| piece()).await;
    attacker.outcome().await
}

async fn unread(at: SocketAddr, piece: impl Fn() -> Vec<u8>) -> Outcome {
    let mut attacker = Attacker::unread(at).await;
    // What both sockets hold is read by the server before it notices.
    attacker.flood(10 * MANY, |_| piece()).await;
    attacker.given_up().await
}

async fn once(at: SocketAddr, bytes: Vec<u8>) -> Outcome {
    let mut attacker = Attacker::connect(at).await;
    attacker.send(&head(1, "Bidi")).await;
    attacker.send(&bytes).await;
    attacker.end().await
}
