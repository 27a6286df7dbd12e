//! A whole connection of a server, over a pipe, with whatever frames or bytes a client may send, at any pace: it ends, and
//! soon after its client has gone; what it says is HTTP/2; it keeps to a bound of memory; and its observer sees what a
//! plain reader of frames sees, however they are cut.

use std::cell::Cell;
use std::io;
use std::time::Duration;

use protocall::__fuzz::observed;
use protocall::{Connections, Keepalive, Server};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, ReadHalf};
use tokio::time::timeout;

use crate::echo::Parrot;
use crate::noise::Noise;
use crate::pieces::cut;
use crate::schema::ours::test::v1::EchoServer;
use crate::script::{Step, script};
use crate::{frames, heap};

/// Longer than every time that a connection has for anything.
const FOR_EVER: Duration = Duration::from_secs(24 * 60 * 60);

/// What a connection may take besides what it is sent: windows, and what its calls gather.
const FOR_ALL: usize = 4 << 20;

/// What the target does with an input.
pub fn run(data: &[u8]) {
    let mut noise = Noise::new(data);
    let manner = Manner { reads: noise.below(8) != 7, stays: noise.below(4) == 3, web: noise.below(4) == 3 };
    let steps = script(&mut noise);
    let sent: Vec<u8> = steps.iter().flat_map(Step::bytes).copied().collect();
    is_observed(&sent, noise.byte());
    let (said, peak) = heap::peak(|| serve(&steps, manner));
    assert!(peak <= FOR_ALL + 64 * sent.len(), "{peak} bytes for {}", sent.len());
    if !manner.web {
        frames::are_of_a_server(&said);
    }
}

#[derive(Clone, Copy)]
struct Manner {
    /// Whether the client reads what it is sent.
    reads: bool,
    /// Whether it stays once it has said all.
    stays: bool,
    /// Whether the server speaks HTTP/1.1 as well.
    web: bool,
}

fn is_observed(bytes: &[u8], seed: u8) {
    for of_client in [true, false] {
        let whole = observed([bytes], of_client);
        assert_eq!(whole, frames::plainly(bytes, of_client));
        let pieces = cut(bytes, seed);
        assert_eq!(observed(pieces.iter().map(|piece| &piece[..]), of_client), whole);
    }
}

/// Runs the connection and returns what the server has said.
fn serve(steps: &[Step], manner: Manner) -> Vec<u8> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
    runtime.expect("it starts").block_on(async {
        let (near, far) = tokio::io::duplex(16 * 1024);
        let keepalive = Keepalive::every(Duration::from_secs(60));
        let mut server = Server::new()
            .service(EchoServer::new(Parrot))
            .connections(Connections::new().keepalive(keepalive).max_age(Duration::from_secs(3600)));
        if manner.web {
            server = server.grpc_web();
        }
        let served = server.serve_connections(stream_of(far));
        let served =
            async { timeout(FOR_EVER, served).await.expect("the connection ends").expect("it is served") };
        let (reader, mut writer) = tokio::io::split(near);
        let said = Cell::new(Vec::new());
        let client = async {
            for step in steps {
                match step {
                    // A server that takes nothing any more closes the pipe in the end.
                    Step::Send(bytes) => drop(writer.write_all(bytes).await),
                    Step::Pause(time) => tokio::time::sleep(*time).await,
                }
            }
            if !manner.stays {
                let _ = writer.shutdown().await;
            }
        };
        let listen = async { said.set(if manner.reads { read(reader).await } else { Vec::new() }) };
        tokio::join!(served, client, listen);
        said.into_inner()
    })
}

fn stream_of(io: DuplexStream) -> impl protocall::Stream<Item = io::Result<DuplexStream>> + Send {
    Once(Some(io))
}

struct Once(Option<DuplexStream>);

impl protocall::Stream for Once {
    type Item = io::Result<DuplexStream>;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        std::task::Poll::Ready(self.0.take().map(Ok))
    }
}

async fn read(mut reader: ReadHalf<DuplexStream>) -> Vec<u8> {
    let mut said = Vec::new();
    let _ = reader.read_to_end(&mut said).await;
    said
}
