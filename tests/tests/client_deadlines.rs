//! A client's deadline covers all of a call, whatever it waits for: the connection, the headers, a message, the end,
//! or room to send. The server is told by `grpc-timeout`, and by a reset.

use std::time::{Duration, Instant};

use protocall::{Code, Context, Result, Status, Stream, Streaming, produce};
use protocall_tests::echo::{
    Echo, EchoClient, FENCE, Lives, Ping, Pong, channel_to, ping, pong, serve, within,
};
use protocall_tests::raw::{Ending, RawServer, frame, grpc_head, well};
use tokio::net::TcpListener;
use tokio::sync::mpsc;

const SHORT: Duration = Duration::from_millis(100);

/// Runs for ever, in all shapes; the streams after one reply.
struct Stuck(Lives);

impl Echo for Stuck {
    async fn unary(&self, _: &Context, _: Ping) -> Result<Pong> {
        let _life = self.0.begin();
        std::future::pending().await
    }

    async fn client_stream(&self, _: &Context, _: Streaming<Ping>) -> Result<Pong> {
        let _life = self.0.begin();
        std::future::pending().await
    }

    async fn server_stream(&self, _: &Context, _: Ping) -> Result<impl Stream<Item = Result<Pong>>> {
        let life = self.0.begin();
        Ok(produce(async move |out| {
            let _life = life;
            out.send(pong(1)).await?;
            std::future::pending().await
        }))
    }

    async fn bidi(&self, _: &Context, _: Streaming<Ping>) -> Result<impl Stream<Item = Result<Pong>>> {
        let life = self.0.begin();
        Ok(produce(async move |out| {
            let _life = life;
            out.send(pong(1)).await?;
            std::future::pending().await
        }))
    }
}

#[track_caller]
fn assert_expired(status: &Status) {
    assert_eq!(status.code(), Code::DeadlineExceeded, "{status}");
}

#[tokio::test]
async fn a_handler_that_never_answers() {
    let lives = Lives::default();
    let server = serve(Stuck(lives.clone())).await;
    let echo = server.client();
    let before = Instant::now();
    assert_expired(&within(echo.unary(ping("")).timeout(SHORT).into_future()).await.unwrap_err());
    assert!(before.elapsed() >= SHORT, "no call fails before its deadline");
    lives.ended(1).await;
    let (_tx, reply) = echo.client_stream().timeout(SHORT).open();
    assert_expired(&within(reply.into_future()).await.unwrap_err());
    lives.ended(2).await;
}

#[tokio::test]
async fn a_stream_that_stalls() {
    let lives = Lives::default();
    let server = serve(Stuck(lives.clone())).await;
    let mut replies =
        within(server.client().server_stream(ping("")).timeout(SHORT).into_future()).await.unwrap();
    assert_eq!(within(replies.next()).await.unwrap(), Some(pong(1)));
    assert_expired(&within(replies.next()).await.unwrap_err());
    assert_expired(&within(replies.next()).await.unwrap_err());
    let (mut tx, mut replies) = server.client().bidi().timeout(SHORT).open();
    assert_eq!(within(replies.next()).await.unwrap(), Some(pong(1)));
    assert_expired(&within(replies.next()).await.unwrap_err());
    assert_eq!(within(tx.send(ping(""))).await.unwrap_err().code(), Code::Cancelled);
    lives.ended(2).await;
}

#[tokio::test]
async fn a_deadline_that_is_a_moment() {
    let server = serve(Stuck(Lives::default())).await;
    let moment = Instant::now() + SHORT;
    assert_expired(
        &within(server.client().unary(ping("")).deadline(moment).into_future()).await.unwrap_err(),
    );
    assert!(Instant::now() >= moment);
}

#[tokio::test]
async fn a_server_that_accepts_and_never_speaks() {
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let echo = EchoClient::from(channel_to(silent.local_addr().unwrap()));
    assert_expired(&within(echo.unary(ping("")).timeout(SHORT).into_future()).await.unwrap_err());
    let (tx, mut rx) = echo.bidi().timeout(SHORT).open();
    assert_expired(&within(rx.next()).await.unwrap_err());
    drop(tx);
}

