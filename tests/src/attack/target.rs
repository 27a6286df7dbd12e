//! What is attacked: a server with services of all kinds, and a client with one call. Run by the program `attacked`.

use std::fs::File;
use std::io::{self, Write};
use std::time::{Duration, Instant, SystemTime};

use protocall::{Channel, Connections, Context, Json, Result, Server, Status, Streaming, Text};

use super::schema::test::attack::v1::{Document, Node, Tally, Target, TargetServer};
use crate::echo::{EchoClient, EchoServer, Parrot, Pong, ping};
use crate::process::Process;

/// How long the server waits for a greeting, for headers, and for a peer to read: shorter than a user would set it, so that
/// the tests are soon through.
pub(super) const PATIENCE: Duration = Duration::from_secs(2);

/// How long the client's call may take.
pub(super) const DEADLINE: Duration = Duration::from_secs(2);

/// Serves on a free port, which is printed.
///
/// # Errors
/// When there is none.
pub async fn serve() -> Result<()> {
    let limits = Connections::new().handshake_timeout(PATIENCE).stall_timeout(PATIENCE);
    let server = Server::new()
        .service(EchoServer::new(Parrot))
        .service(TargetServer::new(Desk))
        .connections(limits)
        .grpc_web();
    let bound = server.bind("127.0.0.1:0").await?;
    say(&format!("listening on {}", bound.address()))?;
    bound.serve().await
}

/// Opens files until there are no more to be had, and makes a call of the echo at `address` then; and another, once they are
/// closed. Prints how each ended, a line for each.
///
/// # Errors
/// When the address is none.
pub async fn starve(address: &str) -> Result<()> {
    let echo: EchoClient = Channel::connect(format!("http://{address}")).build()?.into();
    let files: Vec<File> = std::iter::from_fn(|| File::open("/dev/null").ok()).collect();
    let told =
        |outcome: Result<Pong>| say(&outcome.map_or_else(|status| status.to_string(), |pong| pong.text));
    told(echo.unary(ping("hello")).timeout(PATIENCE * 10).await)?;
    drop(files);
    // The next attempt to connect comes in a second: a call fails at once until then, or waits.
    told(echo.unary(ping("hello")).timeout(PATIENCE * 10).wait_for_ready(true).await)
}

/// Makes one call of the echo at `address`, unary or a stream of replies, and prints how it ended: the number of its status, how
/// many milliseconds it took and how many of processor time, and by how many KiB the memory grew.
///
/// # Errors
/// When the address is none.
pub async fn call(address: &str, shape: &str) -> Result<()> {
    let echo: EchoClient = Channel::connect(format!("http://{address}")).build()?.into();
    let process = Process::own();
    let (before, began) = (process.memory(), Instant::now());
    let outcome = match shape {
        "stream" => drained(&echo).await,
        _ => echo.unary(ping("hello")).timeout(DEADLINE).await.map(drop),
    };
    let code = outcome.map_or_else(|status| status.code(), |()| protocall::Code::Ok);
    let took = began.elapsed().as_millis();
    // The channel lives on, as that of a real client: what goes on in it is measured too.
    tokio::time::sleep(Duration::from_millis(100)).await;
    drop(echo);
    // Numbers, in the order in which `hostile` reads them.
    say(&format!("{} {took} {} {}", i32::from(code), process.work(), process.peak().saturating_sub(before)))
}

async fn drained(echo: &EchoClient) -> Result<()> {
    let mut replies = echo.server_stream(ping("hello")).timeout(DEADLINE).await?;
    while replies.next().await?.is_some() {}
    Ok(())
}

fn say(line: &str) -> Result<()> {
    let mut out = io::stdout();
    let said = writeln!(out, "{line}").and_then(|()| out.flush());
    said.map_err(|error| Status::internal("nobody listens").with_source(error))
}

struct Desk;

impl Target for Desk {
    async fn binary(&self, _: &Context, node: Node) -> Result<Tally> {
        Ok(tally(node.many.len()))
    }

    async fn json(&self, _: &Context, document: Document) -> Result<Tally> {
        let read = Node::from_json(document.text());
        read.map(|node| tally(node.many.len())).map_err(|error| Status::invalid_argument(error.to_string()))
    }

    async fn text(&self, _: &Context, document: Document) -> Result<Tally> {
        let read = Node::from_text(document.text());
        read.map(|node| tally(node.many.len())).map_err(|error| Status::invalid_argument(error.to_string()))
    }

    async fn hold(&self, _: &Context, nodes: Streaming<Node>) -> Result<Tally> {
        let _unread = nodes;
        std::future::pending().await
    }

    async fn clock(&self, _: &Context, _: Document) -> Result<Tally> {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        let seconds = now.map_err(|_| Status::out_of_range("the clock stands before 1970"))?.as_secs();
        Ok(Tally { count: Some(seconds), ..Default::default() })
    }

    async fn tasks(&self, _: &Context, _: Document) -> Result<Tally> {
        Ok(tally(tokio::runtime::Handle::current().metrics().num_alive_tasks()))
    }
}

fn tally(count: usize) -> Tally {
    Tally { count: Some(count as u64), ..Default::default() }
}
