//! The bodies that services and layers of tower see, and how their errors become statuses. Used by both sides' bridges.

use std::error::Error;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Buf, Bytes};
use http_body::{Body, Frame};
use pin_project_lite::pin_project;

use super::{InboundBody, OutboundBody, Status};

/// Any error of a service.
pub(crate) type BoxError = Box<dyn Error + Send + Sync>;

/// The body of a request: gRPC's frames, from whatever HTTP engine they come. Its errors are statuses.
pub struct RequestBody(InboundBody);

impl RequestBody {
    /// The frames of any body.
    pub fn new<B>(body: B) -> Self
    where
        B: Body + Send + 'static,
        B::Error: Into<Box<dyn Error + Send + Sync>>,
    {
        Self(Box::pin(Adapted { body, fault: Status::cancelled }))
    }

    pub(crate) fn of(body: InboundBody) -> Self {
        Self(body)
    }

    pub(crate) fn into_inner(self) -> InboundBody {
        self.0
    }
}

impl Body for RequestBody {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        self.0.as_mut().poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_end_stream()
    }
}

impl fmt::Debug for RequestBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RequestBody")
    }
}

/// The body of an answer: gRPC's frames and trailers. Dropping it drops the handler. Its one error tells the HTTP engine to
/// reset the stream with CANCEL.
#[derive(Default)]
pub struct ReplyBody(OutboundBody);

impl ReplyBody {
    pub(crate) fn of(body: OutboundBody) -> Self {
        Self(body)
    }

    /// The frames of any body.
    pub(crate) fn adapt<B>(body: B) -> OutboundBody
    where
        B: Body + Send + 'static,
        B::Error: Into<BoxError>,
    {
        OutboundBody::any(Box::pin(Adapted { body, fault: Status::unknown }))
    }
}

impl Body for ReplyBody {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let frame = ready!(Pin::new(&mut self.0).poll_frame(cx));
        // hyper looks for this source: it would say INTERNAL_ERROR by itself.
        let cut =
            |broken| Status::cancelled(format!("{broken}")).with_source(h2::Error::from(h2::Reason::CANCEL));
        Poll::Ready(frame.map(|frame| frame.map_err(cut)))
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_end_stream()
    }
}

impl fmt::Debug for ReplyBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ReplyBody")
    }
}

/// The body of an answer that a service gives to a client.
#[cfg(feature = "client")]
pub(crate) fn answer_body<B>(body: B) -> InboundBody
where
    B: Body + Send + 'static,
    B::Error: Into<BoxError>,
{
    Box::pin(Adapted { body, fault: Status::unavailable })
}

/// The status that an error holds, or one that tells of it.
pub(crate) fn status_of(error: BoxError, otherwise: fn(String) -> Status) -> Status {
    let mut cause: Option<&(dyn Error + 'static)> = Some(&*error);
    while let Some(error) = cause {
        if let Some(status) = error.downcast_ref::<Status>() {
            return status.clone();
        }
        cause = error.source();
    }
    otherwise(error.to_string()).with_source(error)
}

pin_project! {
    /// A body of any kind, with bytes and statuses.
    struct Adapted<B> {
        #[pin]
        body: B,
        // What its errors are where they are no statuses.
        fault: fn(String) -> Status,
    }
}

impl<B> Body for Adapted<B>
where
    B: Body,
    B::Error: Into<BoxError>,
{
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let this = self.project();
        Poll::Ready(ready!(this.body.poll_frame(cx)).map(|frame| match frame {
            Ok(frame) => Ok(frame.map_data(|mut data| data.copy_to_bytes(data.remaining()))),
            Err(error) => Err(status_of(error.into(), *this.fault)),
        }))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }
}
