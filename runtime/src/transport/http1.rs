//! One connection of HTTP/1.1 of a server that speaks gRPC-Web: one call after the other. Called by `either`.

use std::convert::Infallible;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use bytes::Bytes;
use http::Request;
use http_body::{Body, Frame};
use hyper::body::Incoming;
use hyper::server::conn::http1::Builder;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::time::{Instant, Sleep};

use super::adapt::Outbound;
use super::ending::Ending;
use super::io::Stream;
use super::life::{AGE_SPREAD, Verdict};
use super::serve::Stop;
use super::streams::GRACE;
use super::upload;
use crate::grpc::{Leaving, Peer, about};
use crate::server::{Caller, Connections, Router};

/// Serves a connection until its peer leaves or it has lasted long enough; once the server stops, until the call that runs
/// has ended.
pub(super) async fn serve(io: Stream, peer: Peer, router: Router, stop: Stop) {
    let limits = router.connections();
    let Stop { mut signal, drain } = stop;
    let leaving = Arc::new(Leaving::new(drain));
    let caller = Caller { peer, leaving: Some(Arc::clone(&leaving)) };
    let turn = Turn::default();
    let calls = turn.clone();
    let answer = service_fn(move |arrived: Request<Incoming>| {
        let handling = router.handle(arrived.map(upload::request), caller.clone());
        let running = calls.begin(handling.deadline);
        async move {
            let answer = handling.work.await;
            Ok::<_, Infallible>(answer.map(|body| Answer { body: Outbound(body), _running: running }))
        }
    });
    let io = TokioIo::new(Ending::new(io, limits.stall));
    let mut connection = pin!(builder(&limits).serve_connection(io, answer));
    let mut stopped = pin!(async move {
        // An error means that the server itself is gone, and waits for nobody.
        let _ = signal.wait_for(|stop| *stop).await;
    });
    let mut clock = Clock::new(&limits);
    let mut stopping = false;
    poll_fn(|cx| {
        if !stopping && stopped.as_mut().poll(cx).is_ready() {
            stopping = true;
            clock.old = None;
            leaving.tell();
            connection.as_mut().graceful_shutdown();
        }
        loop {
            // What breaks one connection is no concern of the server.
            if connection.as_mut().poll(cx).is_ready() {
                return Poll::Ready(());
            }
            match clock.poll(turn.end(), cx) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(Verdict::Leave) => {
                    clock.leave(&limits);
                    leaving.tell();
                    connection.as_mut().graceful_shutdown();
                }
                Poll::Ready(_) => return Poll::Ready(()),
            }
        }
    })
    .await;
}

fn builder(limits: &Connections) -> Builder {
    // The time to the next head is the time without a call, too.
    let head = limits.max_idle.map_or(limits.handshake, |idle| idle.min(limits.handshake));
    let mut builder = Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(head)
        .max_header_size(usize::try_from(limits.max_headers).unwrap_or(usize::MAX).saturating_mul(2))
        .auto_date_header(false);
    builder
}

/// When the connection has lasted long enough, and when it is over whatever runs.
struct Clock {
    old: Option<Instant>,
    cut: Option<Instant>,
    timer: Pin<Box<Sleep>>,
}

impl Clock {
    fn new(limits: &Connections) -> Self {
        let now = Instant::now();
        let old = limits.max_age.and_then(|age| now.checked_add(about(age, AGE_SPREAD)));
        Self { old, cut: None, timer: Box::pin(tokio::time::sleep_until(now)) }
    }

    /// It was told to end behind the call that runs.
    fn leave(&mut self, limits: &Connections) {
        self.old = None;
        self.cut = limits.grace.and_then(|grace| Instant::now().checked_add(grace));
    }

    /// Ready when it is time for something; `call` is the end of the call that runs.
    fn poll(&mut self, call: Option<Instant>, cx: &mut Context<'_>) -> Poll<Verdict> {
        let moments = [(self.old, Verdict::Leave), (self.cut, Verdict::End), (call, Verdict::End)];
        let moments = moments.into_iter().filter_map(|(moment, verdict)| Some((moment?, verdict)));
        let Some((due, verdict)) = moments.min_by_key(|(moment, _)| *moment) else { return Poll::Pending };
        if self.timer.deadline() != due {
            self.timer.as_mut().reset(due);
        }
        self.timer.as_mut().poll(cx).map(|()| verdict)
    }
}

/// When the call that runs is over, as the call and its connection know it.
#[derive(Clone, Debug, Default)]
struct Turn(Arc<Mutex<Option<Instant>>>);

impl Turn {
    /// A call begins.
    fn begin(&self, deadline: Option<Instant>) -> Running {
        self.set(deadline.and_then(|deadline| deadline.checked_add(GRACE)));
        Running(self.clone())
    }

    fn set(&self, end: Option<Instant>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = end;
    }

    fn end(&self) -> Option<Instant> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Held by the call while it runs.
struct Running(Turn);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.set(None);
    }
}

/// The body of an answer, at whose end the call ends.
struct Answer {
    body: Outbound,
    _running: Running,
}

impl Body for Answer {
    type Data = Bytes;
    type Error = h2::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, h2::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }
}
