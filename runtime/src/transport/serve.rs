//! One connection of a server: HTTP/2 in, calls of the router out. Called by `listen` and `memory`.

use std::convert::Infallible;
use std::future::poll_fn;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http2::Builder;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::sync::watch;
use tokio::time::timeout;

use super::adapt::{Outbound, request};
use super::authority::Unescaped;
use super::cork::{Handle, Patience, cork};
use super::io::Stream;
use super::life::{Life, Verdict};
use super::monitor::{Monitored, Shared};
use super::streams::{Starter, Streams};
use super::window::{CONNECTION_WINDOW, STREAM_WINDOW};
use crate::grpc::{Drain, Leaving, Peer};
use crate::server::{Caller, Connections, Router};

/// How long a peer has to take the last words of a connection that broke.
const FAREWELL: Duration = Duration::from_secs(1);

/// How a connection hears that its server stops.
#[derive(Clone)]
pub(super) struct Stop {
    /// Says true when it does.
    pub(super) signal: watch::Receiver<bool>,
    pub(super) drain: Arc<Drain>,
}

/// Serves a connection until its peer leaves, or its life is over; once the server stops, until the calls that run have
/// ended.
pub(super) async fn serve(io: Stream, peer: Peer, router: Router, stop: Stop) {
    let limits = router.connections();
    let shared = Shared::default();
    let streams = Streams::new(shared.clone());
    let io = if peer.is_on_unix_socket() { unescaped(io, &limits) } else { io };
    let (io, corked) = cork(Monitored::new(io, shared.clone()));
    let Stop { mut signal, drain } = stop;
    let leaving = Arc::new(Leaving::new(drain));
    let mut driver = Driver {
        starter: Starter::new(streams.clone()),
        life: Life::new(Arc::clone(&limits), shared.clone()),
        leaving: Arc::clone(&leaving),
        patience: Patience::default(),
        corked: corked.clone(),
        owes: false,
        shared,
    };
    let caller = Caller { peer, leaving: Some(leaving) };
    let builder = builder(&limits, streams.clone());
    let answer = service_fn(move |arrived: Request<Incoming>| {
        let handling = router.handle(arrived.map(request), caller.clone());
        streams.announce(handling.deadline);
        async move { Ok::<_, Infallible>(handling.work.await.map(Outbound)) }
    });
    let mut connection = pin!(builder.serve_connection(TokioIo::new(io), answer));
    let mut stopped = pin!(async move {
        // An error means that the server itself is gone, and waits for nobody.
        let _ = signal.wait_for(|stop| *stop).await;
    });
    let mut stopping = false;
    let end = poll_fn(|cx| {
        if !driver.settle(cx) {
            return Poll::Ready(End::Cut);
        }
        if !stopping && stopped.as_mut().poll(cx).is_ready() {
            stopping = true;
            driver.stop();
            connection.as_mut().graceful_shutdown();
        }
        // A graceful stop waits for the handshake, and a peer that says nothing would never end it.
        if stopping && !driver.life.has_begun() {
            return Poll::Ready(End::Cut);
        }
        loop {
            // What breaks one connection is no concern of the server.
            if let Poll::Ready(ended) = connection.as_mut().poll(cx) {
                return Poll::Ready(if ended.is_ok() { End::Said } else { End::Broken });
            }
            match driver.step(cx) {
                Step::Again => {}
                Step::Leave => connection.as_mut().graceful_shutdown(),
                Step::Wait => return Poll::Pending,
                Step::Cut => return Poll::Ready(End::Cut),
            }
        }
    });
    say_last_words(end.await, &corked).await;
}

/// Sends what was gathered and not sent yet, as the end of the connection allows.
async fn say_last_words(end: End, corked: &Handle<Monitored<Stream>>) {
    let last_words = match end {
        End::Said => timeout(FAREWELL, poll_fn(|cx| corked.poll_rest(cx))).await,
        End::Broken => timeout(FAREWELL, poll_fn(|cx| corked.poll_close(cx))).await,
        End::Cut => return,
    };
    // Whether they could be sent makes no difference any more.
    let _ = last_words;
}

