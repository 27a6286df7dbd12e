//! A server that is told to stop takes nothing new, tells its peers, lets what runs come to its end, and returns; what
//! takes too long is cut off.

use std::time::Duration;

use protocall::{Code, Server};
use protocall_tests::echo::{Parrot, Patient, ping, pong, serve_with, within};
use protocall_tests::raw::{RawClient, echo_request, frame};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

/// A server that stops when something is sent.
fn stoppable() -> (Server, oneshot::Sender<()>) {
    let (stop, stopped) = oneshot::channel();
    (Server::new().shutdown(async { drop(stopped.await) }), stop)
}

/// Waits until nothing listens on an address any more.
async fn closed(address: std::net::SocketAddr) {
    within(async {
        while TcpStream::connect(address).await.is_ok() {
            tokio::task::yield_now().await
        }
    })
    .await;
}

#[tokio::test]
async fn calls_that_run_end_well_and_the_server_returns_behind_them() {
    let (server, stop) = stoppable();
    let patient = Patient::default();
    let server = serve_with(server, patient.clone()).await;
    let (address, echo) = (server.address, server.client());
    let unary = tokio::spawn(echo.unary(ping("")).into_future());
    let (mut tx, mut rx) = echo.bidi().open();
    tx.send(ping("")).await.unwrap();
    assert_eq!(within(rx.next()).await.unwrap(), Some(pong(2)));
    patient.lives.began(2).await;

    stop.send(()).unwrap();
    closed(address).await;
    let stopped = tokio::spawn(server.stopped());
    tx.send(ping("")).await.unwrap();
    assert_eq!(within(rx.next()).await.unwrap(), Some(pong(2)), "a stream goes on");
    assert!(!stopped.is_finished(), "calls still run");
    patient.go.notify_one();
    assert_eq!(within(unary).await.unwrap().unwrap(), pong(1));
    assert!(!stopped.is_finished(), "a call still runs");
    tx.finish();
    assert_eq!(within(rx.next()).await.unwrap(), None);
    within(stopped).await.unwrap();
}

#[tokio::test]
async fn new_calls_are_unavailable() {
    let (server, stop) = stoppable();
    let patient = Patient::default();
    let server = serve_with(server, patient.clone()).await;
    let (address, echo) = (server.address, server.client());
    let running = tokio::spawn(echo.unary(ping("")).into_future());
    patient.lives.began(1).await;
    stop.send(()).unwrap();
    closed(address).await;
    // The client hears of it by GOAWAY, which may come a moment after the port has closed.
    let refused = async {
        loop {
            let call = echo.unary(ping("")).timeout(Duration::from_millis(100)).into_future();
            match call.await.unwrap_err().code() {
                Code::DeadlineExceeded => {}
                code => return code,
            }
        }
    };
    assert_eq!(within(refused).await, Code::Unavailable);
    patient.go.notify_waiters();
    assert_eq!(within(running).await.unwrap().unwrap(), pong(1));
    within(server.stopped()).await;
}

#[tokio::test]
async fn peers_are_told_to_go_away() {
    let (server, stop) = stoppable();
    let patient = Patient::default();
    let server = serve_with(server, patient.clone()).await;
    let mut raw = RawClient::connect(server.address).await;
    let mut call = raw.start(echo_request("Unary")).await;
    call.send(frame(&ping("")), true);
    patient.lives.began(1).await;
    stop.send(()).unwrap();
    within(async {
        while raw.is_open().await {
            tokio::task::yield_now().await
        }
    })
    .await;
    patient.go.notify_one();
    assert_eq!(within(call.answer()).await.grpc_status(), Some(0), "what was begun is answered");
    within(raw.closed()).await.expect("a stop is no error");
    within(server.stopped()).await;
}

#[tokio::test]
async fn idle_connections_hold_up_nothing() {
    let (server, stop) = stoppable();
    let server = serve_with(server, Parrot).await;
    let echo = server.client();
    within(echo.unary(ping("")).into_future()).await.unwrap();
    stop.send(()).unwrap();
    within(server.stopped()).await;
    drop(echo);
}

#[tokio::test]
async fn peers_that_never_speak_hold_up_nothing() {
    let (server, stop) = stoppable();
    let server = serve_with(server, Parrot).await;
    let silent = TcpStream::connect(server.address).await.unwrap();
    // Connections are accepted in their order: behind a call on a later one, this one is accepted too.
    within(server.client().unary(ping("")).into_future()).await.unwrap();
    stop.send(()).unwrap();
    within(server.stopped()).await;
    drop(silent);
}

#[tokio::test]
async fn a_call_that_outlasts_the_limit_is_cut_off() {
    let (server, stop) = stoppable();
    let patient = Patient::default();
    let server = serve_with(server.drain(Duration::from_millis(100)), patient.clone()).await;
    let echo = server.client();
    let unary = tokio::spawn(echo.unary(ping("")).into_future());
    let (mut tx, mut rx) = echo.bidi().open();
    tx.send(ping("")).await.unwrap();
    assert_eq!(within(rx.next()).await.unwrap(), Some(pong(2)));
    patient.lives.began(2).await;
    stop.send(()).unwrap();
    within(server.stopped()).await;
    assert_eq!(within(unary).await.unwrap().unwrap_err().code(), Code::Unavailable);
    assert_eq!(within(rx.next()).await.unwrap_err().code(), Code::Unavailable);
    patient.lives.ended(2).await;
}

#[tokio::test]
async fn a_limit_that_is_not_reached_is_not_waited_for() {
    let (server, stop) = stoppable();
    let server = serve_with(server.drain(Duration::from_secs(3600)), Parrot).await;
    within(server.client().unary(ping("")).into_future()).await.unwrap();
    stop.send(()).unwrap();
    within(server.stopped()).await;
}

#[tokio::test]
async fn dropping_the_server_ends_everything() {
    let patient = Patient::default();
    let server = serve_with(Server::new(), patient.clone()).await;
    let (address, echo) = (server.address, server.client());
    let call = tokio::spawn(echo.unary(ping("")).into_future());
    patient.lives.began(1).await;
    drop(server);
    assert_eq!(within(call).await.unwrap().unwrap_err().code(), Code::Unavailable);
    patient.lives.ended(1).await;
    closed(address).await;
}

#[tokio::test]
async fn a_port_that_is_taken_is_told() {
    let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = taken.local_addr().unwrap();
    let status = within(Server::new().serve(address)).await.unwrap_err();
    assert_eq!(status.code(), Code::Unavailable);
    assert!(status.message().contains("cannot listen"), "{status}");
}
