//! Calls are spread over the servers of a name, follow its addresses, and survive a server that is killed or restarted.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use protocall::{Addresses, Channel, Code, Connect, Context, Result, Retry, Server};
use protocall_tests::echo::{Echo, EchoClient, EchoServer, Ping, Pong, ping, within};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::{JoinHandle, JoinSet};

const MILLI: Duration = Duration::from_millis(1);

/// Counts the calls that it answers, after a while.
#[derive(Clone, Default)]
struct Counting {
    calls: Arc<AtomicUsize>,
    takes: Duration,
}

impl Echo for Counting {
    async fn unary(&self, _: &Context, ping: Ping) -> Result<Pong> {
        if !self.takes.is_zero() {
            tokio::time::sleep(self.takes).await;
        }
        self.calls.fetch_add(1, Ordering::Relaxed);
        Ok(Pong { text: ping.text, ..Default::default() })
    }
}

/// One server of several, on an address of its own.
struct Node {
    address: SocketAddr,
    counting: Counting,
    running: Option<(oneshot::Sender<()>, JoinHandle<Result<()>>)>,
}

impl Node {
    /// The server of the number, on a free port of its own loopback address.
    async fn start(number: u8, takes: Duration) -> Self {
        let listener = TcpListener::bind((format!("127.0.0.{}", number + 1), 0)).await.unwrap();
        let counting = Counting { takes, ..Default::default() };
        let mut node = Self { address: listener.local_addr().unwrap(), counting, running: None };
        drop(listener);
        node.run().await;
        node
    }

    async fn run(&mut self) {
        let (stop, stopped) = oneshot::channel();
        let server = Server::new().service(EchoServer::new(self.counting.clone()));
        let server = server.shutdown(async move { drop(stopped.await) }).drain(Duration::from_secs(5));
        let bound = server.bind(self.address).await.expect("the port is free again");
        self.running = Some((stop, tokio::spawn(bound.serve())));
    }

    /// Cuts it off.
    async fn kill(&mut self) {
        let (_, task) = self.running.take().expect("it runs");
        task.abort();
        assert!(task.await.unwrap_err().is_cancelled());
    }

    /// Stops it, once its calls have ended.
    async fn drain(&mut self) {
        let (stop, task) = self.running.take().expect("it runs");
        stop.send(()).expect("it waits for that");
        within(task).await.unwrap().unwrap();
    }

    fn calls(&self) -> usize {
        self.counting.calls.load(Ordering::Relaxed)
    }
}

async fn three() -> Vec<Node> {
    let mut nodes = Vec::new();
    for number in 0..3 {
        nodes.push(Node::start(number, Duration::ZERO).await);
    }
    nodes
}

fn addresses(nodes: &[Node]) -> Addresses {
    Addresses::new(nodes.iter().map(|node| node.address))
}

/// A client of `servers`, with a name that only its resolver knows.
fn connect(servers: Addresses) -> Connect<EchoClient> {
    EchoClient::connect("http://shop.test").resolver(servers)
}

/// Waits until all of the servers have been called.
async fn until_all_are_called(echo: &EchoClient, nodes: &[Node]) {
    within(async {
        while nodes.iter().any(|node| node.calls() == 0) {
            echo.unary(ping("")).wait_for_ready(true).await.unwrap();
        }
    })
    .await;
}

/// How many were called since, of each.
fn since(nodes: &[Node], before: &[usize]) -> Vec<usize> {
    nodes.iter().zip(before).map(|(node, before)| node.calls() - before).collect()
}

#[tokio::test]
async fn round_robin_spreads_evenly() {
    // A build without optimisation takes its time for the full number.
    let count = if cfg!(debug_assertions) { 6_000 } else { 30_000 };
    let nodes = three().await;
    let echo = connect(addresses(&nodes)).round_robin().build().unwrap();
    until_all_are_called(&echo, &nodes).await;
    let before: Vec<_> = nodes.iter().map(Node::calls).collect();
    let mut callers = JoinSet::new();
    for _ in 0..20 {
        let echo = echo.clone();
        callers.spawn(async move {
            for _ in 0..count / 20 {
                echo.unary(ping("")).await.unwrap();
            }
        });
    }
    callers.join_all().await;
    for calls in since(&nodes, &before) {
        let fair = count / 3;
        assert!(calls.abs_diff(fair) <= fair / 50, "{calls} of {fair}");
    }
}

