//! A client's side of TLS: which servers it trusts, and its own certificate. Configured by users, through
//! `Connect::tls`.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt;

use super::material::{Identity, Pem, Source};
use super::renew::{Recipe, Renewed};
use crate::grpc::{Result, Status};

/// A client's TLS: which authorities it trusts, and, for mutual TLS, its own certificate.
///
/// A target of the form `https://…` uses TLS by itself and trusts what the operating system does; this says more.
///
/// ```no_run
/// # mod shop { protocall::include_proto!(inline = r#"syntax = "proto3"; message Order {}
/// # service Shop { rpc Place(Order) returns (Order); }"#); }
/// # use shop::ShopClient;
/// use protocall::ClientTls;
///
/// let tls = ClientTls::new().ca("our-authority.crt").identity("client.crt", "client.key");
/// let shop = ShopClient::connect("https://shop.prod").tls(tls).build()?;
/// # Ok::<(), protocall::Status>(())
/// ```
///
/// Files are PEM. They are read again when a connection is made, at most once a second.
#[must_use = "it is given to `Connect::tls`"]
#[derive(Clone, Default)]
pub struct ClientTls {
    settings: Settings,
    own: Option<Arc<ClientConfig>>,
    server_name: Option<String>,
}

#[derive(Clone, Default)]
struct Settings {
    roots: Roots,
    identity: Option<Identity<Source>>,
    protocol: Protocol,
}

/// What a client speaks inside of TLS.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Protocol {
    #[default]
    Http2,
    #[cfg(feature = "web")]
    Http1,
}

impl Protocol {
    /// Its name in ALPN.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Http2 => "h2",
            #[cfg(feature = "web")]
            Self::Http1 => "http/1.1",
        }
    }

    /// Whether a server that has chosen this in ALPN, or nothing, speaks it.
    pub(crate) fn is_chosen(self, chosen: Option<&[u8]>) -> bool {
        match (self, chosen) {
            (_, Some(chosen)) => chosen == self.name().as_bytes(),
            (Self::Http2, None) => false,
            // What was spoken before there was ALPN.
            #[cfg(feature = "web")]
            (Self::Http1, None) => true,
        }
    }
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Http2 => "HTTP/2",
            #[cfg(feature = "web")]
            Self::Http1 => "HTTP/1.1",
        })
    }
}

/// Which servers are trusted.
#[derive(Clone, Default)]
enum Roots {
    #[default]
    Platform,
    Webpki,
    Own(Vec<Source>),
}

impl ClientTls {
    /// Trusts the authorities that the operating system trusts, and shows no certificate.
    pub fn new() -> Self {
        Self::default()
    }

    /// A configuration of rustls, used as it is, but that what the client speaks is added where it names no ALPN
    /// protocol: `h2`, or `http/1.1` where that was asked for.
    pub fn from_config(config: impl Into<Arc<ClientConfig>>) -> Self {
        Self { own: Some(config.into()), ..Self::default() }
    }

    /// Trusts the authorities in this PEM file, and no others. May be called several times.
    pub fn ca(self, path: impl AsRef<Path>) -> Self {
        self.trust(Source::file(path.as_ref()))
    }

    /// As [`ClientTls::ca`], with the PEM text itself.
    pub fn ca_pem(self, pem: impl Into<Bytes>) -> Self {
        self.trust(Source::Memory(pem.into()))
    }

    fn trust(mut self, source: Source) -> Self {
        match &mut self.settings.roots {
            Roots::Own(sources) => sources.push(source),
            other => *other = Roots::Own(vec![source]),
        }
        self
    }

    /// Trusts the authorities that Mozilla does, as they were when this was built: for systems that have no list of
    /// their own, as small containers.
    pub fn webpki_roots(mut self) -> Self {
        self.settings.roots = Roots::Webpki;
        self
    }

    /// Shows servers that ask for it this certificate: a PEM file with the chain, the client's own first, and one with
    /// its private key.
    pub fn identity(mut self, certificate: impl AsRef<Path>, key: impl AsRef<Path>) -> Self {
        self.settings.identity = Some((Source::file(certificate.as_ref()), Source::file(key.as_ref())));
        self
    }

