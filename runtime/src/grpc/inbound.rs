//! The way in: bytes of a body to messages, up to the end of the stream and what it means. Made by `server` for
//! requests and by `client` for replies.

use std::fmt;
use std::future::poll_fn;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_core::Stream;
use http::HeaderMap;

use super::lane::End;
use super::{
    Accepted, Encoding, Expiry, FrameReader, Framing, InboundBody, Lane, Metadata, Result, Status,
    append_frame, memory_body, read_status,
};
use crate::message::Message;
use crate::wire::DecodeError;

/// What a server answers, once its headers have come.
pub(crate) struct Answer {
    /// The response headers.
    pub(crate) headers: HeaderMap,
    pub(crate) body: InboundBody,
}

type Waiting = Pin<Box<dyn Future<Output = Result<Answer>> + Send>>;

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
    /// The same outcome for whoever asks again.
    Ended(Result<()>),
}

enum Side {
    /// Requests end with the body.
    Server,
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
}

impl Inbound {
    /// The requests of a call, which `reader` cuts.
    pub(crate) fn requests(body: InboundBody, reader: FrameReader) -> Self {
        Self { state: State::Open(body), reader, side: Side::Server }
    }

    /// The replies of a call whose answer comes from `answer`.
    pub(crate) fn replies(answer: Waiting, replies: Replies) -> Self {
        let Replies { limit, accepted, expiry, requests } = replies;
        let client = Client { headers: None, trailers: None, early: None, expiry, accepted, requests };
        Self {
            state: State::Waiting(answer),
            reader: FrameReader::new(limit),
            side: Side::Client(Box::new(client)),
        }
    }

