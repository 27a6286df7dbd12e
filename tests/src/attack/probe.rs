//! What an attack is, and how one can end.

use std::fmt;
use std::net::SocketAddr;
use std::pin::Pin;

use protocall::Code;

/// How an attack ended, as the one who attacked saw it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A status of gRPC.
    Status(Code),
    /// A status of HTTP that is none of gRPC.
    Http(u16),
    /// GOAWAY with this reason.
    GoAway(h2::Reason),
    /// RST_STREAM with this reason, of the stream in question alone.
    Reset(h2::Reason),
    /// The connection was closed without a word.
    Closed,
    /// All of it was taken, and the connection still carries a call.
    Endured,
    /// Anything else.
    Other(String),
}

impl Outcome {
    /// The status of gRPC that has this number.
    pub(super) fn numbered(number: u32) -> Self {
        let unknown = || Self::Other(format!("grpc-status {number}"));
        Code::from_number(number).map_or_else(unknown, Self::Status)
    }

    /// What came of several variants of one attack, which should be the same.
    pub(super) fn of_all(outcomes: Vec<(&str, Outcome)>) -> Self {
        let Some((_, first)) = outcomes.first().cloned() else { return Self::Other("nothing".into()) };
        if outcomes.iter().all(|(_, outcome)| *outcome == first) {
            return first;
        }
        let each: Vec<String> = outcomes.iter().map(|(what, outcome)| format!("{what}: {outcome}")).collect();
        Self::Other(each.join(", "))
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status(code) => write!(f, "{code:?}"),
            Self::Http(status) => write!(f, "HTTP {status}"),
            Self::GoAway(reason) => write!(f, "GOAWAY {reason:?}"),
            Self::Reset(reason) => write!(f, "reset {reason:?}"),
            Self::Closed => write!(f, "closed"),
            Self::Endured => write!(f, "endured"),
            Self::Other(what) => write!(f, "{what}"),
        }
    }
}

/// An attack that goes on, and its outcome.
pub(super) type Attacking = Pin<Box<dyn Future<Output = Outcome> + Send>>;

/// What is done.
#[derive(Clone, Copy)]
pub(super) enum Attack {
    /// To a server that listens there.
    Client(fn(SocketAddr) -> Attacking),
    /// To a client that calls.
    Server(Script),
}

/// What a server that attacks says to its client, on each of its connections.
#[derive(Clone, Copy)]
pub(super) struct Script {
    /// Whether it greets in HTTP/2 and waits for a request first.
    pub(super) greets: bool,
    /// What it says then.
    pub(super) first: fn() -> Vec<u8>,
    /// What it says behind that, again and again.
    pub(super) piece: fn() -> Vec<u8>,
    /// How often.
    pub(super) times: usize,
    /// Whether it closes the connection at the end.
    pub(super) closes: bool,
}

/// What an attack may cost the one who is attacked.
#[derive(Clone, Copy, Debug)]
pub struct Cost {
    /// How long the attack may go on.
    pub seconds: u64,
    /// By how much the memory may grow, in MiB.
    pub memory: u64,
}

/// An attack, and what is demanded of whoever is attacked.
#[derive(Clone)]
pub struct Probe {
    /// Its name.
    pub name: &'static str,
    /// What it does.
    pub does: &'static str,
    /// How it must end.
    pub demand: Outcome,
    /// How it may end instead, where both are good and chance decides.
    pub or: Option<Outcome>,
    /// What it may cost.
    pub cost: Cost,
    pub(super) attack: Attack,
    /// What a client that is attacked calls: `unary` or `stream`.
    pub(super) shape: &'static str,
}

impl Probe {
    /// An attack that may cost little: ten seconds and 32 MiB.
    pub(super) fn new(
        name: &'static str,
        does: &'static str,
        demand: Outcome,
        attack: fn(SocketAddr) -> Attacking,
    ) -> Self {
        let cost = Cost { seconds: 10, memory: 32 };
        Self { name, does, demand, or: None, cost, attack: Attack::Client(attack), shape: "" }
    }

    /// An attack on a client, which has two seconds and may need little more, and 32 MiB.
    pub(super) fn of_server(name: &'static str, does: &'static str, demand: Outcome, script: Script) -> Self {
        let cost = Cost { seconds: 4, memory: 32 };
        Self { name, does, demand, or: None, cost, attack: Attack::Server(script), shape: "unary" }
    }

    /// The same against a stream of replies.
    pub(super) fn streams(self) -> Self {
        Self { shape: "stream", ..self }
    }

    /// The same, which may end like this too.
    pub(super) fn or(self, other: Outcome) -> Self {
        Self { or: Some(other), ..self }
    }

    /// The same with other costs.
    pub(super) fn costs(self, seconds: u64, memory: u64) -> Self {
        Self { cost: Cost { seconds, memory }, ..self }
    }
}

impl fmt::Debug for Probe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Probe")
            .field("name", &self.name)
            .field("demand", &self.demand)
            .finish_non_exhaustive()
    }
}
