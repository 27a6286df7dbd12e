//! One connection of a client that speaks HTTP/1.1, which carries one call after the other. Opened by `turns`, used by
//! `exchange`, kept between calls by `spares`.

use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use hyper::client::conn::http1::{Builder, SendRequest};
use hyper_util::rt::TokioIo;
use tokio::task::AbortHandle;

use super::connection::Settings;
use super::dial::Dialing;
use super::fault;
use crate::client::{RequestReader, Requests};
use crate::grpc::{End, Outgoing, Result, Status};

/// See the head of the file. Dropping it closes the connection, whatever runs on it.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) requests: SendRequest<Messages>,
    driver: AbortHandle,
    #[cfg(feature = "tls")]
    refusal: Option<super::io::Refusal>,
}

impl Line {
    /// An open connection. What `open` gives is held as long as it is.
    pub(super) async fn open<T: Send + 'static>(
        dialing: Dialing,
        settings: &Settings,
        open: impl FnOnce() -> T,
    ) -> Result<Self> {
        let dialed = settings.in_time(dialing).await?;
        let mut builder = Builder::new();
        builder.max_header_size(usize::try_from(settings.max_headers).unwrap_or(usize::MAX));
        let shaken = builder.handshake(TokioIo::new(dialed.stream)).await;
        let (requests, connection) = shaken.map_err(fault::broken)?;
        let open = open();
        let driver = tokio::spawn(async move {
            // What breaks it shows in the calls.
            let _ = connection.await;
            drop(open);
        });
        Ok(Self {
            requests,
            driver: driver.abort_handle(),
            #[cfg(feature = "tls")]
            refusal: dialed.refusal,
        })
    }

    /// Whether it takes a call at once.
    pub(super) fn is_ready(&self) -> bool {
        self.requests.is_ready()
    }

    /// Whether it has ended.
    pub(super) fn is_closed(&self) -> bool {
        self.requests.is_closed()
    }

    /// Why a call failed, where TLS says more than HTTP, which knows no more than that the connection has ended.
    #[cfg(feature = "tls")]
    pub(super) fn explained(&self, status: Status) -> Status {
        match self.refusal.as_ref().and_then(|refusal| refusal.get()) {
            Some(why) => Status::unavailable(why)
                .with_origin(crate::grpc::Origin::Tls)
                .with_reach(crate::grpc::Reach::NoConnection),
            None => status,
        }
    }

    #[cfg(not(feature = "tls"))]
    pub(super) fn explained(&self, status: Status) -> Status {
        status
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.driver.abort();
    }
}

/// The messages of a request, as the body of it.
#[derive(Debug)]
pub(super) struct Messages {
    left: Left,
    /// How they have ended, once all of them have been taken.
    pub(super) end: Arc<OnceLock<Ending>>,
}

/// How the messages of a request end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    Finished,
    /// The connection is closed over it, so that nobody takes what was sent for all.
    Cancelled,
}

/// What a call comes to whose caller has dropped its requests.
pub(super) fn cancelled() -> Status {
    Status::cancelled("the call was cancelled by its caller")
}

#[derive(Debug)]
enum Left {
    One(Bytes),
    Many(RequestReader),
    Nothing,
}

impl From<Requests> for Messages {
    fn from(requests: Requests) -> Self {
        let left = match requests {
            Requests::One(message) => Left::One(message),
            Requests::Many(reader) => Left::Many(reader),
        };
        Self { left, end: Arc::default() }
    }
}

impl Messages {
    /// There are no more.
    fn end(&mut self, ending: Ending) {
        self.left = Left::Nothing;
        // They end once.
        let _ = self.end.set(ending);
    }
}

impl Body for Messages {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>>>> {
        let data = match &mut self.left {
            Left::One(message) => {
                let message = std::mem::take(message);
                self.end(Ending::Finished);
                message
            }
            Left::Many(reader) => match ready!(reader.poll_take(cx)) {
                Outgoing::Data(data) => data,
                Outgoing::End(End::Finished) => {
                    self.end(Ending::Finished);
                    return Poll::Ready(None);
                }
                Outgoing::End(_) => {
                    self.end(Ending::Cancelled);
                    return Poll::Ready(Some(Err(cancelled())));
                }
            },
            Left::Nothing => return Poll::Ready(None),
        };
        Poll::Ready(Some(Ok(Frame::data(data))))
    }

    fn is_end_stream(&self) -> bool {
        matches!(self.left, Left::Nothing)
    }

    fn size_hint(&self) -> SizeHint {
        match &self.left {
            Left::One(message) => SizeHint::with_exact(u64::try_from(message.len()).unwrap_or(u64::MAX)),
            Left::Many(_) => SizeHint::default(),
            Left::Nothing => SizeHint::with_exact(0),
        }
    }
}