#[tokio::test]
async fn a_server_that_sends_headers_and_stops_is_reset() {
    let (tell, mut told) = mpsc::unbounded_channel();
    let server = RawServer::start(move |mut request| {
        let tell = tell.clone();
        async move {
            assert_eq!(request.ending().await, Ending::Finished);
            let mut stream = request.begin_with(grpc_head());
            let reason = std::future::poll_fn(|cx| stream.poll_reset(cx)).await;
            let _ = tell.send(reason.unwrap());
        }
    })
    .await;
    assert_expired(&within(server.client().unary(ping("")).timeout(SHORT).into_future()).await.unwrap_err());
    assert_eq!(within(told.recv()).await, Some(h2::Reason::CANCEL));
}

#[tokio::test]
async fn a_message_without_trailers_is_not_yet_a_reply() {
    let server = RawServer::start(|mut request| async move {
        let mut stream = request.begin_with(grpc_head());
        stream.send_data(frame(&pong(1)).into(), false).unwrap();
        std::future::pending::<()>().await;
    })
    .await;
    assert_expired(&within(server.client().unary(ping("")).timeout(SHORT).into_future()).await.unwrap_err());
}

#[tokio::test]
async fn a_request_stream_that_no_one_reads() {
    let server = serve(Stuck(Lives::default())).await;
    let (mut tx, reply) = server.client().client_stream().timeout(SHORT).open();
    let full =
        async { while tx.send(Ping { payload: vec![0; 64 * 1024].into(), ..ping("") }).await.is_ok() {} };
    let (reply, ()) = within(async { tokio::join!(reply.into_future(), full) }).await;
    assert_expired(&reply.unwrap_err());
}

#[tokio::test]
async fn a_deadline_that_has_passed_fails_before_any_connection() {
    let server = RawServer::start(|request| request.answer(frame(&pong(0)), well())).await;
    let echo = server.client();
    assert_expired(&within(echo.unary(ping("")).timeout(Duration::ZERO).into_future()).await.unwrap_err());
    let past = Instant::now() - Duration::from_millis(1);
    assert_expired(&within(echo.unary(ping("")).deadline(past).into_future()).await.unwrap_err());
    let (mut tx, mut rx) = echo.bidi().timeout(Duration::ZERO).open();
    assert_expired(&within(rx.next()).await.unwrap_err());
    assert!(within(tx.send(ping(""))).await.is_err());
    assert_eq!(server.connections(), 0);
    within(echo.unary(ping("")).into_future()).await.unwrap();
    assert_eq!(server.connections(), 1);
}

/// The `grpc-timeout` of a call.
async fn header(timeout: Duration) -> Option<String> {
    let (tell, mut told) = mpsc::unbounded_channel();
    let server = RawServer::start(move |request| {
        let header = request.head.headers.get("grpc-timeout").map(|value| value.to_str().unwrap().to_owned());
        let _ = tell.send(header);
        request.answer(frame(&pong(0)), well())
    })
    .await;
    within(server.client().unary(ping("")).timeout(timeout).into_future()).await.unwrap();
    told.recv().await.expect("the call came")
}

/// The duration of a header in seconds.
fn seconds(header: &str) -> f64 {
    let (digits, unit) = header.split_at(header.len() - 1);
    assert!((1..=8).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit()), "{header}");
    let size = match unit {
        "n" => 1e-9,
        "u" => 1e-6,
        "m" => 1e-3,
        "S" => 1.0,
        "M" => 60.0,
        "H" => 3600.0,
        _ => panic!("{header}"),
    };
    digits.parse::<f64>().expect("digits") * size
}

#[tokio::test]
async fn the_server_is_told_what_is_left() {
    for timeout in [FENCE, Duration::from_millis(86_400_001), Duration::from_secs(3600 * 24 * 365 * 100)] {
        let told = header(timeout).await.expect("a call with a deadline tells it");
        // Up to a minute too much is the rounding up of very long ones; too little is time that was spent.
        let (told, real) = (seconds(&told), timeout.as_secs_f64());
        assert!(told > real - FENCE.as_secs_f64() && told <= real + 60.0, "{told} for {real}");
    }
}

#[tokio::test]
async fn a_timeout_beyond_all_clocks_is_none_or_the_longest() {
    let told = header(Duration::MAX).await;
    assert!(told.is_none() || told.as_deref() == Some("99999999H"), "{told:?}");
}

#[tokio::test]
async fn the_last_of_several_deadlines_counts() {
    let server = serve(Stuck(Lives::default())).await;
    let call = server.client().unary(ping("")).timeout(FENCE * 100).timeout(SHORT);
    assert_expired(&within(call.into_future()).await.unwrap_err());
}