    /// As [`ClientTls::identity`], with the PEM text itself.
    pub fn identity_pem(mut self, certificate: impl Into<Bytes>, key: impl Into<Bytes>) -> Self {
        self.settings.identity = Some((Source::Memory(certificate.into()), Source::Memory(key.into())));
        self
    }

    /// The name that the server's certificate must be for: the target's host unless set.
    pub fn server_name(mut self, name: impl Into<String>) -> Self {
        self.server_name = Some(name.into());
        self
    }

    /// The configuration for connections to `host` that speak `protocol`, and the name that is verified.
    pub(crate) fn build(
        mut self,
        host: &str,
        protocol: Protocol,
    ) -> Result<(Renewed<ClientConfig>, ServerName<'static>)> {
        self.settings.protocol = protocol;
        let name = self.server_name.unwrap_or_else(|| host.to_owned());
        let name = ServerName::try_from(name.clone()).map_err(|_| {
            Status::invalid_argument(format!("cannot use TLS with {name:?}: it is no name of a server"))
        })?;
        let config = match self.own {
            None => Renewed::new(self.settings, None)?,
            Some(config) if config.alpn_protocols.is_empty() => {
                let mut config = ClientConfig::clone(&config);
                config.alpn_protocols.push(protocol.name().into());
                Renewed::fixed(Arc::new(config))
            }
            Some(config) => Renewed::fixed(config),
        };
        Ok((config, name))
    }
}

impl fmt::Debug for ClientTls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let roots = match &self.settings.roots {
            Roots::Platform => "the platform's",
            Roots::Webpki => "Mozilla's",
            Roots::Own(_) => "own",
        };
        f.debug_struct("ClientTls")
            .field("roots", &roots)
            .field("has_identity", &self.settings.identity.is_some())
            .field("server_name", &self.server_name)
            .finish_non_exhaustive()
    }
}

/// What a client's files hold.
#[derive(PartialEq)]
pub(super) struct ClientRead {
    roots: Vec<Pem>,
    identity: Option<Identity<Pem>>,
}

impl Recipe for Settings {
    type Read = ClientRead;
    type Config = ClientConfig;

    fn may_change(&self) -> bool {
        let roots = if let Roots::Own(sources) = &self.roots { sources.as_slice() } else { &[] };
        let identity = self.identity.iter().flat_map(|(certificate, key)| [certificate, key]);
        identity.chain(roots).any(|source| matches!(source, Source::File(_)))
    }

    fn read(&self) -> Result<ClientRead> {
        let roots = match &self.roots {
            Roots::Own(sources) => sources.iter().map(Source::read).collect::<Result<_>>()?,
            Roots::Platform | Roots::Webpki => Vec::new(),
        };
        let identity = match &self.identity {
            Some((certificate, key)) => Some((certificate.read()?, key.read()?)),
            None => None,
        };
        Ok(ClientRead { roots, identity })
    }

    fn make(&self, read: &ClientRead) -> Result<ClientConfig> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(unusable)?;
        let builder = match &self.roots {
            Roots::Platform => builder.with_platform_verifier().map_err(unusable)?,
            Roots::Webpki => builder
                .with_root_certificates(RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() }),
            Roots::Own(_) => {
                let mut roots = RootCertStore::empty();
                read.roots.iter().try_for_each(|pem| pem.trust(&mut roots))?;
                builder.with_root_certificates(roots)
            }
        };
        let mut config = match &read.identity {
            None => builder.with_no_client_auth(),
            Some((certificate, key)) => builder
                .with_client_auth_cert(certificate.certificates()?, key.key()?)
                .map_err(|error| certificate.unfit(error))?,
        };
        config.alpn_protocols = vec![self.protocol.name().into()];
        Ok(config)
    }
}

fn unusable(error: rustls::Error) -> Status {
    Status::invalid_argument(format!("cannot set up TLS: {error}")).with_source(error)
}
