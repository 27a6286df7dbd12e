//! Names are asked of DNS: of the server that a target names, for both families, again when an answer has had its time or a
//! connection is lost, and not more often than is set.

use std::future::IntoFuture;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use protocall::{Channel, Code, Connect, Connectivity, Context, Origin, Result, Server};
use protocall_tests::dns::Dns;
use protocall_tests::echo::{Echo, EchoClient, EchoServer, Ping, Pong, ping, within};
use protocall_tests::program::free_port_at;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

const MILLI: Duration = Duration::from_millis(1);
const SECOND: Duration = Duration::from_secs(1);
const HOUR: Duration = Duration::from_secs(3600);

/// Answers with its own address.
struct Named(IpAddr);

impl Echo for Named {
    async fn unary(&self, _: &Context, _: Ping) -> Result<Pong> {
        Ok(Pong { text: self.0.to_string(), ..Default::default() })
    }
}

/// A server that tells its address; dropping it cuts it off.
struct Node {
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<Result<()>>,
}

impl Node {
    async fn start(address: impl Into<IpAddr>, port: u16) -> Self {
        let address = address.into();
        let (stop, stopped) = oneshot::channel();
        let server = Server::new().service(EchoServer::new(Named(address)));
        let server = server.shutdown(async move { drop(stopped.await) });
        let bound = server.bind(SocketAddr::new(address, port)).await.expect("the port is free");
        Self { stop: Some(stop), task: tokio::spawn(bound.serve()) }
    }

    async fn kill(mut self) {
        self.task.abort();
        assert!((&mut self.task).await.unwrap_err().is_cancelled());
    }

