//! How long a caller may pause where it has to go on: within a message, or before the end of its only one. Asked by `inbound`
//! on servers whenever nothing more has come.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::{Instant, Sleep};

use super::Status;

/// See the head of the file.
#[derive(Debug)]
pub(crate) struct Patience {
    limit: Duration,
    /// Whether all of the requests are one message.
    is_single: bool,
    /// Whether something has come since the clock was set.
    has_heard: bool,
    /// Set when there is first something to wait for: most requests come in one piece.
    clock: Option<Pin<Box<Sleep>>>,
}

impl Patience {
    /// With the requests of a call, all of which are one message if `is_single`.
    #[cfg(feature = "server")]
    pub(crate) fn new(limit: Duration, is_single: bool) -> Self {
        Self { limit, is_single, has_heard: false, clock: None }
    }

    /// Something has come.
    pub(super) fn heard(&mut self) {
        self.has_heard = true;
    }

    /// Nothing more has come; `is_inside` a message. Ready when that has lasted for too long.
    pub(super) fn poll(&mut self, is_inside: bool, cx: &mut Context<'_>) -> Poll<Status> {
        let has_heard = std::mem::take(&mut self.has_heard);
        if !is_inside && !self.is_single {
            self.clock = None;
            return Poll::Pending;
        }
        let limit = self.limit;
        let clock = self.clock.get_or_insert_with(|| Box::pin(tokio::time::sleep(limit)));
        if has_heard && let Some(end) = Instant::now().checked_add(limit) {
            clock.as_mut().reset(end);
        }
        clock.as_mut().poll(cx).map(|()| {
            Status::deadline_exceeded(format!("nothing more came of a half-sent request for {limit:?}"))
        })
    }
}
