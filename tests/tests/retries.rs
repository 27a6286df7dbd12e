//! Calls that fail are made again as gRFC A6 prescribes: the attempts on the wire are those, and no others.

use std::time::Duration;

use h2::Reason;
use protocall::{Channel, Code, MethodConfig, Result, Retry, Server, ServiceConfig};
use protocall_tests::attempts::{Answer, Failing};
use protocall_tests::echo::{
    Echo, EchoClient, EchoServer, Parrot, Ping, Pong, channel_to, heavy_ping, ping, pong, within,
};
use protocall_tests::frames::{FramePeer, FrameServer, GOAWAY, HEADERS};
use protocall_tests::raw::frame;
use tokio::net::TcpListener;
use tokio::time::Instant;

const MILLI: Duration = Duration::from_millis(1);

/// Three retries within a moment.
fn hasty() -> Retry {
    Retry::standard().attempts(4).backoff(MILLI, MILLI)
}

/// Makes a call of a server that answers its attempts like this; the numbers of attempts that it saw before each.
async fn call(answers: &[Answer], retry: Retry) -> (Result<Pong>, Vec<u32>) {
    let failing = Failing::start(answers.iter().copied(), usize::MAX).await;
    let outcome = within(failing.server.client().unary(ping("")).retry(retry).into_future()).await;
    (outcome, failing.previous())
}

const UNAVAILABLE: Answer = Answer::Status(Code::Unavailable);

#[tokio::test]
async fn a_status_of_the_policy_is_retried_up_to_its_attempts() {
    for fails in 0..6 {
        let (outcome, seen) = call(&vec![UNAVAILABLE; fails], hasty()).await;
        match fails {
            0..=3 => assert_eq!(outcome.unwrap().index, fails as i32),
            _ => assert_eq!(outcome.unwrap_err().code(), Code::Unavailable),
        }
        let expected: Vec<u32> = (0..4.min(fails as u32 + 1)).collect();
        assert_eq!(seen, expected, "{fails} failures");
    }
}

#[tokio::test]
async fn other_failures_are_not_retried() {
    use Answer::{Http, Late, Pushback, Reset, Status};
    for (answer, code) in [
        (Status(Code::Aborted), Code::Aborted),
        (Status(Code::Internal), Code::Internal),
        // Headers commit the call: the caller may have seen them.
        (Late(Code::Unavailable), Code::Unavailable),
        (Reset(Reason::CANCEL), Code::Cancelled),
        (Reset(Reason::INTERNAL_ERROR), Code::Internal),
        (Http(404), Code::Unimplemented),
        (Pushback(Code::Aborted, "1"), Code::Aborted),
        (Pushback(Code::Unavailable, "-1"), Code::Unavailable),
        (Pushback(Code::Unavailable, "soon"), Code::Unavailable),
    ] {
        let (outcome, seen) = call(&[answer], hasty()).await;
        assert_eq!(outcome.unwrap_err().code(), code, "{answer:?}");
        assert_eq!(seen, [0], "{answer:?}");
    }
}

#[tokio::test]
async fn failures_of_the_way_that_have_a_code_of_the_policy_are_retried() {
    let codes = [Code::Unavailable, Code::Internal, Code::ResourceExhausted];
    for answer in [
        Answer::Http(503),
        Answer::Http(429),
        Answer::Reset(Reason::INTERNAL_ERROR),
        Answer::Reset(Reason::ENHANCE_YOUR_CALM),
    ] {
        let (outcome, seen) = call(&[answer; 2], hasty().codes(codes)).await;
        assert_eq!(outcome.unwrap().index, 2, "{answer:?}");
        assert_eq!(seen, [0, 1, 2], "{answer:?}");
    }
}

#[tokio::test]
async fn a_stream_that_was_refused_is_sent_again_once_whatever_the_policy() {
    let refused = Answer::Reset(Reason::REFUSED_STREAM);
    let failing = Failing::start([refused], usize::MAX).await;
    assert_eq!(within(failing.server.client().unary(ping("")).into_future()).await.unwrap().index, 1);
    // It is not counted: the server sees no previous attempt.
    assert_eq!(failing.previous(), [0, 0]);

    let failing = Failing::start([refused; 2], usize::MAX).await;
    let status = within(failing.server.client().unary(ping("")).into_future()).await.unwrap_err();
    assert_eq!(status.code(), Code::Unavailable);
    assert!(status.is_retryable());
    assert_eq!(failing.previous(), [0, 0], "the second refusal is the caller's affair");

    let (outcome, seen) = call(&[refused, refused, UNAVAILABLE, refused], hasty()).await;
    assert_eq!(outcome.unwrap().index, 4);
    assert_eq!(seen, [0, 0, 1, 2, 3], "from the second refusal on the policy counts");
}

