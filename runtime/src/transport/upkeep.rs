//! The upkeep of a client's connection: pings while it is silent, its end when they are not answered, and its release when
//! nobody calls. Made by `connection`, which lets it run in place of HTTP/2 alone.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use h2::client::Connection;
use h2::{Ping, PingPong, Reason};
use tokio::time::{Instant, Sleep, sleep_until};

use super::cork::Cork;
use super::io::Stream;
use super::pulse::{Activity, Pulse};
use crate::grpc::Keepalive;

/// gRFC A8: "the minimum is ten seconds".
const SHORTEST: Duration = Duration::from_secs(10);

/// What is done for each connection of a channel.
#[derive(Clone, Debug)]
pub(super) struct Upkeep {
    keepalive: Option<Keepalive>,
    /// How long the channel may be without calls.
    pub(super) idle: Option<Duration>,
    channel: Arc<Activity>,
    /// By how many powers of two the server wants fewer pings.
    restraint: Arc<AtomicU32>,
}

impl Upkeep {
    pub(super) fn new(keepalive: Option<Keepalive>, idle: Option<Duration>) -> Self {
        Self { keepalive, idle, channel: Activity::new(), restraint: Arc::default() }
    }

    /// What is to be known of a connection to `name`, if anything is.
    pub(super) fn pulse(&self, name: &str) -> Option<Arc<Pulse>> {
        let is_wanted = self.keepalive.is_some() || self.idle.is_some();
        is_wanted.then(|| Pulse::new(name, &self.channel))
    }

    /// How long a silence may be, by now.
    fn interval(&self, keepalive: &Keepalive) -> Duration {
        let doubled = 1_u32.checked_shl(self.restraint.load(Ordering::Relaxed)).unwrap_or(u32::MAX);
        keepalive.every.max(SHORTEST).saturating_mul(doubled)
    }
}

/// A connection at work, with its upkeep.
pub(super) struct Kept {
    connection: Connection<Cork<Stream>, Bytes>,
    upkeep: Upkeep,
    pulse: Arc<Pulse>,
    pings: Option<PingPong>,
    /// When to look at the connection again; none where there are no pings.
    look: Option<Pin<Box<Sleep>>>,
    /// When a ping was sent that nothing has been heard since.
    asked: Option<Instant>,
    /// Whether it was silent for so long that only the lack of calls kept it from a ping.
    is_dormant: bool,
    /// When to see whether anybody calls.
    idle: Option<Pin<Box<Sleep>>>,
    /// Lets go of the connection when nobody does: it ends with its last call.
    let_go: Box<dyn FnMut() + Send>,
}

impl Kept {
    pub(super) fn new(
        mut connection: Connection<Cork<Stream>, Bytes>,
        upkeep: Upkeep,
        pulse: &Arc<Pulse>,
        let_go: impl FnMut() + Send + 'static,
    ) -> Self {
        let now = Instant::now();
        let timer = |after: Duration| now.checked_add(after).map(|moment| Box::pin(sleep_until(moment)));
        Self {
            pings: connection.ping_pong(),
            look: upkeep.keepalive.and_then(|keepalive| timer(upkeep.interval(&keepalive))),
            idle: upkeep.idle.and_then(timer),
            asked: None,
            is_dormant: false,
            pulse: Arc::clone(pulse),
            let_go: Box::new(let_go),
            connection,
            upkeep,
        }
    }

    /// Ready when the connection counts as dead.
    fn poll_silence(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let (Some(keepalive), Some(look)) = (self.upkeep.keepalive, &mut self.look) else {
            return Poll::Pending;
        };
        // A ping can be sent when the one before it was answered.
        if let Some(pings) = &mut self.pings {
            let _ = pings.poll_pong(cx);
        }
        let interval = self.upkeep.interval(&keepalive);
        loop {
            let (heard, may_ask) = (self.pulse.heard(), keepalive.without_calls || self.pulse.has_calls());
            if self.asked.is_some_and(|asked| heard >= asked) {
                self.asked = None;
                look.as_mut().reset(heard + interval);
            }
            // The first call after a long silence is the one that would find out.
            if may_ask && std::mem::take(&mut self.is_dormant) {
                look.as_mut().reset(heard + interval);
            }
            ready!(look.as_mut().poll(cx));
            let now = Instant::now();
            if self.asked.is_some() {
                self.pulse.give_up(keepalive.timeout);
                return Poll::Ready(());
            }
            if now < heard + interval {
                look.as_mut().reset(heard + interval);
            } else if may_ask {
                if let Some(pings) = &mut self.pings {
                    // Fails where one is unanswered still: then it is that which is waited for.
                    let _ = pings.send_ping(Ping::opaque());
                }
                self.asked = Some(now);
                look.as_mut().reset(now + keepalive.timeout);
            } else {
                self.is_dormant = true;
                look.as_mut().reset(now + interval);
            }
        }
    }

    /// Lets go of the connection when its channel has been without calls for long enough.
    fn poll_idle(&mut self, cx: &mut Context<'_>) {
        let (Some(limit), Some(idle)) = (self.upkeep.idle, &mut self.idle) else { return };
        while idle.as_mut().poll(cx).is_ready() {
            let now = Instant::now();
            match self.upkeep.channel.idle_since() {
                None => idle.as_mut().reset(now + limit),
                Some(since) if now < since + limit => idle.as_mut().reset(since + limit),
                Some(_) => {
                    (self.let_go)();
                    self.idle = None;
                    return;
                }
            }
        }
    }
}

impl Future for Kept {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        loop {
            if let Poll::Ready(ended) = Pin::new(&mut self.connection).poll(cx) {
                if ended.is_err_and(|error| wants_fewer_pings(&error)) {
                    self.upkeep.restraint.fetch_add(1, Ordering::Relaxed);
                }
                return Poll::Ready(());
            }
            let asked = self.asked;
            if self.poll_silence(cx).is_ready() {
                return Poll::Ready(());
            }
            self.poll_idle(cx);
            if self.asked == asked {
                return Poll::Pending;
            }
            // A ping leaves with the next poll of the connection.
        }
    }
}

/// gRFC A8: a client that is told so doubles its interval.
fn wants_fewer_pings(error: &h2::Error) -> bool {
    error.is_go_away()
        && error.is_remote()
        && error.reason() == Some(Reason::ENHANCE_YOUR_CALM)
        && error.to_string().contains("too_many_pings")
}
