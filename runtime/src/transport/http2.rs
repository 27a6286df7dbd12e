//! A channel's way to its servers: HTTP/2, over one connection or over those to several. Made by `connect` and `memory`.

use std::sync::Arc;

use http::Request;
use http::uri::Authority;
use tokio::sync::watch;

use super::balance::Balancer;
use super::busy::Busy;
use super::connection::{Live, Settings, tell_deadline};
use super::dial::{Dial, Dialer};
use super::picked::Picked;
use super::pool::Pool;
use super::pulse::Pulse;
use super::resolve::AnyResolver;
use super::stream::{self, Held};
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
    /// Connections to one place, made when there is a call for them.
    Single(Arc<Pool>),
    Spread(Arc<Balancer>),
}

impl Http2 {
    /// Over connections to one place.
    pub(super) fn single(dial: impl Dial, settings: Settings) -> Self {
        let (settings, is_secure) = (Arc::new(settings), dial.is_secure());
        let pool = Pool::new(Arc::new(dial), &settings);
        Self { settings, way: Way::Single(pool), is_secure }
    }

    /// Over connections to all of the resolver's addresses.
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
            let held = Held { busy, running: live.pulse.as_ref().map(Pulse::call) };
            let sent = stream::send(&mut live, request, held).await;
            sent.map_err(|status| live.explained(status))
        })
    }

    fn is_secure(&self) -> bool {
        self.is_secure
    }

    fn authority(&self) -> &Authority {
        &self.settings.authority
    }

    fn connect(&self) {
        match &self.way {
            Way::Single(pool) => pool.connect(),
            Way::Spread(balancer) => balancer.keep(),
        }
    }

    fn connectivity(&self) -> Connectivity {
        match &self.way {
            Way::Single(pool) => pool.connectivity(),
            Way::Spread(balancer) => balancer.connectivity(),
        }
    }

    fn changes(&self) -> watch::Receiver<u64> {
        match &self.way {
            Way::Single(pool) => pool.signals().changes.subscribe(),
            Way::Spread(balancer) => balancer.signals().changes.subscribe(),
        }
    }
}

impl Way {
    /// A connection that takes a request. One that is found to be going away is left to its calls.
    async fn ready(&self, waits: bool) -> Result<(Live, Option<Busy>)> {
        loop {
            let Picked { mut live, link, busy } = match self {
                Self::Single(pool) => pool.pick(waits).await?,
                Self::Spread(balancer) => balancer.pick(waits).await?,
            };
            match live.requests.clone().ready().await {
                Ok(ready) => {
                    live.requests = ready;
                    return Ok((live, busy));
                }
                Err(_) => link.lost(live.number),
            }
        }
    }
}
