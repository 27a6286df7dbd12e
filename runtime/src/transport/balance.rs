//! The links to all servers of a name, and which of them takes a call. Asked by `http2`.

use std::net::SocketAddr;
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock, Weak};
use std::task::Poll;

use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep_until};

use super::connection::Settings;
use super::dial::Dialer;
use super::link::Signals;
use super::picked::Picked;
use super::pool::{Pool, Turn};
use super::resolve::{self, AnyResolver};
use super::state::State;
use crate::client::{Connectivity, Spread};
use crate::grpc::{Result, Status, random};

/// The connections to one server.
#[derive(Debug)]
struct Server {
    address: SocketAddr,
    pool: Arc<Pool>,
}

/// See the head of the file.
#[derive(Debug)]
pub(super) struct Balancer {
    resolver: Arc<dyn AnyResolver>,
    dialer: Dialer,
    settings: Arc<Settings>,
    signals: Arc<Signals>,
    spread: Spread,
    servers: RwLock<Arc<[Arc<Server>]>>,
    next: AtomicUsize,
    /// Why there are no addresses.
    unresolved: Mutex<Option<Status>>,
    /// What keeps the list up to date, since the first call.
    keeper: Mutex<Option<JoinHandle<()>>>,
}

impl Balancer {
    pub(super) fn new(
        resolver: Arc<dyn AnyResolver>,
        dialer: Dialer,
        settings: Arc<Settings>,
        spread: Spread,
    ) -> Arc<Self> {
        Arc::new(Self {
            resolver,
            dialer,
            settings,
            signals: Arc::default(),
            spread,
            servers: RwLock::new(Arc::new([])),
            next: AtomicUsize::new(0),
            unresolved: Mutex::new(None),
            keeper: Mutex::new(None),
        })
    }

    pub(super) fn signals(&self) -> &Signals {
        &self.signals
    }

    /// A connection to one of the servers. Waits for one while there is hope; in vain, too, if it `waits`.
    pub(super) async fn pick(self: &Arc<Self>, waits: bool) -> Result<Picked> {
        if let Turn::Ready(picked) = self.turn() {
            return Ok(picked);
        }
        let mut changes = self.signals.changes.subscribe();
        loop {
            changes.borrow_and_update();
            self.keep();
            if let Turn::Ready(picked) = self.turn() {
                return Ok(picked);
            }
            if !waits && let Some(failure) = self.failure() {
                return Err(failure);
            }
            if changes.changed().await.is_err() {
                return Err(Status::internal("the client is gone"));
            }
        }
    }

    /// How it is with all servers together: as good as with the best.
    pub(super) fn connectivity(&self) -> Connectivity {
        let states: Vec<_> = self.servers().iter().map(|server| server.pool.state()).collect();
        let any = |is: fn(&State) -> bool| states.iter().any(is);
        if any(|state| matches!(state, State::Ready(_))) {
            Connectivity::Ready
        } else if self.failure().is_some() {
            Connectivity::TransientFailure
        } else if any(|state| !matches!(state, State::Idle)) || (states.is_empty() && self.is_kept()) {
            Connectivity::Connecting
        } else {
            Connectivity::Idle
        }
    }

    fn servers(&self) -> Arc<[Arc<Server>]> {
        Arc::clone(&self.servers.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// A connection to the server whose turn it is.
    fn turn(&self) -> Turn {
        let servers = self.servers();
        let server = match self.spread {
            Spread::LeastRequest => least_busy(&servers),
            Spread::RoundRobin | Spread::PickFirst => self.next_ready(&servers),
        };
        server.map_or(Turn::None, |server| server.pool.turn())
    }

    /// Those that are not ready take no turn: so the turns of the others stay equal.
    fn next_ready<'a>(&self, servers: &'a [Arc<Server>]) -> Option<&'a Arc<Server>> {
        (0..servers.len()).find_map(|_| {
            let turn = self.next.fetch_add(1, Ordering::Relaxed);
            servers.get(turn % servers.len()).filter(|server| server.pool.is_awake())
        })
    }

    /// Why there is no connection, once every server has failed since it was last connected.
    fn failure(&self) -> Option<Status> {
        let servers = self.servers();
        if servers.is_empty() {
            return self.unresolved.lock().unwrap_or_else(PoisonError::into_inner).clone();
        }
        let mut last = None;
        for server in servers.iter() {
            last = Some(server.pool.state().failure()?.clone());
        }
        last
    }

    fn is_kept(&self) -> bool {
        let keeper = self.keeper.lock().unwrap_or_else(PoisonError::into_inner);
        keeper.as_ref().is_some_and(|keeper| !keeper.is_finished())
    }

    /// Begins to keep the list of servers, and their connections.
    pub(super) fn keep(self: &Arc<Self>) {
        let mut keeper = self.keeper.lock().unwrap_or_else(PoisonError::into_inner);
        // One that has ended did so with its runtime: this call is on another.
        if keeper.as_ref().is_none_or(JoinHandle::is_finished) {
            *keeper = Some(tokio::spawn(keep(Arc::downgrade(self))));
            drop(keeper);
            for server in self.servers().iter() {
                server.pool.connect();
            }
        }
    }

