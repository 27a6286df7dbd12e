//! The life of a server's connection: when it has not begun, when it is dead, when it has lasted long enough, and when its
//! peer goes too far. Asked by `serve` whenever the connection was at work.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use h2::Reason;
use tokio::time::{Instant, Sleep};

use super::frames;
use super::monitor::{Shared, Vitals};
use crate::grpc::about;
use crate::server::Connections;

/// How long a peer that is sent away has to read why: a socket that is closed while bytes wait to be read is reset, and the
/// reset overtakes what was sent.
const FAREWELL: Duration = Duration::from_secs(1);

/// gRPC's A8: how often a client may ping while it has no calls.
const PINGS_WITHOUT_CALLS: Duration = Duration::from_secs(2 * 60 * 60);

/// gRPC's A8: "GOAWAY after more than two strikes".
const MOST_STRIKES: u32 = 2;

/// How many frames a client may send within ten seconds that say nothing of any call, while the server says nothing either. Each
/// costs the server a look and some an answer, and no limit of HTTP/2 holds them.
const MOST_CONTROLS: u32 = 10_000;

/// gRPC's A9: "a random jitter of +/-10%", so that not all clients come back at once.
pub(super) const AGE_SPREAD: f64 = 0.1;

/// As good as never.
const NEVER: Duration = Duration::from_secs(86400 * 365 * 30);

/// What is to be done with a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Something waits to be sent.
    Send,
    /// No new calls, and an end behind those that run.
    Leave,
    /// It is over.
    End,
}

/// See the head of the file.
pub(super) struct Life {
    limits: Arc<Connections>,
    shared: Shared,
    began: Instant,
    /// When it has lasted long enough.
    old: Option<Instant>,
    /// Since when it is on its way out.
    leaving: Option<Instant>,
    /// When it is over, whatever still runs.
    cut: Option<Instant>,
    /// When something was heard of the peer last, or it was asked for.
    sign: Instant,
    /// Whether a ping waits for its answer.
    is_asked: bool,
    /// When the peer has pinged last.
    pinged: Option<Instant>,
    strikes: u32,
    timer: Pin<Box<Sleep>>,
}

impl Life {
    pub(super) fn new(limits: Arc<Connections>, shared: Shared) -> Self {
        let began = Instant::now();
        let old = limits.max_age.and_then(|age| began.checked_add(about(age, AGE_SPREAD)));
        let timer = Box::pin(tokio::time::sleep_until(began + NEVER));
        if limits.max_idle.is_some() {
            shared.watch_for_idleness();
        }
        Self {
            limits,
            shared,
            began,
            old,
            leaving: None,
            cut: None,
            sign: began,
            is_asked: false,
            pinged: None,
            strikes: 0,
            timer,
        }
    }

    /// Whether the peer has said its first word.
    pub(super) fn has_begun(&self) -> bool {
        self.shared.lock().greeted
    }

    /// The server stops.
    pub(super) fn leave(&mut self) {
        self.leaving.get_or_insert_with(Instant::now);
        self.shared.watch_for_idleness();
    }

