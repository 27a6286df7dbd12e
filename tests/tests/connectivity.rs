//! A channel connects again after waits that grow, tells how it stands, lets calls wait for it, and opens another
//! connection where one is full.

use std::net::SocketAddr;
use std::time::Duration;

use protocall::{Channel, Code, Connect, Connectivity, Server};
use protocall_tests::echo::{EchoClient, EchoServer, Parrot, ping, pong, serve, within};
use protocall_tests::raw::{RawServer, frame, well};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::time::Instant;

const MILLI: Duration = Duration::from_millis(1);

/// Takes connections and closes them; when it did.
async fn closing() -> (SocketAddr, watch::Receiver<Vec<Instant>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (times, seen) = watch::channel(Vec::new());
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            times.send_modify(|times| times.push(Instant::now()));
            drop(socket);
        }
    });
    (address, seen)
}

#[tokio::test]
async fn attempts_come_after_waits_that_grow() {
    let (address, mut seen) = closing().await;
    let connect = Channel::connect(format!("http://{address}")).connect_backoff(50 * MILLI, 130 * MILLI);
    let echo: EchoClient = connect.build().unwrap().into();
    let began = Instant::now();
    let waiting = tokio::spawn(echo.unary(ping("")).wait_for_ready(true).into_future());
    within(seen.wait_for(|times| times.len() == 5)).await.unwrap();
    waiting.abort();
    let times = seen.borrow().clone();
    // 50, 80, 128 and 130 milliseconds, a fifth more or less. All from the begin: who sees one attempt late, and the next in
    // time, sees too short a wait between them.
    for (place, least) in [40, 104, 206, 310].into_iter().enumerate() {
        let waits = times[place + 1] - began;
        assert!(waits >= least * MILLI - 2 * MILLI, "{} waits took {waits:?}", place + 1);
    }
}

#[tokio::test]
async fn between_attempts_calls_fail_with_the_last_reason() {
    let (address, seen) = closing().await;
    let echo: EchoClient = Channel::connect(format!("http://{address}")).build().unwrap().into();
    for _ in 0..20 {
        let status = within(echo.unary(ping("")).into_future()).await.unwrap_err();
        assert_eq!(status.code(), Code::Unavailable);
        assert!(status.is_retryable());
    }
    assert_eq!(seen.borrow().len(), 1, "the second attempt comes after a second");
}

#[tokio::test]
async fn the_states_of_a_channel_can_be_followed() {
    let address = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let connect = Channel::connect(format!("http://{address}")).connect_backoff(20 * MILLI, 20 * MILLI);
    let channel = connect.build().unwrap();
    let mut watch = channel.watch_connectivity();
    assert_eq!(watch.current(), Connectivity::Idle);
    channel.begin_connecting();
    within(async { while watch.changed().await != Connectivity::TransientFailure {} }).await;
    let bound = Server::new().service(EchoServer::new(Parrot)).bind(address).await.unwrap();
    let serving = tokio::spawn(bound.serve());
    let echo = EchoClient::from(channel.clone());
    within(echo.unary(ping("")).wait_for_ready(true).into_future()).await.unwrap();
    assert_eq!(channel.connectivity(), Connectivity::Ready);
    within(async { while watch.changed().await != Connectivity::Ready {} }).await;
    serving.abort();
    within(async { while watch.changed().await != Connectivity::Idle {} }).await;
}

#[tokio::test]
async fn several_servers_are_as_good_as_the_best() {
    let server = serve(Parrot).await;
    let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let targets = [format!("http://{nobody}"), format!("http://{}", server.address)];
    let channel = Channel::connect(targets).round_robin().build().unwrap();
    assert_eq!(channel.connectivity(), Connectivity::Idle);
    channel.begin_connecting();
    let mut watch = channel.watch_connectivity();
    within(async {
        while watch.current() != Connectivity::Ready && watch.changed().await != Connectivity::Ready {}
    })
    .await;
    drop(server);
    within(async { while watch.changed().await != Connectivity::TransientFailure {} }).await;
}

