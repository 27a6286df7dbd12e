//! Generators: a stream written as a loop. Used by handlers that stream replies.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};

use futures_core::Stream;
use pin_project_lite::pin_project;

use super::{Result, Status};

/// Makes a stream of what `body` yields: no channel, no task. The body runs when the stream is polled, and is dropped
/// with it; each `send` waits until its item was taken.
///
/// The stream ends when the body ends; if it ends with an error, that is the stream's last item.
///
/// ```
/// # mod schema { protocall::include_proto!(inline = r#"syntax = "proto3"; message Ping {} message Pong {}"#); }
/// # use schema::{Ping, Pong};
/// use protocall::{Context, Result, Stream, Streaming, produce};
///
/// async fn echo(_: &Context, mut pings: Streaming<Ping>) -> Result<impl Stream<Item = Result<Pong>>> {
///     Ok(produce(async move |out| {
///         while let Some(_) = pings.next().await? {
///             out.send(Pong::default()).await?;
///         }
///         Ok(())
///     }))
/// }
/// ```
pub fn produce<T, F>(body: F) -> impl Stream<Item = Result<T>> + use<T, F>
where
    F: AsyncFnOnce(Yield<T>) -> Result<()>,
{
    let slot = Arc::new(Slot::default());
    let body = body(Yield { slot: Arc::clone(&slot) });
    Produce { body: Some(body), slot, outcome: None }
}

/// The way out of a generator: what [`produce`] hands to its body.
#[derive(Debug)]
pub struct Yield<T> {
    slot: Arc<Slot<T>>,
}

impl<T> Yield<T> {
    /// Yields one item, and returns when it was taken.
    ///
    /// # Errors
    /// `CANCELLED` when the stream is gone, which only code that has outlived the generator's body can see.
    pub async fn send(&self, item: T) -> Result<()> {
        let mut item = Some(item);
        poll_fn(|cx| self.slot.poll_put(&mut item, cx)).await?;
        poll_fn(|cx| self.slot.poll_taken(cx)).await
    }
}

/// Where an item lies between the body that yields it and the stream that takes it.
#[derive(Debug)]
struct Slot<T>(Mutex<State<T>>);

#[derive(Debug)]
struct State<T> {
    item: Option<T>,
    sender: Option<Waker>,
    closed: bool,
}

impl<T> Default for Slot<T> {
    fn default() -> Self {
        Self(Mutex::new(State { item: None, sender: None, closed: false }))
    }
}

impl<T> Slot<T> {
    fn with<R>(&self, act: impl FnOnce(&mut State<T>) -> R) -> R {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn poll_put(&self, item: &mut Option<T>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        self.with(|state| {
            if state.closed {
                return Poll::Ready(Err(Status::cancelled("the stream is gone")));
            }
            if state.item.is_some() {
                state.sender = Some(cx.waker().clone());
                return Poll::Pending;
            }
            state.item = item.take();
            Poll::Ready(Ok(()))
        })
    }

    fn poll_taken(&self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        self.with(|state| match state.item {
            Some(_) if !state.closed => {
                state.sender = Some(cx.waker().clone());
                Poll::Pending
            }
            _ => Poll::Ready(Ok(())),
        })
    }

    fn take(&self, cx: &Context<'_>) -> Option<T> {
        let (item, sender) = self.with(|state| (state.item.take(), state.sender.take()));
        // The body is polled with the stream; only a body that polls its parts by wakers of their own needs a call.
        if let Some(sender) = sender.filter(|sender| !sender.will_wake(cx.waker())) {
            sender.wake();
        }
        item
    }
}

pin_project! {
    struct Produce<T, F> {
        #[pin]
        body: Option<F>,
        slot: Arc<Slot<T>>,
        // How the body ended, until the stream has told it.
        outcome: Option<Status>,
    }

    impl<T, F> PinnedDrop for Produce<T, F> {
        fn drop(this: Pin<&mut Self>) {
            this.slot.with(|state| state.closed = true);
        }
    }
}

impl<T, F: Future<Output = Result<()>>> Stream for Produce<T, F> {
    type Item = Result<T>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<T>>> {
        let mut this = self.project();
        if let Some(body) = this.body.as_mut().as_pin_mut()
            && let Poll::Ready(outcome) = body.poll(cx)
        {
            *this.outcome = outcome.err();
            this.body.set(None);
        }
        if let Some(item) = this.slot.take(cx) {
            return Poll::Ready(Some(Ok(item)));
        }
        if this.body.is_some() { Poll::Pending } else { Poll::Ready(this.outcome.take().map(Err)) }
    }
}
