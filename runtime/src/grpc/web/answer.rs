//! The body of an answer of gRPC-Web, as gRPC has it: messages pass, and the last frame becomes the trailers. Called by
//! `client`.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Buf, Bytes, BytesMut};
use http::HeaderMap;
use http_body::{Body, Frame};

use super::trailers::read_trailers;
use crate::grpc::compress::decompress;
use crate::grpc::{Encoding, InboundBody, Status};

/// A flag and a length.
const PREFIX: usize = 5;

/// The flag of trailers, and with it that of compression.
const TRAILERS: u8 = 0x80;
const COMPRESSED_TRAILERS: u8 = 0x81;

/// The most bytes of trailers, as much as any HTTP/2 implementation takes.
const LONGEST: usize = 64 * 1024;

/// The body as gRPC has it; `encoding` is that of the answer.
pub(crate) fn web_answer(body: InboundBody, encoding: Encoding) -> InboundBody {
    Box::pin(Answer { body, encoding, came: BytesMut::new(), state: State::Between })
}

struct Answer {
    body: InboundBody,
    encoding: Encoding,
    /// What has not been passed on.
    came: BytesMut,
    state: State,
}

enum State {
    /// Before a frame.
    Between,
    /// Within a message, so many bytes before its end.
    Message(usize),
    /// Behind the trailers: nothing may follow.
    Last(HeaderMap),
    Ended,
}

impl Answer {
    /// What can be told of the bytes that are there.
    fn step(&mut self) -> Result<Option<Frame<Bytes>>, Status> {
        if let State::Between = self.state
            && let Some(&[flag, a, b, c, d]) = self.came.first_chunk::<PREFIX>()
        {
            let length = u32::from_be_bytes([a, b, c, d]) as usize;
            match flag {
                TRAILERS | COMPRESSED_TRAILERS if length > LONGEST => {
                    let text = format!("the server sends {length} bytes of trailers");
                    return Err(Status::internal(text));
                }
                TRAILERS | COMPRESSED_TRAILERS if self.came.len() < PREFIX + length => return Ok(None),
                TRAILERS | COMPRESSED_TRAILERS => {
                    self.came.advance(PREFIX);
                    let lines = self.came.split_to(length).freeze();
                    let lines = self.inflated(flag, lines)?;
                    self.state = State::Last(read_trailers(&lines)?);
                }
                _ => self.state = State::Message(PREFIX.saturating_add(length)),
            }
        }
        match &mut self.state {
            State::Message(left) if !self.came.is_empty() => {
                let count = self.came.len().min(*left);
                *left -= count;
                if *left == 0 {
                    self.state = State::Between;
                }
                Ok(Some(Frame::data(self.came.split_to(count).freeze())))
            }
            State::Last(_) if !self.came.is_empty() => {
                Err(Status::internal("the server sends more behind its trailers"))
            }
            _ => Ok(None),
        }
    }

    /// The lines of trailers as they were before they were compressed, if they were.
    fn inflated(&self, flag: u8, lines: Bytes) -> Result<Bytes, Status> {
        match &self.encoding {
            _ if flag == TRAILERS => Ok(lines),
            Encoding::Known(compression) => decompress(*compression, &lines, LONGEST),
            _ => Err(Status::internal("the trailers are compressed, by what is not known")),
        }
    }

    /// The body has ended.
    fn end(&mut self) -> Option<Result<Frame<Bytes>, Status>> {
        match std::mem::replace(&mut self.state, State::Ended) {
            State::Last(trailers) => Some(Ok(Frame::trailers(trailers))),
            State::Between if !self.came.is_empty() => {
                self.came.clear();
                Some(Err(Status::internal("the answer ended inside a frame")))
            }
            _ => None,
        }
    }
}

impl Body for Answer {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        loop {
            if let Some(frame) = self.step().transpose() {
                return Poll::Ready(Some(frame));
            }
            match ready!(self.body.as_mut().poll_frame(cx)) {
                // Trailers of HTTP mean nothing here.
                Some(Ok(frame)) => {
                    if let Ok(data) = frame.into_data() {
                        self.came.extend_from_slice(&data);
                    }
                }
                Some(Err(status)) => return Poll::Ready(Some(Err(status))),
                None => return Poll::Ready(self.end()),
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.came.is_empty()
            && matches!(self.state, State::Between | State::Ended)
            && self.body.is_end_stream()
    }
}