    /// Lets go of the addresses where nobody calls and all connections were let go of: whoever calls next asks for new ones.
    fn forget_if_idle(&self) -> bool {
        // Held as long as it takes, so that a call that misses the addresses finds no keeper either.
        let mut keeper = self.keeper.lock().unwrap_or_else(PoisonError::into_inner);
        let servers = self.servers();
        let is_idle = !servers.is_empty() && servers.iter().all(|server| server.pool.is_idle());
        if is_idle {
            *self.servers.write().unwrap_or_else(PoisonError::into_inner) = Arc::new([]);
            *self.unresolved.lock().unwrap_or_else(PoisonError::into_inner) = None;
            *keeper = None;
            drop(keeper);
            self.signals.changes.send_modify(|count| *count = count.wrapping_add(1));
        }
        is_idle
    }

    /// Takes over a list of addresses, or notes that there is none. The links to servers that were there before stay.
    fn update(&self, found: Result<Vec<SocketAddr>>) -> bool {
        let is_found = found.is_ok();
        match found {
            Ok(addresses) => self.replace(addresses),
            // Addresses that were good a moment ago are better than none.
            Err(status) => *self.unresolved.lock().unwrap_or_else(PoisonError::into_inner) = Some(status),
        }
        self.signals.changes.send_modify(|count| *count = count.wrapping_add(1));
        is_found
    }

    fn replace(&self, mut addresses: Vec<SocketAddr>) {
        let mut seen = std::collections::HashSet::new();
        addresses.retain(|address| seen.insert(*address));
        let old = self.servers();
        let new: Arc<[Arc<Server>]> = addresses
            .into_iter()
            .map(|address| {
                let known = old.iter().find(|server| server.address == address);
                known.map_or_else(|| Arc::new(self.server(address)), Arc::clone)
            })
            .collect();
        *self.servers.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&new);
        for server in new.iter() {
            server.pool.connect();
        }
    }

    fn server(&self, address: SocketAddr) -> Server {
        let dial = Arc::new(self.dialer.to(address));
        Server { address, pool: Pool::kept(dial, &self.settings, &self.signals) }
    }
}

impl Drop for Balancer {
    fn drop(&mut self) {
        let keeper = self.keeper.get_mut().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(keeper) = keeper {
            keeper.abort();
        }
    }
}

/// "The power of two choices": nearly as even as the least busy of all, without asking all.
fn least_busy(servers: &[Arc<Server>]) -> Option<&Arc<Server>> {
    let ready: Vec<_> = servers.iter().filter(|server| server.pool.is_awake()).collect();
    let count = u64::try_from(ready.len()).unwrap_or(u64::MAX);
    if count < 2 {
        return ready.first().copied();
    }
    let random = random();
    // Two different ones: the second is any but the first.
    let first = random % count;
    let second = (first + 1 + (random >> 32) % (count - 1)) % count;
    let place = |number: u64| usize::try_from(number).ok().and_then(|place| ready.get(place)).copied();
    place(first).into_iter().chain(place(second)).min_by_key(|server| server.pool.calls())
}

/// Asks for the addresses whenever they may have changed, as long as the client is there.
async fn keep(balancer: Weak<Balancer>) {
    let (mut failures, mut is_first) = (0, true);
    while let Some(kept) = balancer.upgrade() {
        if !std::mem::take(&mut is_first) && kept.forget_if_idle() {
            return;
        }
        let (resolver, signals) = (Arc::clone(&kept.resolver), Arc::clone(&kept.signals));
        let (backoff, interval) = (kept.settings.backoff, kept.settings.resolve_interval);
        drop(kept);
        // Begun before the addresses are asked for, so that no change between is missed.
        let mut changed = pin!(resolver.changed());
        let mut has_changed = false;
        let mut resolving = pin!(resolve::addresses(&*resolver));
        let found = std::future::poll_fn(|cx| {
            has_changed = has_changed || changed.as_mut().poll(cx).is_ready();
            resolving.as_mut().poll(cx)
        })
        .await;
        let Some(kept) = balancer.upgrade() else { return };
        let is_found = kept.update(found);
        drop(kept);
        let pause = if is_found { interval } else { backoff.delay(failures) };
        failures = if is_found { 0 } else { failures.saturating_add(1) };
        if has_changed {
            continue;
        }
        let again = Instant::now() + pause;
        let is_old = async {
            sleep_until(again).await;
            if is_found {
                signals.stale.notified().await;
            }
        };
        let mut is_old = pin!(is_old);
        std::future::poll_fn(|cx| match changed.as_mut().poll(cx) {
            Poll::Ready(()) => Poll::Ready(()),
            Poll::Pending => is_old.as_mut().poll(cx),
        })
        .await;
    }
}