#[tokio::test]
async fn a_server_that_is_not_there_yet_is_tried_again_as_the_policy_says() {
    let address = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let connect = Channel::connect(format!("http://{address}")).connect_backoff(10 * MILLI, 10 * MILLI);
    let echo: EchoClient = connect.build().unwrap().into();
    let status = within(echo.unary(ping("")).retry(hasty()).into_future()).await.unwrap_err();
    assert_eq!(status.code(), Code::Unavailable);
    let patient = Retry::standard().attempts(50).backoff(20 * MILLI, 20 * MILLI);
    let call = tokio::spawn(echo.unary(ping("late")).retry(patient).into_future());
    tokio::time::sleep(100 * MILLI).await;
    let bound = Server::new().service(EchoServer::new(Parrot)).bind(address).await.unwrap();
    let serving = tokio::spawn(bound.serve());
    assert_eq!(within(call).await.unwrap().unwrap().text, "late");
    serving.abort();
}

#[tokio::test]
async fn the_server_sets_the_wait_and_the_policy_the_next() {
    let failing = Failing::start([Answer::Pushback(Code::Unavailable, "250"), UNAVAILABLE], usize::MAX).await;
    let retry = Retry::standard().backoff(50 * MILLI, 50 * MILLI);
    let (reply, answer) =
        within(failing.server.client().unary(ping("")).retry(retry).with_reply()).await.unwrap();
    assert_eq!(reply.index, 2);
    assert_eq!(answer.headers.get("grpc-previous-rpc-attempts"), Some("2"));
    let at: Vec<_> = failing.seen().iter().map(|seen| seen.at).collect();
    let waits = [at[1] - at[0], at[2] - at[1]];
    assert!(waits[0] >= 249 * MILLI, "{waits:?}");
    assert!(waits[1] >= 39 * MILLI && waits[1] < waits[0], "{waits:?}");
}

#[tokio::test]
async fn waits_grow_and_end_with_the_deadline() {
    let failing = Failing::start([UNAVAILABLE; 10], usize::MAX).await;
    let retry = Retry::standard().attempts(10).backoff(20 * MILLI, Duration::from_secs(60)).multiplier(4.0);
    let began = Instant::now();
    let call = failing.server.client().unary(ping("")).retry(retry).timeout(Duration::from_millis(800));
    let status = within(call.into_future()).await.unwrap_err();
    assert_eq!(status.code(), Code::DeadlineExceeded);
    assert!(began.elapsed() >= 799 * MILLI && began.elapsed() < 3000 * MILLI, "{:?}", began.elapsed());
    let at: Vec<_> = failing.seen().iter().map(|seen| seen.at).collect();
    // 20, 80 and 320 milliseconds, a fifth less or more; the fourth wait would be 1,280.
    assert_eq!(at.len(), 4, "{at:?}");
    for (place, least) in [16, 64, 256].into_iter().enumerate() {
        assert!(at[place + 1] - at[place] >= least * MILLI, "{place}: {at:?}");
    }
}

/// A client with these settings of its own.
fn client(failing: &Failing, config: ServiceConfig, per_call: usize) -> EchoClient {
    let connect = EchoClient::connect(format!("http://{}", failing.server.address));
    connect.service_config(config).retry_buffer(per_call, 4 * per_call).build().unwrap()
}

fn for_all(retry: Retry) -> ServiceConfig {
    ServiceConfig::new().all(MethodConfig::new().retry(retry))
}

