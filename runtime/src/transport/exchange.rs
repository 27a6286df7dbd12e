//! One call over a connection of HTTP/1.1: requests out, the answer in, and the connection back to the others. Called by
//! `turns`.

use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll, Waker, ready};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body::{Body, Frame};
use hyper::body::Incoming;
use tokio::runtime::Handle;

use super::fault;
use super::line::{Ending, Line, Messages, cancelled};
use super::spares::Spares;
use crate::grpc::{InboundBody, Result, Status};

/// How long the end of a request may take to leave, before its connection is given up instead of kept.
const PATIENCE: Duration = Duration::from_secs(1);

/// A call that has no answer.
pub(super) struct Failure {
    pub(super) status: Status,
    /// The request, where nothing of it has left.
    pub(super) unsent: Option<Request<Messages>>,
}

/// Makes a call, and waits for the head of its answer. Dropping the future, or later the body of the answer before its end,
/// closes the connection: HTTP/1.1 has no other way to take a call back. At its end the connection goes to `spares`.
pub(super) async fn send(
    mut line: Line,
    request: Request<Messages>,
    spares: &Arc<Spares>,
) -> Result<Response<InboundBody>, Box<Failure>> {
    let call = Call { end: Arc::clone(&request.body().end), spares: Arc::clone(spares) };
    match line.requests.try_send_request(request).await {
        Ok(response) => {
            Ok(response.map(|body| -> InboundBody { Box::pin(Answer { body, runs: Some((line, call)) }) }))
        }
        Err(mut failure) => {
            let unsent = failure.take_message();
            let status = call.explained(&line, failure.into_error());
            Err(Box::new(Failure { status, unsent }))
        }
    }
}

/// A call that runs over a line.
struct Call {
    end: Arc<OnceLock<Ending>>,
    spares: Arc<Spares>,
}

impl Call {
    /// The status of the call, if the connection breaks.
    fn explained(&self, line: &Line, error: hyper::Error) -> Status {
        match self.end.get() {
            Some(Ending::Cancelled) => cancelled(),
            _ => line.explained(fault::broken(error)),
        }
    }

    /// The answer has ended. A connection that still takes the request is of no use to others.
    fn end(self, mut line: Line, cx: &mut Context<'_>) {
        if self.end.get() != Some(&Ending::Finished) {
            return;
        }
        match line.requests.poll_ready(cx) {
            Poll::Ready(Ok(())) => self.spares.put(line),
            Poll::Ready(Err(_)) => {}
            Poll::Pending => drop(tokio::spawn(async move {
                let ready = tokio::time::timeout(PATIENCE, line.requests.ready()).await;
                if matches!(ready, Ok(Ok(()))) {
                    self.spares.put(line);
                }
            })),
        }
    }
}

/// The body of an answer.
struct Answer {
    body: Incoming,
    /// Until the end of the body.
    runs: Option<(Line, Call)>,
}

impl Body for Answer {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>>>> {
        let frame = match ready!(Pin::new(&mut self.body).poll_frame(cx)) {
            Some(Ok(frame)) => return Poll::Ready(Some(Ok(frame))),
            end => end,
        };
        Poll::Ready(match (frame, self.runs.take()) {
            (Some(Err(error)), Some((line, call))) => Some(Err(call.explained(&line, error))),
            (Some(Err(error)), None) => Some(Err(fault::broken(error))),
            (_, Some((line, call))) => {
                call.end(line, cx);
                None
            }
            (_, None) => None,
        })
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }
}

impl Drop for Answer {
    fn drop(&mut self) {
        // An answer without a body is not read to its end.
        if self.body.is_end_stream()
            && Handle::try_current().is_ok()
            && let Some((line, call)) = self.runs.take()
        {
            call.end(line, &mut Context::from_waker(Waker::noop()));
        }
    }
}
