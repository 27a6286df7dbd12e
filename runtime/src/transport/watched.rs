//! TLS on a client's side with the reason for its end kept: h2, which reads from it, passes on no more than a text.
//! Made by `secure`.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_rustls::client::TlsStream;

use super::io::{Dialed, Refusal, Stream};

/// See the head of the file.
pub(super) struct Watched {
    tls: TlsStream<Stream>,
    refusal: Refusal,
    /// The server, for people.
    name: String,
}

impl Watched {
    pub(super) fn over(tls: TlsStream<Stream>, name: String) -> Dialed {
        let refusal = Refusal::default();
        Dialed { stream: Box::new(Self { tls, refusal: Arc::clone(&refusal), name }), refusal: Some(refusal) }
    }

    fn noted<T>(&self, outcome: io::Result<T>) -> io::Result<T> {
        outcome.inspect_err(|error| {
            if let Some(why) = refusal(error) {
                // The first reason is the one that counts.
                let _ = self.refusal.set(format!("no TLS with {}: {why}", self.name));
            }
        })
    }
}

impl AsyncRead for Watched {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let read = ready!(Pin::new(&mut self.tls).poll_read(cx, buffer));
        Poll::Ready(self.noted(read))
    }
}

impl AsyncWrite for Watched {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.tls).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.tls).poll_write_vectored(cx, parts)
    }

    fn is_write_vectored(&self) -> bool {
        self.tls.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tls).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tls).poll_shutdown(cx)
    }
}

/// What a server has against this client, where `error` holds an alert of TLS. With TLS 1.3 it comes after the
/// handshake: the client has done its part of it before the server has seen its certificate.
pub(super) fn refusal(error: &std::io::Error) -> Option<String> {
    use rustls::{AlertDescription, Error as Tls};
    let Tls::AlertReceived(alert) = error.get_ref()?.downcast_ref()? else { return None };
    Some(match alert {
        AlertDescription::CertificateRequired => {
            "the server asks for a client certificate, and this client has none".to_owned()
        }
        AlertDescription::CertificateExpired => {
            "the server says that the client's certificate has expired".to_owned()
        }
        AlertDescription::CertificateRevoked => {
            "the server says that the client's certificate was revoked".to_owned()
        }
        AlertDescription::UnknownCA => {
            "the server does not know the authority that signed the client's certificate".to_owned()
        }
        AlertDescription::BadCertificate
        | AlertDescription::UnsupportedCertificate
        | AlertDescription::CertificateUnknown
        | AlertDescription::DecryptError
        | AlertDescription::AccessDenied => {
            format!("the server does not take the client's certificate ({alert:?})")
        }
        AlertDescription::NoApplicationProtocol => "the server speaks another HTTP (ALPN)".to_owned(),
        AlertDescription::UnrecognisedName => "the server has no certificate for this name".to_owned(),
        other => format!("the server ended TLS with the alert {other:?}"),
    })
}