#[tokio::test]
async fn the_requests_of_a_stream_are_sent_again_from_the_first() {
    let texts = ["one", "two", "three"];
    let frames: Vec<u8> = texts.iter().flat_map(|text| frame(&ping(text))).collect();
    // The first attempt fails before it has seen all, the second behind the end of the requests.
    for bytes in [frame(&ping("one")).len(), frames.len(), usize::MAX] {
        let failing = Failing::start([UNAVAILABLE; 2], bytes).await;
        let echo = client(&failing, for_all(hasty()), 1024);
        let (mut requests, reply) = echo.client_stream().open();
        let sending = async {
            for text in texts {
                requests.send(ping(text)).await.unwrap();
                tokio::time::sleep(5 * MILLI).await;
            }
            requests.finish();
        };
        let (reply, ()) = within(async { tokio::join!(reply.into_future(), sending) }).await;
        assert_eq!(reply.unwrap().index, 2, "{bytes}");
        assert_eq!(failing.previous(), [0, 1, 2], "{bytes}");
        assert_eq!(failing.seen()[2].body, frames, "{bytes}");
    }
}

#[tokio::test]
async fn requests_beyond_the_buffer_are_sent_once() {
    for (size, expected) in [(100, Ok(1)), (2000, Err(Code::Unavailable))] {
        let failing = Failing::start([UNAVAILABLE], usize::MAX).await;
        let echo = client(&failing, for_all(hasty()), 1024);
        let reply = within(echo.unary(heavy_ping(size)).into_future()).await;
        assert_eq!(reply.map(|reply| reply.index).map_err(|status| status.code()), expected, "{size} bytes");

        let failing = Failing::start([UNAVAILABLE], usize::MAX).await;
        let echo = client(&failing, for_all(hasty()), 1024);
        let requests: Vec<Ping> = (0..10).map(|_| heavy_ping(size / 10)).collect();
        let reply = within(echo.client_stream().send_all(requests)).await;
        let expected = if size == 100 { Ok(1) } else { expected };
        assert_eq!(reply.map(|reply| reply.index).map_err(|status| status.code()), expected, "{size} in ten");
    }
}

#[tokio::test]
async fn the_buffer_is_shared_and_given_back() {
    // Each of the silent calls holds 900 of 4 * 1024 bytes, so that there is no room for a fifth.
    let answers = [Answer::Silence; 4].into_iter().chain([UNAVAILABLE]);
    let failing = Failing::start(answers, usize::MAX).await;
    let echo = client(&failing, for_all(hasty()), 1024);
    let held: Vec<_> = (0..4).map(|_| tokio::spawn(echo.unary(heavy_ping(900)).into_future())).collect();
    failing.until(|seen| seen.len() == 4).await;
    let status = within(echo.unary(heavy_ping(900)).into_future()).await.unwrap_err();
    assert_eq!(status.code(), Code::Unavailable, "it was not kept");
    for call in held {
        call.abort();
        assert!(call.await.unwrap_err().is_cancelled());
    }
    let second = Failing::start([UNAVAILABLE], usize::MAX).await;
    let echo = client(&second, for_all(hasty()), 1024);
    for _ in 0..50 {
        within(echo.unary(heavy_ping(900)).into_future()).await.unwrap();
    }
}

#[tokio::test]
async fn a_stream_that_has_begun_goes_on_without_a_buffer() {
    let failing = Failing::start([], 0).await;
    let echo = client(&failing, for_all(hasty()), 1024);
    let (mut requests, mut replies) = echo.bidi().open();
    within(replies.headers()).await.unwrap();
    for _ in 0..20 {
        within(requests.send(heavy_ping(1000))).await.unwrap();
    }
    requests.finish();
    assert_eq!(within(replies.next()).await.unwrap(), Some(pong(0)));
    assert_eq!(within(replies.next()).await.unwrap(), None);
    assert_eq!(failing.seen()[0].body.len(), 20 * frame(&heavy_ping(1000)).len());
}

#[tokio::test]
async fn half_of_the_tokens_gone_end_all_retries() {
    // Of 4 tokens the first call takes one, and the second two: then there is no more than the half.
    let answers = [UNAVAILABLE, Answer::Good, UNAVAILABLE, UNAVAILABLE, UNAVAILABLE];
    let failing = Failing::start(answers, usize::MAX).await;
    let echo = client(&failing, for_all(hasty()).throttle(4, 0.001), 1024);
    assert_eq!(within(echo.unary(ping("")).into_future()).await.unwrap().index, 1);
    assert_eq!(within(echo.unary(ping("")).into_future()).await.unwrap_err().code(), Code::Unavailable);
    assert_eq!(within(echo.unary(ping("")).into_future()).await.unwrap_err().code(), Code::Unavailable);
    assert_eq!(failing.previous(), [0, 1, 0, 1, 0]);
    let too_many =
        EchoClient::connect("http://127.0.0.1:1").service_config(ServiceConfig::new().throttle(0, 1.0));
    assert_eq!(too_many.build().unwrap_err().code(), Code::InvalidArgument);
}

