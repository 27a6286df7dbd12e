//! The way in: bytes of a body to messages, up to the end of the stream and what it means. Made by `server` for
//! requests and by `client` for replies.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http::HeaderMap;
use tokio::time::Instant;

use super::lane::End;
use super::{
    Accepted, Code, Encoding, Expiry, FAREWELL, FrameReader, InboundBody, Lane, Metadata, Patience, Result,
    Status, Watch, read_status,
};

/// What a server answers, once its headers have come.
pub(crate) struct Answer {
    /// The response headers.
    pub(crate) headers: HeaderMap,
    pub(crate) body: InboundBody,
}

/// The answer, on its way.
pub(crate) type Waiting = Pin<Box<dyn Future<Output = Result<Answer>> + Send>>;

/// One direction of a call, as the side that reads it sees it. Not generic, so that it is compiled once.
pub struct Inbound {
    state: State,
    reader: FrameReader,
    side: Side,
}

enum State {
    /// The headers have not come.
    Waiting(Waiting),
    Open(InboundBody),
    /// The call itself has ended, its interceptors have not.
    Settling,
    /// The same outcome for whoever asks again.
    Ended(Result<()>),
}

enum Side {
    /// Requests end with the body; their caller may be held to go on with them.
    Server(Option<Patience>),
    Client(Box<Client>),
}

/// What only the reader of replies has.
struct Client {
    headers: Option<Metadata>,
    trailers: Option<Metadata>,
    /// The status in the headers: the outcome only if nothing follows them.
    early: Option<Result<()>>,
    expiry: Option<Expiry>,
    /// What the replies may be compressed with.
    accepted: Accepted,
    /// The requests of the same call, which end when it does.
    requests: Option<Arc<Lane>>,
    /// The interceptors of the call.
    watch: Option<Watch>,
    on_end: Option<OnEnd>,
}

/// Told the code that a call has ended with on its client's side.
pub(crate) struct OnEnd(Box<dyn FnOnce(Code) + Send>);

impl OnEnd {
    #[cfg(feature = "telemetry")]
    pub(crate) fn new(notice: impl FnOnce(Code) + Send + 'static) -> Self {
        Self(Box::new(notice))
    }
}

/// What the replies of a call are read with.
pub(crate) struct Replies {
    /// The most bytes of a reply.
    pub(crate) limit: usize,
    pub(crate) accepted: Accepted,
    /// Covers all of the call.
    pub(crate) expiry: Option<Expiry>,
    /// Where the requests of the same call are written, which end when it does.
    pub(crate) requests: Option<Arc<Lane>>,
    pub(crate) on_end: Option<OnEnd>,
}

impl Inbound {
    /// The requests of a call, which `reader` cuts.
    pub(crate) fn requests(body: InboundBody, reader: FrameReader) -> Self {
        Self { state: State::Open(body), reader, side: Side::Server(None) }
    }

    /// These requests, whose caller may pause within them for as long only.
    #[cfg(feature = "server")]
    pub(crate) fn held_to(mut self, patience: Option<Patience>) -> Self {
        self.side = Side::Server(patience);
        self
    }

    /// The replies of a call whose answer comes from `answer`.
    pub(crate) fn replies(answer: Waiting, replies: Replies) -> Self {
        let Replies { limit, accepted, expiry, requests, on_end } = replies;
        let (headers, trailers, early, watch) = (None, None, None, None);
        let client = Client { headers, trailers, early, expiry, accepted, requests, watch, on_end };
        Self {
            state: State::Waiting(answer),
            reader: FrameReader::new(limit),
            side: Side::Client(Box::new(client)),
        }
    }

    /// These replies, as the interceptors of the call let them through.
    #[cfg(feature = "client")]
    pub(crate) fn watched(mut self, watch: Watch) -> Self {
        if let Side::Client(client) = &mut self.side {
            client.watch = Some(watch);
        }
        self
    }

