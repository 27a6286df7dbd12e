//! Bodies of gRPC-Web, read by a client and by a server, and written by one. Called by the target `web`.

use std::collections::VecDeque;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use http::{HeaderMap, Response};
use http_body::{Body, Frame};

use crate::client;
use crate::grpc::{InboundBody, OutboundBody, Result, Status, WebForm, text_body};

/// What was read of a body.
#[derive(Debug, Default)]
pub struct Read {
    /// The bytes of the messages, as gRPC has them.
    pub data: Vec<u8>,
    /// The trailers, where there were some.
    pub trailers: Option<HeaderMap>,
    /// What the call ends with, where the body is malformed.
    pub error: Option<Status>,
}

/// An answer as a client reads it whose body comes in pieces.
///
/// # Errors
/// When it is none of gRPC-Web.
pub fn read_answer(headers: HeaderMap, pieces: Vec<Bytes>) -> Result<Read> {
    let mut response = Response::new(body(pieces));
    *response.headers_mut() = headers;
    client::in_grpc(response).map(|response| read(response.into_body()))
}

/// A body in text that comes in pieces.
pub fn read_text(pieces: Vec<Bytes>) -> Read {
    read(text_body(body(pieces)))
}

/// The pieces of an answer's body, in text or not.
pub fn write_answer(data: Bytes, trailers: HeaderMap, in_text: bool) -> Vec<Bytes> {
    let form = if in_text { WebForm::Text } else { WebForm::Binary };
    let mut body = pin!(OutboundBody::whole(data, trailers).web(form));
    let mut pieces = Vec::new();
    while let Poll::Ready(Some(Ok(frame))) = body.as_mut().poll_frame(&mut Context::from_waker(Waker::noop()))
    {
        pieces.extend(frame.into_data());
    }
    pieces
}

fn body(pieces: Vec<Bytes>) -> InboundBody {
    struct Pieces(VecDeque<Bytes>);

    impl Body for Pieces {
        type Data = Bytes;
        type Error = Status;

        fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>>>> {
            Poll::Ready(self.0.pop_front().map(|piece| Ok(Frame::data(piece))))
        }
    }

    Box::pin(Pieces(pieces.into()))
}

/// Reads to the end, or to the first mistake.
fn read(mut body: InboundBody) -> Read {
    let mut read = Read::default();
    while let Poll::Ready(Some(frame)) = body.as_mut().poll_frame(&mut Context::from_waker(Waker::noop())) {
        match frame.map(Frame::into_data) {
            Ok(Ok(data)) => read.data.extend_from_slice(&data),
            Ok(Err(frame)) => read.trailers = frame.into_trailers().ok(),
            Err(status) => {
                read.error = Some(status);
                break;
            }
        }
    }
    read
}
