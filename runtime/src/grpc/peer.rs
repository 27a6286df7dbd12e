//! Who is on the other side of a server's connection. Made by `transport`, read by handlers.

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;

/// Who called.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Peer {
    place: Place,
    certificates: Option<Arc<[Certificate]>>,
    /// Whether the connection is TLS.
    tls: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Place {
    #[default]
    InProcess,
    #[cfg(feature = "tower")]
    Unknown,
    Address(SocketAddr),
    UnixSocket,
}

impl Peer {
    /// A caller at this address: for listeners of your own.
    pub fn at(address: SocketAddr) -> Self {
        Self { place: Place::Address(address), ..Self::default() }
    }

    /// A caller on a Unix socket, which has no address. An authority that is a path, percent-encoded, is taken from it as
    /// `Server::serve_unix` tells.
    pub fn on_unix_socket() -> Self {
        Self { place: Place::UnixSocket, ..Self::default() }
    }

    #[cfg(feature = "server")]
    pub(crate) fn is_on_unix_socket(&self) -> bool {
        self.place == Place::UnixSocket
    }

    /// A caller of whom another HTTP server tells nothing.
    #[cfg(feature = "tower")]
    pub(crate) fn unknown() -> Self {
        Self { place: Place::Unknown, ..Self::default() }
    }

    #[cfg(feature = "tls")]
    pub(crate) fn by_tls(mut self, chain: Vec<Certificate>) -> Self {
        self.tls = true;
        self.certificates = (!chain.is_empty()).then(|| chain.into());
        self
    }

    /// The caller's address and port; `None` where the connection is no network socket.
    pub fn address(&self) -> Option<SocketAddr> {
        match self.place {
            Place::Address(address) => Some(address),
            _ => None,
        }
    }

    /// Whether nobody on the way can read what the caller sends: it comes by TLS, over a Unix socket, or through no
    /// network at all.
    pub fn is_secure(&self) -> bool {
        self.tls || matches!(self.place, Place::InProcess | Place::UnixSocket)
    }

    /// The certificates that the caller has shown, its own first: verified against the authorities of the server's
    /// `client_ca`. Empty without mutual TLS.
    pub fn certificates(&self) -> &[Certificate] {
        self.certificates.as_deref().unwrap_or_default()
    }
}

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.place {
            Place::Address(address) => address.fmt(f),
            Place::InProcess => f.write_str("in process"),
            #[cfg(feature = "tower")]
            Place::Unknown => f.write_str("unknown"),
            Place::UnixSocket => f.write_str("on a Unix socket"),
        }
    }
}

/// A certificate of a caller, X.509 in DER form.
#[derive(Clone, PartialEq, Eq)]
pub struct Certificate(Bytes);

impl Certificate {
    #[cfg(feature = "tls")]
    pub(crate) fn new(der: impl Into<Bytes>) -> Self {
        Self(der.into())
    }

    /// The certificate itself, for parsers of X.509.
    pub fn der(&self) -> &Bytes {
        &self.0
    }

    /// The DNS names among the certificate's subject alternative names. A common name is none of them.
    #[cfg(feature = "tls")]
    pub fn dns_names(&self) -> Vec<String> {
        self.names(|certificate| certificate.valid_dns_names().map(str::to_owned).collect())
    }

    /// The URIs among the certificate's subject alternative names, as SPIFFE identities are.
    #[cfg(feature = "tls")]
    pub fn uri_names(&self) -> Vec<String> {
        self.names(|certificate| certificate.valid_uri_names().map(str::to_owned).collect())
    }

    #[cfg(feature = "tls")]
    fn names(&self, read: impl FnOnce(&webpki::EndEntityCert<'_>) -> Vec<String>) -> Vec<String> {
        let der = rustls::pki_types::CertificateDer::from(&self.0[..]);
        webpki::EndEntityCert::try_from(&der).map(|certificate| read(&certificate)).unwrap_or_default()
    }
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Certificate({} bytes)", self.0.len())
    }
}