    /// The next message's bytes; `None` at the end of a stream that ended well.
    pub(crate) fn poll_message(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<Bytes>>> {
        loop {
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

    /// Ready when the state has moved on: headers, data or the end.
    fn poll_more(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if let Side::Client(client) = &mut self.side
            && let Some(expiry) = &mut client.expiry
            && let Poll::Ready(status) = expiry.poll(cx)
        {
            // Even where the trailers have come by now: the two sides must not tell different stories later.
            self.end(Err(status));
            return Poll::Ready(());
        }
        match &mut self.state {
            State::Waiting(answer) => match ready!(answer.as_mut().poll(cx)) {
                Ok(answer) => self.answered(answer),
                Err(status) => self.broke_off(status),
            },
            State::Open(body) => match ready!(body.as_mut().poll_frame(cx)) {
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(data) => self.data(data),
                    Err(frame) => self.trailers(frame.into_trailers().unwrap_or_default()),
                },
                Some(Err(status)) => self.broke_off(status),
                None => self.ended_without_trailers(),
            },
            State::Ended(_) => {}
        }
        Poll::Ready(())
    }

    fn answered(&mut self, answer: Answer) {
        let Side::Client(client) = &mut self.side else { return };
        client.early = read_status(&answer.headers);
        if client.early.is_some() && answer.body.is_end_stream() {
            // "Trailers-Only": all of the answer is in this one block of headers.
            client.headers = Some(Metadata::new());
            return self.trailers(answer.headers);
        }
        self.reader.set_encoding(Encoding::read(&answer.headers, &client.accepted));
        client.headers = Some(Metadata::from_wire(answer.headers));
        self.state = State::Open(answer.body);
    }

    fn data(&mut self, data: Bytes) {
        if let Side::Client(client) = &mut self.side
            && !data.is_empty()
        {
            client.early = None;
        }
        self.reader.push(data);
    }

    fn trailers(&mut self, trailers: HeaderMap) {
        let Side::Client(client) = &mut self.side else {
            // Requests have no trailers in gRPC; what a peer puts there means nothing.
            return;
        };
        let outcome = read_status(&trailers).unwrap_or_else(|| {
            Err(Status::unknown("the server ended the call with trailers without grpc-status"))
        });
        client.trailers = Some(Metadata::from_wire(trailers));
        self.end(outcome.and_then(|()| self.reader.finish()));
    }

    fn broke_off(&mut self, status: Status) {
        let status = match &self.side {
            Side::Client(client) => match &client.expiry {
                Some(expiry) => expiry.explained(status),
                None => status,
            },
            Side::Server => status,
        };
        self.end(Err(status));
    }

    fn ended_without_trailers(&mut self) {
        let outcome = match &mut self.side {
            Side::Server => self.reader.finish(),
            Side::Client(client) => client.early.take().unwrap_or_else(|| {
                Err(Status::unknown("the server ended the call without trailers, so without a status"))
            }),
        };
        self.end(outcome);
    }

    /// Ends the call on this side. Dropping the body resets the stream if it still runs.
    fn end(&mut self, outcome: Result<()>) {
        self.state = State::Ended(outcome);
        self.reader.clear();
        if let Side::Client(client) = &mut self.side {
            client.expiry = None;
            if let Some(requests) = client.requests.take() {
                requests.end(End::Cancelled);
            }
        }
    }
}

impl Drop for Inbound {
    fn drop(&mut self) {
        if !matches!(self.state, State::Ended(_)) {
            self.end(Ok(()));
        }
    }
}

/// A stream of messages from the other side of a call: requests in a handler, replies in a client.
///
/// Dropping it before its end cancels the call in a client; in a server it only stops the reading.
pub struct Streaming<M> {
    inbound: Inbound,
    /// Whether the error was given out, to whom reads it as a `Stream`.
    failed: bool,
    messages: PhantomData<fn() -> M>,
}

impl<M: Message> Streaming<M> {
    pub(crate) fn new(inbound: Inbound) -> Self {
        Self { inbound, failed: false, messages: PhantomData }
    }

    /// A stream of these messages, for tests that call a handler directly.
    ///
    /// ```
    /// # mod schema { protocall::include_proto!(inline = r#"syntax = "proto3"; message Item { int32 price = 1; }"#); }
    /// # use schema::Item;
    /// use protocall::{Result, Streaming};
    ///
    /// async fn total(mut items: Streaming<Item>) -> Result<i32> {
    ///     let mut total = 0;
    ///     while let Some(item) = items.next().await? {
    ///         total += item.price;
    ///     }
    ///     Ok(total)
    /// }
    ///
    /// let items = [1, 2, 3].map(|price| Item { price, ..Default::default() });
    /// assert_eq!(protocall::run(total(Streaming::of(items)))?, 6);
    /// # Ok::<(), protocall::Status>(())
    /// ```
    pub fn of(messages: impl IntoIterator<Item = M>) -> Self {
        let (mut frames, framing) = (Vec::new(), Framing::plain(usize::MAX));
        let framed =
            messages.into_iter().try_for_each(|message| append_frame(&mut frames, &message, framing));
        let mut inbound = Inbound::requests(memory_body(frames.into()), FrameReader::new(usize::MAX));
        if let Err(status) = framed {
            inbound.end(Err(status));
        }
        Self::new(inbound)
    }

    /// Waits for the head of the answer, in a client.
    ///
    /// # Errors
    /// When the call ended before there was one, or with it.
    #[cfg(feature = "client")]
    pub(crate) async fn started(&mut self) -> Result<()> {
        self.headers().await?;
        match &self.inbound.state {
            State::Ended(outcome) => outcome.clone(),
            _ => Ok(()),
        }
    }

    /// The next message, or `None` when the other side has ended the stream as it should.
    ///
    /// Dropping the future loses nothing: the message comes with the next call. Where nobody reads, flow control
    /// stops the sender.
    ///
    /// # Errors
    /// In a client the status that the call ended with; `DEADLINE_EXCEEDED` once the call's deadline has passed; in a
    /// handler `CANCELLED` when the caller went away; `RESOURCE_EXHAUSTED` for a message over the limit; `INTERNAL`
    /// for one that cannot be decoded. After an error the stream has ended, and gives the same error again.
    pub async fn next(&mut self) -> Result<Option<M>> {
        poll_fn(|cx| self.poll_message(cx)).await
    }

    fn poll_message(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<M>>> {
        let Some(bytes) = ready!(self.inbound.poll_message(cx))? else { return Poll::Ready(Ok(None)) };
        let decoded = M::decode_bytes(bytes).map_err(undecodable::<M>);
        if let Err(status) = &decoded {
            self.inbound.end(Err(status.clone()));
        }
        Poll::Ready(decoded.map(Some))
    }

    /// The only message of a stream that must have exactly one.
    pub(crate) async fn only(&mut self, what: &str) -> Result<M> {
        let message = self.next().await?.ok_or_else(|| none(what))?;
        self.no_more(what).await?;
        Ok(message)
    }

    /// The bytes of the only message of a stream that must have exactly one.
    #[cfg(feature = "server")]
    pub(crate) async fn only_bytes(&mut self, what: &str) -> Result<Bytes> {
        let bytes = poll_fn(|cx| self.inbound.poll_message(cx)).await?.ok_or_else(|| none(what))?;
        self.no_more(what).await?;
        Ok(bytes)
    }

    async fn no_more(&mut self, what: &str) -> Result<()> {
        if poll_fn(|cx| self.inbound.poll_message(cx)).await?.is_none() {
            return Ok(());
        }
        let status = Status::unimplemented(format!("the call has more than one {what}"));
        self.inbound.end(Err(status.clone()));
        Err(status)
    }

    /// The headers of the answer, in a client; waits for them. Empty in a handler, whose request metadata is in its
    /// `Context`, and where the server answered with nothing but a status.
    ///
    /// # Errors
    /// When the call ended before its headers came.
    pub async fn headers(&mut self) -> Result<&Metadata> {
        static NONE: std::sync::LazyLock<Metadata> = std::sync::LazyLock::new(Metadata::new);
        while let State::Waiting(_) = self.inbound.state {
            poll_fn(|cx| self.inbound.poll_more(cx)).await;
        }
        match (&self.inbound.side, &self.inbound.state) {
            (Side::Client(client), state) => match (&client.headers, state) {
                (Some(headers), _) => Ok(headers),
                (None, State::Ended(Err(status))) => Err(status.clone()),
                (None, _) => Ok(&NONE),
            },
            (Side::Server, _) => Ok(&NONE),
        }
    }

    /// Whether the last message came compressed.
    pub fn was_compressed(&self) -> bool {
        self.inbound.reader.was_compressed()
    }

    /// The trailers of the answer, in a client, once the stream has ended.
    pub fn trailers(&self) -> Option<&Metadata> {
        match &self.inbound.side {
            Side::Client(client) => client.trailers.as_ref(),
            Side::Server => None,
        }
    }

    /// The headers and trailers, once the stream has ended.
    pub(crate) fn into_answer(mut self) -> (Metadata, Metadata) {
        match &mut self.inbound.side {
            Side::Client(client) => {
                (client.headers.take().unwrap_or_default(), client.trailers.take().unwrap_or_default())
            }
            Side::Server => (Metadata::new(), Metadata::new()),
        }
    }
}

fn none(what: &str) -> Status {
    Status::unimplemented(format!("the call has no {what}, where there must be one"))
}

/// What a message is answered with whose bytes are none.
pub(crate) fn undecodable<M: Message>(error: DecodeError) -> Status {
    Status::internal(format!("cannot decode {}: {error}", M::NAME)).with_source(error)
}

impl<M: Message> Stream for Streaming<M> {
    type Item = Result<M>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<M>>> {
        // As a stream it ends after its error, as streams do: `next` would give the error again and again.
        if self.failed {
            return Poll::Ready(None);
        }
        let item = ready!(self.poll_message(cx)).transpose();
        self.failed = matches!(item, Some(Err(_)));
        Poll::Ready(item)
    }
}

impl<M> fmt::Debug for Streaming<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = match &self.inbound.state {
            State::Waiting(_) => "waiting for headers",
            State::Open(_) => "open",
            State::Ended(_) => "ended",
        };
        f.debug_tuple("Streaming").field(&format_args!("{state}")).finish()
    }
}