    /// The next message's bytes; `None` at the end of a stream that ended well.
    pub(crate) fn poll_message(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<Bytes>>> {
        loop {
            self.poll_watch(cx);
            match self.reader.next() {
                Ok(None) => {}
                Ok(Some(message)) => return Poll::Ready(Ok(Some(message))),
                Err(status) => self.end(Err(status)),
            }
            if let State::Ended(outcome) = &self.state {
                return Poll::Ready(outcome.clone().map(|()| None));
            }
            ready!(self.poll_more(cx));
        }
    }

    /// Ready when the headers have come, or the call has ended without them.
    pub(super) fn poll_head(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        loop {
            self.poll_watch(cx);
            match self.state {
                State::Waiting(_) | State::Settling => ready!(self.poll_more(cx)),
                State::Open(_) | State::Ended(_) => return Poll::Ready(()),
            }
        }
    }

    /// Lets the interceptors work, if there are any.
    fn poll_watch(&mut self, cx: &mut Context<'_>) {
        if let Side::Client(client) = &mut self.side
            && let Some(watch) = &mut client.watch
            && let Poll::Ready(outcome) = watch.poll(cx)
        {
            let own_replies = client.settle(&outcome);
            self.end(outcome);
            if let Some(replies) = own_replies {
                self.reader = FrameReader::new(usize::MAX);
                self.reader.push(replies.into());
            }
        }
    }

    /// Ready when the state has moved on: headers, data or the end.
    fn poll_more(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if let Side::Client(client) = &mut self.side
            && let Some(expiry) = &mut client.expiry
            && let Poll::Ready(status) = expiry.poll(cx)
        {
            client.expired();
            // Even where the trailers have come by now: the two sides must not tell different stories later.
            self.end(Err(status));
            return Poll::Ready(());
        }
        match &mut self.state {
            State::Waiting(answer) => match ready!(answer.as_mut().poll(cx)) {
                Ok(answer) => self.answered(answer),
                Err(status) => self.broke_off(status),
            },
            State::Open(body) => match body.as_mut().poll_frame(cx) {
                Poll::Ready(Some(Ok(frame))) => match frame.into_data() {
                    Ok(data) => self.data(data),
                    Err(frame) => self.ended_with(frame.into_trailers().unwrap_or_default()),
                },
                Poll::Ready(Some(Err(status))) => self.broke_off(status),
                Poll::Ready(None) => self.ended_without_trailers(),
                Poll::Pending => return self.poll_patience(cx),
            },
            State::Settling => return Poll::Pending,
            State::Ended(_) => {}
        }
        Poll::Ready(())
    }

    /// Ready when the caller has paused within its requests for too long.
    fn poll_patience(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let Side::Server(Some(patience)) = &mut self.side else { return Poll::Pending };
        let status = ready!(patience.poll(self.reader.is_inside(), cx));
        self.end(Err(status));
        Poll::Ready(())
    }

    fn answered(&mut self, answer: Answer) {
        let Side::Client(client) = &mut self.side else { return };
        client.early = read_status(&answer.headers);
        if client.early.is_some() && answer.body.is_end_stream() {
            // "Trailers-Only": all of the answer is in this one block of headers.
            client.headers = Some(Metadata::new());
            return self.ended_with(answer.headers);
        }
        self.reader.set_encoding(Encoding::read(&answer.headers, &client.accepted));
        let headers = Metadata::from_wire(answer.headers);
        client.headers = Some(match &client.watch {
            Some(watch) => watch.headers(headers),
            None => headers,
        });
        self.state = State::Open(answer.body);
    }

    fn data(&mut self, data: Bytes) {
        match &mut self.side {
            Side::Client(client) if !data.is_empty() => client.early = None,
            Side::Server(Some(patience)) => patience.heard(),
            Side::Client(_) | Side::Server(None) => {}
        }
        self.reader.push(data);
    }

    fn ended_with(&mut self, trailers: HeaderMap) {
        let Side::Client(client) = &mut self.side else {
            // Requests have no trailers in gRPC; what a peer puts there means nothing.
            return;
        };
        let outcome = read_status(&trailers).unwrap_or_else(|| {
            Err(Status::unknown("the server ended the call with trailers without grpc-status"))
        });
        let trailers = Metadata::from_wire(trailers);
        client.trailers = Some(match &client.watch {
            Some(watch) => watch.trailers(trailers),
            None => trailers,
        });
        self.end(outcome.and_then(|()| self.reader.finish()));
    }

    fn broke_off(&mut self, status: Status) {
        let status = match &self.side {
            Side::Client(client) => match &client.expiry {
                Some(expiry) => expiry.explained(status),
                None => status,
            },
            Side::Server(_) => status,
        };
        self.end(Err(status));
    }

    fn ended_without_trailers(&mut self) {
        let outcome = match &mut self.side {
            Side::Server(_) => self.reader.finish(),
            Side::Client(client) => client.early.take().unwrap_or_else(|| {
                Err(Status::unknown("the server ended the call without trailers, so without a status"))
            }),
        };
        self.end(outcome);
    }

    /// Ends the call on this side. Dropping the body resets the stream if it still runs.
    pub(super) fn end(&mut self, outcome: Result<()>) {
        self.reader.clear();
        self.state = match &mut self.side {
            Side::Client(client) => client.end(outcome),
            Side::Server(_) => State::Ended(outcome),
        };
        if let (State::Ended(outcome), Side::Client(client)) = (&self.state, &mut self.side) {
            client.tell(outcome.as_ref().map_or_else(Status::code, |()| Code::Ok));
        }
    }

    /// How the call has ended, if it has.
    pub(super) fn outcome(&self) -> Option<&Result<()>> {
        match &self.state {
            State::Ended(outcome) => Some(outcome),
            _ => None,
        }
    }

    /// The headers of the answer, once they have come.
    pub(super) fn headers(&self) -> Option<&Metadata> {
        match &self.side {
            Side::Client(client) => client.headers.as_ref(),
            Side::Server(_) => None,
        }
    }

    /// The trailers of the answer, once they have come.
    pub(super) fn trailers(&self) -> Option<&Metadata> {
        match &self.side {
            Side::Client(client) => client.trailers.as_ref(),
            Side::Server(_) => None,
        }
    }

    /// The headers and trailers, as far as they have come.
    pub(super) fn into_answer(mut self) -> (Metadata, Metadata) {
        match &mut self.side {
            Side::Client(client) => {
                (client.headers.take().unwrap_or_default(), client.trailers.take().unwrap_or_default())
            }
            Side::Server(_) => (Metadata::new(), Metadata::new()),
        }
    }

    /// Whether the last message came compressed.
    pub(super) fn was_compressed(&self) -> bool {
        self.reader.was_compressed()
    }

    /// How far it is, for people.
    pub(super) fn state(&self) -> &'static str {
        match &self.state {
            State::Waiting(_) => "waiting for headers",
            State::Open(_) => "open",
            State::Settling => "intercepted",
            State::Ended(_) => "ended",
        }
    }
}

