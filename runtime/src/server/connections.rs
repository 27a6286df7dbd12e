//! What each connection of a server may do and how long it lives. Set by users, obeyed by `transport`.

use std::time::Duration;

use crate::grpc::Keepalive;

/// The limits of each connection of a server, given to [`Server::connections`](super::Server::connections).
///
/// ```
/// use std::time::Duration;
/// use protocall::{Connections, Server};
///
/// // Behind a load balancer: clients come back, and are spread anew, every half hour.
/// let server = Server::new().connections(
///     Connections::new().max_age(Duration::from_secs(30 * 60)).grace(Duration::from_secs(60)),
/// );
/// # let _ = server;
/// ```
///
/// Some limits need no setting. A peer that resets its calls faster than they are begun, makes the server reset them, or sends
/// headers or small frames of messages without end, is told ENHANCE_YOUR_CALM and cut off; so is one that sends more than
/// 10,000 frames in ten seconds that say nothing of any call (settings, windows, priorities, answers to no ping) while the
/// server sends neither headers nor messages. What peers have tried, and what came of it, stands in
/// [`attacks`](crate::attacks).
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "it is given to `Server::connections`"]
pub struct Connections {
    pub(crate) max_streams: u32,
    pub(crate) max_headers: u32,
    pub(crate) max_frame: u32,
    pub(crate) handshake: Duration,
    pub(crate) stall: Duration,
    pub(crate) message: Option<Duration>,
    pub(crate) max_age: Option<Duration>,
    pub(crate) max_idle: Option<Duration>,
    pub(crate) grace: Option<Duration>,
    pub(crate) keepalive: Option<Keepalive>,
    pub(crate) min_ping_interval: Duration,
    pub(crate) pings_without_calls: bool,
}

impl Default for Connections {
    fn default() -> Self {
        Self::new()
    }
}

impl Connections {
    /// The limits that hold unless they are set: see each method.
    pub fn new() -> Self {
        Self {
            max_streams: 1024,
            max_headers: 16 * 1024,
            max_frame: 64 * 1024,
            handshake: Duration::from_secs(20),
            stall: Duration::from_secs(20),
            message: Some(Duration::from_secs(5 * 60)),
            max_age: None,
            max_idle: None,
            grace: None,
            keepalive: Some(Keepalive::every(Duration::from_secs(2 * 60 * 60))),
            min_ping_interval: Duration::from_secs(5 * 60),
            pings_without_calls: false,
        }
    }

    /// How many calls may run on one connection at a time: 1,024 unless set otherwise. Clients know the number and let
    /// further calls wait; of one that begins them all the same, they are refused and may be tried again.
    ///
    /// grpc-go has no limit, hyper and tonic 200. A limit there must be, for each call costs memory; but with a small one
    /// streams that stay open stop all other calls of their client without a word.
    pub fn max_concurrent_streams(mut self, calls: u32) -> Self {
        self.max_streams = calls;
        self
    }

    /// The most bytes that the headers of a request may have, counted as HTTP/2 does: names, values, and 32 for each.
    /// 16 KiB unless set otherwise, as in hyper and tonic; gRPC advises 8 KiB at least, grpc-go takes 16 MiB.
    ///
    /// A request above it ends with `RESOURCE_EXHAUSTED`, and no handler sees it. One of more than twice the limit is not
    /// kept at all: HTTP/2 answers it with the HTTP status 431.
    pub fn max_header_list_size(mut self, bytes: u32) -> Self {
        self.max_headers = bytes;
        self
    }

    /// The largest frame that a client may send, in bytes: 64 KiB unless set otherwise. HTTP/2 allows no less than 16 KiB,
    /// which tonic and grpc-go have, and no more than 16 MiB; what is beyond is taken for the nearest.
    ///
    /// It does not limit messages, which may go over any number of frames: fewer, larger ones cost less to receive.
    pub fn max_frame_size(mut self, bytes: u32) -> Self {
        self.max_frame = bytes.clamp(1 << 14, (1 << 24) - 1);
        self
    }

    /// How long a peer may take for each thing that it must say at once, or the connection is closed: TLS's handshake, then
    /// HTTP/2's first frame, and later the headers of each request, from their first byte to their last. 20 seconds unless
    /// set otherwise; grpc-go waits 120 for the first two, tonic for ever.
    pub fn handshake_timeout(mut self, limit: Duration) -> Self {
        self.handshake = limit;
        self
    }

    /// How long a peer may leave unread what is sent to it, all of the connection, before it counts as dead: 20 seconds
    /// unless set otherwise, as in grpc-go. A caller that stops to read one stream only stops that stream, and may do so
    /// up to its deadline.
    pub fn stall_timeout(mut self, limit: Duration) -> Self {
        self.stall = limit;
        self
    }

    /// How long a caller may pause where it must go on: in the middle of a message, and, where a method takes only one,
    /// before it and before the end of the request. Five minutes unless set otherwise, `None` for ever; Envoy has the same
    /// limit, grpc-go none. Between the messages of a stream a caller may pause for as long as it likes.
    ///
    /// Any byte begins it anew, so that what is large, or comes over a slow line, has the time that it takes. The call ends
    /// with `DEADLINE_EXCEEDED`. The time counts while the handler reads: it is no fault of the caller if nobody does.
    pub fn message_timeout(mut self, limit: impl Into<Option<Duration>>) -> Self {
        self.message = limit.into();
        self
    }

    /// How old a connection may become, give or take a tenth, so that those which began together do not end together.
    /// For ever unless set.
    ///
    /// Then its client is told to open another one for its next calls (GOAWAY, in two steps, so that no call is lost),
    /// handlers hear of it by [`Context::draining`](crate::Context::draining), and what still runs after
    /// [`Connections::grace`] is cut off.
    pub fn max_age(mut self, age: Duration) -> Self {
        self.max_age = Some(age);
        self
    }

    /// How long a connection may be without calls. For ever unless set. Then it is closed; the client opens another one
    /// for its next call.
    pub fn max_idle(mut self, limit: Duration) -> Self {
        self.max_idle = Some(limit);
        self
    }

    /// How long calls may go on when their connection has reached its [`max_age`](Connections::max_age). For ever unless
    /// set.
    pub fn grace(mut self, limit: Duration) -> Self {
        self.grace = Some(limit);
        self
    }

    /// When to ask a silent peer for a sign of life: after two hours, with 20 seconds for the answer, unless set
    /// otherwise; these are gRPC's figures. `None` never asks.
    pub fn keepalive(mut self, keepalive: impl Into<Option<Keepalive>>) -> Self {
        self.keepalive = keepalive.into();
        self
    }

    /// How often a client may ping: every five minutes unless set otherwise, as everywhere in gRPC. Zero lets it ping at
    /// will.
    ///
    /// A ping that comes sooner than that after the one before it, while the server has sent neither headers nor messages
    /// in between, is a strike; so is one within two hours on a connection without calls, unless
    /// [`permit_pings_without_calls`](Connections::permit_pings_without_calls). After the third the connection ends with
    /// ENHANCE_YOUR_CALM and the words "too_many_pings", which make gRPC's clients ping half as often from then on.
    pub fn min_ping_interval(mut self, interval: Duration) -> Self {
        self.min_ping_interval = interval;
        self
    }

    /// Holds clients to the same [`min_ping_interval`](Connections::min_ping_interval) whether calls run or not.
    pub fn permit_pings_without_calls(mut self) -> Self {
        self.pings_without_calls = true;
        self
    }
}
