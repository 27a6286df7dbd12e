//! What comes in under observation: requests on a server, the answer to an attempt on a client. Put around bodies by both.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http::HeaderMap;
use http_body::{Body, Frame};

use super::flow::{Flow, code};
use super::metrics::{Sizes, Tally};
use crate::grpc::{Code, InboundBody, Result, Status};

/// A body that comes in, with its messages counted. The answer to a client ends its attempt.
pub(crate) struct Incoming {
    body: InboundBody,
    flow: Flow,
    sizes: Arc<Sizes>,
    /// Of an attempt.
    tally: Option<Tally>,
}

impl Incoming {
    /// The requests of a call, of which others tell the end.
    pub(crate) fn requests(body: InboundBody, tally: &Tally) -> InboundBody {
        Box::pin(Self { body, flow: Flow::default(), sizes: Arc::clone(&tally.flow), tally: None })
    }

    /// The answer to an attempt, whose headers have come.
    pub(crate) fn answer(headers: &HeaderMap, body: InboundBody, mut tally: Tally) -> InboundBody {
        if body.is_end_stream() {
            tally.end(code(headers).unwrap_or(Code::Unknown));
            return body;
        }
        let sizes = Arc::clone(&tally.flow);
        Box::pin(Self { body, flow: Flow::default(), sizes, tally: Some(tally) })
    }

    fn end(&mut self, code: Code) {
        if let Some(tally) = &mut self.tally {
            tally.end(code);
        }
    }
}

impl Body for Incoming {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>>>> {
        let frame = ready!(self.body.as_mut().poll_frame(cx));
        let this = &mut *self;
        match &frame {
            Some(Ok(frame)) => match (frame.data_ref(), frame.trailers_ref()) {
                (Some(data), _) => this.flow.pass(data, &this.sizes.received),
                (None, Some(trailers)) => this.end(code(trailers).unwrap_or(Code::Unknown)),
                (None, None) => {}
            },
            Some(Err(status)) => this.end(status.code()),
            None => this.end(Code::Unknown),
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }
}
