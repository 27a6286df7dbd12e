//! Certificates for the tests of TLS: an authority that signs, and what it has signed. Made anew in each test.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::SystemTime;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd};
use time::OffsetDateTime;

/// An authority of its own.
pub struct Authority(CertifiedIssuer<'static, KeyPair>);

/// A certificate and its key, as PEM text.
#[derive(Clone, Debug)]
pub struct Identity {
    /// The certificate.
    pub certificate: String,
    /// Its private key.
    pub key: String,
}

impl Default for Authority {
    fn default() -> Self {
        Self::new()
    }
}

impl Authority {
    /// An authority that nobody trusts yet.
    ///
    /// # Panics
    /// When the cryptography fails.
    pub fn new() -> Self {
        let mut params = CertificateParams::new(Vec::<String>::new()).expect("no names are good names");
        // Two authorities of one name could not be told apart.
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("authority {}", COUNT.fetch_add(1, Ordering::Relaxed));
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("a key can be made");
        Self(CertifiedIssuer::self_signed(params, key).expect("an authority can sign itself"))
    }

    /// Its own certificate, for those who trust it.
    pub fn pem(&self) -> String {
        self.0.pem()
    }

    /// Its own certificate and key, as if it were a server.
    pub fn identity(&self) -> Identity {
        Identity { certificate: self.pem(), key: self.0.key().serialize_pem() }
    }

    /// A certificate for `name`, good for years.
    pub fn sign(&self, name: &str) -> Identity {
        self.sign_until(name, date_time_ymd(2100, 1, 1))
    }

    /// A certificate for `name` that ended long ago.
    pub fn sign_expired(&self, name: &str) -> Identity {
        self.sign_until(name, date_time_ymd(2001, 1, 1))
    }

    /// A certificate for `name` that is good until then.
    pub fn sign_to(&self, name: &str, end: SystemTime) -> Identity {
        self.sign_until(name, end.into())
    }

    fn sign_until(&self, name: &str, end: OffsetDateTime) -> Identity {
        let mut params = CertificateParams::new(vec![name.to_owned()]).expect("the tests' names are good");
        params.not_before = date_time_ymd(2000, 1, 1);
        params.not_after = end;
        let key = KeyPair::generate().expect("a key can be made");
        let certificate = params.signed_by(&key, &self.0).expect("the authority can sign");
        Identity { certificate: certificate.pem(), key: key.serialize_pem() }
    }
}

/// A folder for one test's files. Removed with the value.
#[derive(Debug)]
pub struct Folder(PathBuf);

impl Default for Folder {
    fn default() -> Self {
        Self::new()
    }
}

impl Folder {
    /// A new one.
    ///
    /// # Panics
    /// When it cannot be made.
    pub fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("protocall-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).expect("the folder can be made");
        Self(path)
    }

    /// The path of a file in it.
    pub fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// Writes a file, as those do who renew certificates: whole, or not at all.
    ///
    /// # Panics
    /// When it cannot be written.
    pub fn write(&self, name: &str, text: &str) -> PathBuf {
        let (path, fresh) = (self.path(name), self.path("fresh"));
        std::fs::write(&fresh, text).expect("the file can be written");
        std::fs::rename(&fresh, &path).expect("the file can be put in place");
        path
    }
}

impl AsRef<Path> for Folder {
    fn as_ref(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
