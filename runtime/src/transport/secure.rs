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
use crate::grpc::{Origin, Reach, Result, Status};
#[cfg(feature = "client")]
use crate::tls::Protocol;
use crate::tls::Renewed;

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
            let why = refusal(&error).unwrap_or_else(|| super::fault::describe(&error));
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

#[cfg(feature = "client")]
fn failed(text: String) -> Status {
    Status::unavailable(text).with_origin(Origin::Tls).with_reach(Reach::NoConnection)
}

/// How long a client that was refused has to read why.
#[cfg(feature = "server")]
const FAREWELL: Duration = Duration::from_secs(1);

/// TLS over `stream`, and the certificates that the client has shown. `None` when the client is refused, and told why.
#[cfg(feature = "server")]
pub(super) async fn accept(
    config: &Renewed<rustls::ServerConfig>,
    stream: Stream,
) -> Option<(Stream, Vec<crate::grpc::Certificate>)> {
    let acceptor = tokio_rustls::TlsAcceptor::from(config.current().await);
    match acceptor.accept(stream).into_fallible().await {
        Ok(secured) => {
            let chain = secured.get_ref().1.peer_certificates().unwrap_or_default();
            let chain = chain
                .iter()
                .map(|certificate| crate::grpc::Certificate::new(certificate.as_ref().to_vec()))
                .collect();
            Some((Box::new(secured), chain))
        }
        Err((_, mut refused)) => {
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
