//! A server may say its first word and its last in one breath, while it drains: the attempt to connect has succeeded, and the next
//! begins at once. One that does so every time is asked no more often than one that cannot be reached.

use std::time::Duration;

use protocall::{Channel, Code, Connectivity};
use protocall_tests::echo::{EchoClient, ping, pong, within};
use protocall_tests::frames::{FramePeer, FrameServer, GOAWAY, HEADERS, SETTINGS, frame, secs};

/// What follows a greeting and a farewell.
#[derive(Clone, Copy, Debug)]
enum End {
    /// The client is to close the connection.
    Waits,
    Closes,
}

fn farewell() -> Vec<u8> {
    let last = i32::MAX.cast_unsigned().to_be_bytes();
    frame(GOAWAY, 0, 0, &[last, [0; 4]].concat())
}

/// A server that tells its first clients to go as soon as it greets them, and answers those after `first`.
async fn leaving(first: usize, end: End) -> FrameServer {
    FrameServer::start(move |number, mut peer: FramePeer| async move {
        if number < first {
            peer.greet_with(&[frame(SETTINGS, 0, 0, &[]), farewell()].concat()).await;
            if matches!(end, End::Closes) {
                return;
            }
        } else {
            peer.greet().await;
        }
        while let Some(frame) = peer.next().await {
            if frame.kind == HEADERS {
                peer.answer(frame.stream, &pong(1)).await;
            }
        }
    })
    .await
}

/// Clients of both kinds, with this wait after a failure.
fn clients(server: &FrameServer, wait: Duration) -> [Channel; 2] {
    let connect = || Channel::connect(format!("http://{}", server.address)).connect_backoff(wait, wait);
    [connect().build().unwrap(), connect().round_robin().build().unwrap()]
}

#[tokio::test]
async fn the_next_connection_is_made_at_once() {
    for end in [End::Waits, End::Closes] {
        for kind in 0..2 {
            let server = leaving(1, end).await;
            let [one, spread] = clients(&server, secs(3600));
            let echo: EchoClient = if kind == 0 { one } else { spread }.into();
            assert_eq!(within(echo.unary(ping("")).into_future()).await.unwrap(), pong(1), "{end:?} {kind}");
            assert_eq!(server.connections(), 2, "{end:?} {kind}");
        }
    }
}

#[tokio::test]
async fn a_server_that_always_does_so_is_waited_for() {
    for end in [End::Waits, End::Closes] {
        for kind in 0..2 {
            let server = leaving(usize::MAX, end).await;
            let [one, spread] = clients(&server, secs(3600));
            let echo: EchoClient = if kind == 0 { one } else { spread }.into();
            for _ in 0..3 {
                let status = within(echo.unary(ping("")).into_future()).await.unwrap_err();
                assert_eq!(status.code(), Code::Unavailable);
                assert!(status.message().contains("lets its connections go"), "{status}");
                assert_eq!(server.connections(), 2, "{end:?} {kind}");
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
            assert_eq!(server.connections(), 2, "{end:?} {kind}");
        }
    }
}

#[tokio::test]
async fn calls_that_wait_outlast_it() {
    for kind in 0..2 {
        let server = leaving(4, End::Waits).await;
        let [one, spread] = clients(&server, Duration::from_millis(10));
        let echo: EchoClient = if kind == 0 { one } else { spread }.into();
        let call = echo.unary(ping("")).wait_for_ready(true);
        assert_eq!(within(call.into_future()).await.unwrap(), pong(1), "{kind}");
        assert_eq!(server.connections(), 5, "{kind}");
    }
}

#[tokio::test]
async fn a_farewell_that_comes_a_moment_later_is_no_other() {
    let server = FrameServer::start(|_, mut peer: FramePeer| async move {
        peer.greet().await;
        tokio::time::sleep(Duration::from_millis(20)).await;
        peer.write(&farewell()).await;
        while peer.next().await.is_some() {}
    })
    .await;
    let [_, spread] = clients(&server, secs(3600));
    spread.begin_connecting();
    let mut watch = spread.watch_connectivity();
    within(async {
        while watch.current() != Connectivity::TransientFailure {
            watch.changed().await;
        }
    })
    .await;
    assert_eq!(server.connections(), 2);
}
