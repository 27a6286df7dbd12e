//! The one reply of a call, with as much of the answer around it as is wanted. Returned by `call`.

use std::future::IntoFuture;
use std::pin::Pin;

use crate::grpc::{Metadata, Result, Streaming};
use crate::message::Message;

/// The future of a call.
pub type CallFuture<T> = Pin<Box<dyn Future<Output = Result<T>> + Send>>;

/// What came with the one message of an answer.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Reply {
    /// What the server sent before its message.
    pub headers: Metadata,
    /// What the server sent after its message.
    pub trailers: Metadata,
    /// Whether the message came compressed.
    pub was_compressed: bool,
}

/// All of an answer, whether the call succeeded or not.
#[derive(Debug)]
#[non_exhaustive]
pub struct Outcome<M> {
    /// The reply, or the status that the call ended with.
    pub result: Result<M>,
    /// What the server sent first. Empty where it sent nothing but a status, or nothing at all.
    pub headers: Metadata,
    /// What the server sent with its status. Empty where the call ended without a word from the server.
    pub trailers: Metadata,
}

/// The one reply of a call that is running: await it. Dropping it cancels the call.
#[must_use = "a call whose reply is dropped is cancelled"]
#[derive(Debug)]
pub struct ReplyFuture<M> {
    replies: Streaming<M>,
}

impl<M: Message> ReplyFuture<M> {
    pub(super) fn new(replies: Streaming<M>) -> Self {
        Self { replies }
    }

    /// The reply, with the headers and trailers of the answer.
    ///
    /// # Errors
    /// The status that the call ended with; its metadata are the trailers.
    pub async fn with_reply(mut self) -> Result<(M, Reply)> {
        let message = self.replies.only("reply").await?;
        let was_compressed = self.replies.was_compressed();
        let (headers, trailers) = self.replies.into_answer();
        Ok((message, Reply { headers, trailers, was_compressed }))
    }

    /// The reply or the status, with the headers and trailers of the answer in either case.
    pub async fn outcome(mut self) -> Outcome<M> {
        let result = self.replies.only("reply").await;
        let (headers, trailers) = self.replies.into_answer();
        Outcome { result, headers, trailers }
    }
}

impl<M: Message> IntoFuture for ReplyFuture<M> {
    type Output = Result<M>;
    type IntoFuture = CallFuture<M>;

    fn into_future(mut self) -> CallFuture<M> {
        Box::pin(async move { self.replies.only("reply").await })
    }
}