#[tokio::test]
async fn methods_and_calls_have_their_own_policies() {
    let failing = || Failing::start([UNAVAILABLE, UNAVAILABLE], usize::MAX);
    let config = for_all(hasty()).method(&protocall_tests::echo::echo::UNARY, MethodConfig::new());
    let server = failing().await;
    assert!(within(client(&server, config.clone(), 1024).unary(ping("")).into_future()).await.is_err());
    assert_eq!(server.previous(), [0]);
    let server = failing().await;
    assert!(
        within(client(&server, config.clone(), 1024).server_stream(ping("")).into_future()).await.is_ok()
    );
    assert_eq!(server.previous(), [0, 1, 2]);
    let server = failing().await;
    let call = client(&server, config.clone(), 1024).server_stream(ping("")).no_retry();
    assert_eq!(within(call.into_future()).await.unwrap_err().code(), Code::Unavailable);
    assert_eq!(server.previous(), [0]);
    let slow = MethodConfig::new().timeout(50 * MILLI);
    let silent = Failing::start([Answer::Silence], usize::MAX).await;
    let echo = client(&silent, ServiceConfig::new().service("test.v1.Echo", slow), 1024);
    let call = echo.unary(ping("")).timeout(Duration::from_secs(60));
    assert_eq!(within(call.into_future()).await.unwrap_err().code(), Code::DeadlineExceeded);
}

/// A server that, on each connection, says farewell when the call comes: with the last stream that it handles.
async fn leaving(last: [u32; 2]) -> FrameServer {
    FrameServer::start(move |number, mut peer: FramePeer| async move {
        peer.greet().await;
        let stream = peer.next_of(HEADERS).await.stream;
        if let Some(last) = last.get(number) {
            peer.send(GOAWAY, 0, 0, &[last.to_be_bytes(), [0; 4]].concat()).await;
        }
        if last.get(number).is_none_or(|last| *last >= stream) {
            peer.answer(stream, &pong(number as i32)).await;
        }
        while peer.next().await.is_some() {}
    })
    .await
}

#[tokio::test]
async fn calls_above_the_last_stream_of_a_server_that_leaves_go_elsewhere_once() {
    let call = async |server: &FrameServer| {
        within(EchoClient::from(channel_to(server.address)).unary(ping("")).into_future()).await
    };
    let server = leaving([0, 1]).await;
    assert_eq!(call(&server).await.unwrap().index, 1, "the second connection says farewell, and answers");
    assert_eq!(server.connections(), 2);
    let server = leaving([1, 1]).await;
    assert_eq!(call(&server).await.unwrap().index, 0, "a stream below the last runs on");
    assert_eq!(server.connections(), 1);
    let server = leaving([0, 0]).await;
    let status = call(&server).await.unwrap_err();
    assert_eq!(status.code(), Code::Unavailable);
    assert!(status.is_retryable());
    assert_eq!(server.connections(), 2);
}

/// Answers well when it was called often enough.
struct Reluctant;

impl Echo for Reluctant {
    async fn unary(&self, cx: &protocall::Context, ping: Ping) -> Result<Pong> {
        let previous = cx.metadata().get("grpc-previous-rpc-attempts").unwrap_or("0").to_owned();
        if previous == "2" {
            return Ok(Pong { text: previous, ..Default::default() });
        }
        let mut status = protocall::Status::aborted(ping.text);
        status.metadata_mut().insert("grpc-retry-pushback-ms", "1")?;
        Err(status)
    }
}

#[tokio::test]
async fn handlers_see_previous_attempts_and_push_back() {
    let echo = EchoClient::local(Reluctant);
    let slow = Duration::from_secs(3600);
    let retry = Retry::standard().backoff(slow, slow).codes([Code::Aborted]);
    assert_eq!(within(echo.unary(ping("")).retry(retry).into_future()).await.unwrap().text, "2");
}
