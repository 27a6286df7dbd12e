//! A client connects when it is first called, shares one connection among its calls, and connects again when that is
//! lost. A server that is not there fails its calls at once, with its address in the text.

use std::net::SocketAddr;
use std::time::Duration;

use h2::Reason;
use protocall::{Channel, Code, Server};
use protocall_tests::echo::{EchoClient, EchoServer, FENCE, Parrot, channel_to, ping, pong, serve, within};
use protocall_tests::raw::{RawServer, frame, well};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

fn answering(request: protocall_tests::raw::RawRequest) -> impl Future<Output = ()> + Send {
    request.answer(frame(&pong(1)), well())
}

#[tokio::test]
async fn nothing_is_connected_before_the_first_call() {
    let server = RawServer::start(answering).await;
    let echo = server.client();
    let unstarted = echo.unary(ping(""));
    assert_eq!(server.connections(), 0);
    within(unstarted.into_future()).await.unwrap();
    assert_eq!(server.connections(), 1);
    // A server that is not there is no reason not to make a client of it.
    EchoClient::connect("http://127.0.0.1:1").build().unwrap();
}

#[tokio::test]
async fn many_calls_share_one_connection() {
    let server = RawServer::start(answering).await;
    let echo = server.client();
    let calls: Vec<_> = (0..100).map(|_| tokio::spawn(echo.clone().unary(ping("")).into_future())).collect();
    for call in calls {
        assert_eq!(within(call).await.unwrap().unwrap(), pong(1));
    }
    for _ in 0..10 {
        within(echo.unary(ping("")).into_future()).await.unwrap();
    }
    assert_eq!(server.connections(), 1);
}

/// A server that allows two streams of a connection at a time.
async fn narrow() -> RawServer {
    let mut settings = h2::server::Builder::new();
    settings.max_concurrent_streams(2);
    RawServer::start_with(settings, answering).await
}

#[tokio::test]
async fn calls_beyond_the_streams_that_a_server_allows_wait() {
    let server = narrow().await;
    let echo = server.client();
    within(echo.unary(ping("")).into_future()).await.unwrap();
    many(&echo).await;
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn calls_wait_before_the_server_has_told_how_many_streams_it_allows() {
    let server = narrow().await;
    many(&server.client()).await;
    assert_eq!(server.connections(), 1);
}

/// Makes many calls at once, of which none may fail.
async fn many(echo: &EchoClient) {
    let calls: Vec<_> = (0..50).map(|_| tokio::spawn(echo.unary(ping("")).into_future())).collect();
    for call in calls {
        assert_eq!(within(call).await.unwrap().unwrap(), pong(1));
    }
}

async fn serve_at(address: SocketAddr) -> JoinHandle<protocall::Result<()>> {
    let bound =
        Server::new().service(EchoServer::new(Parrot)).bind(address).await.expect("the port is free again");
    tokio::spawn(bound.serve())
}

/// Stops a server, and waits until it is gone.
async fn stop(server: JoinHandle<protocall::Result<()>>, address: SocketAddr) {
    server.abort();
    let _ = server.await;
    within(async {
        while TcpStream::connect(address).await.is_ok() {
            tokio::task::yield_now().await
        }
    })
    .await;
}

#[tokio::test]
async fn a_server_that_comes_back_is_called_again() {
    let address = free_port().await;
    let wait = Duration::from_millis(10);
    let connect = EchoClient::connect(format!("http://{address}")).connect_backoff(wait, wait);
    let echo = connect.build().unwrap();
    for round in 0..3 {
        let server = serve_at(address).await;
        // The attempt that failed in the round before was a moment ago: the next comes after a wait.
        let reply = within(echo.unary(ping("back")).wait_for_ready(true).into_future()).await;
        assert_eq!(reply.expect("the first call of a round connects").text, "back", "round {round}");
        stop(server, address).await;
        assert_eq!(within(echo.unary(ping("")).into_future()).await.unwrap_err().code(), Code::Unavailable);
    }
}

#[tokio::test]
async fn the_first_call_after_a_restart_succeeds() {
    let address = free_port().await;
    let echo = EchoClient::from(channel_to(address));
    for round in 0..5 {
        let server = serve_at(address).await;
        // The client may not have noticed yet that its connection is gone: that must not cost a call.
        let reply = within(echo.unary(ping("again")).into_future()).await;
        assert_eq!(reply.expect("the call finds the new server").text, "again", "round {round}");
        stop(server, address).await;
    }
}

/// A port on which nothing listens.
async fn free_port() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap()
}

#[tokio::test]
async fn a_server_that_is_not_there_is_unavailable_and_named() {
    let address = free_port().await;
    let echo = EchoClient::from(channel_to(address));
    let status = within(echo.unary(ping("")).into_future()).await.unwrap_err();
    assert_eq!(status.code(), Code::Unavailable);
    assert!(status.message().contains(&address.to_string()), "{status}");
    assert!(status.message().to_lowercase().contains("refused"), "the cause is told: {status}");
    assert!(std::error::Error::source(&status).is_some());
    assert_eq!(
        within(echo.server_stream(ping("")).into_future()).await.unwrap_err().code(),
        Code::Unavailable
    );
    let (tx, reply) = echo.client_stream().open();
    assert_eq!(within(reply.into_future()).await.unwrap_err().code(), Code::Unavailable);
    drop(tx);
    let (mut tx, mut rx) = echo.bidi().open();
    assert_eq!(within(rx.next()).await.unwrap_err().code(), Code::Unavailable);
    assert_eq!(within(tx.send(ping(""))).await.unwrap_err().code(), Code::Cancelled);
}

