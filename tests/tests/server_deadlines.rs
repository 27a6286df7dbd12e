//! The server runs the clock of a call by itself: a caller that asks for a deadline and never cancels gets
//! DEADLINE_EXCEEDED, and the handler is dropped, wherever it stands.

use std::sync::Arc;
use std::time::{Duration, Instant};

use protocall::{Context, Result, Stream, Streaming, produce, stream};
use protocall_tests::echo::{Echo, Lives, Ping, Pong, heavy_ping, ping, pong, serve, within};
use protocall_tests::raw::{RawAnswer, RawCall, RawClient, echo_request, frame, with_header};

const DEADLINE_EXCEEDED: Option<u32> = Some(4);

/// Never ends, and says how much time it was given.
#[derive(Clone, Default)]
struct Stuck {
    lives: Lives,
    given: Arc<std::sync::Mutex<Vec<Option<Duration>>>>,
}

impl Echo for Stuck {
    async fn unary(&self, cx: &Context, _: Ping) -> Result<Pong> {
        self.given.lock().unwrap().push(cx.time_left());
        let _life = self.lives.begin();
        std::future::pending().await
    }

    async fn client_stream(&self, _: &Context, mut pings: Streaming<Ping>) -> Result<Pong> {
        let _life = self.lives.begin();
        while pings.next().await?.is_some() {}
        std::future::pending().await
    }

    async fn server_stream(&self, _: &Context, ping: Ping) -> Result<impl Stream<Item = Result<Pong>>> {
        let life = self.lives.begin();
        Ok(produce(async move |out| {
            let _life = life;
            loop {
                out.send(Pong { payload: ping.payload.clone(), ..pong(1) }).await?;
                if ping.payload.is_empty() {
                    std::future::pending::<()>().await;
                }
            }
        }))
    }

    async fn bidi(&self, _: &Context, _: Streaming<Ping>) -> Result<impl Stream<Item = Result<Pong>>> {
        let _life = self.lives.begin();
        std::future::pending::<()>().await;
        Ok(stream::empty())
    }
}

/// Starts a call that tells a timeout and never cancels.
async fn start(raw: &mut RawClient, method: &str, timeout: &str, request: Ping) -> RawCall {
    let mut call = raw.start(with_header(echo_request(method), "grpc-timeout", timeout)).await;
    call.send(frame(&request), method == "Unary" || method == "ServerStream");
    call
}

async fn answer(raw: &mut RawClient, method: &str, timeout: &str) -> RawAnswer {
    within(start(raw, method, timeout, ping("")).await.answer()).await
}

#[tokio::test]
async fn a_handler_of_any_shape_is_dropped_at_its_deadline() {
    let stuck = Stuck::default();
    let server = serve(stuck.clone()).await;
    let mut raw = RawClient::connect(server.address).await;
    for (count, method) in ["Unary", "ClientStream", "Bidi"].into_iter().enumerate() {
        let before = Instant::now();
        let answer = answer(&mut raw, method, "100m").await;
        assert!(before.elapsed() >= Duration::from_millis(100), "{method} ended too early");
        assert_eq!(answer.grpc_status(), DEADLINE_EXCEEDED, "{method}");
        assert!(answer.is_one_head, "{method} had sent nothing");
        stuck.lives.ended(count + 1).await;
    }
}

#[tokio::test]
async fn a_stream_keeps_what_it_has_sent() {
    let stuck = Stuck::default();
    let server = serve(stuck.clone()).await;
    let mut raw = RawClient::connect(server.address).await;
    let answer = answer(&mut raw, "ServerStream", "100m").await;
    assert_eq!((answer.data, answer.trailers.is_some()), (frame(&pong(1)), true));
    stuck.lives.ended(1).await;
}

#[tokio::test]
async fn a_stream_that_its_caller_does_not_read_is_dropped_at_its_deadline() {
    let stuck = Stuck::default();
    let server = serve(stuck.clone()).await;
    let mut raw = RawClient::connect(server.address).await;
    let call = start(&mut raw, "ServerStream", "300m", heavy_ping(16 * 1024)).await;
    // Nothing of the body is read, so flow control has stopped the handler when the time is up.
    let unread = within(call.response).await.expect("the headers come with the first message");
    stuck.lives.ended(1).await;
    drop(unread);
}

#[tokio::test]
async fn no_time_at_all_is_a_deadline() {
    let stuck = Stuck::default();
    let server = serve(stuck.clone()).await;
    let mut raw = RawClient::connect(server.address).await;
    for timeout in ["0n", "1n", "00000000S"] {
        assert_eq!(answer(&mut raw, "Unary", timeout).await.grpc_status(), DEADLINE_EXCEEDED, "{timeout}");
    }
}

#[tokio::test]
async fn a_malformed_timeout_is_refused() {
    let stuck = Stuck::default();
    let server = serve(stuck.clone()).await;
    let mut raw = RawClient::connect(server.address).await;
    for timeout in ["", "S", "1", "1s", "1h", "123456789S", "-1S", "+1S", "1 S", "1.5S", "ü", "١S"] {
        assert_eq!(answer(&mut raw, "Unary", timeout).await.grpc_status(), Some(13), "{timeout:?}");
    }
    assert!(stuck.given.lock().unwrap().is_empty(), "no handler has run");
}

#[tokio::test]
async fn the_handler_knows_how_much_time_is_left() {
    let stuck = Stuck::default();
    let server = serve(stuck.clone()).await;
    let mut raw = RawClient::connect(server.address).await;
    let mut calls = Vec::new();
    for (count, timeout) in ["1H", "90S", "5000000u", "99999999H"].into_iter().enumerate() {
        calls.push(start(&mut raw, "Unary", timeout, ping("")).await);
        stuck.lives.began(count + 1).await;
    }
    let mut call = raw.start(echo_request("Unary")).await;
    call.send(frame(&ping("")), true);
    stuck.lives.began(5).await;
    let given = stuck.given.lock().unwrap().clone();
    for (given, most) in given.iter().zip([3600, 90, 5]) {
        let given = given.expect("there is a deadline");
        assert!(given <= Duration::from_secs(most), "{given:?} of {most} s");
        // A machine may be slow, but not by that much.
        assert!(most == 5 || given > Duration::from_secs(most - 60), "{given:?} of {most} s");
    }
    let years = Duration::from_secs(3600 * 24 * 365 * 1000);
    assert!(given[3].is_none_or(|given| given > years), "eleven thousand years: {:?}", given[3]);
    assert_eq!(given[4], None);
}
