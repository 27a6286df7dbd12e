//! A server's side of TLS: its certificate, and which clients it takes. Configured by users, through `Server::tls`.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use rustls::server::{VerifierBuilderError, WebPkiClientVerifier};
use rustls::{RootCertStore, ServerConfig};

use super::material::{Identity, Pem, Source};
use super::renew::{Notice, Recipe, Renewed};
use crate::grpc::{Result, Status};

/// A server's TLS: its certificate with its key, and, for mutual TLS, the authorities whose clients it takes.
///
/// ```no_run
/// # async fn run(server: protocall::Server) -> protocall::Result<()> {
/// use protocall::Tls;
///
/// let tls = Tls::files("server.crt", "server.key").client_ca("clients.crt");
/// server.tls(tls).serve("[::]:443").await
/// # }
/// ```
///
/// Files are PEM. They are read again when a client connects, at most once a second: a certificate, key or authority
/// that was replaced is used by the connections that are made from then on, and those that are open go on. While what
/// lies there is unfit, say a new certificate whose key has not come yet, the old one is used on.
///
/// TLS 1.2 and 1.3, and HTTP/2 by ALPN. A client that says nothing of ALPN is taken too; one that offers other protocols
/// only is refused.
#[must_use = "it is given to `Server::tls`"]
#[derive(Clone)]
pub struct Tls {
    choice: Choice,
    refused: Option<Refused>,
}

/// What is told of handshakes that have failed.
pub(crate) type Refused = Arc<dyn Fn(&Status) + Send + Sync>;

#[derive(Clone)]
enum Choice {
    Made(Settings),
    Own(Arc<ServerConfig>),
}

#[derive(Clone)]
struct Settings {
    identity: Identity<Source>,
    client_ca: Vec<Source>,
    optional: bool,
    /// Whether HTTP/1.1 is spoken, too.
    http1: bool,
    notice: Option<Notice>,
}

impl Tls {
    /// A certificate chain, the server's own certificate first, and its private key, each a file in PEM form.
    pub fn files(certificate: impl AsRef<Path>, key: impl AsRef<Path>) -> Self {
        Self::new((Source::file(certificate.as_ref()), Source::file(key.as_ref())))
    }

    /// As [`Tls::files`], with the PEM text itself.
    pub fn pem(certificate: impl Into<Bytes>, key: impl Into<Bytes>) -> Self {
        Self::new((Source::Memory(certificate.into()), Source::Memory(key.into())))
    }

    fn new(identity: Identity<Source>) -> Self {
        Self::chosen(Choice::Made(Settings {
            identity,
            client_ca: Vec::new(),
            optional: false,
            http1: false,
            notice: None,
        }))
    }

    fn chosen(choice: Choice) -> Self {
        Self { choice, refused: None }
    }

    /// A configuration of rustls, used as it is, but that the protocols which the server speaks are added where it
    /// names none for ALPN. For other
    /// cryptography, certificates by name, or verifiers of your own.
    pub fn from_config(config: impl Into<Arc<ServerConfig>>) -> Self {
        Self::chosen(Choice::Own(config.into()))
    }

    fn set(mut self, set: impl FnOnce(&mut Settings)) -> Self {
        // A configuration of the user's says all of this by itself.
        if let Choice::Made(settings) = &mut self.choice {
            set(settings);
        }
        self
    }

    /// Takes only clients with a certificate that one of the authorities in this PEM file has signed: mutual TLS. May be
    /// called several times. Without effect on [`Tls::from_config`], as are the methods below but [`Tls::on_refused`].
    pub fn client_ca(self, path: impl AsRef<Path>) -> Self {
        self.set(|settings| settings.client_ca.push(Source::file(path.as_ref())))
    }

    /// As [`Tls::client_ca`], with the PEM text itself.
    pub fn client_ca_pem(self, pem: impl Into<Bytes>) -> Self {
        self.set(|settings| settings.client_ca.push(Source::Memory(pem.into())))
    }

    /// Takes clients without a certificate too. One that is shown must still be good;
    /// [`Peer::certificates`](crate::Peer::certificates) tells whether there was one.
    pub fn client_certificate_optional(self) -> Self {
        self.set(|settings| settings.optional = true)
    }