#[tokio::test]
async fn the_less_busy_server_gets_more_calls() {
    let mut nodes = three().await;
    nodes[0] = Node::start(3, Duration::from_secs(1)).await;
    let echo = connect(addresses(&nodes)).least_request().build().unwrap();
    until_all_are_called(&echo, &nodes).await;
    let before: Vec<_> = nodes.iter().map(Node::calls).collect();
    let mut callers = JoinSet::new();
    for _ in 0..30 {
        let echo = echo.clone();
        callers.spawn(async move {
            for _ in 0..20 {
                echo.unary(ping("")).await.unwrap();
            }
        });
    }
    // Some of them meet the slow one several times, one second after the other: no fence is right for that.
    callers.join_all().await;
    let calls = since(&nodes, &before);
    assert_eq!(calls.iter().sum::<usize>(), 600);
    assert!(calls[0] < 100, "a third would be 200: {calls:?}");
}

#[tokio::test]
async fn calls_follow_the_list_of_addresses() {
    let nodes = three().await;
    let list = Addresses::new([nodes[0].address]);
    let echo = connect(list.clone()).round_robin().build().unwrap();
    for _ in 0..10 {
        within(echo.unary(ping("")).into_future()).await.unwrap();
    }
    assert_eq!(since(&nodes, &[0; 3]), [10, 0, 0]);
    list.set([nodes[1].address, nodes[2].address]);
    until_all_are_called(&echo, &nodes).await;
    let before: Vec<_> = nodes.iter().map(Node::calls).collect();
    for _ in 0..10 {
        within(echo.unary(ping("")).into_future()).await.unwrap();
    }
    assert_eq!(since(&nodes, &before), [0, 5, 5]);
}

#[tokio::test]
async fn targets_name_several_servers() {
    let nodes = three().await;
    let uris: Vec<_> = nodes.iter().map(|node| format!("http://{}", node.address)).collect();
    let list = nodes.iter().map(|node| node.address.to_string()).collect::<Vec<_>>().join(",");
    for connect in [EchoClient::connect(uris), EchoClient::connect(format!("static:{list}"))] {
        let before: Vec<_> = nodes.iter().map(Node::calls).collect();
        let echo = connect.round_robin().build().unwrap();
        within(async {
            while since(&nodes, &before).contains(&0) {
                echo.unary(ping("")).await.unwrap();
            }
        })
        .await;
    }
    let named = format!("dns:///localhost:{}", nodes[0].address.port());
    let echo = EchoClient::connect(named).build().unwrap();
    assert_eq!(within(echo.unary(ping("dns")).into_future()).await.unwrap().text, "dns");
}

#[tokio::test]
async fn the_first_address_that_answers_is_taken() {
    let nodes = three().await;
    let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let list = Addresses::new([nobody, nodes[1].address, nodes[2].address]);
    let echo = connect(list).build().unwrap();
    for _ in 0..10 {
        within(echo.unary(ping("")).into_future()).await.unwrap();
    }
    assert_eq!(since(&nodes, &[0; 3]), [0, 10, 0]);
}

#[tokio::test]
async fn an_address_that_is_silent_does_not_hold_up_the_next() {
    // A listener whose queue is full answers no further connection.
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let silent = socket.listen(1).unwrap();
    let address = silent.local_addr().unwrap();
    let mut queue = Vec::new();
    while let Ok(Ok(queued)) =
        tokio::time::timeout(200 * MILLI, tokio::net::TcpStream::connect(address)).await
    {
        queue.push(queued);
    }
    let node = Node::start(0, Duration::ZERO).await;
    let began = tokio::time::Instant::now();
    let echo = connect(Addresses::new([address, node.address])).build().unwrap();
    within(echo.unary(ping("")).into_future()).await.unwrap();
    assert!(began.elapsed() >= 249 * MILLI && began.elapsed() < 2000 * MILLI, "{:?}", began.elapsed());
}

/// Calls without a pause until it is told to stop; how many calls, and the failures among them.
struct Load {
    stop: Arc<AtomicBool>,
    callers: JoinSet<(usize, Vec<protocall::Status>)>,
}

