//! Attacks by what a connection begins with, or does not.

use std::net::SocketAddr;

use super::probe::{Outcome, Probe};
use super::wire::Attacker;
use crate::frames::{END_HEADERS, HEADERS, PREFACE, frame, request};

pub(super) fn probes() -> Vec<Probe> {
    vec![
        Probe::new("silence", "connects and says nothing", Outcome::Closed, |at| {
            Box::pin(said(at, Vec::new()))
        }),
        Probe::new("half a preface", "says half of HTTP/2's first line", Outcome::Closed, |at| {
            Box::pin(said(at, PREFACE[..12].to_vec()))
        }),
        Probe::new("a preface alone", "says the first line and sends no settings", Outcome::Closed, |at| {
            Box::pin(framed(at, PREFACE.to_vec()))
        }),
        Probe::new("no settings", "begins a call and never sends settings", Outcome::Closed, |at| {
            Box::pin(framed(at, [PREFACE, &frame(HEADERS, END_HEADERS, 1, &request("Bidi"))].concat()))
        }),
        Probe::new("noise", "sends bytes of no protocol", Outcome::Http(400), |at| Box::pin(noise(at))),
        Probe::new(
            "half-sent headers",
            "begins the head of a call and does not end it",
            Outcome::Closed,
            |at| Box::pin(half_sent(at)),
        ),
        Probe::new("silence, many times", "opens 400 connections and says nothing", Outcome::Closed, |at| {
            Box::pin(crowd(at))
        }),
    ]
}

async fn said(at: SocketAddr, bytes: Vec<u8>) -> Outcome {
    let mut attacker = Attacker::silent(at).await;
    attacker.send(&bytes).await;
    attacker.end().await
}

async fn framed(at: SocketAddr, bytes: Vec<u8>) -> Outcome {
    let mut attacker = Attacker::unspoken(at).await;
    attacker.send(&bytes).await;
    attacker.end().await
}

async fn noise(at: SocketAddr) -> Outcome {
    let mut attacker = Attacker::silent(at).await;
    let noise: Vec<u8> = (0..4096_u32).map(|index| (index.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    attacker.send(&noise).await;
    super::web::answer_of(&attacker.bytes().await)
}

async fn half_sent(at: SocketAddr) -> Outcome {
    let mut attacker = Attacker::connect(at).await;
    attacker.send(&frame(HEADERS, 0, 1, &request("Bidi"))).await;
    attacker.end().await
}

async fn crowd(at: SocketAddr) -> Outcome {
    let mut crowd = Vec::new();
    for _ in 0..400 {
        crowd.push(Attacker::silent(at).await);
    }
    let mut outcomes = Vec::new();
    for attacker in crowd {
        outcomes.push(("one", attacker.end().await));
    }
    Outcome::of_all(outcomes)
}
