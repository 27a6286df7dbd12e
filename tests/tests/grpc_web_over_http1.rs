//! A client over HTTP/1.1 gives each call a connection to itself and keeps it for the next; what is cancelled closes its
//! connection, and what cannot be connected to is tried again after waits.

use std::time::Duration;

use protocall::{Channel, Code, Connectivity, Origin, Server};
use protocall_tests::echo::{EchoClient, EchoServer, Parrot, Patient, ping, serve_with, within};
use protocall_tests::road::{Road, Traffic};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

const MILLI: Duration = Duration::from_millis(1);

/// What the server answers where the test does so by itself.
const ANSWER: &[u8] =
    b"HTTP/1.1 200 OK\r\ncontent-type: application/grpc-web+proto\r\ncontent-length: 25\r\n\r\n\
    \0\0\0\0\0\x80\0\0\0\x0fgrpc-status: 0\n";

fn client(road: &Road) -> EchoClient {
    EchoClient::connect(format!("http://{}", road.address)).http1().build().unwrap()
}

#[tokio::test]
async fn calls_one_after_the_other_share_a_connection_and_calls_at_a_time_do_not() {
    let patient = Patient::default();
    let server = serve_with(Server::new().grpc_web(), patient.clone()).await;
    let mut road = Road::to(server.address).await;
    let echo = client(&road);
    let call = || tokio::spawn(echo.unary(ping("")).into_future());
    for _ in 0..5 {
        patient.go.notify_one();
        within(call()).await.unwrap().unwrap();
    }
    assert_eq!(road.traffic(), Traffic { open: 1, opened: 1 });
    let calls = [call(), call(), call()];
    patient.lives.began(8).await;
    assert_eq!(road.traffic(), Traffic { open: 3, opened: 3 });
    patient.go.notify_waiters();
    for call in calls {
        within(call).await.unwrap().unwrap();
    }
    let calls = [call(), call(), call()];
    patient.lives.began(11).await;
    assert_eq!(road.traffic(), Traffic { open: 3, opened: 3 }, "all are kept");
    drop(calls);
    drop(echo);
    patient.go.notify_waiters();
    road.carries(0).await;
}

#[tokio::test]
async fn a_call_that_is_given_up_closes_its_connection_and_its_handler_ends() {
    let patient = Patient::default();
    let server = serve_with(Server::new().grpc_web(), patient.clone()).await;
    let mut road = Road::to(server.address).await;
    let echo = client(&road);
    let call = tokio::spawn(echo.unary(ping("")).into_future());
    patient.lives.began(1).await;
    call.abort();
    patient.lives.ended(1).await;
    road.carries(0).await;

    let late = echo.unary(ping("")).timeout(100 * MILLI);
    assert_eq!(within(late.into_future()).await.unwrap_err().code(), Code::DeadlineExceeded);
    patient.lives.ended(2).await;
    road.carries(0).await;

    // Half of a stream, both before there is an answer and behind the first reply.
    let (sender, mut replies) = echo.bidi().open();
    patient.lives.began(3).await;
    drop(sender);
    assert_eq!(within(replies.next()).await.unwrap_err().code(), Code::Cancelled);
    let (mut sender, mut replies) = echo.bidi().open();
    within(sender.send(ping(""))).await.unwrap();
    within(replies.next()).await.unwrap().unwrap();
    drop(sender);
    assert_eq!(within(replies.next()).await.unwrap_err().code(), Code::Cancelled);
    patient.lives.ended(4).await;
    road.carries(0).await;
}

#[tokio::test]
async fn a_connection_that_the_server_has_closed_meanwhile_fails_no_call() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let mut request = vec![0; 16 * 1024];
        while let Ok((mut socket, _)) = listener.accept().await {
            // One call for each, and not a word of the end.
            let _ = socket.read(&mut request).await;
            socket.write_all(ANSWER).await.unwrap();
        }
    });
    let echo: EchoClient = Channel::connect(format!("http://{address}")).http1().build().unwrap().into();
    for _ in 0..20 {
        within(echo.unary(ping("")).into_future()).await.unwrap();
        tokio::time::sleep(5 * MILLI).await;
    }
}

#[tokio::test]
async fn an_answer_that_breaks_off_fails_its_call() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let mut request = vec![0; 16 * 1024];
        for end in [ANSWER.len() - 1, 40, 0] {
            let (mut socket, _) = listener.accept().await.unwrap();
            let _ = socket.read(&mut request).await;
            socket.write_all(&ANSWER[..end]).await.unwrap();
        }
    });
    let echo: EchoClient = Channel::connect(format!("http://{address}")).http1().build().unwrap().into();
    for _ in 0..3 {
        let status = within(echo.unary(ping("")).into_future()).await.unwrap_err();
        assert_eq!((status.code(), status.origin()), (Code::Unavailable, Origin::Http), "{status}");
    }
}

#[tokio::test]
async fn a_server_that_cannot_be_connected_to_is_tried_again_and_the_states_tell() {
    let address = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let connect = Channel::connect(format!("http://{address}")).http1();
    let channel = connect.connect_backoff(200 * MILLI, 200 * MILLI).build().unwrap();
    assert_eq!(channel.connectivity(), Connectivity::Idle);
    let echo = EchoClient::from(channel.clone());
    let status = within(echo.unary(ping("")).into_future()).await.unwrap_err();
    assert_eq!((status.code(), status.origin()), (Code::Unavailable, Origin::Connect), "{status}");
    assert!(status.is_retryable());
    assert_eq!(channel.connectivity(), Connectivity::TransientFailure);
    let waiting = tokio::spawn(echo.unary(ping("at last")).wait_for_ready(true).into_future());
    let server = Server::new().grpc_web().service(EchoServer::new(Parrot)).bind(address).await.unwrap();
    let serving = tokio::spawn(server.serve());
    assert_eq!(within(waiting).await.unwrap().unwrap().text, "at last");
    assert_eq!(channel.connectivity(), Connectivity::Ready);
    let mut watch = channel.watch_connectivity();
    serving.abort();
    assert_eq!(within(watch.changed()).await, Connectivity::Idle);
}

#[test]
fn calls_cannot_be_spread() {
    for connect in [
        Channel::connect("http://a:1").http1().round_robin(),
        Channel::connect("http://a:1").http1().least_request(),
    ] {
        assert_eq!(connect.build().unwrap_err().code(), Code::InvalidArgument);
    }
}
