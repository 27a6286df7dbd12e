//! gRFC A17: a client that spreads its calls asks each server for its health, and makes no calls where it does not serve.

use std::future::{IntoFuture, poll_fn};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use h2::{Reason, SendStream};
use http::HeaderMap;
use protocall::client::Bearer;
use protocall::health::{Health, HealthCheckRequest, HealthCheckResponse, ServingStatus};
use protocall::{Channel, Code, Connect, Connectivity, Context, Message, Result, Server, ServiceConfig};
use protocall_tests::echo::{Echo, EchoClient, EchoServer, Ping, Pong, ping, pong, within};
use protocall_tests::peer;
use protocall_tests::program::Running;
use protocall_tests::raw::{RawRequest, RawServer, frame, grpc_head, headers, well};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

const MILLI: Duration = Duration::from_millis(1);
const ECHO: &str = "test.v1.Echo";

/// Answers with its number.
struct Numbered(usize);

impl Echo for Numbered {
    async fn unary(&self, _: &Context, _: Ping) -> Result<Pong> {
        Ok(Pong { text: self.0.to_string(), ..Default::default() })
    }
}

/// A server whose health the test sets.
struct Node {
    address: SocketAddr,
    health: Health,
    task: JoinHandle<Result<()>>,
}

impl Node {
    async fn start(number: usize) -> Self {
        let health = Health::new();
        let server = Server::new().health_from(&health).grpc_web().service(EchoServer::new(Numbered(number)));
        let bound = server.bind("127.0.0.1:0").await.unwrap();
        Self { address: bound.address(), health, task: tokio::spawn(bound.serve()) }
    }