    /// Stops it, once its calls have ended.
    async fn drain(mut self) {
        self.stop.take().expect("it runs").send(()).expect("it waits for that");
        within(&mut self.task).await.unwrap().unwrap();
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn at(last: u8) -> Ipv4Addr {
    Ipv4Addr::new(127, 0, 0, last)
}

fn connect(dns: &Dns, port: u16) -> Connect<EchoClient> {
    EchoClient::connect(dns.target(port)).connect_backoff(20 * MILLI, 50 * MILLI)
}

async fn who(echo: &EchoClient) -> Result<String> {
    Ok(within(echo.unary(ping("")).into_future()).await?.text)
}

/// Calls until this one answers. None may fail.
async fn until_it_is(echo: &EchoClient, last: u8) {
    within(async {
        while who(echo).await.expect("one of the servers is there") != at(last).to_string() {
            tokio::time::sleep(5 * MILLI).await;
        }
    })
    .await;
}

#[tokio::test]
async fn the_server_that_the_target_names_knows_the_addresses() {
    let (dns, port) = (Dns::start().await, free_port_at(1..=3));
    let _nodes = [Node::start(at(1), port).await, Node::start(at(2), port).await];
    dns.set([at(1), at(2)], HOUR);
    let echo = connect(&dns, port).round_robin().build().unwrap();
    until_it_is(&echo, 1).await;
    until_it_is(&echo, 2).await;
    let first = connect(&dns, port).build().unwrap();
    assert_eq!(who(&first).await.unwrap(), "127.0.0.1");
    assert_eq!(dns.asked(), 2, "once for each client");
}

#[tokio::test]
async fn both_families_are_asked_for_and_the_one_that_answers_is_taken() {
    let (dns, port) = (Dns::start().await, free_port_at(1..=3));
    let _node = Node::start(at(1), port).await;
    let v6 = IpAddr::V6(Ipv6Addr::LOCALHOST);
    // Nobody listens there, or there is no such family on this machine.
    dns.set([at(1).into(), v6], HOUR);
    let echo = connect(&dns, port).build().unwrap();
    assert_eq!(who(&echo).await.unwrap(), "127.0.0.1");
    let nobody = free_port_at([1]);
    let status = who(&connect(&dns, nobody).build().unwrap()).await.unwrap_err();
    let (first, second) = (status.message().find("[::1]"), status.message().find("127.0.0.1"));
    assert!(first.is_some() && first < second, "IPv6 is tried first: {status}");
    if TcpListener::bind((v6, port)).await.is_ok() {
        let _node = Node::start(v6, port).await;
        let echo = connect(&dns, port).build().unwrap();
        assert_eq!(who(&echo).await.unwrap(), "::1");
    }
}

#[tokio::test]
async fn a_long_answer_comes_by_tcp() {
    let (dns, port) = (Dns::start().await, free_port_at(1..=3));
    let _node = Node::start(at(1), port).await;
    dns.set([at(1)], HOUR);
    dns.truncate();
    let echo = connect(&dns, port).build().unwrap();
    assert_eq!(who(&echo).await.unwrap(), "127.0.0.1");
}

#[tokio::test]
async fn an_answer_that_has_had_its_time_is_asked_for_again() {
    let (dns, port) = (Dns::start().await, free_port_at(1..=3));
    let _nodes = [Node::start(at(1), port).await, Node::start(at(2), port).await];
    dns.set([at(1)], SECOND);
    let echo = connect(&dns, port).resolve_interval(MILLI).round_robin().build().unwrap();
    assert_eq!(who(&echo).await.unwrap(), "127.0.0.1");
    dns.set([at(2)], HOUR);
    until_it_is(&echo, 2).await;
    for _ in 0..10 {
        assert_eq!(who(&echo).await.unwrap(), "127.0.0.2");
    }
    assert_eq!(dns.asked(), 2);
}

#[tokio::test]
async fn a_connection_that_is_lost_or_goes_away_lets_the_name_be_asked_for() {
    for is_drained in [false, true] {
        let (dns, port) = (Dns::start().await, free_port_at(1..=3));
        let first = Node::start(at(1), port).await;
        let _second = Node::start(at(2), port).await;
        dns.set([at(1)], HOUR);
        let echo = connect(&dns, port).resolve_interval(MILLI).round_robin().build().unwrap();
        assert_eq!(who(&echo).await.unwrap(), "127.0.0.1");
        dns.set([at(2)], HOUR);
        if is_drained {
            first.drain().await
        } else {
            first.kill().await
        }
        within(async {
            while who(&echo).await.ok().as_deref() != Some("127.0.0.2") {
                tokio::time::sleep(5 * MILLI).await;
            }
        })
        .await;
    }
}

#[tokio::test]
async fn within_the_interval_the_last_answer_is_good_enough() {
    let dns = Dns::start().await;
    for spread in [false, true] {
        let port = free_port_at(1..=3);
        let node = Node::start(at(1), port).await;
        dns.set([at(1)], SECOND);
        let before = dns.asked();
        let connect = connect(&dns, port);
        let echo = if spread { connect.round_robin() } else { connect }.build().unwrap();
        assert_eq!(who(&echo).await.unwrap(), "127.0.0.1");
        dns.set([at(2)], SECOND);
        node.kill().await;
        for _ in 0..30 {
            assert_eq!(who(&echo).await.unwrap_err().code(), Code::Unavailable);
            tokio::time::sleep(50 * MILLI).await;
        }
        let _node = Node::start(at(1), port).await;
        let call = echo.unary(ping("")).wait_for_ready(true);
        assert_eq!(within(call.into_future()).await.unwrap().text, "127.0.0.1");
        assert_eq!(dns.asked() - before, 1, "spread: {spread}");
    }
}

#[tokio::test]
async fn a_name_that_is_not_known_fails_until_it_is() {
    let dns = Dns::start().await;
    for spread in [false, true] {
        let port = free_port_at(1..=3);
        dns.set([] as [Ipv4Addr; 0], HOUR);
        let connect = connect(&dns, port);
        let echo = if spread { connect.round_robin() } else { connect }.build().unwrap();
        let status = who(&echo).await.unwrap_err();
        assert_eq!((status.code(), status.origin()), (Code::Unavailable, Origin::Resolve));
        assert!(status.message().contains("cannot resolve shop.test"), "{status}");
        assert!(status.message().contains(&dns.address.to_string()), "{status}");
        let waiting = tokio::spawn(echo.unary(ping("")).wait_for_ready(true).into_future());
        let _node = Node::start(at(1), port).await;
        dns.set([at(1)], HOUR);
        assert_eq!(within(waiting).await.unwrap().unwrap().text, "127.0.0.1");
    }
}

#[tokio::test]
async fn a_client_that_nobody_uses_asks_for_nothing() {
    let (dns, port) = (Dns::start().await, free_port_at(1..=3));
    let _nodes = [Node::start(at(1), port).await, Node::start(at(2), port).await];
    dns.set([at(1)], SECOND);
    let connect = Channel::connect(dns.target(port)).round_robin().idle_timeout(100 * MILLI);
    let channel = connect.resolve_interval(MILLI).build().unwrap();
    let echo = EchoClient::from(channel.clone());
    assert_eq!(who(&echo).await.unwrap(), "127.0.0.1");
    let mut watch = channel.watch_connectivity();
    within(async {
        while watch.current() != Connectivity::Idle && watch.changed().await != Connectivity::Idle {}
    })
    .await;
    let before = dns.asked();
    dns.set([at(2)], SECOND);
    tokio::time::sleep(2500 * MILLI).await;
    assert_eq!(dns.asked(), before);
    assert_eq!(channel.connectivity(), Connectivity::Idle);
    // What has become of the name meanwhile is asked before the first call.
    assert_eq!(who(&echo).await.unwrap(), "127.0.0.2");
}
