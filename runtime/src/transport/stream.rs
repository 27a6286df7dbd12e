//! One call of a client on an HTTP/2 connection: requests out, the answer in. Called by `connection`.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use h2::{Reason, RecvStream, SendStream};
use http::{Request, Response};
use http_body::{Body, Frame};

use super::busy::Busy;
use super::connection::Live;
use super::fault;
use super::pulse::Running;
use crate::client::{RequestReader, Requests};
use crate::grpc::{End, InboundBody, Outgoing, Result, Status};

/// What a call holds as long as it runs.
pub(super) struct Held {
    #[expect(dead_code, reason = "its drop is its use")]
    pub(super) busy: Option<Busy>,
    pub(super) running: Option<Running>,
}

impl Held {
    /// The status of a call that HTTP/2 ended.
    fn explained(&self, error: h2::Error) -> Status {
        let status = fault::status(error);
        match &self.running {
            Some(running) => running.explained(status),
            None => status,
        }
    }
}

/// Sends a request over a connection that is ready for it, and waits for the head of its answer. Dropping the future,
/// or later the body of the answer, resets the stream with CANCEL.
pub(super) async fn send(
    live: &mut Live,
    request: Request<Requests>,
    held: Held,
) -> Result<Response<InboundBody>> {
    let (head, requests) = request.into_parts();
    let request = Request::from_parts(head, ());
    let (mut response, mut stream) = live.requests.send_request(request, false).map_err(fault::not_sent)?;
    let number = response.stream_id();
    let mut unsent = match requests {
        Requests::One(message) => stream.send_data(message, true).err(),
        Requests::Many(lane) => {
            tokio::spawn(pump(lane, stream));
            None
        }
    };
    // The connection is another task's: the head may have left meanwhile, and the server have answered it and reset the
    // stream. That answer counts, and not that the message could not be sent.
    let answered = poll_fn(|cx| match (Pin::new(&mut response).poll(cx), unsent.take()) {
        (Poll::Pending, Some(error)) => Poll::Ready(Err(error)),
        (polled, _) => polled,
    });
    let response = answered.await.map_err(|error| fault::unanswered(error, live.sent.has(number)))?;
    Ok(response.map(|body| Box::pin(Answer { body, held: Some(held) }) as InboundBody))
}

/// Moves the messages of a stream to the connection as fast as its peer reads them.
async fn pump(mut lane: RequestReader, mut stream: SendStream<Bytes>) {
    loop {
        let outgoing = poll_fn(|cx| {
            if stream.poll_reset(cx).is_ready() {
                return Poll::Ready(None);
            }
            lane.poll_take(cx).map(Some)
        });
        let data = match outgoing.await {
            Some(Outgoing::Data(data)) => data,
            Some(Outgoing::End(End::Finished)) => return drop(stream.send_data(Bytes::new(), true)),
            Some(Outgoing::End(_)) => return stream.send_reset(Reason::CANCEL),
            // The call is over; why, its answer tells.
            None => return,
        };
        match poll_fn(|cx| poll_room(&lane, &mut stream, cx)).await {
            Room::There if stream.send_data(data, false).is_ok() => {}
            Room::There | Room::Gone => return,
            Room::Cancelled => return stream.send_reset(Reason::CANCEL),
        }
    }
}

/// Whether a message may go.
enum Room {
    There,
    /// The caller has given up meanwhile.
    Cancelled,
    /// The stream is no more.
    Gone,
}

/// Waits until the peer takes more. Asked only when there is a message: what a stream reserves without one is missing
/// to the others.
fn poll_room(lane: &RequestReader, stream: &mut SendStream<Bytes>, cx: &mut Context<'_>) -> Poll<Room> {
    if stream.poll_reset(cx).is_ready() {
        return Poll::Ready(Room::Gone);
    }
    stream.reserve_capacity(1);
    while stream.capacity() == 0 {
        if lane.poll_cancelled(cx).is_ready() {
            return Poll::Ready(Room::Cancelled);
        }
        match ready!(stream.poll_capacity(cx)) {
            Some(Ok(_)) => {}
            Some(Err(_)) | None => return Poll::Ready(Room::Gone),
        }
    }
    Poll::Ready(Room::There)
}

/// The body of an answer. What was read makes room for more.
struct Answer {
    body: RecvStream,
    /// As long as the call runs.
    held: Option<Held>,
}

impl Body for Answer {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>>>> {
        let frame = match ready!(self.body.poll_data(cx)) {
            Some(Ok(data)) => {
                // Fails only for more than was received.
                let _ = self.body.flow_control().release_capacity(data.len());
                Some(Ok(Frame::data(data)))
            }
            Some(Err(error)) => Some(Err(error)),
            None => {
                let trailers = ready!(self.body.poll_trailers(cx));
                let trailers = trailers.map(|trailers| trailers.map(Frame::trailers)).transpose();
                if !matches!(trailers, Some(Err(_))) {
                    self.held = None;
                }
                trailers
            }
        };
        Poll::Ready(frame.map(|frame| {
            frame.map_err(|error| match self.held.take() {
                Some(held) => held.explained(error),
                None => fault::status(error),
            })
        }))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }
}
