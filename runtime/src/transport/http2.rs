//! A channel's way to its servers: HTTP/2, over one connection or over those to several. Made by `connect` and `memory`.

use std::sync::Arc;

use http::Request;
use tokio::sync::watch;
use tokio::time::timeout_at;

use super::balance::{Balancer, Busy};
use super::connection::{Live, Settings, tell_deadline};
use super::dial::{Dial, Dialer};
use super::link::{Link, Signals, State};
use super::resolve::AnyResolver;
use super::stream;
use crate::client::{Connectivity, Requests, Sending, Spread, Transport, WaitForReady};
use crate::grpc::Result;

/// See the head of the file.
#[derive(Debug)]
pub(super) struct Http2 {
    settings: Arc<Settings>,
    way: Way,
    is_secure: bool,
}

#[derive(Clone, Debug)]
enum Way {
    /// One connection at a time, made when there is a call for it.
    Single(Arc<Link>, Arc<Signals>),
    Spread(Arc<Balancer>),
}

impl Http2 {
    pub(super) fn single(dial: impl Dial, settings: Settings) -> Self {
        let (settings, signals) = (Arc::new(settings), Arc::<Signals>::default());
        let is_secure = dial.is_secure();
        let link = Link::new(Box::new(dial), Arc::clone(&settings), Arc::clone(&signals), false);
        Self { settings, way: Way::Single(link, signals), is_secure }
    }

    pub(super) fn spread(
        resolver: Arc<dyn AnyResolver>,
        dialer: Dialer,
        settings: Settings,
        spread: Spread,
    ) -> Self {
        let (settings, is_secure) = (Arc::new(settings), dialer.is_secure());
        let balancer = Balancer::new(resolver, dialer, Arc::clone(&settings), spread);
        Self { settings, way: Way::Spread(balancer), is_secure }
    }
}

impl Transport for Http2 {
    fn send(&self, mut request: Request<Requests>) -> Sending {
        let (settings, way) = (Arc::clone(&self.settings), self.way.clone());
        Box::pin(async move {
            settings.address(&mut request);
            let waits = request.extensions().get::<WaitForReady>().is_some();
            let (mut live, busy) = way.ready(waits).await?;
            tell_deadline(&mut request);
            let sent = stream::send(&mut live.requests, request, busy).await;
            sent.map_err(|status| live.explained(status))
        })
    }

    fn is_secure(&self) -> bool {
        self.is_secure
    }

    fn connect(&self) {
        match &self.way {
            Way::Single(link, _) => link.connect(),
            Way::Spread(balancer) => balancer.keep(),
        }
    }

    fn connectivity(&self) -> Connectivity {
        match &self.way {
            Way::Single(link, _) => match link.state() {
                State::Idle => Connectivity::Idle,
                State::Connecting(_) => Connectivity::Connecting,
                State::Ready(_) => Connectivity::Ready,
                State::Failed(..) => Connectivity::TransientFailure,
            },
            Way::Spread(balancer) => balancer.connectivity(),
        }
    }

    fn changes(&self) -> watch::Receiver<u64> {
        match &self.way {
            Way::Single(_, signals) => signals.changes.subscribe(),
            Way::Spread(balancer) => balancer.signals().changes.subscribe(),
        }
    }
}

impl Way {
    /// A connection that takes a request. One that is found to be going away is left to its calls.
    async fn ready(&self, waits: bool) -> Result<(Live, Option<Busy>)> {
        loop {
            let (mut live, link, busy) = match self {
                Self::Single(link, _) => (single(link, waits).await?, Arc::clone(link), None),
                Self::Spread(balancer) => {
                    let picked = balancer.pick(waits).await?;
                    (picked.live, picked.link, Some(picked.busy))
                }
            };
            match live.requests.clone().ready().await {
                Ok(ready) => {
                    live.requests = ready;
                    return Ok((live, busy));
                }
                Err(_) => link.lost(&live),
            }
        }
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
