//! What servers hold in memory: with nothing to do, with idle connections, with idle streams. Called by `main`.

use std::error::Error;
use std::fs;

use bytes::Bytes;
use h2::client::SendRequest;
use h2::{RecvStream, SendStream};
use protocall_tests::program::Running;
use protocall_tests::raw::{frame, grpc_request};
use tokio::net::TcpStream;

use crate::peer::Peer;
use crate::program::Program;
use crate::sample::small;
use crate::table::{Figures, Target};

const CONNECTIONS: usize = 1_000;
const STREAMS: usize = 10_000;
/// As many streams as every server takes on one connection.
const STREAMS_EACH: usize = 100;

pub(crate) fn measure(program: &Program, rounds: usize, figures: &mut Figures) -> Result<(), Box<dyn Error>> {
    let no_more = || vec![Target::at_most(1.0, Peer::Tonic)];
    let idle = figures.row("memory, idle, MiB".to_owned(), no_more());
    let connections = figures.row(format!("memory, {CONNECTIONS} idle connections, MiB"), no_more());
    let streams = figures.row(format!("memory, {STREAMS} idle streams, MiB"), no_more());
    for _ in 0..rounds {
        for peer in [Peer::Ours, Peer::Tonic] {
            // What is open stays so as long as the runtime that drives it.
            let runtime = tokio::runtime::Runtime::new()?;
            let server = program.serve(peer);
            figures.add(idle, peer, resident(&server)?);
            let opened = runtime.block_on(open(&server.address, CONNECTIONS, 0))?;
            figures.add(connections, peer, resident(&server)?);
            drop((opened, server));
            let server = program.serve(peer);
            let opened = runtime.block_on(open(&server.address, STREAMS / STREAMS_EACH, STREAMS_EACH))?;
            figures.add(streams, peer, resident(&server)?);
            drop((opened, server));
        }
    }
    Ok(())
}

/// What keeps connections and streams open.
type Opened = Vec<(SendRequest<Bytes>, Vec<(SendStream<Bytes>, RecvStream)>)>;

/// Opens connections, each with one call that has ended and `streams` that go on.
async fn open(address: &str, connections: usize, streams: usize) -> Result<Opened, Box<dyn Error>> {
    let mut opened = Vec::with_capacity(connections);
    for _ in 0..connections {
        let (mut requests, connection) = h2::client::handshake(TcpStream::connect(address).await?).await?;
        tokio::spawn(connection);
        let (_, mut answered) = exchange(&mut requests, "Tiny", true).await?;
        answered.trailers().await?;
        let mut running = Vec::with_capacity(streams);
        for _ in 0..streams {
            running.push(exchange(&mut requests, "Echo", false).await?);
        }
        opened.push((requests, running));
    }
    Ok(opened)
}

/// A call whose first message was answered.
async fn exchange(
    requests: &mut SendRequest<Bytes>,
    method: &str,
    only: bool,
) -> Result<(SendStream<Bytes>, RecvStream), Box<dyn Error>> {
    let request = grpc_request(&format!("/rpc.v1.Bench/{method}"));
    let mut ready = requests.clone().ready().await?;
    let (response, mut outgoing) = ready.send_request(request, false)?;
    outgoing.send_data(frame(&small(1)).into(), only)?;
    let mut incoming = response.await?.into_body();
    let data = incoming.data().await.ok_or("no answer")??;
    incoming.flow_control().release_capacity(data.len())?;
    Ok((outgoing, incoming))
}

/// MiB of a server's memory that are in use.
fn resident(server: &Running) -> Result<f64, Box<dyn Error>> {
    let status = fs::read_to_string(format!("/proc/{}/status", server.id()))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no VmRSS")?;
    let kibibytes: f64 = line.trim().trim_end_matches(" kB").parse()?;
    Ok(kibibytes / 1024.0)
}
