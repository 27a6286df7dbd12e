//! How a client's connections are opened, up to where HTTP/2 begins. Called by `connection`.

use std::fmt;
use std::net::SocketAddr;
use std::pin::Pin;

use tokio::net::{TcpStream, lookup_host};

use super::io::{Dialed, Stream};
#[cfg(feature = "tls")]
use super::secure::Secured;
use super::target::{Place, Target};
use crate::grpc::{Origin, Result, Status};

/// A connection that is being opened.
pub(super) type Dialing = Pin<Box<dyn Future<Output = Result<Dialed>> + Send>>;

/// Opens connections to one place.
pub(super) trait Dial: fmt::Debug + Send + Sync + 'static {
    fn dial(&self) -> Dialing;

    /// Whether nobody on the way can read what goes over them.
    fn is_secure(&self) -> bool;
}

/// Dials a target of the network or of this machine.
#[derive(Debug)]
pub(super) struct Dialer {
    pub(super) target: Target,
    #[cfg(feature = "tls")]
    pub(super) secured: Option<Secured>,
}

impl Dial for Dialer {
    fn is_secure(&self) -> bool {
        self.target.secure || !matches!(self.target.place, Place::Host { .. })
    }

    fn dial(&self) -> Dialing {
        let opening = open(self.target.place.clone());
        #[cfg(feature = "tls")]
        if let Some(secured) = self.secured.clone() {
            return Box::pin(async move { secured.connect(opening.await?).await });
        }
        Box::pin(async move { Ok(opening.await?.into()) })
    }
}

async fn open(place: Place) -> Result<Stream> {
    match &place {
        Place::Host { host, port } => {
            let addresses = lookup_host((host.as_str(), *port)).await.map_err(|error| {
                let text = format!("cannot resolve {host}: {error}");
                failed(Origin::Resolve, text).with_source(error)
            })?;
            Ok(Box::new(first_of(&place, addresses).await?))
        }
        #[cfg(unix)]
        Place::Unix(path) => {
            let stream = tokio::net::UnixStream::connect(path).await.map_err(|error| {
                failed(Origin::Connect, format!("cannot connect to {place}: {error}")).with_source(error)
            })?;
            Ok(Box::new(stream))
        }
    }
}

/// The first of these addresses that takes a connection.
async fn first_of(place: &Place, addresses: impl Iterator<Item = SocketAddr>) -> Result<TcpStream> {
    let mut failures = Vec::new();
    for address in addresses {
        match TcpStream::connect(address).await {
            Ok(stream) => {
                // Without it a small request would wait for the answer to the one before it.
                let _ = stream.set_nodelay(true);
                return Ok(stream);
            }
            Err(error) => failures.push((address, error)),
        }
    }
    let Some((address, error)) = failures.pop() else {
        return Err(failed(Origin::Resolve, format!("cannot resolve {place}: it has no address")));
    };
    let mut text = format!("cannot connect to {place}: ");
    for (address, error) in failures {
        text.push_str(&format!("{address}: {error}; "));
    }
    if place.to_string() != address.to_string() {
        text.push_str(&format!("{address}: "));
    }
    Err(failed(Origin::Connect, format!("{text}{error}")).with_source(error))
}

/// The status of a call for which there was no connection.
fn failed(origin: Origin, text: String) -> Status {
    Status::unavailable(text).with_origin(origin).unhandled()
}