#[tokio::test]
async fn a_name_that_does_not_resolve_is_unavailable_and_named() {
    let echo: EchoClient = Channel::connect("http://no-such-host.invalid:7").build().unwrap().into();
    let status = within(echo.unary(ping("")).into_future()).await.unwrap_err();
    assert_eq!(status.code(), Code::Unavailable);
    assert_eq!(status.origin(), protocall::Origin::Resolve);
    assert!(status.message().contains("cannot resolve no-such-host.invalid"), "{status}");
}

#[tokio::test]
async fn a_server_that_does_not_accept_fails_in_time() {
    // A listener whose queue is full answers no further connection.
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(1).unwrap();
    let address = listener.local_addr().unwrap();
    let mut queue = Vec::new();
    while let Ok(Ok(queued)) =
        tokio::time::timeout(Duration::from_millis(200), TcpStream::connect(address)).await
    {
        queue.push(queued);
    }
    let target = format!("http://{address}");
    let limited = Channel::connect(&target).connect_timeout(Duration::from_millis(100));
    let echo: EchoClient = limited.build().unwrap().into();
    let status = within(echo.unary(ping("")).into_future()).await.unwrap_err();
    assert_eq!(status.code(), Code::Unavailable);
    assert!(status.message().contains(&address.to_string()), "{status}");
    // The attempt is one, whoever waits for it: all fail with it, and not one after another.
    let calls: Vec<_> = (0..200).map(|_| tokio::spawn(echo.unary(ping("")).into_future())).collect();
    for call in calls {
        assert_eq!(within(call).await.unwrap().unwrap_err().code(), Code::Unavailable);
    }
}

#[tokio::test]
async fn many_calls_to_a_dead_server_fail_together() {
    let echo = EchoClient::from(channel_to(free_port().await));
    let all = async {
        let calls: Vec<_> = (0..500).map(|_| tokio::spawn(echo.unary(ping("")).into_future())).collect();
        for call in calls {
            assert_eq!(call.await.unwrap().unwrap_err().code(), Code::Unavailable);
        }
    };
    within(all).await;
}

#[tokio::test]
async fn a_caller_that_gives_up_while_connecting_leaves_the_others_alone() {
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = silent.local_addr().unwrap();
    let echo = EchoClient::from(channel_to(address));
    let early = echo.unary(ping("early")).timeout(Duration::from_millis(50)).into_future();
    let patient = tokio::spawn(echo.unary(ping("patient")).into_future());
    assert_eq!(within(early).await.unwrap_err().code(), Code::DeadlineExceeded);
    let bound = Server::new().service(EchoServer::new(Parrot)).on(silent).unwrap();
    let server = tokio::spawn(bound.serve());
    assert_eq!(within(patient).await.unwrap().unwrap().text, "patient");
    server.abort();
}

#[tokio::test]
async fn a_connection_that_the_server_closes_is_replaced() {
    let server = RawServer::start(|mut request| async move {
        if request.head.headers.contains_key("x-leave") {
            request.reply.send_reset(Reason::REFUSED_STREAM);
        } else {
            answering(request).await;
        }
    })
    .await;
    let echo = server.client();
    within(echo.unary(ping("")).into_future()).await.unwrap();
    let refused = within(echo.unary(ping("")).metadata("x-leave", "1").into_future()).await;
    assert_eq!(refused.unwrap_err().code(), Code::Unavailable);
    within(echo.unary(ping("")).into_future()).await.unwrap();
    assert_eq!(server.connections(), 1, "a stream that was refused says nothing of its connection");
}

#[tokio::test]
async fn a_server_that_goes_away_is_left_and_its_calls_run_on() {
    let (first, second) = (serve(Parrot).await, serve(Parrot).await);
    let echo = first.client();
    let (mut tx, mut rx) = echo.bidi().open();
    tx.send(ping("a")).await.unwrap();
    assert_eq!(within(rx.next()).await.unwrap().unwrap().text, "a");
    let other = second.client();
    within(other.unary(ping("")).into_future()).await.unwrap();
    drop(first);
    assert_eq!(within(rx.next()).await.unwrap_err().code(), Code::Unavailable);
    within(other.unary(ping("")).timeout(FENCE).into_future()).await.unwrap();
}

#[tokio::test]
async fn a_malformed_target_is_an_invalid_argument() {
    for target in [
        "",
        "localhost",
        "127.0.0.1:50051",
        "localhost:50051",
        "ftp://a:1",
        "http://",
        "http:///",
        "http://:80",
        "http://a:99999",
        "http://a:x",
        "http://a:1/path",
        "http://a:1?query",
        "http://user@a:1",
        "http://a b:1",
        "unix:",
        "http://[::1",
        "not a uri",
    ] {
        let status = Channel::connect(target).build().unwrap_err();
        assert_eq!(status.code(), Code::InvalidArgument, "{target:?}: {status}");
        assert!(status.message().contains(target), "{status}");
    }
    for target in
        ["http://a", "http://a:1", "http://a:1/", "http://127.0.0.1:1", "http://[::1]:1", "HTTP://A:1"]
    {
        assert!(Channel::connect(target).build().is_ok(), "{target}");
    }
}

/// Whether IPv6 works here is the machine's affair; where it does, so must the brackets.
#[tokio::test]
async fn an_address_in_brackets_is_connected_to() {
    let Ok(listener) = TcpListener::bind("[::1]:0").await else { return };
    let bound = Server::new().service(EchoServer::new(Parrot)).on(listener).unwrap();
    let echo = EchoClient::from(channel_to(bound.address()));
    let server = tokio::spawn(bound.serve());
    assert_eq!(within(echo.unary(ping("six")).into_future()).await.unwrap().text, "six");
    server.abort();
}
