//! A call that waits for its turn on a connection has not left: it goes on to the next as often as servers go away before its
//! turn has come. One that was sent and not handled is sent again once.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use protocall::{Channel, Code, Connections, Context, Result, Server};
use protocall_tests::echo::{Echo, EchoClient, Ping, Pong, channel_to, ping, pong, serve_with, within};
use protocall_tests::frames::{FramePeer, FrameServer, GOAWAY, HEADERS, SETTINGS, frame};
use tokio::task::JoinHandle;

/// How many calls are made at once.
const CALLS: usize = 5;

/// A server that allows one call at a time, takes the first of each connection and goes away, and what it has seen. It answers
/// where it `handles` calls.
async fn leaving(handles: bool) -> (FrameServer, Arc<AtomicUsize>) {
    let seen = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&seen);
    let server = FrameServer::start(move |_, mut peer: FramePeer| {
        let count = Arc::clone(&count);
        async move {
            // SETTINGS_MAX_CONCURRENT_STREAMS: 1.
            peer.greet_with(&frame(SETTINGS, 0, 0, &[0, 3, 0, 0, 0, 1])).await;
            let stream = peer.next_of(HEADERS).await.stream;
            count.fetch_add(1, Ordering::Relaxed);
            // The others are with the connection by then, or find out before they are.
            tokio::time::sleep(Duration::from_millis(20)).await;
            let last = if handles { stream } else { 0 };
            peer.send(GOAWAY, 0, 0, &[last.to_be_bytes(), [0; 4]].concat()).await;
            if handles {
                peer.answer(stream, &pong(7)).await;
            }
            while let Some(frame) = peer.next().await {
                assert_ne!(frame.kind, HEADERS, "the client was told to go");
            }
        }
    })
    .await;
    (server, seen)
}

fn calls(echo: &EchoClient) -> Vec<JoinHandle<Result<Pong>>> {
    (0..CALLS).map(|_| tokio::spawn(echo.unary(ping("")).into_future())).collect()
}

#[tokio::test]
async fn calls_that_wait_go_on_as_often_as_it_takes() {
    let (server, seen) = leaving(true).await;
    let spread = Channel::connect(format!("http://{}", server.address)).round_robin().build().unwrap();
    for (round, channel) in [channel_to(server.address), spread].into_iter().enumerate() {
        for call in calls(&channel.into()) {
            assert_eq!(within(call).await.unwrap().unwrap(), pong(7));
        }
        assert_eq!(seen.load(Ordering::Relaxed), (round + 1) * CALLS);
    }
}

#[tokio::test]
async fn calls_that_were_sent_and_refused_are_sent_again_once() {
    let (server, seen) = leaving(false).await;
    for call in calls(&channel_to(server.address).into()) {
        assert_eq!(within(call).await.unwrap().unwrap_err().code(), Code::Unavailable);
    }
    assert_eq!(seen.load(Ordering::Relaxed), 2 * CALLS);
    assert_eq!(server.connections(), 2 * CALLS, "a connection for each that was sent, and no others");
}

/// Takes its time.
#[derive(Clone, Copy)]
struct Slow;

impl Echo for Slow {
    async fn unary(&self, _: &Context, _: Ping) -> Result<Pong> {
        tokio::time::sleep(Duration::from_millis(400)).await;
        Ok(pong(1))
    }
}

#[tokio::test]
async fn calls_that_take_longer_than_connections_live_all_end_well() {
    let connections = Connections::new().max_concurrent_streams(1).max_age(Duration::from_millis(100));
    let server = serve_with(Server::new().connections(connections), Slow).await;
    for call in calls(&server.client()) {
        assert_eq!(within(call).await.unwrap().unwrap(), pong(1));
    }
}
