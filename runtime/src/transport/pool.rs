//! The connections to one place: one, and others beside it where that has as many calls as its server takes at a time.
//! Asked by `http2`, and for each of several servers by `balance`.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::time::timeout_at;

use super::busy::Busy;
use super::connection::{Live, Settings};
use super::dial::Dial;
use super::link::{Link, Signals};
use super::picked::Picked;
use super::state::State;
use crate::client::Connectivity;
use crate::grpc::Result;

/// See the head of the file.
#[derive(Debug)]
pub(super) struct Pool {
    first: Member,
    others: Vec<Member>,
    /// How many are opened before there is need of them.
    least: usize,
    signals: Arc<Signals>,
}

#[derive(Debug)]
struct Member {
    link: Arc<Link>,
    /// Calls that run on it.
    calls: Arc<AtomicUsize>,
}

impl Member {
    fn is_settled(&self) -> bool {
        matches!(self.link.state(), State::Ready(_) | State::Failed(..) | State::Unready(_, Some(_)))
    }

    fn picked(&self, live: Live) -> Picked {
        Picked { live, link: Arc::clone(&self.link), busy: Some(Busy::begin(&self.calls)) }
    }

    /// Whether another call would not have to wait for the end of one.
    fn has_room(&self, live: &Live) -> bool {
        let watch = usize::from(self.link.is_watched());
        self.calls.load(Ordering::Relaxed) + watch < live.requests.current_max_send_streams()
    }
}

/// What there is for a call at the moment.
pub(super) enum Turn {
    Ready(Picked),
    /// All connections are full, and another one is being opened.
    Opening,
    /// No open connection.
    None,
}

impl Pool {
    /// Connects when there is a call for it.
    pub(super) fn new(dial: Arc<dyn Dial>, settings: &Arc<Settings>) -> Arc<Self> {
        Self::of(&dial, settings, &Arc::default(), false)
    }

    /// Connects again whenever its connections are lost, and tells so by `signals`. Those beyond the least there are to be
    /// are opened when there are calls for them.
    pub(super) fn kept(dial: Arc<dyn Dial>, settings: &Arc<Settings>, signals: &Arc<Signals>) -> Arc<Self> {
        Self::of(&dial, settings, signals, true)
    }

    fn of(dial: &Arc<dyn Dial>, settings: &Arc<Settings>, signals: &Arc<Signals>, keeps: bool) -> Arc<Self> {
        let (least, most) = (*settings.connections.start(), *settings.connections.end());
        let member = |number| Member {
            link: Link::new(
                Arc::clone(dial),
                Arc::clone(settings),
                Arc::clone(signals),
                keeps && number < least,
            ),
            calls: Arc::default(),
        };
        let others = (1..most).map(member).collect();
        Arc::new(Self { first: member(0), others, least, signals: Arc::clone(signals) })
    }

    pub(super) fn signals(&self) -> &Signals {
        &self.signals
    }

    /// Those that are opened before there is need of them.
    fn least(&self) -> impl Iterator<Item = &Member> {
        self.members().take(self.least)
    }

    /// Begins to connect.
    pub(super) fn connect(&self) {
        self.least().for_each(|member| member.link.connect());
    }

    /// Begins to connect, where nobody has asked for a connection yet or since the last was let go.
    fn wake(&self) {
        self.least().for_each(|member| member.link.wake());
    }

    /// Whether it takes calls; if it has only been let go of, it will soon.
    pub(super) fn is_awake(&self) -> bool {
        let is_ready = self.is_ready();
        if !is_ready {
            self.wake();
        }
        is_ready
    }

    /// Whether nobody has asked for a connection yet, or since the last was let go.
    pub(super) fn is_idle(&self) -> bool {
        self.members().all(|member| member.link.is_idle())
    }

    fn is_ready(&self) -> bool {
        self.members().any(|member| member.link.is_ready())
    }