    /// Calls `notice` after each reading of files that had changed: with the reason if they are of no use. From a
    /// thread that may block.
    pub fn on_reload(self, notice: impl Fn(&Result<()>) + Send + Sync + 'static) -> Self {
        self.set(|settings| settings.notice = Some(Arc::new(notice)))
    }

    /// Calls `notice` after each handshake that has failed, with the address of the client and the reason: it has shown
    /// no certificate, or one that does not count, or does not trust the server's, or speaks no TLS, or has taken too
    /// long. No call has been made then, so no interceptor hears of it. Must not block.
    ///
    /// ```
    /// # use protocall::Tls;
    /// let tls = Tls::files("server.crt", "server.key").client_ca("clients.crt");
    /// let tls = tls.on_refused(|why| eprintln!("{}", why.message()));
    /// # drop(tls);
    /// ```
    pub fn on_refused(mut self, notice: impl Fn(&Status) + Send + Sync + 'static) -> Self {
        self.refused = Some(Arc::new(notice));
        self
    }

    /// What is told of handshakes that have failed.
    pub(crate) fn refused(&self) -> Option<Refused> {
        self.refused.clone()
    }

    /// The configuration, for HTTP/1.1 too where that is spoken.
    pub(crate) fn build(self, http1: bool) -> Result<Renewed<ServerConfig>> {
        match self.choice {
            Choice::Made(mut settings) => {
                settings.http1 = http1;
                let notice = settings.notice.clone();
                Renewed::new(settings, notice)
            }
            Choice::Own(config) if config.alpn_protocols.is_empty() => {
                let mut config = ServerConfig::clone(&config);
                config.alpn_protocols = protocols(http1);
                Ok(Renewed::fixed(Arc::new(config)))
            }
            Choice::Own(config) => Ok(Renewed::fixed(config)),
        }
    }
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // No keys in logs.
        match &self.choice {
            Choice::Made(settings) => f
                .debug_struct("Tls")
                .field("client_authorities", &settings.client_ca.len())
                .field("client_certificate_optional", &settings.optional)
                .finish_non_exhaustive(),
            Choice::Own(_) => f.write_str("Tls(rustls::ServerConfig)"),
        }
    }
}

/// What a server's files hold.
#[derive(PartialEq)]
pub(super) struct ServerRead {
    identity: Identity<Pem>,
    client_ca: Vec<Pem>,
}

impl Recipe for Settings {
    type Read = ServerRead;
    type Config = ServerConfig;

    fn may_change(&self) -> bool {
        let (certificate, key) = &self.identity;
        [certificate, key].into_iter().chain(&self.client_ca).any(|source| matches!(source, Source::File(_)))
    }

    fn read(&self) -> Result<ServerRead> {
        let (certificate, key) = &self.identity;
        let client_ca = self.client_ca.iter().map(Source::read).collect::<Result<_>>()?;
        Ok(ServerRead { identity: (certificate.read()?, key.read()?), client_ca })
    }

    fn make(&self, read: &ServerRead) -> Result<ServerConfig> {
        let (certificate, key) = &read.identity;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .map_err(|error| certificate.unfit(error))?;
        let builder = if read.client_ca.is_empty() {
            builder.with_no_client_auth()
        } else {
            let mut roots = RootCertStore::empty();
            read.client_ca.iter().try_for_each(|pem| pem.trust(&mut roots))?;
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
            let verifier = if self.optional { verifier.allow_unauthenticated() } else { verifier };
            builder.with_client_cert_verifier(verifier.build().map_err(unverifiable)?)
        };
        let mut config = builder
            .with_single_cert(certificate.certificates()?, key.key()?)
            .map_err(|error| certificate.unfit(error))?;
        config.alpn_protocols = protocols(self.http1);
        Ok(config)
    }
}

/// The names of what is spoken, in ALPN, the best one first.
fn protocols(http1: bool) -> Vec<Vec<u8>> {
    let http1 = http1.then(|| b"http/1.1".to_vec());
    [b"h2".to_vec()].into_iter().chain(http1).collect()
}

fn unverifiable(error: VerifierBuilderError) -> Status {
    Status::invalid_argument(format!("cannot verify clients: {error}")).with_source(error)
}
