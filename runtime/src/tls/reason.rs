//! What is wrong with TLS, in words that say what to do: for the mistakes that rustls names by a word of its own. Called by
//! `material`, and by `transport` for handshakes.

use rustls::{CertificateError, Error, InvalidMessage};

/// What to say instead of rustls's own words, where there is something.
pub(crate) fn reason(error: &Error) -> Option<&'static str> {
    match error {
        Error::InvalidCertificate(CertificateError::Other(other)) => unfit(other.0.downcast_ref()?),
        Error::InvalidMessage(InvalidMessage::InvalidContentType) => {
            Some("the other side does not speak TLS; a server without it is called by http://")
        }
        _ => None,
    }
}

fn unfit(error: &webpki::Error) -> Option<&'static str> {
    match error {
        webpki::Error::UnsupportedCertVersion => Some(
            "the certificate is of X.509 version 1, not 3: sign it with extensions, as openssl does with -extfile",
        ),
        webpki::Error::CaUsedAsEndEntity => Some(
            "the certificate is that of an authority (CA:TRUE): a server or client needs one of its own, signed by it",
        ),
        _ => None,
    }
}
