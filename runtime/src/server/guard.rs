//! What stands between a handler and the rest of the server: its deadline, and its panics. Called by `handler`.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;
use tokio::time::Instant;

use crate::grpc::{Expiry, Result, Status};

pin_project! {
    /// Runs a handler until it ends, its deadline passes or it panics.
    pub(super) struct Guard<F> {
        #[pin]
        handler: F,
        expiry: Option<Expiry>,
    }
}

impl<F> Guard<F> {
    pub(super) fn new(deadline: Option<Instant>, handler: F) -> Self {
        Self { handler, expiry: deadline.map(Expiry::at) }
    }
}

impl<T, F: Future<Output = Result<T>>> Future for Guard<F> {
    type Output = Result<T>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<T>> {
        let this = self.project();
        // First, so that a deadline that passed before the call came does not start the handler.
        if let Some(expiry) = this.expiry
            && let Poll::Ready(status) = expiry.poll(cx)
        {
            return Poll::Ready(Err(status));
        }
        // A handler that panicked is not polled again: its call ends here.
        catch_unwind(AssertUnwindSafe(|| this.handler.poll(cx)))
            .unwrap_or_else(|_| Poll::Ready(Err(Status::unknown("the handler panicked"))))
    }
}
