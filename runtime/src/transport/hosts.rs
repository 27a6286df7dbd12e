//! The addresses of the hosts that a target names: asked of the operating system or of DNS, and not again for a while. The
//! resolver that `plan` takes where a user has none.

use std::net::SocketAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::net::lookup_host;
use tokio::sync::watch;
use tokio::time::{Instant, timeout_at};

#[cfg(feature = "dns")]
use super::dns;
use super::resolve::{Found, Resolver};
use super::target::{Asked, Host};
use crate::grpc::{Result, Status};

/// The shortest time that an answer is good for, whatever DNS says.
const SHORTEST: Duration = Duration::from_secs(1);

/// See the head of the file.
#[derive(Debug)]
pub(super) struct Hosts {
    hosts: Vec<Host>,
    /// How long they are not asked for again.
    interval: Duration,
    last: Mutex<Option<Answer>>,
    /// When the last answer has had its time.
    expiry: watch::Sender<Option<Instant>>,
}

#[derive(Debug)]
struct Answer {
    addresses: Vec<SocketAddr>,
    asked: Instant,
}

impl Hosts {
    pub(super) fn new(hosts: Vec<Host>, interval: Duration) -> Self {
        Self { hosts, interval, last: Mutex::new(None), expiry: watch::Sender::new(None) }
    }

    /// The last answer, if it is too early to ask again.
    fn recent(&self) -> Option<Vec<SocketAddr>> {
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let recent = last.as_ref().filter(|last| last.asked.elapsed() < self.interval);
        recent.map(|last| last.addresses.clone())
    }

    fn keep(&self, addresses: &[SocketAddr], asked: Instant, lifetime: Option<Duration>) {
        let addresses = addresses.to_vec();
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(Answer { addresses, asked });
        let lifetime = lifetime.map(|lifetime| lifetime.max(self.interval).max(SHORTEST));
        self.expiry.send_replace(lifetime.and_then(|lifetime| Instant::now().checked_add(lifetime)));
    }
}

impl Resolver for Hosts {
    async fn resolve(&self) -> Result<Vec<SocketAddr>> {
        if let Some(recent) = self.recent() {
            return Ok(recent);
        }
        let asked = Instant::now();
        let (mut addresses, mut lifetime) = (Vec::new(), None::<Duration>);
        for host in &self.hosts {
            let found = host.find().await?;
            lifetime = lifetime.into_iter().chain(found.lifetime).min();
            for address in found.addresses {
                let address = SocketAddr::new(address, host.port);
                if !addresses.contains(&address) {
                    addresses.push(address);
                }
            }
        }
        self.keep(&addresses, asked, lifetime);
        Ok(addresses)
    }

    /// Ready when the answer to what is asked next has had its time, or that of the last where it is still good.
    fn changed(&self) -> impl Future<Output = ()> + Send {
        let (mut expiry, began) = (self.expiry.subscribe(), Instant::now());
        async move {
            loop {
                let until = expiry.borrow_and_update().filter(|until| *until > began);
                let has_news = match until {
                    Some(until) => timeout_at(until, expiry.changed()).await,
                    None => Ok(expiry.changed().await),
                };
                match has_news {
                    Err(_) => return,
                    Ok(Ok(())) => {}
                    // Nobody asks any more.
                    Ok(Err(_)) => std::future::pending().await,
                }
            }
        }
    }
}

impl Host {
    async fn find(&self) -> Result<Found> {
        if let Ok(address) = self.name.parse() {
            return Ok(Found { addresses: vec![address], lifetime: None });
        }
        match self.asked {
            Asked::System => self.ask_system().await,
            #[cfg(feature = "dns")]
            Asked::Dns(server) => dns::find(&self.name, server).await,
        }
    }

    async fn ask_system(&self) -> Result<Found> {
        let found = lookup_host((self.name.as_str(), self.port)).await.map_err(|error| {
            Status::unavailable(format!("cannot resolve {}: {error}", self.name)).with_source(error)
        })?;
        Ok(Found { addresses: found.map(|address| address.ip()).collect(), lifetime: None })
    }
}
