//! One connection of a server: HTTP/2 in, calls of the router out. Called by `listen` and `memory`.

use std::convert::Infallible;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Poll, ready};

use http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http2::Builder;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::sync::watch;

use super::adapt::{Outbound, request};
use super::io::Stream;
use super::life::{Life, Verdict};
use super::monitor::{Monitored, Shared};
use super::streams::Streams;
use super::window::{CONNECTION_WINDOW, FRAME, STREAM_WINDOW};
use crate::grpc::{Drain, Leaving, Peer};
use crate::server::{Caller, Connections, Router};

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
    let mut life = Life::new(Arc::clone(&limits), shared.clone());
    let Stop { mut signal, drain } = stop;
    let leaving = Arc::new(Leaving::new(drain));
    let caller = Caller { peer, leaving: Some(Arc::clone(&leaving)) };
    let builder = builder(&limits, streams.clone());
    let answer = service_fn(move |arrived: Request<Incoming>| {
        let handling = router.handle(arrived.map(request), caller.clone());
        streams.announce(handling.deadline);
        async move { Ok::<_, Infallible>(handling.work.await.map(Outbound)) }
    });
    let io = TokioIo::new(Monitored::new(io, shared));
    let mut connection = pin!(builder.serve_connection(io, answer));
    let mut stopped = pin!(async move {
        // An error means that the server itself is gone, and waits for nobody.
        let _ = signal.wait_for(|stop| *stop).await;
    });
    let mut stopping = false;
    poll_fn(|cx| {
        if !stopping && stopped.as_mut().poll(cx).is_ready() {
            stopping = true;
            life.leave();
            leaving.tell();
            connection.as_mut().graceful_shutdown();
        }
        // A graceful stop waits for the handshake, and a peer that says nothing would never end it.
        if stopping && !life.has_begun() {
            return Poll::Ready(());
        }
        loop {
            // What breaks one connection is no concern of the server.
            if connection.as_mut().poll(cx).is_ready() {
                return Poll::Ready(());
            }
            match ready!(life.poll(cx)) {
                Verdict::Send => {}
                Verdict::Leave => {
                    leaving.tell();
                    connection.as_mut().graceful_shutdown();
                }
                Verdict::End => return Poll::Ready(()),
            }
        }
    })
    .await;
}

fn builder(limits: &Connections, streams: Streams) -> Builder<Streams> {
    let mut builder = Builder::new(streams);
    builder
        .timer(TokioTimer::new())
        .initial_stream_window_size(STREAM_WINDOW)
        .initial_connection_window_size(CONNECTION_WINDOW)
        .max_frame_size(FRAME)
        .max_concurrent_streams(limits.max_streams)
        .max_header_list_size(limits.max_headers.saturating_mul(2))
        .auto_date_header(false);
    builder
}