impl Load {
    fn start(echo: &EchoClient) -> Self {
        let stop = Arc::<AtomicBool>::default();
        let mut callers = JoinSet::new();
        for _ in 0..16 {
            let (echo, stop) = (echo.clone(), Arc::clone(&stop));
            callers.spawn(async move {
                let (mut count, mut failures) = (0, Vec::new());
                while !stop.load(Ordering::Relaxed) {
                    failures.extend(echo.unary(ping("")).await.err());
                    count += 1;
                }
                (count, failures)
            });
        }
        Self { stop, callers }
    }

    async fn end(self) -> (usize, Vec<protocall::Status>) {
        self.stop.store(true, Ordering::Relaxed);
        let mut sum = (0, Vec::new());
        for (count, failures) in within(self.callers.join_all()).await {
            sum.0 += count;
            sum.1.extend(failures);
        }
        sum
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_is_killed_and_comes_back_costs_no_call_that_is_retried() {
    let mut nodes = three().await;
    let connect = connect(addresses(&nodes)).round_robin().connect_backoff(50 * MILLI, 200 * MILLI);
    let echo = connect.retry(Retry::standard()).build().unwrap();
    until_all_are_called(&echo, &nodes).await;
    let load = Load::start(&echo);
    for _ in 0..3 {
        tokio::time::sleep(100 * MILLI).await;
        nodes[1].kill().await;
        tokio::time::sleep(200 * MILLI).await;
        nodes[1].run().await;
        let before = nodes[1].calls();
        within(async {
            while nodes[1].calls() == before {
                tokio::time::sleep(MILLI).await;
            }
        })
        .await;
    }
    let (count, failures) = load.end().await;
    assert!(failures.is_empty(), "{} of {count}: {:?}", failures.len(), failures.first());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_retries_a_kill_costs_the_calls_in_flight_only() {
    let mut nodes = three().await;
    let echo = connect(addresses(&nodes)).round_robin().build().unwrap();
    until_all_are_called(&echo, &nodes).await;
    let load = Load::start(&echo);
    tokio::time::sleep(100 * MILLI).await;
    nodes[1].kill().await;
    tokio::time::sleep(300 * MILLI).await;
    let (count, failures) = load.end().await;
    assert!(failures.len() <= 16, "{} of {count}: each caller has one in flight", failures.len());
    assert!(failures.iter().all(|status| status.code() == Code::Unavailable), "{failures:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rolling_restart_costs_no_call() {
    let mut nodes = three().await;
    let connect = connect(addresses(&nodes)).round_robin().connect_backoff(50 * MILLI, 200 * MILLI);
    let echo = connect.build().unwrap();
    until_all_are_called(&echo, &nodes).await;
    let load = Load::start(&echo);
    for node in &mut nodes {
        tokio::time::sleep(100 * MILLI).await;
        node.drain().await;
        node.run().await;
        let before = node.calls();
        within(async {
            while node.calls() == before {
                tokio::time::sleep(MILLI).await;
            }
        })
        .await;
    }
    let (count, failures) = load.end().await;
    assert!(failures.is_empty(), "{} of {count}: {:?}", failures.len(), failures.first());
}

#[tokio::test]
async fn without_any_server_calls_fail_with_the_reason_or_wait() {
    let mut nodes = three().await;
    let list = addresses(&nodes);
    for node in &mut nodes {
        node.kill().await;
    }
    let echo = connect(list).round_robin().connect_backoff(20 * MILLI, 50 * MILLI).build().unwrap();
    let status = within(echo.unary(ping("")).into_future()).await.unwrap_err();
    assert_eq!(status.code(), Code::Unavailable);
    assert!(status.message().contains("127.0.0."), "{status}");
    let waiting = tokio::spawn(echo.unary(ping("waited")).wait_for_ready(true).into_future());
    tokio::time::sleep(100 * MILLI).await;
    assert!(!waiting.is_finished());
    nodes[2].run().await;
    assert_eq!(within(waiting).await.unwrap().unwrap().text, "waited");
    let none: EchoClient = connect(Addresses::new([])).round_robin().build().unwrap();
    let status = within(none.unary(ping("")).into_future()).await.unwrap_err();
    assert_eq!((status.code(), status.origin()), (Code::Unavailable, protocall::Origin::Resolve));
    let late = none.unary(ping("")).wait_for_ready(true).timeout(50 * MILLI);
    assert_eq!(within(late.into_future()).await.unwrap_err().code(), Code::DeadlineExceeded);
    assert!(Channel::connect("http://shop.test").resolver(Addresses::new([])).build().is_ok());
}