impl Client {
    fn end(&mut self, outcome: Result<()>) -> State {
        if let Some(requests) = self.requests.take() {
            requests.end(End::Cancelled);
        }
        match &mut self.watch {
            Some(watch) => {
                watch.ended(outcome);
                State::Settling
            }
            None => {
                self.expiry = None;
                State::Ended(outcome)
            }
        }
    }

    /// The interceptors are through: what they have made of the answer, and the replies that they have made themselves.
    fn settle(&mut self, outcome: &Result<()>) -> Option<Vec<u8>> {
        let settled = self.watch.take()?.settle();
        if self.headers.is_some() || !settled.headers.is_empty() {
            self.headers = Some(settled.headers);
        }
        if self.trailers.is_some() || !settled.trailers.is_empty() {
            self.trailers = Some(settled.trailers);
        }
        settled.own_replies.filter(|_| outcome.is_ok())
    }

    /// Tells how the call has ended; the first end counts.
    fn tell(&mut self, code: Code) {
        if let Some(OnEnd(notice)) = self.on_end.take() {
            notice(code);
        }
    }

    /// The deadline has passed: interceptors that are inside the call may hear of it, but not for long.
    fn expired(&mut self) {
        if self.watch.as_mut().is_some_and(Watch::may_hear) {
            self.expiry = Some(Expiry::at(Instant::now() + FAREWELL));
        } else {
            self.watch = None;
        }
    }
}

impl Drop for Inbound {
    fn drop(&mut self) {
        if !matches!(self.state, State::Ended(_)) {
            if let Side::Client(client) = &mut self.side {
                client.tell(Code::Cancelled);
            }
            self.end(Ok(()));
        }
    }
}
