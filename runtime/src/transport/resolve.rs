//! From a name to the addresses of servers, once and again. Asked by `dial` and `balance`; implemented here for lists, by
//! `hosts` for names, and by users for what else there is.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use crate::grpc::{Origin, Reach, Result, Status};

/// Knows where servers are: one that asks a registry, reads a file, or watches Kubernetes.
///
/// ```
/// use std::net::SocketAddr;
/// use protocall::{Resolver, Result, Status};
///
/// #[derive(Debug)]
/// struct FromFile(std::path::PathBuf);
///
/// impl Resolver for FromFile {
///     async fn resolve(&self) -> Result<Vec<SocketAddr>> {
///         let text = protocall::tokio::task::block_in_place(|| std::fs::read_to_string(&self.0))
///             .map_err(|error| Status::unavailable(error.to_string()))?;
///         text.lines().map(|line| line.parse().map_err(|_| Status::unavailable("no address"))).collect()
///     }
/// }
/// ```
pub trait Resolver: fmt::Debug + Send + Sync + 'static {
    /// The addresses as they are now. Asked when the client is first called, when a connection is lost or cannot be
    /// opened, and after [`Resolver::changed`]; with waits between, if it fails. Clients that spread their calls let
    /// [`Connect::resolve_interval`](crate::Connect::resolve_interval) pass between two questions, but for changes.
    ///
    /// # Errors
    /// Calls that find no connection fail with the status, if there were no addresses before.
    fn resolve(&self) -> impl Future<Output = Result<Vec<SocketAddr>>> + Send;

    /// Ready when the addresses may have changed; never, unless implemented. Not asked by clients that use the first
    /// address only.
    fn changed(&self) -> impl Future<Output = ()> + Send {
        std::future::pending()
    }
}

/// A future of a resolver of any type.
type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A resolver of any type.
pub(super) trait AnyResolver: fmt::Debug + Send + Sync + 'static {
    fn resolve(&self) -> Boxed<'_, Result<Vec<SocketAddr>>>;
    fn changed(&self) -> Boxed<'_, ()>;
}

impl<R: Resolver> AnyResolver for R {
    fn resolve(&self) -> Boxed<'_, Result<Vec<SocketAddr>>> {
        Box::pin(Resolver::resolve(self))
    }

    fn changed(&self) -> Boxed<'_, ()> {
        Box::pin(Resolver::changed(self))
    }
}

/// The addresses of a resolver, of which there must be some.
pub(super) async fn addresses(resolver: &dyn AnyResolver) -> Result<Vec<SocketAddr>> {
    let found = resolver.resolve().await.and_then(|addresses| {
        if addresses.is_empty() { Err(Status::unavailable("there are no addresses")) } else { Ok(addresses) }
    });
    found.map_err(|status| status.with_origin(Origin::Resolve).with_reach(Reach::NoConnection))
}

/// A list of addresses that may be changed while clients use it: a [`Resolver`]. Clones are the same list.
#[derive(Clone, Debug)]
pub struct Addresses(Arc<watch::Sender<Vec<SocketAddr>>>);

impl Addresses {
    /// A list of these.
    pub fn new(addresses: impl IntoIterator<Item = SocketAddr>) -> Self {
        Self(Arc::new(watch::Sender::new(addresses.into_iter().collect())))
    }

    /// Replaces the list. Clients that spread their calls follow at once: calls that run on a server that is no more in
    /// the list go on.
    pub fn set(&self, addresses: impl IntoIterator<Item = SocketAddr>) {
        self.0.send_replace(addresses.into_iter().collect());
    }
}

impl Resolver for Addresses {
    async fn resolve(&self) -> Result<Vec<SocketAddr>> {
        Ok(self.0.borrow().clone())
    }

    fn changed(&self) -> impl Future<Output = ()> + Send {
        let mut list = self.0.subscribe();
        async move {
            // An error would mean that there will be no changes.
            if list.changed().await.is_err() {
                std::future::pending().await
            }
        }
    }
}

/// The addresses of one host.
pub(super) struct Found {
    pub(super) addresses: Vec<IpAddr>,
    /// How long they hold, if that is known.
    pub(super) lifetime: Option<Duration>,
}
