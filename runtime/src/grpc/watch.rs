//! The interceptors of a client's call, at work around its replies. Made by `client`, polled with the replies.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::sync::oneshot;

use super::{Metadata, Record, Result};

/// How long interceptors may take to hear that the deadline of their call has passed.
pub(crate) const FAREWELL: Duration = Duration::from_millis(200);

/// See the head of the file.
pub(crate) struct Watch {
    /// The interceptors, up to the final status.
    pub(crate) work: Pin<Box<dyn Future<Output = Result<()>> + Send>>,
    /// Takes how the call itself has ended, which they wait for.
    pub(crate) ended: Option<oneshot::Sender<Result<()>>>,
    pub(crate) record: Arc<Record>,
    /// Whether they have been told of the deadline.
    pub(crate) is_late: bool,
}

/// What the interceptors have made of an answer.
pub(super) struct Settled {
    pub(super) headers: Metadata,
    pub(super) trailers: Metadata,
    pub(super) own_replies: Option<Vec<u8>>,
}

impl Watch {
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        self.work.as_mut().poll(cx)
    }

    /// Shows headers that have come; what the caller sees of them.
    pub(super) fn headers(&self, headers: Metadata) -> Metadata {
        self.record.with_reply(|reply| reply.headers = headers);
        self.record.see_headers();
        self.record.with_reply(|reply| reply.headers.clone())
    }

    /// Keeps trailers that have come; what the caller sees of them until the interceptors are through.
    pub(super) fn trailers(&self, trailers: Metadata) -> Metadata {
        self.record.with_reply(|reply| reply.trailers = trailers);
        Metadata::new()
    }

    /// Tells how the call itself has ended; the first end counts.
    pub(super) fn ended(&mut self, outcome: Result<()>) {
        if let Some(ended) = self.ended.take() {
            // Nobody waits where an interceptor has let go of the call.
            let _ = ended.send(outcome);
        }
    }

    /// Whether the interceptors can be told that the deadline has passed: they wait for the call, and it is the first time.
    pub(super) fn may_hear(&mut self) -> bool {
        self.record.has_begun() && !std::mem::replace(&mut self.is_late, true)
    }

    pub(super) fn settle(self) -> Settled {
        let own_replies = self.record.take_own_replies();
        self.record.with_reply(|reply| Settled {
            headers: std::mem::take(&mut reply.headers),
            trailers: std::mem::take(&mut reply.trailers),
            own_replies,
        })
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.record.close();
    }
}
