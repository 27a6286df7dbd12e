//! The bodies of requests and answers, as HTTP knows them. Made by `server` and `transport`, polled by the other.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::HeaderMap;
use http_body::{Body, Frame};

use super::lane::{End, Outgoing};
use super::{Broken, Lane, Status};
#[cfg(feature = "web")]
use super::{TextDecoder, WebForm, encode_text, trailers_frame};

/// A body that comes in, whatever HTTP engine it comes from. Its errors are those of the transport, as statuses.
pub(crate) type InboundBody = Pin<Box<dyn Body<Data = Bytes, Error = Status> + Send>>;

/// A body of bytes that are there already.
pub(crate) fn memory_body(bytes: Bytes) -> InboundBody {
    struct Memory(Option<Bytes>);

    impl Body for Memory {
        type Data = Bytes;
        type Error = Status;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
            Poll::Ready(self.0.take().map(|bytes| Ok(Frame::data(bytes))))
        }
    }

    Box::pin(Memory(Some(bytes)))
}

/// A body that comes in as text of gRPC-Web, as the bytes that it stands for.
#[cfg(feature = "web")]
pub(crate) fn text_body(body: InboundBody) -> InboundBody {
    struct Text {
        body: InboundBody,
        decoder: TextDecoder,
    }

    impl Body for Text {
        type Data = Bytes;
        type Error = Status;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            cx: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
            let wrong = || Some(Err(Status::internal("the body is not the base64 of gRPC-Web")));
            let frame = match std::task::ready!(self.body.as_mut().poll_frame(cx)) {
                Some(Ok(frame)) => frame,
                None if !self.decoder.is_whole() => return Poll::Ready(wrong()),
                end => return Poll::Ready(end),
            };
            Poll::Ready(match frame.into_data() {
                Ok(letters) => match self.decoder.decode(&letters) {
                    Some(bytes) => Some(Ok(Frame::data(bytes.into()))),
                    None => wrong(),
                },
                Err(frame) => Some(Ok(frame)),
            })
        }
    }

    Box::pin(Text { body, decoder: TextDecoder::default() })
}

/// The future that drives a streaming call on the server.
pub(crate) type Driver = Pin<Box<dyn Future<Output = ()> + Send>>;

/// The body of an answer.
#[derive(Default)]
pub(crate) struct OutboundBody(Kind);

#[derive(Default)]
enum Kind {
    /// Nothing, or nothing more.
    #[default]
    Empty,
    /// One frame of data, then trailers.
    Whole(Bytes, HeaderMap),
    #[cfg(feature = "server")]
    Plain(Bytes),
    Trailers(HeaderMap),
    /// Another body.
    #[cfg(feature = "tower")]
    Any(Pin<Box<dyn Body<Data = Bytes, Error = Status> + Send>>),
    /// What `Driver` writes, which is polled here: dropping the body drops the handler.
    Driven(Option<Driver>, Arc<Lane>),
    /// Another body, which is told of.
    #[cfg(all(feature = "telemetry", feature = "server"))]
    Observed(Box<OutboundBody>, Box<super::Observed>),
    /// Another body in a form of gRPC-Web.
    #[cfg(feature = "web")]
    Web(Box<OutboundBody>, WebForm),
}

impl OutboundBody {
    /// One frame of data, and trailers behind it.
    pub(crate) fn whole(data: Bytes, trailers: HeaderMap) -> Self {
        Self(Kind::Whole(data, trailers))
    }

    /// One frame of data, with nothing behind it: no gRPC.
    #[cfg(feature = "server")]
    pub(crate) fn plain(data: Bytes) -> Self {
        Self(Kind::Plain(data))
    }

    /// Trailers and nothing else.
    pub(crate) fn trailers(trailers: HeaderMap) -> Self {
        Self(Kind::Trailers(trailers))
    }

    /// What `driver` writes to `lane`, or has written.
    pub(crate) fn driven(driver: Option<Driver>, lane: Arc<Lane>) -> Self {
        Self(Kind::Driven(driver, lane))
    }

    /// The same, under observation.
    #[cfg(all(feature = "telemetry", feature = "server"))]
    pub(crate) fn observed(self, observed: super::Observed) -> Self {
        Self(Kind::Observed(Box::new(self), Box::new(observed)))
    }

    /// The same, as gRPC-Web has it.
    #[cfg(feature = "web")]
    pub(crate) fn web(self, form: WebForm) -> Self {
        Self(Kind::Web(Box::new(self), form))
    }

