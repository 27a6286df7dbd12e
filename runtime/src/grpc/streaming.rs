//! The messages of one direction of a call, as users read them. Made by `server` of requests and by `client` of replies.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::LazyLock;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_core::Stream;

use super::record::Sight;
use super::{FrameReader, Framing, Inbound, Metadata, Result, Status, append_frame, memory_body};
use crate::message::Message;
use crate::wire::DecodeError;

/// A stream of messages from the other side of a call: requests in a handler, replies in a client.
///
/// Dropping it before its end cancels the call in a client; in a server it only stops the reading.
pub struct Streaming<M> {
    inbound: Inbound,
    /// Whether the error was given out, to whom reads it as a `Stream`.
    failed: bool,
    /// Where interceptors look at the messages.
    sight: Option<Sight<M>>,
}

impl<M: Message> Streaming<M> {
    pub(crate) fn new(inbound: Inbound) -> Self {
        Self { inbound, failed: false, sight: None }
    }

    /// These messages, shown to interceptors first.
    pub(crate) fn seen_by(self, sight: Option<Sight<M>>) -> Self {
        Self { sight, ..self }
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
        self.inbound.outcome().cloned().unwrap_or(Ok(()))
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
        loop {
            let Some(bytes) = ready!(self.inbound.poll_message(cx))? else { return Poll::Ready(Ok(None)) };
            match self.message(bytes) {
                Ok(message) => return Poll::Ready(Ok(Some(message))),
                // Asked again, it says how the call has ended with this.
                Err(status) => self.inbound.end(Err(status)),
            }
        }
    }

    fn message(&self, bytes: Bytes) -> Result<M> {
        let size = bytes.len();
        let mut message = M::decode_bytes(bytes).map_err(undecodable::<M>)?;
        if let Some(sight) = &self.sight {
            sight.see(&mut message, Some(size))?;
        }
        Ok(message)
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
        let mut bytes = poll_fn(|cx| self.inbound.poll_message(cx)).await?.ok_or_else(|| none(what))?;
        if self.sight.is_some() {
            bytes = self.message(bytes)?.encode_to_bytes();
        }
        self.no_more(what).await?;
        Ok(bytes)
    }

    async fn no_more(&mut self, what: &str) -> Result<()> {
        if poll_fn(|cx| self.inbound.poll_message(cx)).await?.is_none() {
            return Ok(());
        }
        let status = Status::unimplemented(format!("the call has more than one {what}"));
        self.inbound.end(Err(status.clone()));
        // Where interceptors have the last word on how the call has ended.
        poll_fn(|cx| self.inbound.poll_message(cx)).await?;
        Err(status)
    }

    /// The headers of the answer, in a client; waits for them. Empty in a handler, whose request metadata is in its
    /// `Context`, and where the server answered with nothing but a status.
    ///
    /// # Errors
    /// When the call ended before its headers came.
    pub async fn headers(&mut self) -> Result<&Metadata> {
        static NONE: LazyLock<Metadata> = LazyLock::new(Metadata::new);
        poll_fn(|cx| self.inbound.poll_head(cx)).await;
        match (self.inbound.headers(), self.inbound.outcome()) {
            (Some(headers), _) => Ok(headers),
            (None, Some(Err(status))) => Err(status.clone()),
            (None, _) => Ok(&NONE),
        }
    }

    /// Whether the last message came compressed.
    pub fn was_compressed(&self) -> bool {
        self.inbound.was_compressed()
    }

    /// The trailers of the answer, in a client, once the stream has ended.
    pub fn trailers(&self) -> Option<&Metadata> {
        self.inbound.trailers()
    }

    /// The headers and trailers, once the stream has ended.
    pub(crate) fn into_answer(self) -> (Metadata, Metadata) {
        self.inbound.into_answer()
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
        f.debug_tuple("Streaming").field(&format_args!("{}", self.inbound.state())).finish()
    }
}
