//! The connections to one place: one, and others beside it where that has as many calls as its server takes at a time.
//! Asked by `http2`.

use std::ops::RangeInclusive;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::time::timeout_at;

use super::balance::{Busy, Picked};
use super::connection::{Live, Settings};
use super::dial::Dial;
use super::link::{Link, Signals, State};
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
        matches!(self.link.state(), State::Ready(_) | State::Failed(..))
    }

    fn picked(&self, live: Live) -> Picked {
        Picked { live, link: Arc::clone(&self.link), busy: Some(Busy::begin(&self.calls)) }
    }

    /// Whether another call would not have to wait for the end of one.
    fn has_room(&self, live: &Live) -> bool {
        self.calls.load(Ordering::Relaxed) < live.requests.current_max_send_streams()
    }
}

impl Pool {
    /// As many connections as `count` says.
    pub(super) fn new(
        dial: Arc<dyn Dial>,
        settings: &Arc<Settings>,
        count: &RangeInclusive<usize>,
    ) -> Arc<Self> {
        let signals = Arc::<Signals>::default();
        let member = |_| Member {
            link: Link::new(Arc::clone(&dial), Arc::clone(settings), Arc::clone(&signals), false),
            calls: Arc::default(),
        };
        let others = (1..*count.end()).map(member).collect();
        Arc::new(Self { first: member(0), others, least: *count.start(), signals })
    }

    pub(super) fn signals(&self) -> &Signals {
        &self.signals
    }

    /// Begins to connect.
    pub(super) fn connect(&self) {
        self.first.link.connect();
        for member in self.others.iter().take(self.least.saturating_sub(1)) {
            member.link.connect();
        }
    }

    pub(super) fn connectivity(&self) -> Connectivity {
        let rank = |member: &Member| match member.link.state() {
            State::Ready(_) => (0, Connectivity::Ready),
            State::Connecting(_) => (1, Connectivity::Connecting),
            State::Failed(..) => (2, Connectivity::TransientFailure),
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
            if let Some(picked) = self.with_room() {
                return Ok(picked);
            }
            if !self.members().any(|member| member.link.is_ready()) {
                self.connect();
                single(&self.first.link, waits).await?;
                continue;
            }
            // One more, if there may be one and it has not failed just now.
            if let Some(member) = self.members().find(|member| !member.is_settled()) {
                member.link.connect();
                // An error would mean that the links are gone, which this holds.
                let _ = changes.changed().await;
                continue;
            }
            if let Some(picked) = self.least_busy() {
                return Ok(picked);
            }
        }
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
    let mut has_waited = false;
    loop {
        // Who has waited for an attempt takes its outcome, and makes none of its own.
        if !has_waited || matches!(&*states.borrow(), State::Idle) {
            link.connect();
        }
        let until = match &*states.borrow_and_update() {
            State::Ready(live) => return Ok(live.clone()),
            State::Failed(status, _) if !waits => return Err(status.clone()),
            State::Failed(_, until) => Some(*until),
            State::Idle | State::Connecting(_) => None,
        };
        let changed = states.changed();
        has_waited = match until {
            // At the end of the wait comes the next attempt.
            Some(until) => timeout_at(until, changed).await.is_ok(),
            None => changed.await.is_ok(),
        };
    }
}
