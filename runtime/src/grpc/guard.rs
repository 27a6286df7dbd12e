//! What stands between code of users and the rest of a call: its deadline, and its panics. Put around handlers and
//! interceptors.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;
use tokio::time::Instant;

use super::{Expiry, Result, Status, inherit};

pin_project! {
    /// Runs a future until it ends, its deadline passes or it panics.
    pub(crate) struct Guard<F> {
        #[pin]
        guarded: F,
        // What it is, for the status that tells of its panic.
        what: &'static str,
        expiry: Option<Expiry>,
    }
}

impl<F> Guard<F> {
    pub(crate) fn new(deadline: Option<Instant>, what: &'static str, guarded: F) -> Self {
        Self { guarded, what, expiry: deadline.map(Expiry::at) }
    }
}

impl<T, F: Future<Output = Result<T>>> Future for Guard<F> {
    type Output = Result<T>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<T>> {
        let this = self.project();
        // First, so that a deadline that passed before the call came starts nothing.
        if let Some(expiry) = this.expiry
            && let Poll::Ready(status) = expiry.poll(cx)
        {
            return Poll::Ready(Err(status));
        }
        // What has panicked is not polled again: its call ends here.
        let poll = || catch_unwind(AssertUnwindSafe(|| this.guarded.poll(cx)));
        let polled = match this.expiry {
            Some(expiry) => inherit::within(expiry.deadline(), poll),
            None => poll(),
        };
        polled.unwrap_or_else(|_| Poll::Ready(Err(Status::unknown(format!("{} panicked", this.what)))))
    }
}
