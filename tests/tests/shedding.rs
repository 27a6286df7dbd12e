//! A server with a limit to its calls answers the one too many at once, without reading it, and serves on.

use protocall::{Code, Server};
use protocall_tests::echo::{Patient, ping, pong, serve_with, within};
use protocall_tests::raw::{RawClient, echo_request};

#[tokio::test]
async fn one_too_many_is_refused_on_whatever_connection() {
    let patient = Patient::default();
    let server = serve_with(Server::new().max_concurrent_calls(2), patient.clone()).await;
    let (one, other) = (server.client(), server.client());
    let unary = tokio::spawn(one.unary(ping("")).into_future());
    let (tx, mut rx) = other.bidi().open();
    patient.lives.began(2).await;
    for echo in [&one, &other] {
        let status = within(echo.unary(ping("")).into_future()).await.unwrap_err();
        assert_eq!(status.code(), Code::ResourceExhausted, "{status}");
        assert!(status.message().contains("2 calls"), "the text names the limit: {status}");
    }
    assert_eq!(patient.lives.count_began(), 2, "no handler has seen them");
    tx.finish();
    assert_eq!(within(rx.next()).await.unwrap(), None);
    patient.lives.ended(1).await;
    let again = tokio::spawn(other.unary(ping("")).into_future());
    patient.lives.began(3).await;
    patient.go.notify_waiters();
    for call in [unary, again] {
        assert_eq!(within(call).await.unwrap().unwrap(), pong(1));
    }
}

#[tokio::test]
async fn it_is_refused_before_its_message_has_come() {
    let server = serve_with(Server::new().max_concurrent_calls(0), Patient::default()).await;
    let mut raw = RawClient::connect(server.address).await;
    let answer = within(raw.start(echo_request("Unary")).await.answer()).await;
    assert_eq!((answer.grpc_status(), answer.is_one_head), (Some(8), true));
}

#[tokio::test]
async fn callers_that_leave_make_room() {
    let patient = Patient::default();
    let server = serve_with(Server::new().max_concurrent_calls(1), patient.clone()).await;
    let echo = server.client();
    for round in 1..=3 {
        let call = tokio::spawn(echo.unary(ping("")).into_future());
        patient.lives.began(round).await;
        call.abort();
        patient.lives.ended(round).await;
    }
}