    /// Ready when something is to be done.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Verdict> {
        let due = self.due(cx);
        if due < self.timer.deadline() {
            self.timer.as_mut().reset(due);
        }
        loop {
            if self.judge_manners() {
                return Poll::Ready(Verdict::Send);
            }
            ready!(self.timer.as_mut().poll(cx));
            if let Some(verdict) = self.at(Instant::now()) {
                return Poll::Ready(verdict);
            }
            let due = self.due(cx);
            self.timer.as_mut().reset(due);
        }
    }

    /// When there may be something to be done.
    fn due(&mut self, cx: &Context<'_>) -> Instant {
        let shared = self.shared.clone();
        let mut vitals = shared.lock();
        if shared.watches_for_idleness()
            && !vitals.waker.as_ref().is_some_and(|old| old.will_wake(cx.waker()))
        {
            vitals.waker = Some(cx.waker().clone());
        }
        if let Some(heard) = vitals.heard.take() {
            self.sign = heard;
            self.is_asked = false;
        }
        let ends = self.end(&vitals);
        let leaves = self.old_at().into_iter().chain(self.idle_at(&vitals));
        let asks = self.ask_at();
        ends.into_iter().chain(leaves).chain(asks).min().unwrap_or(self.began + NEVER)
    }

    fn at(&mut self, now: Instant) -> Option<Verdict> {
        let shared = self.shared.clone();
        let mut vitals = shared.lock();
        let is_due = |moment: Option<Instant>| moment.is_some_and(|moment| moment <= now);
        if is_due(self.end(&vitals)) {
            return Some(Verdict::End);
        }
        let why = match (is_due(self.old_at()), is_due(self.idle_at(&vitals))) {
            (true, _) => Some("max_age"),
            (_, true) => Some("max_idle"),
            _ => None,
        };
        if let Some(why) = why {
            // hyper's own says nothing of the reason, and follows.
            vitals.to_send.extend(frames::go_away(i32::MAX.cast_unsigned(), Reason::NO_ERROR, why));
            drop(vitals);
            self.leave();
            self.cut = self.limits.grace.and_then(|grace| now.checked_add(grace));
            return Some(Verdict::Leave);
        }
        if is_due(self.ask_at()) {
            vitals.to_send.extend(frames::ping());
            self.sign = now;
            self.is_asked = true;
            return Some(Verdict::Send);
        }
        None
    }

    /// When the connection is over unless something changes.
    fn end(&self, vitals: &Vitals) -> Option<Instant> {
        let Connections { handshake, stall, keepalive, .. } = *self.limits;
        let unheard = (!vitals.greeted).then_some(self.began);
        let unanswered = keepalive.filter(|_| self.is_asked).map(|keepalive| (self.sign, keepalive.timeout));
        // A peer that does not answer the ping behind the GOAWAY would keep an empty connection for ever.
        let empty = self.leaving.filter(|_| self.shared.calls() == 0);
        let empty = empty.map(|since| vitals.idle.map_or(since, |idle| since.max(idle)));
        [
            unheard.map(|since| (since, handshake)),
            vitals.in_headers.map(|since| (since, handshake)),
            vitals.blocked.map(|since| (since, stall)),
            empty.map(|since| (since, handshake)),
            unanswered,
            self.cut.map(|cut| (cut, Duration::ZERO)),
        ]
        .into_iter()
        .flatten()
        .filter_map(|(since, limit)| since.checked_add(limit))
        .min()
    }

    /// When the connection has lasted long enough.
    fn old_at(&self) -> Option<Instant> {
        self.old.filter(|_| self.leaving.is_none())
    }

    /// When the connection has been without calls for long enough.
    fn idle_at(&self, vitals: &Vitals) -> Option<Instant> {
        let limit = self.limits.max_idle?;
        if self.leaving.is_some() || !vitals.greeted || self.shared.calls() > 0 {
            return None;
        }
        vitals.idle.unwrap_or(self.began).checked_add(limit)
    }

    /// When the peer is asked for a sign of life.
    fn ask_at(&self) -> Option<Instant> {
        const SHORTEST: Duration = Duration::from_secs(1);
        let keepalive = self.limits.keepalive.filter(|_| !self.is_asked)?;
        self.sign.checked_add(keepalive.every.max(SHORTEST))
    }

    /// Whether the peer has gone too far, and is told so.
    fn judge_manners(&mut self) -> bool {
        let shared = self.shared.clone();
        let mut vitals = shared.lock();
        let pings = std::mem::take(&mut vitals.pings);
        if vitals.is_deaf {
            return false;
        }
        let why = if vitals.controls > MOST_CONTROLS {
            "too_many_control_frames"
        } else if pings > 0 && self.are_too_many(pings, &mut vitals) {
            "too_many_pings"
        } else {
            return false;
        };
        let calm = frames::go_away(vitals.last_stream, Reason::ENHANCE_YOUR_CALM, why);
        vitals.to_send.extend(calm);
        vitals.is_deaf = true;
        self.cut = Some(Instant::now() + FAREWELL);
        true
    }

    /// Whether so many pings at once are more than the peer may send.
    fn are_too_many(&mut self, pings: u32, vitals: &mut Vitals) -> bool {
        let interval = self.limits.min_ping_interval;
        if interval.is_zero() {
            return false;
        }
        let shared = &self.shared;
        let is_strict = shared.calls() == 0 && !self.limits.pings_without_calls;
        let allowed = if is_strict { PINGS_WITHOUT_CALLS } else { interval };
        let now = Instant::now();
        let is_soon = self.pinged.replace(now).is_some_and(|last| now.duration_since(last) < allowed);
        // Those that came together follow each other at once.
        self.strikes = match (std::mem::take(&mut vitals.has_sent), is_soon) {
            (true, _) => 0,
            (false, true) => self.strikes.saturating_add(pings),
            (false, false) => self.strikes.saturating_add(pings - 1),
        };
        self.strikes > MOST_STRIKES
    }
}
