//! How a client's connections are opened, up to where HTTP/2 begins. Called by `connection`.

use std::fmt;
use std::net::SocketAddr;
#[cfg(unix)]
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;

use super::io::{Dialed, Stream};
use super::race::{self, Failures};
use super::resolve::{self, AnyResolver};
#[cfg(feature = "tls")]
use super::secure::Secured;
use crate::grpc::{Origin, Reach, Result, Status};

/// A connection that is being opened.
pub(super) type Dialing = Pin<Box<dyn Future<Output = Result<Dialed>> + Send>>;

/// Opens connections to one place.
pub(super) trait Dial: fmt::Debug + Send + Sync + 'static {
    fn dial(&self) -> Dialing;

    /// The place, for people.
    fn name(&self) -> &str;

    /// Whether nobody on the way can read what goes over them.
    fn is_secure(&self) -> bool;
}

/// What a socket is opened to.
#[derive(Clone, Debug)]
pub(super) enum Place {
    /// The first of a resolver's addresses that takes a connection.
    Named(Arc<dyn AnyResolver>),
    Address(SocketAddr),
    /// A socket in the file system.
    #[cfg(unix)]
    Unix(PathBuf),
}

/// Dials a place of the network or of this machine.
#[derive(Clone, Debug)]
pub(super) struct Dialer {
    pub(super) place: Place,
    /// The place, for people.
    pub(super) name: Arc<str>,
    #[cfg(feature = "tls")]
    pub(super) secured: Option<Secured>,
}

impl Dialer {
    /// To one address of what this one dials.
    pub(super) fn to(&self, address: SocketAddr) -> Self {
        Self {
            place: Place::Address(address),
            name: address.to_string().into(),
            #[cfg(feature = "tls")]
            secured: self.secured.clone(),
        }
    }
}

impl Dial for Dialer {
    fn is_secure(&self) -> bool {
        #[cfg(feature = "tls")]
        if self.secured.is_some() {
            return true;
        }
        !matches!(self.place, Place::Named(_) | Place::Address(_))
    }

    fn name(&self) -> &str {
        &self.name
    }

    fn dial(&self) -> Dialing {
        let opening = open(self.place.clone(), Arc::clone(&self.name));
        #[cfg(feature = "tls")]
        if let Some(secured) = self.secured.clone() {
            return Box::pin(async move { secured.connect(opening.await?).await });
        }
        Box::pin(async move { Ok(opening.await?.into()) })
    }
}

async fn open(place: Place, name: Arc<str>) -> Result<Stream> {
    let addresses = match place {
        Place::Named(resolver) => resolve::addresses(&*resolver).await?,
        Place::Address(address) => vec![address],
        #[cfg(unix)]
        Place::Unix(path) => {
            let stream = tokio::net::UnixStream::connect(path)
                .await
                .map_err(|error| failed(format!("cannot connect to {name}: {error}")).with_source(error))?;
            return Ok(Box::new(stream));
        }
    };
    let stream = race::first(addresses).await.map_err(|failures| no_connection(&name, failures))?;
    // Without it a small request would wait for the answer to the one before it.
    let _ = stream.set_nodelay(true);
    Ok(Box::new(stream))
}

fn no_connection(name: &str, mut failures: Failures) -> Status {
    let Some((address, error)) = failures.pop() else {
        return failed(format!("cannot connect to {name}: it has no address"));
    };
    let mut text = format!("cannot connect to {name}: ");
    for (address, error) in failures {
        text.push_str(&format!("{address}: {error}; "));
    }
    if name != address.to_string() {
        text.push_str(&format!("{address}: "));
    }
    failed(format!("{text}{error}")).with_source(error)
}

/// The status of a call for which there was no connection.
fn failed(text: String) -> Status {
    Status::unavailable(text).with_origin(Origin::Connect).with_reach(Reach::NoConnection)
}
