//! A hedged call is made several times at once; the first good answer counts, and the others are cancelled.

use std::time::Duration;

use h2::Reason;
use protocall::{Code, Hedge, MethodConfig, Result, ServiceConfig};
use protocall_tests::attempts::{Answer, Failing};
use protocall_tests::echo::{EchoClient, Pong, heavy_ping, ping, within};
use protocall_tests::raw::frame;
use tokio::time::Instant;

const MILLI: Duration = Duration::from_millis(1);
const NEVER: Duration = Duration::from_secs(3600);
const UNAVAILABLE: Answer = Answer::Status(Code::Unavailable);

/// Makes a call of a server that answers its attempts like this.
async fn call(answers: &[Answer], hedge: Hedge) -> (Result<Pong>, Failing) {
    let failing = Failing::start(answers.iter().copied(), usize::MAX).await;
    let outcome = within(failing.server.client().unary(ping("")).hedge(hedge).into_future()).await;
    (outcome, failing)
}

#[tokio::test]
async fn another_attempt_follows_each_delay_and_the_losers_are_cancelled() {
    let began = Instant::now();
    let (outcome, failing) = call(&[Answer::Silence; 2], Hedge::after(50 * MILLI).attempts(4)).await;
    assert_eq!(outcome.unwrap().index, 2);
    assert!(began.elapsed() >= 99 * MILLI, "{:?}", began.elapsed());
    failing.until(|seen| seen.iter().filter(|seen| seen.reset == Some(Reason::CANCEL)).count() == 2).await;
    assert_eq!(failing.previous(), [0, 1, 2]);
}

#[tokio::test]
async fn without_a_delay_all_attempts_are_made_at_once() {
    let (outcome, failing) = call(&[Answer::Silence; 3], Hedge::after(Duration::ZERO).attempts(4)).await;
    assert_eq!(outcome.unwrap().index, 3);
    assert_eq!(failing.previous(), [0, 1, 2, 3]);
}

#[tokio::test]
async fn a_failure_that_is_not_fatal_brings_the_next_attempt_at_once() {
    let (outcome, failing) = call(&[UNAVAILABLE; 2], Hedge::after(NEVER).attempts(3)).await;
    assert_eq!(outcome.unwrap().index, 2);
    assert_eq!(failing.previous(), [0, 1, 2]);
    let (outcome, failing) = call(&[UNAVAILABLE; 9], Hedge::after(NEVER).attempts(3)).await;
    assert_eq!(outcome.unwrap_err().code(), Code::Unavailable);
    assert_eq!(failing.previous(), [0, 1, 2], "there are no more attempts than that");
}

#[tokio::test]
async fn a_fatal_failure_ends_the_call_and_its_other_attempts() {
    let answers = [Answer::Silence, Answer::Status(Code::Internal)];
    let (outcome, failing) = call(&answers, Hedge::after(20 * MILLI).attempts(5)).await;
    assert_eq!(outcome.unwrap_err().code(), Code::Internal);
    failing.until(|seen| seen[0].reset == Some(Reason::CANCEL)).await;
    assert_eq!(failing.previous(), [0, 1]);
}

#[tokio::test]
async fn a_server_that_pushes_back_is_heard() {
    let never = Answer::Pushback(Code::Unavailable, "-1");
    let (outcome, failing) = call(&[never], Hedge::after(MILLI * 200).attempts(3)).await;
    assert_eq!(outcome.unwrap_err().code(), Code::Unavailable);
    assert_eq!(failing.previous(), [0]);
    let later = Answer::Pushback(Code::Unavailable, "150");
    let (outcome, failing) = call(&[later], Hedge::after(NEVER).attempts(3)).await;
    assert_eq!(outcome.unwrap().index, 1);
    let seen = failing.seen();
    assert!(seen[1].at - seen[0].at >= 149 * MILLI);
}

#[tokio::test]
async fn a_stream_that_was_refused_does_not_count() {
    let refused = Answer::Reset(Reason::REFUSED_STREAM);
    let (outcome, failing) = call(&[refused, UNAVAILABLE], Hedge::after(NEVER).attempts(2)).await;
    assert_eq!(outcome.unwrap().index, 2);
    assert_eq!(failing.previous(), [0, 0, 1]);
}

#[tokio::test]
async fn every_attempt_of_a_stream_gets_all_requests() {
    let failing = Failing::start([Answer::Silence, Answer::Silence], usize::MAX).await;
    let hedge = Hedge::after(20 * MILLI).attempts(3);
    let (mut requests, reply) = failing.server.client().client_stream().hedge(hedge).open();
    let sending = async {
        for text in ["one", "two", "three"] {
            requests.send(ping(text)).await.unwrap();
            tokio::time::sleep(15 * MILLI).await;
        }
        requests.finish();
    };
    let (reply, ()) = within(async { tokio::join!(reply.into_future(), sending) }).await;
    assert_eq!(reply.unwrap().index, 2);
    let frames = ["one", "two", "three"].map(|text| frame(&ping(text))).concat();
    for seen in failing.seen() {
        assert_eq!(seen.body, frames);
    }
}

#[tokio::test]
async fn requests_beyond_the_buffer_are_left_to_one_attempt() {
    let failing = Failing::start([], usize::MAX).await;
    let config = MethodConfig::new().hedge(Hedge::after(MILLI).attempts(3));
    let connect = EchoClient::connect(format!("http://{}", failing.server.address));
    let connect = connect.service_config(ServiceConfig::new().all(config)).retry_buffer(1024, 4096);
    let (mut requests, reply) = connect.build().unwrap().client_stream().open();
    failing.until(|seen| seen.len() == 3).await;
    requests.send(heavy_ping(4000)).await.unwrap();
    failing.until(|seen| seen.iter().filter(|seen| seen.reset.is_some()).count() == 2).await;
    requests.finish();
    let survivor = failing.seen().iter().position(|seen| seen.reset.is_none()).unwrap();
    failing.until(|seen| seen[survivor].body == frame(&heavy_ping(4000))).await;
    assert_eq!(within(reply.into_future()).await.unwrap().index, survivor as i32);
}

#[tokio::test]
async fn the_brake_ends_hedging_too() {
    let failing = Failing::start([UNAVAILABLE, UNAVAILABLE], usize::MAX).await;
    let hedge = MethodConfig::new().hedge(Hedge::after(NEVER).attempts(5));
    let config = ServiceConfig::new().all(hedge).throttle(4, 0.001);
    let echo = EchoClient::connect(format!("http://{}", failing.server.address)).service_config(config);
    let status = within(echo.build().unwrap().unary(ping("")).into_future()).await.unwrap_err();
    assert_eq!(status.code(), Code::Unavailable);
    assert_eq!(failing.previous(), [0, 1], "two failures leave half of four tokens");
}
