//! Where certificates and keys come from, and what is in them. Used by both sides.

use std::path::{Path, PathBuf};

use bytes::Bytes;
use rustls::RootCertStore;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::reason::reason;
use crate::grpc::{Result, Status};

/// A place that PEM text comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Source {
    File(PathBuf),
    Memory(Bytes),
}

impl Source {
    pub(super) fn file(path: &Path) -> Self {
        Self::File(path.to_owned())
    }

    /// What is there now, with a name for errors.
    pub(super) fn read(&self) -> Result<Pem> {
        match self {
            Self::Memory(bytes) => Ok(Pem { name: "the PEM text".to_owned(), bytes: bytes.clone() }),
            Self::File(path) => match std::fs::read(path) {
                Ok(bytes) => Ok(Pem { name: path.display().to_string(), bytes: bytes.into() }),
                Err(error) => {
                    let text = format!("cannot read {}: {error}", path.display());
                    Err(Status::invalid_argument(text).with_source(error))
                }
            },
        }
    }
}

/// PEM text that was read.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Pem {
    name: String,
    bytes: Bytes,
}

/// A certificate chain and its key.
pub(super) type Identity<T> = (T, T);

impl Pem {
    pub(super) fn certificates(&self) -> Result<Vec<CertificateDer<'static>>> {
        let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&self.bytes).collect();
        match found {
            Ok(found) if found.is_empty() => Err(self.wrong("it has no CERTIFICATE in PEM form")),
            Ok(found) => Ok(found),
            Err(error) => Err(self.wrong(&error.to_string())),
        }
    }

    pub(super) fn key(&self) -> Result<PrivateKeyDer<'static>> {
        PrivateKeyDer::from_pem_slice(&self.bytes).map_err(|error| match error {
            rustls::pki_types::pem::Error::NoItemsFound => {
                self.wrong("it has no PRIVATE KEY in PEM form (an encrypted one cannot be read)")
            }
            other => self.wrong(&other.to_string()),
        })
    }

    /// Adds the certificates in here to whom is trusted.
    pub(super) fn trust(&self, roots: &mut RootCertStore) -> Result<()> {
        for certificate in self.certificates()? {
            roots
                .add(certificate)
                .map_err(|error| self.wrong(&format!("a certificate in it is no authority: {error}")))?;
        }
        Ok(())
    }

    fn wrong(&self, why: &str) -> Status {
        Status::invalid_argument(format!("cannot use {}: {why}", self.name))
    }

    /// What rustls has against a certificate and its key.
    pub(super) fn unfit(&self, error: rustls::Error) -> Status {
        let why = match &error {
            rustls::Error::InconsistentKeys(_) => {
                "the private key is not the one of the certificate".to_owned()
            }
            other => reason(other).map_or_else(|| other.to_string(), str::to_owned),
        };
        self.wrong(&why).with_source(error)
    }
}