#[test]
fn a_client_outlives_the_runtime_that_it_connected_on() {
    let runtime =
        || tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let (servers, first) = (runtime(), runtime());
    let server = servers.block_on(serve(Parrot));
    let clients = [false, true].map(|spread| {
        let connect = Channel::connect(format!("http://{}", server.address));
        let connect = if spread { connect.round_robin() } else { connect };
        EchoClient::from(connect.build().unwrap())
    });
    for client in &clients {
        first.block_on(within(client.unary(ping("")).into_future())).unwrap();
    }
    drop(first);
    let second = runtime();
    for client in &clients {
        second.block_on(within(client.unary(ping("")).wait_for_ready(true).into_future())).unwrap();
    }
}

/// A server that takes two calls on a connection and answers none; `arrived` counts them.
async fn narrow(arrived: watch::Sender<usize>) -> RawServer {
    let mut settings = h2::server::Builder::new();
    settings.max_concurrent_streams(2);
    RawServer::start_with(settings, move |request| {
        arrived.send_modify(|count| *count += 1);
        async move {
            // Silent, as long as the client holds the call.
            let _request = request;
            std::future::pending::<()>().await
        }
    })
    .await
}

/// Makes so many calls at once, of which so many are to arrive at a time.
async fn crowd(echo: &EchoClient, calls: usize, at_a_time: usize, seen: &mut watch::Receiver<usize>) {
    let calls: Vec<_> = (0..calls).map(|_| tokio::spawn(echo.unary(ping("")).into_future())).collect();
    within(seen.wait_for(|count| *count == at_a_time)).await.unwrap();
    tokio::time::sleep(50 * MILLI).await;
    assert_eq!(*seen.borrow(), at_a_time);
    for call in calls {
        call.abort();
    }
}

#[tokio::test]
async fn another_connection_is_opened_where_calls_would_wait() {
    for (most, connections, at_a_time) in [(1, 1, 2), (3, 3, 6), (9, 4, 8)] {
        let (arrived, mut seen) = watch::channel(0);
        let server = narrow(arrived).await;
        let connect = EchoClient::connect(format!("http://{}", server.address)).connections(1..=most);
        crowd(&connect.build().unwrap(), 8, at_a_time, &mut seen).await;
        assert_eq!(server.connections(), connections, "at most {most}");
    }
    assert!(Channel::connect("http://a:1").connections(0..=1).build().is_err());
}

#[tokio::test]
async fn each_of_several_servers_has_as_many_connections_as_it_needs() {
    for spread in [Connect::round_robin, Connect::least_request] {
        for (most, at_a_time) in [(1, 4), (3, 12)] {
            let (arrived, mut seen) = watch::channel(0);
            let servers = [narrow(arrived.clone()).await, narrow(arrived).await];
            let targets = servers.each_ref().map(|server| format!("http://{}", server.address));
            let echo = spread(EchoClient::connect(targets)).connections(1..=most).build().unwrap();
            crowd(&echo, 16, at_a_time, &mut seen).await;
            let opened = servers.each_ref().map(RawServer::connections);
            assert_eq!(opened, [most; 2], "at most {most} for each");
        }
    }
}

#[tokio::test]
async fn as_many_connections_as_are_wanted_are_opened_at_once() {
    let server = RawServer::start(|request| request.answer(frame(&pong(1)), well())).await;
    let connect = EchoClient::connect(format!("http://{}", server.address)).connections(3..=5);
    let echo = connect.build().unwrap();
    within(echo.unary(ping("")).into_future()).await.unwrap();
    within(async {
        while server.connections() < 3 {
            tokio::time::sleep(MILLI).await;
        }
    })
    .await;
    within(echo.unary(ping("")).into_future()).await.unwrap();
    assert_eq!(server.connections(), 3);
}
