//! The requests of a streaming call, on their way out. Returned by `Call::open`.

use std::fmt;
use std::future::poll_fn;
use std::marker::PhantomData;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use tokio::runtime::Handle;
use tokio::time::Instant;

use crate::grpc::{Broken, End, Expiry, Framing, Lane, Result, Sight, Status};
use crate::message::Message;

/// Sends the requests of a streaming call.
///
/// Call [`finish`](Sender::finish) behind the last request. A sender that is dropped before that cancels the call: the
/// server must not take half of the requests for all of them.
#[must_use = "a sender that is dropped without `finish` cancels its call"]
pub struct Sender<M> {
    lane: Arc<Lane>,
    framing: Framing,
    /// Whether the next request may be compressed.
    compress: bool,
    /// The call's deadline, which ends a wait for room too.
    expiry: Option<Expiry>,
    /// Where interceptors look at the requests.
    watched: Option<Watched<M>>,
    messages: PhantomData<fn(M)>,
}

/// What a sender knows of the interceptors of its call.
pub(super) struct Watched<M> {
    pub(super) sight: Sight<M>,
    /// Ready when they have let the call go on, and so told what they want to see. None when it has been.
    pub(super) begun: Option<Pin<Box<dyn Future<Output = ()> + Send + Sync>>>,
}

impl<M: Message> Sender<M> {
    pub(super) fn new(lane: Arc<Lane>, framing: Framing, deadline: Option<Instant>) -> Self {
        let in_runtime = Handle::try_current().is_ok();
        let expiry = deadline.filter(|_| in_runtime).map(Expiry::at);
        Self { lane, framing, compress: true, expiry, watched: None, messages: PhantomData }
    }

    /// This sender, for a call that is intercepted.
    pub(super) fn watched(mut self, watched: Watched<M>) -> Self {
        self.watched = Some(watched);
        self
    }

    /// Sends a request; waits while the server does not read and what may be buffered is full.
    ///
    /// Dropping the future before it is ready sends nothing.
    ///
    /// # Errors
    /// `RESOURCE_EXHAUSTED` for a message over the limit, of which nothing is sent; the call goes on. The error
    /// of an interceptor that does not let the message through, which ends the call. `CANCELLED` when
    /// the call has ended: how, its reply or replies tell. `DEADLINE_EXCEEDED` when the deadline passes meanwhile.
    pub async fn send(&mut self, request: M) -> Result<()> {
        let request = self.ready(request).await?;
        self.lane.push(&request, self.framing.compressed(self.compress))
    }

    /// The request as interceptors let it through, once there is room for it.
    async fn ready(&mut self, mut request: M) -> Result<M> {
        poll_fn(|cx| self.poll_room(cx)).await?;
        if let Some(watched) = &self.watched {
            watched.sight.see_or_fail(&mut request)?;
        }
        Ok(request)
    }

    /// Whether the requests that are sent from now on may be compressed, as they are unless this says otherwise. Without
    /// effect in a call whose requests are not compressed at all: see [`Call::compress`](super::Call::compress).
    ///
    /// Secrets that share a message with what a stranger chose should not be compressed: its size would tell about them.
    pub fn compress(&mut self, wanted: bool) {
        self.compress = wanted;
    }

    fn poll_room(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        let begun = self.watched.as_mut().map_or(Poll::Ready(()), |watched| watched.poll_begun(cx));
        let room = match begun {
            Poll::Ready(()) => self.lane.poll_room(cx),
            Poll::Pending => Poll::Pending,
        };
        match room {
            Poll::Ready(Ok(())) => Poll::Ready(Ok(())),
            Poll::Ready(Err(Broken)) => {
                Poll::Ready(Err(Status::cancelled("the call has ended; its reply tells how")))
            }
            Poll::Pending => match &mut self.expiry {
                Some(expiry) => expiry.poll(cx).map(Err),
                None => Poll::Pending,
            },
        }
    }

    /// Sends these requests, and finishes. They are taken one behind the other without a pause, so small ones leave
    /// together: an iterator that has to wait for its items is better sent as a stream.
    ///
    /// # Errors
    /// As [`Sender::send`]; the call is cancelled then.
    pub async fn send_all(mut self, requests: impl IntoIterator<Item = M>) -> Result<()> {
        for request in requests {
            let request = self.ready(request).await?;
            self.lane.gather(&request, self.framing.compressed(self.compress))?;
        }
        self.finish();
        Ok(())
    }

    /// Sends the requests of a stream, and finishes.
    ///
    /// # Errors
    /// As [`Sender::send`]; the call is cancelled then.
    pub async fn send_stream(mut self, requests: impl Stream<Item = M>) -> Result<()> {
        let mut requests = pin!(requests);
        while let Some(request) = poll_fn(|cx| requests.as_mut().poll_next(cx)).await {
            self.send(request).await?;
        }
        self.finish();
        Ok(())
    }

    /// Tells the server that there are no more requests. Those that were sent are delivered.
    pub fn finish(self) {
        self.lane.end(End::Finished);
    }
}

impl<M> Watched<M> {
    fn poll_begun(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if let Some(begun) = &mut self.begun {
            ready!(begun.as_mut().poll(cx));
            self.begun = None;
        }
        Poll::Ready(())
    }
}

impl<M> Drop for Sender<M> {
    fn drop(&mut self) {
        // After `finish` this changes nothing.
        self.lane.end(End::Cancelled);
    }
}

impl<M> fmt::Debug for Sender<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sender")
    }
}