    /// What another body gives; an error of it resets the call.
    #[cfg(feature = "tower")]
    pub(crate) fn any(body: Pin<Box<dyn Body<Data = Bytes, Error = Status> + Send>>) -> Self {
        Self(Kind::Any(body))
    }

    fn outgoing(&mut self, outgoing: Outgoing) -> Option<Result<Frame<Bytes>, Broken>> {
        match outgoing {
            Outgoing::Data(data) => Some(Ok(Frame::data(data))),
            Outgoing::End(end) => {
                self.0 = Kind::Empty;
                match end {
                    End::Finished => None,
                    End::Trailers(trailers) => Some(Ok(Frame::trailers(trailers))),
                    End::Cancelled => Some(Err(Broken)),
                }
            }
        }
    }
}

impl std::fmt::Display for Broken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the call was cancelled by its caller")
    }
}

impl std::error::Error for Broken {}

impl Body for OutboundBody {
    type Data = Bytes;
    type Error = Broken;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Broken>>> {
        let outgoing = match &mut self.0 {
            Kind::Driven(driver, lane) => std::task::ready!(drive(driver, lane, cx)),
            #[cfg(all(feature = "telemetry", feature = "server"))]
            Kind::Observed(body, observed) => {
                let polled = observed.within(|| Pin::new(&mut **body).poll_frame(cx));
                if let Poll::Ready(Some(Ok(frame))) = &polled {
                    observed.pass(frame);
                }
                return polled;
            }
            #[cfg(feature = "web")]
            Kind::Web(body, form) => {
                let frame = std::task::ready!(Pin::new(&mut **body).poll_frame(cx));
                return Poll::Ready(frame.map(|frame| frame.map(|frame| in_web(frame, *form))));
            }
            #[cfg(feature = "tower")]
            Kind::Any(body) => {
                let frame = std::task::ready!(body.as_mut().poll_frame(cx));
                return Poll::Ready(frame.map(|frame| frame.map_err(|_| Broken)));
            }
            kind => {
                let (frame, rest) = match std::mem::take(kind) {
                    Kind::Whole(data, trailers) => (Some(Ok(Frame::data(data))), Kind::Trailers(trailers)),
                    Kind::Trailers(trailers) => (Some(Ok(Frame::trailers(trailers))), Kind::Empty),
                    #[cfg(feature = "server")]
                    Kind::Plain(data) => (Some(Ok(Frame::data(data))), Kind::Empty),
                    _ => (None, Kind::Empty),
                };
                *kind = rest;
                return Poll::Ready(frame);
            }
        };
        Poll::Ready(self.outgoing(outgoing))
    }

    fn is_end_stream(&self) -> bool {
        match &self.0 {
            #[cfg(all(feature = "telemetry", feature = "server"))]
            Kind::Observed(body, _) => body.is_end_stream(),
            #[cfg(feature = "web")]
            Kind::Web(body, _) => body.is_end_stream(),
            #[cfg(feature = "tower")]
            Kind::Any(body) => body.is_end_stream(),
            kind => matches!(kind, Kind::Empty),
        }
    }
}

/// Trailers become the last of the data, and text where that is wanted.
#[cfg(feature = "web")]
fn in_web(frame: Frame<Bytes>, form: WebForm) -> Frame<Bytes> {
    let bytes = match frame.into_data() {
        Ok(data) => data,
        Err(frame) => trailers_frame(&frame.into_trailers().unwrap_or_default()),
    };
    Frame::data(match form {
        WebForm::Binary => bytes,
        WebForm::Text => encode_text(&bytes).into(),
    })
}

/// Polls the handler until there is something to send.
fn drive(driver: &mut Option<Driver>, lane: &Lane, cx: &mut Context<'_>) -> Poll<Outgoing> {
    if let Some(outgoing) = lane.take(cx) {
        return Poll::Ready(outgoing);
    }
    if let Some(running) = driver
        && running.as_mut().poll(cx).is_ready()
    {
        *driver = None;
    }
    match (lane.take(cx), driver) {
        (Some(outgoing), _) => Poll::Ready(outgoing),
        (None, Some(_)) => Poll::Pending,
        // A driver ends its lane before it ends; if it did not, the call must not hang.
        (None, None) => Poll::Ready(Outgoing::End(End::Cancelled)),
    }
}
