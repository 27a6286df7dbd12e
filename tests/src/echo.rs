//! The service of `proto/echo.proto`: an implementation that answers what it is sent, a server for it or for any
//! other, and the watch over handlers that should end.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use protocall::{Channel, Context, Result, Server, Stream, Streaming, produce, stream};
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;

pub use schema::test::v1::*;

mod schema {
    protocall::include_proto!("proto/echo.proto");
}

/// How long a test waits for what should happen at once. Long, as machines may be busy; a test that hangs fails.
pub const FENCE: Duration = Duration::from_secs(10);

/// Awaits `future`, which must not take long.
///
/// # Panics
/// When it does.
#[track_caller]
pub fn within<F: Future>(future: F) -> impl Future<Output = F::Output> {
    let place = std::panic::Location::caller();
    async move {
        match tokio::time::timeout(FENCE, future).await {
            Ok(output) => output,
            Err(_) => panic!("what is awaited at {place} did not happen within {FENCE:?}"),
        }
    }
}

/// A request with a text.
pub fn ping(text: &str) -> Ping {
    Ping { text: text.to_owned(), ..Default::default() }
}

/// A request with a payload of `size` bytes.
pub fn heavy_ping(size: usize) -> Ping {
    Ping { payload: vec![7; size].into(), ..Default::default() }
}

/// A reply with an index.
pub fn pong(index: i32) -> Pong {
    Pong { index, ..Default::default() }
}

/// Answers what it is sent, in all four shapes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Parrot;

impl Echo for Parrot {
    async fn unary(&self, _: &Context, ping: Ping) -> Result<Pong> {
        Ok(Pong { text: ping.text, index: ping.count, payload: ping.payload, ..Default::default() })
    }

    async fn client_stream(&self, _: &Context, mut pings: Streaming<Ping>) -> Result<Pong> {
        let mut sum = Pong::default();
        while let Some(ping) = pings.next().await? {
            sum.text.push_str(&ping.text);
            sum.index += 1;
        }
        Ok(sum)
    }

    async fn server_stream(&self, _: &Context, ping: Ping) -> Result<impl Stream<Item = Result<Pong>>> {
        let reply =
            move |index| Pong { text: ping.text.clone(), index, payload: ping.payload.clone(), ..pong(0) };
        Ok(stream::iter((0..ping.count).map(reply)))
    }

    async fn bidi(
        &self,
        _: &Context,
        mut pings: Streaming<Ping>,
    ) -> Result<impl Stream<Item = Result<Pong>>> {
        Ok(produce(async move |out| {
            let mut index = 0;
            while let Some(ping) = pings.next().await? {
                out.send(Pong { text: ping.text, index, payload: ping.payload, ..Default::default() })
                    .await?;
                index += 1;
            }
            Ok(())
        }))
    }
}

/// A server on a port of its own. Dropping it cuts it off.
#[derive(Debug)]
pub struct Served {
    /// Where it listens.
    pub address: SocketAddr,
    task: JoinHandle<Result<()>>,
}

impl Served {
    /// A client of its own, with a connection of its own.
    pub fn client(&self) -> EchoClient {
        self.channel().into()
    }

    /// The target of its port under this scheme, by the name that certificates are for.
    pub fn target(&self, scheme: &str) -> String {
        format!("{scheme}://localhost:{}", self.address.port())
    }

    /// As [`Served::client`], for several clients.
    pub fn channel(&self) -> Channel {
        channel_to(self.address)
    }

    /// Waits until it has stopped by itself.
    pub async fn stopped(mut self) {
        let outcome = (&mut self.task).await.expect("the server does not panic");
        outcome.expect("a server that was told to stop has not failed");
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// A channel to `address`.
pub fn channel_to(address: SocketAddr) -> Channel {
    Channel::connect(format!("http://{address}")).build().expect("an address makes a target")
}

/// Serves `service` on a free port.
pub async fn serve(service: impl Echo) -> Served {
    serve_with(Server::new(), service).await
}

/// Serves `service` on a free port, by a server with settings of its own.
pub async fn serve_with(server: Server, service: impl Echo) -> Served {
    let bound =
        server.service(EchoServer::new(service)).bind("127.0.0.1:0").await.expect("some port is free");
    Served { address: bound.address(), task: tokio::spawn(bound.serve()) }
}

/// Watches over handlers: each holds a [`Life`] while it runs.
#[derive(Clone, Debug, Default)]
pub struct Lives(watch::Sender<(usize, usize)>);

/// Held by what is watched.
#[derive(Debug)]
pub struct Life(Lives);

impl Lives {
    /// A life begins.
    pub fn begin(&self) -> Life {
        self.0.send_modify(|(began, _)| *began += 1);
        Life(self.clone())
    }

    /// Waits until `count` lives have begun.
    pub async fn began(&self, count: usize) {
        self.wait("begun", |(began, _)| *began >= count).await;
    }

    /// Waits until `count` lives have ended.
    pub async fn ended(&self, count: usize) {
        self.wait("ended", |(_, ended)| *ended >= count).await;
    }

    /// How many have begun.
    pub fn count_began(&self) -> usize {
        self.0.borrow().0
    }

    /// How many have ended.
    pub fn count_ended(&self) -> usize {
        self.0.borrow().1
    }

    async fn wait(&self, what: &str, reached: impl FnMut(&(usize, usize)) -> bool) {
        let mut watched = self.0.subscribe();
        let waited = tokio::time::timeout(FENCE, watched.wait_for(reached)).await.is_ok();
        assert!(waited, "too few have {what}: {:?} (begun, ended)", *self.0.borrow());
    }
}

impl Drop for Life {
    fn drop(&mut self) {
        self.0.0.send_modify(|(_, ended)| *ended += 1);
    }
}

/// Its unary calls end when they are told to, its streams with their requests.
#[derive(Clone, Debug, Default)]
pub struct Patient {
    /// Those of its handlers.
    pub lives: Lives,
    /// Ends one unary call.
    pub go: Arc<Notify>,
}

impl Echo for Patient {
    async fn unary(&self, _: &Context, _: Ping) -> Result<Pong> {
        let _life = self.lives.begin();
        self.go.notified().await;
        Ok(pong(1))
    }

    async fn bidi(
        &self,
        _: &Context,
        mut pings: Streaming<Ping>,
    ) -> Result<impl Stream<Item = Result<Pong>>> {
        let life = self.lives.begin();
        Ok(produce(async move |out| {
            let _life = life;
            while pings.next().await?.is_some() {
                out.send(pong(2)).await?;
            }
            Ok(())
        }))
    }
}