    /// How the best of its connections is, or the first where none is open.
    pub(super) fn state(&self) -> State {
        let open = self.others.iter().find(|member| member.link.is_ready());
        match self.first.link.state() {
            State::Ready(live) => State::Ready(live),
            state => open.map_or(state, |member| member.link.state()),
        }
    }

    /// How many calls run.
    pub(super) fn calls(&self) -> usize {
        self.members().map(|member| member.calls.load(Ordering::Relaxed)).sum()
    }

    pub(super) fn connectivity(&self) -> Connectivity {
        let rank = |member: &Member| match member.link.state() {
            State::Ready(_) => (0, Connectivity::Ready),
            State::Connecting(_) | State::Unready(_, None) => (1, Connectivity::Connecting),
            State::Failed(..) | State::Unready(_, Some(_)) => (2, Connectivity::TransientFailure),
            State::Idle => (3, Connectivity::Idle),
        };
        let best = self.members().map(rank).min_by_key(|(rank, _)| *rank);
        best.map_or(Connectivity::Idle, |(_, connectivity)| connectivity)
    }

    fn members(&self) -> impl Iterator<Item = &Member> {
        std::iter::once(&self.first).chain(&self.others)
    }

    /// A connection for a call.
    pub(super) async fn pick(&self, waits: bool) -> Result<Picked> {
        if self.others.is_empty() {
            let live = single(&self.first.link, waits).await?;
            return Ok(Picked { live, link: Arc::clone(&self.first.link), busy: None });
        }
        let mut changes = self.signals.changes.subscribe();
        loop {
            changes.borrow_and_update();
            match self.turn() {
                Turn::Ready(picked) => return Ok(picked),
                // An error would mean that the links are gone, which this holds.
                Turn::Opening => drop(changes.changed().await),
                Turn::None => {
                    self.connect();
                    single(&self.first.link, waits).await?;
                }
            }
        }
    }

    /// What there is for a call now. gRFC A105: another connection where all are full, if there may be one more and it has
    /// not failed just now; else the one with the fewest calls.
    pub(super) fn turn(&self) -> Turn {
        if self.others.is_empty() {
            return self.first.link.live().map_or(Turn::None, |live| Turn::Ready(self.first.picked(live)));
        }
        if let Some(picked) = self.with_room() {
            return Turn::Ready(picked);
        }
        if !self.is_ready() {
            return Turn::None;
        }
        if let Some(member) = self.members().find(|member| !member.is_settled()) {
            member.link.connect();
            return Turn::Opening;
        }
        self.least_busy().map_or(Turn::None, Turn::Ready)
    }

    fn with_room(&self) -> Option<Picked> {
        self.members().find_map(|member| {
            let live = member.link.live().filter(|live| member.has_room(live))?;
            Some(member.picked(live))
        })
    }

    fn least_busy(&self) -> Option<Picked> {
        let ready = self.members().filter_map(|member| Some((member, member.link.live()?)));
        let (member, live) = ready.min_by_key(|(member, _)| member.calls.load(Ordering::Relaxed))?;
        Some(member.picked(live))
    }
}

/// The connection of a link that connects when it is asked.
async fn single(link: &Arc<Link>, waits: bool) -> Result<Live> {
    if let Some(live) = link.live() {
        return Ok(live);
    }
    let mut states = link.watch();
    let mut asks = true;
    loop {
        if asks {
            link.connect();
        }
        let state = states.borrow_and_update().clone();
        // Who has waited for an attempt takes its outcome, and makes none of its own.
        asks = match state {
            State::Ready(live) => return Ok(live),
            State::Failed(status, _) | State::Unready(_, Some(status)) if !waits => return Err(status),
            // At the end of the wait comes the next attempt.
            State::Failed(_, until) => timeout_at(until, states.changed()).await.is_err(),
            State::Connecting(_) | State::Unready(..) => states.changed().await.is_err(),
            // Lost as soon as it was there; or the runtime stops, where no attempt can begin, and nothing ends this but it.
            State::Idle => {
                tokio::task::yield_now().await;
                true
            }
        };
    }
}
