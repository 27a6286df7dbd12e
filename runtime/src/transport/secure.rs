//! The handshake of TLS, on both sides. Called by `dial` and `listen`.

#[cfg(feature = "server")]
use std::time::Duration;

#[cfg(feature = "client")]
use rustls::pki_types::ServerName;
#[cfg(feature = "server")]
use tokio::io::{AsyncReadExt, AsyncWriteExt};

#[cfg(feature = "client")]
use super::io::Dialed;
use super::io::Stream;
#[cfg(feature = "client")]
use super::watched::{Watched, refusal};
#[cfg(feature = "client")]
use crate::grpc::Reach;
#[cfg(feature = "server")]
use crate::grpc::{Certificate, Peer};
use crate::grpc::{Origin, Result, Status};
#[cfg(feature = "server")]
use crate::server::Router;
#[cfg(feature = "client")]
use crate::tls::Protocol;
use crate::tls::Renewed;
#[cfg(feature = "server")]
use crate::tls::{Refused, Tls};

/// How a client secures its connections.
#[cfg(feature = "client")]
#[derive(Clone, Debug)]
pub(super) struct Secured {
    pub(super) config: Renewed<rustls::ClientConfig>,
    pub(super) name: ServerName<'static>,
    /// What is spoken in them.
    pub(super) protocol: Protocol,
}

#[cfg(feature = "client")]
impl Secured {
    /// TLS over `stream`, with the server verified.
    pub(super) async fn connect(self, stream: Stream) -> Result<Dialed> {
        let connector = tokio_rustls::TlsConnector::from(self.config.current().await);
        let name = self.name.to_str().into_owned();
        let secured = connector.connect(self.name, stream).await.map_err(|error| {
            let why = refusal(&error).unwrap_or_else(|| why(&error));
            failed(format!("no TLS with {name}: {why}")).with_source(error)
        })?;
        let chosen = secured.get_ref().1.alpn_protocol();
        if self.protocol.is_chosen(chosen) {
            return Ok(Watched::over(secured, name));
        }
        let (wanted, called) = (self.protocol.name(), self.protocol);
        Err(failed(format!(
            "no TLS for {called} with {name}: the server did not choose {wanted} in the handshake (ALPN)"
        )))
    }
}

/// What has broken a handshake, in our words where those of rustls say little.
fn why(error: &std::io::Error) -> String {
    let reason = error.get_ref().and_then(|inner| crate::tls::reason(inner.downcast_ref()?));
    reason.map_or_else(|| super::fault::describe(error), str::to_owned)
}

#[cfg(feature = "client")]
fn failed(text: String) -> Status {
    Status::unavailable(text).with_origin(Origin::Tls).with_reach(Reach::NoConnection)
}

/// How long a client that was refused has to read why.
#[cfg(feature = "server")]
const FAREWELL: Duration = Duration::from_secs(1);

/// How a server secures its connections.
#[cfg(feature = "server")]
#[derive(Clone)]
pub(super) struct Gate {
    config: Renewed<rustls::ServerConfig>,
    /// How long a handshake may take.
    limit: Duration,
    refused: Option<Refused>,
}

#[cfg(feature = "server")]
impl Gate {
    pub(super) fn new(tls: Tls, router: &Router) -> Result<Self> {
        let (limit, refused) = (router.connections().handshake, tls.refused());
        Ok(Self { config: tls.build(router.speaks_http1())?, limit, refused })
    }

    /// TLS over `stream`, and the certificates that the client has shown. `None` when the client is refused, and told why.
    pub(super) async fn accept(&self, stream: Stream, peer: &Peer) -> Option<(Stream, Vec<Certificate>)> {
        let acceptor = tokio_rustls::TlsAcceptor::from(self.config.current().await);
        let handshake = tokio::time::timeout(self.limit, acceptor.accept(stream).into_fallible());
        match handshake.await {
            Ok(Ok(secured)) => {
                let chain = secured.get_ref().1.peer_certificates().unwrap_or_default();
                let chain = chain.iter().map(|certificate| Certificate::new(certificate.as_ref().to_vec()));
                let chain = chain.collect();
                Some((Box::new(secured), chain))
            }
            Err(_) => {
                let why = format!("the handshake was not over within {:?}", self.limit);
                self.tell(peer, std::io::Error::new(std::io::ErrorKind::TimedOut, why));
                None
            }
            Ok(Err((error, mut refused))) => {
                self.tell(peer, error);
                // A socket that is closed while bytes wait to be read is reset, and the reset overtakes the alert.
                let farewell = async {
                    refused.shutdown().await?;
                    let mut rest = [0; 1024];
                    while refused.read(&mut rest).await? > 0 {}
                    std::io::Result::Ok(())
                };
                let _ = tokio::time::timeout(FAREWELL, farewell).await;
                None
            }
        }
    }

    /// Tells why no handshake has come of a connection.
    fn tell(&self, peer: &Peer, error: std::io::Error) {
        let Some(refused) = &self.refused else { return };
        let name = peer.address().map_or_else(|| "a client".to_owned(), |address| address.to_string());
        let text = format!("no TLS with {name}: {}", why(&error));
        refused(&Status::unavailable(text).with_origin(Origin::Tls).with_source(error));
    }
}