    fn set(&self, status: ServingStatus) {
        self.health.set(ECHO, status);
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn two() -> [Node; 2] {
    [Node::start(0).await, Node::start(1).await]
}

fn connect(addresses: &[SocketAddr]) -> Connect<EchoClient> {
    let targets: Vec<_> = addresses.iter().map(|address| format!("http://{address}")).collect();
    EchoClient::connect(targets).connect_backoff(20 * MILLI, 50 * MILLI)
}

fn to(nodes: &[Node]) -> Connect<EchoClient> {
    connect(&nodes.iter().map(|node| node.address).collect::<Vec<_>>())
}

async fn who(echo: &EchoClient) -> Result<String> {
    Ok(within(echo.unary(ping("")).wait_for_ready(true).into_future()).await?.text)
}

/// Calls until exactly these have answered the last twenty calls. None may fail.
async fn until_only(echo: &EchoClient, expected: &[&str]) {
    within(async {
        loop {
            let mut seen = std::collections::BTreeSet::new();
            for _ in 0..20 {
                seen.insert(who(echo).await.expect("one of the servers serves"));
            }
            if seen.iter().eq(expected) {
                return;
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_server_that_does_not_serve_gets_no_calls_until_it_does() {
    for spread in [Connect::round_robin, Connect::least_request] {
        let nodes = two().await;
        let echo = spread(to(&nodes)).health_check(ECHO).build().unwrap();
        until_only(&echo, &["0", "1"]).await;
        nodes[0].set(ServingStatus::NotServing);
        until_only(&echo, &["1"]).await;
        nodes[0].set(ServingStatus::Serving);
        until_only(&echo, &["0", "1"]).await;
        nodes[1].health.remove(ECHO);
        until_only(&echo, &["0"]).await;
    }
}

#[tokio::test]
async fn the_service_config_asks_for_it_and_the_client_has_the_last_word() {
    let nodes = two().await;
    nodes[0].set(ServingStatus::NotServing);
    let json = r#"{"loadBalancingConfig": [{"round_robin": {}}], "healthCheckConfig": {"serviceName": "test.v1.Echo"}}"#;
    let config = || ServiceConfig::from_json(json).unwrap();
    let echo = to(&nodes).service_config(config()).build().unwrap();
    for _ in 0..20 {
        assert_eq!(who(&echo).await.unwrap(), "1");
    }
    let echo = to(&nodes).service_config(config()).health_check(None).build().unwrap();
    until_only(&echo, &["0", "1"]).await;
    // The server as a whole serves.
    let echo = to(&nodes).service_config(config()).health_check("").build().unwrap();
    until_only(&echo, &["0", "1"]).await;
}

#[tokio::test]
async fn whoever_takes_the_first_server_asks_for_nothing() {
    let nodes = two().await;
    nodes[0].set(ServingStatus::NotServing);
    let echo = to(&nodes).health_check(ECHO).build().unwrap();
    for _ in 0..10 {
        assert_eq!(who(&echo).await.unwrap(), "0");
    }
}

#[tokio::test]
async fn where_none_serves_calls_fail_with_the_reason_or_wait() {
    let nodes = two().await;
    nodes.iter().for_each(|node| node.set(ServingStatus::NotServing));
    let targets = nodes.each_ref().map(|node| format!("http://{}", node.address));
    let channel = Channel::connect(targets).round_robin().health_check(ECHO).build().unwrap();
    let echo = EchoClient::from(channel.clone());
    let status = within(echo.unary(ping("")).into_future()).await.unwrap_err();
    assert_eq!(status.code(), Code::Unavailable);
    assert!(status.message().contains("NOT_SERVING") && status.message().contains(ECHO), "{status}");
    assert_eq!(channel.connectivity(), Connectivity::TransientFailure);
    let waiting = tokio::spawn(echo.unary(ping("")).wait_for_ready(true).into_future());
    tokio::time::sleep(100 * MILLI).await;
    assert!(!waiting.is_finished());
    nodes[1].set(ServingStatus::Serving);
    assert_eq!(within(waiting).await.unwrap().unwrap().text, "1");
    assert_eq!(channel.connectivity(), Connectivity::Ready);
}

#[tokio::test]
async fn it_is_asked_in_grpc_web_where_calls_are_made_in_it() {
    let nodes = two().await;
    let echo = to(&nodes).grpc_web().round_robin().health_check(ECHO).build().unwrap();
    until_only(&echo, &["0", "1"]).await;
    nodes[0].set(ServingStatus::NotServing);
    until_only(&echo, &["1"]).await;
}

#[tokio::test]
async fn a_client_that_nobody_uses_lets_go_of_its_connections_all_the_same() {
    let nodes = two().await;
    let targets = nodes.each_ref().map(|node| format!("http://{}", node.address));
    let connect = Channel::connect(targets).round_robin().health_check(ECHO).idle_timeout(50 * MILLI);
    let channel = connect.build().unwrap();
    let echo = EchoClient::from(channel.clone());
    who(&echo).await.unwrap();
    let mut watch = channel.watch_connectivity();
    within(async {
        while watch.current() != Connectivity::Idle {
            watch.changed().await;
        }
    })
    .await;
    who(&echo).await.unwrap();
}

/// A server that answers echoes, and each watch as the test says; how many of these there were.
async fn raw<W>(
    watched: impl Fn(usize, RawRequest) -> W + Clone + Send + Sync + 'static,
) -> (RawServer, Arc<AtomicUsize>)
where
    W: Future<Output = ()> + Send + 'static,
{
    let count = Arc::<AtomicUsize>::default();
    let watches = Arc::clone(&count);
    let server = RawServer::start(move |request| {
        let is_watch = request.head.uri.path() == "/grpc.health.v1.Health/Watch";
        let number = if is_watch { watches.fetch_add(1, Ordering::SeqCst) } else { 0 };
        let watched = watched.clone();
        async move {
            if is_watch {
                watched(number, request).await
            } else {
                request.answer(frame(&pong(1)), well()).await
            }
        }
    });
    (server.await, count)
}

fn is(status: ServingStatus) -> Vec<u8> {
    frame(&HealthCheckResponse { status, ..Default::default() })
}

/// Waits until the client ends the call: why.
async fn end(stream: &mut SendStream<Bytes>) -> Reason {
    poll_fn(|cx| stream.poll_reset(cx)).await.expect("the client resets the stream alone")
}

fn failed(code: Code) -> HeaderMap {
    headers(&[("grpc-status", &code.number().to_string())])
}

#[tokio::test]
async fn calls_wait_for_the_first_answer() {
    let (go, gone) = watch::channel(false);
    let (server, watches) = raw(move |_, mut request| {
        let mut gone = gone.clone();
        async move {
            let asked = request.body.data().await.unwrap().unwrap();
            let asked = HealthCheckRequest::decode(&asked[5..]).unwrap();
            assert_eq!(asked.service, ECHO);
            gone.wait_for(|gone| *gone).await.unwrap();
            let mut stream = request.begin_with(grpc_head());
            stream.send_data(is(ServingStatus::Serving).into(), false).unwrap();
            end(&mut stream).await;
        }
    })
    .await;
    let channel = Channel::connect(format!("http://{}", server.address)).round_robin().health_check(ECHO);
    let channel = channel.build().unwrap();
    let call = tokio::spawn(EchoClient::from(channel.clone()).unary(ping("")).into_future());
    within(async {
        while watches.load(Ordering::SeqCst) == 0 {
            tokio::time::sleep(MILLI).await;
        }
    })
    .await;
    tokio::time::sleep(50 * MILLI).await;
    assert!(!call.is_finished());
    assert_eq!(channel.connectivity(), Connectivity::Connecting);
    go.send_replace(true);
    within(call).await.unwrap().unwrap();
    assert_eq!(watches.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_server_without_health_checks_is_healthy_and_not_asked_again() {
    let (server, watches) =
        raw(|_, request| async move { request.answer(Vec::new(), failed(Code::Unimplemented)).await }).await;
    let echo = connect(&[server.address]).round_robin().health_check(ECHO).build().unwrap();
    for _ in 0..20 {
        within(echo.unary(ping("")).into_future()).await.unwrap();
        tokio::time::sleep(10 * MILLI).await;
    }
    assert_eq!(watches.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_watch_that_fails_is_begun_again_after_waits_and_nobody_calls_meanwhile() {
    let (server, watches) = raw(|number, mut request| async move {
        if number < 3 {
            return request.answer(Vec::new(), failed(Code::Internal)).await;
        }
        let mut stream = request.begin_with(grpc_head());
        stream.send_data(is(ServingStatus::Serving).into(), false).unwrap();
        end(&mut stream).await;
    })
    .await;
    let began = std::time::Instant::now();
    let echo = connect(&[server.address]).connect_backoff(200 * MILLI, 200 * MILLI);
    let echo = echo.round_robin().health_check(ECHO).build().unwrap();
    let status = within(echo.unary(ping("")).into_future()).await.unwrap_err();
    assert!(status.code() == Code::Unavailable && status.message().contains("does not tell"), "{status}");
    who(&echo).await.unwrap();
    assert_eq!(watches.load(Ordering::SeqCst), 4);
    // Three waits, each shorter by a fifth at the most.
    assert!(began.elapsed() >= 3 * 160 * MILLI, "{:?}", began.elapsed());
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn a_watch_that_ends_after_an_answer_is_begun_again_at_once() {
    let (server, watches) = raw(|number, mut request| async move {
        let mut stream = request.begin_with(grpc_head());
        stream.send_data(is(ServingStatus::Serving).into(), false).unwrap();
        match number {
            0..5 => stream.send_trailers(failed(Code::Unavailable)).unwrap(),
            _ => drop(end(&mut stream).await),
        }
    })
    .await;
    let connect =
        connect(&[server.address]).connect_backoff(Duration::from_secs(60), Duration::from_secs(60));
    let echo = connect.round_robin().health_check(ECHO).build().unwrap();
    who(&echo).await.unwrap();
    within(async {
        while watches.load(Ordering::SeqCst) < 6 {
            tokio::time::sleep(MILLI).await;
        }
    })
    .await;
    who(&echo).await.unwrap();
}

#[tokio::test]
async fn credentials_of_the_client_are_shown() {
    let (told, mut seen) = watch::channel(None);
    let (server, _) = raw(move |_, request| {
        let value = request.head.headers.get("authorization").cloned();
        told.send_replace(value);
        async move { request.answer(Vec::new(), failed(Code::Unimplemented)).await }
    })
    .await;
    let connect = connect(&[server.address]).credentials(Bearer::new("secret").allow_plaintext());
    let echo = connect.round_robin().health_check(ECHO).build().unwrap();
    who(&echo).await.unwrap();
    assert_eq!(seen.borrow_and_update().as_ref().unwrap(), "Bearer secret");
}

#[tokio::test]
async fn the_watch_is_cancelled_when_the_server_goes_away() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let channel =
        Channel::connect(format!("http://{address}")).round_robin().health_check(ECHO).build().unwrap();
    channel.begin_connecting();
    let mut connections = Vec::new();
    for _ in 0..2 {
        let (socket, _) = within(listener.accept()).await.unwrap();
        let mut connection = within(h2::server::handshake(socket)).await.unwrap();
        let (request, reply) = within(connection.accept()).await.unwrap().unwrap();
        let (head, body) = request.into_parts();
        let mut watch = RawRequest { head, body, reply };
        let mut stream = watch.begin_with(grpc_head());
        stream.send_data(is(ServingStatus::Serving).into(), false).unwrap();
        connection.graceful_shutdown();
        // Nobody calls: it is the client that looks.
        let serving = tokio::spawn(async move { while let Some(Ok(_)) = connection.accept().await {} });
        assert_eq!(within(end(&mut stream)).await, Reason::CANCEL);
        connections.push(serving);
    }
    for connection in connections {
        within(connection).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pythons_servers_tell_their_health() {
    let script = peer::script("health_server.py");
    let python = peer::python();
    let start = move || Running::start(python, &[script.to_str().expect("the workspace has a UTF-8 path")]);
    let servers = tokio::task::spawn_blocking(start).await.unwrap();
    let addresses: Vec<SocketAddr> = servers.address.split(',').map(|text| text.parse().unwrap()).collect();
    let echo = connect(&addresses).round_robin().health_check(ECHO).build().unwrap();
    until_only(&echo, &["0", "1"]).await;
    // By a client that does not care.
    let second = EchoClient::connect(format!("http://{}", addresses[1])).build().unwrap();
    within(second.unary(ping("ill")).into_future()).await.unwrap();
    until_only(&echo, &["0"]).await;
    within(second.unary(ping("well")).into_future()).await.unwrap();
    until_only(&echo, &["0", "1"]).await;
}
