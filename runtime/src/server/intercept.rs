//! The interceptors of a server around one call. Made by `service`, run by `handler` around the handler, or around the
//! refusal of a call that no handler sees.

use std::future::{poll_fn, ready};
use std::pin::pin;
use std::sync::Arc;
use std::task::{Poll, ready};

use bytes::Bytes;
use http::Response;
use tokio::time::Instant;

use super::reply;
use crate::grpc::{
    Context, Expiry, FAREWELL, InterceptedCall, Interceptors, Lane, OutboundBody, Record, Result, Status,
};

/// See the head of the file.
pub(super) struct Interception {
    call: InterceptedCall,
    interceptors: Interceptors,
    deadline: Option<Instant>,
}

impl Interception {
    pub(super) fn new(call: InterceptedCall, interceptors: Interceptors, deadline: Option<Instant>) -> Self {
        Self { call, interceptors, deadline }
    }

    /// What the interceptors share with the handler.
    pub(super) fn record(&self) -> Arc<Record> {
        Arc::clone(&self.call.record)
    }

    /// Around a handler with one reply.
    pub(super) async fn one(
        self: Box<Self>,
        handler: impl Future<Output = Result<Bytes>> + Send,
    ) -> Result<Bytes> {
        let record = self.record();
        let mut reply = None;
        let work = async {
            reply = Some(handler.await?);
            Ok(())
        };
        self.through(work).await?;
        let own = record.take_own_replies().map(Bytes::from);
        own.or(reply)
            .ok_or_else(|| Status::internal("an interceptor ended the call well, but without a reply"))
    }

    /// Around a handler that streams its replies to `lane`.
    pub(super) async fn many(
        self: Box<Self>,
        handler: impl Future<Output = Result<()>> + Send,
        lane: &Lane,
    ) -> Result<()> {
        let record = self.record();
        self.through(handler).await?;
        if let Some(replies) = record.take_own_replies() {
            lane.append(&replies);
        }
        Ok(())
    }

    /// Around nothing: the answer to a call that no handler sees.
    pub(super) async fn refused(self: Box<Self>, status: Status) -> Response<OutboundBody> {
        let mut cx = Context::default();
        cx.record = Some(self.record());
        let outcome = self.one(ready(Err(status))).await;
        reply::one(&cx, outcome)
    }

    /// Runs the interceptors around `work`, which keeps to the deadline by itself.
    async fn through(self: Box<Self>, work: impl Future<Output = Result<()>> + Send) -> Result<()> {
        let Self { mut call, interceptors, deadline } = *self;
        let record = Arc::clone(&call.record);
        let mut running = pin!(interceptors.run(&mut call, work));
        let mut expiry = deadline.map(Expiry::at);
        let mut late = false;
        let outcome = poll_fn(|task| {
            loop {
                if let Poll::Ready(outcome) = running.as_mut().poll(task) {
                    return Poll::Ready(outcome);
                }
                let Some(clock) = &mut expiry else { return Poll::Pending };
                let status = ready!(clock.poll(task));
                if late || !record.has_begun() {
                    return Poll::Ready(Err(status));
                }
                // What is inside ends by the same deadline, and the interceptors may see how.
                late = true;
                *clock = Expiry::at(Instant::now() + FAREWELL);
            }
        })
        .await;
        record.close();
        outcome
    }
}