/// What is done for a connection beside hyper's part.
struct Driver {
    starter: Starter,
    life: Life,
    leaving: Arc<Leaving>,
    patience: Patience,
    corked: Handle<Monitored<Stream>>,
    /// Whether something was to be sent that could not be.
    owes: bool,
    shared: Shared,
}

/// What is next for a connection.
enum Step {
    /// hyper's turn.
    Again,
    /// hyper is to say goodbye, and has its turn.
    Leave,
    /// Nothing, until the task is woken.
    Wait,
    /// The end.
    Cut,
}

impl Driver {
    /// The server stops.
    fn stop(&mut self) {
        self.life.leave();
        self.leaving.tell();
    }

    /// Sends what could not be sent in the last turn, before hyper has its own: a peer that never pauses leaves nothing of the
    /// turn that tokio gives a task. False where nothing can be sent any more.
    fn settle(&mut self, cx: &mut Context<'_>) -> bool {
        !self.owes || !matches!(self.send(cx), Poll::Ready(Err(_)))
    }

    /// Sends what waits to be sent.
    fn send(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let sent = self.corked.poll_rest(cx);
        self.owes = sent.is_pending();
        sent
    }

    /// What is to be done when hyper has done all that it could.
    fn step(&mut self, cx: &mut Context<'_>) -> Step {
        if self.starter.start() {
            return Step::Again;
        }
        if let Some(step) = self.judge(cx) {
            return step;
        }
        // The calls that run as tasks may have replies by now.
        if !self.corked.is_empty() && self.shared.calls() > 0 && self.patience.waits(cx) {
            return Step::Wait;
        }
        match self.send(cx) {
            Poll::Ready(Ok(())) => Step::Wait,
            // hyper does not hear of what cannot be sent.
            Poll::Ready(Err(_)) => Step::Cut,
            // Since now the peer takes nothing, and there may be nothing else that wakes the task.
            Poll::Pending => self.judge(cx).unwrap_or(Step::Wait),
        }
    }

    /// What the life of the connection demands, if anything.
    fn judge(&mut self, cx: &mut Context<'_>) -> Option<Step> {
        match self.life.poll(cx) {
            Poll::Ready(Verdict::Send) => {
                // A stream that takes nothing now is asked again behind hyper's turn, and before the next.
                self.owes = self.corked.poll_send(cx).is_pending();
                Some(Step::Again)
            }
            Poll::Ready(Verdict::Leave) => {
                self.leaving.tell();
                Some(Step::Leave)
            }
            Poll::Ready(Verdict::End) => Some(Step::Cut),
            Poll::Pending => None,
        }
    }
}

/// How a connection ends.
enum End {
    /// In good order; hyper has waited for what it wrote, but not for what was gathered.
    Said,
    /// By a mistake of the peer, which is told of it.
    Broken,
    /// By the server, or because nothing can be sent.
    Cut,
}

/// What a stream has waiting for the peer before its handler does. hyper's own 400 KiB would let a peer that opens all windows
/// and reads nothing fill 400 MiB by a thousand calls.
const SEND_BUFFER: usize = 128 * 1024;

/// Of a Unix socket, which some clients name in ways that `http` does not take.
fn unescaped(io: Stream, limits: &Connections) -> Stream {
    // Set by `max_frame_size`, and at most what three bytes hold.
    Box::new(Unescaped::new(io, limits.max_frame as usize))
}

fn builder(limits: &Connections, streams: Streams) -> Builder<Streams> {
    let mut builder = Builder::new(streams);
    builder
        .timer(TokioTimer::new())
        .initial_stream_window_size(STREAM_WINDOW)
        .initial_connection_window_size(CONNECTION_WINDOW)
        .max_frame_size(limits.max_frame)
        .max_send_buf_size(SEND_BUFFER)
        .max_concurrent_streams(limits.max_streams)
        .max_header_list_size(limits.max_headers.saturating_mul(2))
        .auto_date_header(false);
    builder
}
