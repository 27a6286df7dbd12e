//! One connection of a server: HTTP/2 in, calls of the router out. Called by `listen` and `memory`.

use std::convert::Infallible;
use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http2::Builder;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::sync::watch;

use super::adapt::{Outbound, request};
use super::heard::Heard;
use super::io::Stream;
use super::streams::Streams;
use super::window::{CONNECTION_WINDOW, FRAME, STREAM_WINDOW};
use crate::grpc::Peer;
use crate::server::Router;

/// How long a peer may be connected without a word.
pub(super) const SILENCE: Duration = Duration::from_secs(20);

/// Serves a connection until its peer leaves; once `stop` says true, until the calls that run have ended.
pub(super) async fn serve(io: Stream, peer: Peer, router: Router, mut stop: watch::Receiver<bool>) {
    let streams = Streams::default();
    let arriving = streams.clone();
    let answer = service_fn(move |arrived: Request<Incoming>| {
        let handling = router.handle(arrived.map(request), peer.clone());
        arriving.announce(handling.deadline);
        async move { Ok::<_, Infallible>(handling.work.await.map(Outbound)) }
    });
    let mut builder = Builder::new(streams);
    builder
        .timer(TokioTimer::new())
        .initial_stream_window_size(STREAM_WINDOW)
        .initial_connection_window_size(CONNECTION_WINDOW)
        .max_frame_size(FRAME)
        .auto_date_header(false);
    let (io, spoken) = Heard::new(io);
    let mut connection = pin!(builder.serve_connection(TokioIo::new(io), answer));
    let mut silent = pin!(tokio::time::sleep(SILENCE));
    let mut stopped = pin!(async move {
        // An error means that the server itself is gone, and waits for nobody.
        let _ = stop.wait_for(|stop| *stop).await;
    });
    let mut stopping = false;
    poll_fn(|cx| {
        if !stopping && stopped.as_mut().poll(cx).is_ready() {
            stopping = true;
            connection.as_mut().graceful_shutdown();
        }
        // A graceful stop waits for the handshake, and a peer that says nothing would never end it.
        if !spoken.get() && (stopping || silent.as_mut().poll(cx).is_ready()) {
            return Poll::Ready(());
        }
        // What breaks one connection is no concern of the server.
        connection.as_mut().poll(cx).map(drop)
    })
    .await;
}
