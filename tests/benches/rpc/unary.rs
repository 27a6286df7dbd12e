//! Servers under unary calls of h2load: calls a second, and the server's processor time for each. Called by `main`.

use std::error::Error;
use std::fs;
use std::path::PathBuf;

use protocall_tests::program::target_dir;
use protocall_tests::raw::frame;

use crate::h2load;
use crate::peer::Peer;
use crate::program::Program;
use crate::sample::{product, small};
use crate::table::{Figures, Target};

/// How long one turn of a server takes, in seconds.
const TURN: f64 = 0.8;
/// How many calls tell how fast a server is, roughly.
const TRIAL: usize = 2_000;
const PEERS: [Peer; 3] = [Peer::Ours, Peer::Tonic, Peer::Hyper];

/// A kind of load.
struct Load {
    method: &'static str,
    connections: usize,
    /// Calls at once on each connection.
    streams: usize,
    /// Of tonic's rate, at least.
    rate: f64,
    /// Whether bare hyper must not be faster.
    beats_hyper: bool,
}

const fn load(method: &'static str, connections: usize, streams: usize, rate: f64) -> Load {
    Load { method, connections, streams, rate, beats_hyper: connections * streams >= 256 }
}

const LOADS: [Load; 6] = [
    load("Tiny", 8, 32, 2.1),
    load("Tiny", 64, 100, 2.5),
    load("Tiny", 1, 100, 1.5),
    load("Tiny", 1, 1, 1.1),
    load("Tiny", 64, 1, 1.7),
    load("Reprice", 8, 32, 2.4),
];

impl Load {
    fn name(&self) -> String {
        format!("{} {} x {}", self.method, self.connections, self.streams)
    }

    fn request(&self) -> Vec<u8> {
        if self.method == "Tiny" { frame(&small(1)) } else { frame(&product()) }
    }

    fn body(&self) -> PathBuf {
        target_dir().join("tmp").join(format!("bench-{}.bin", self.method))
    }

    fn of_h2load(&self) -> h2load::Load {
        let body = self.body().to_string_lossy().into_owned();
        let words = ["-H", "content-type: application/grpc", "-H", "te: trailers", "-d", &body];
        h2load::Load {
            path: format!("/rpc.v1.Bench/{}", self.method),
            words: words.map(str::to_owned).into(),
            connections: self.connections,
            streams: self.streams,
            // As many as the request has, in which no number grows over its length.
            reply: self.request().len(),
        }
    }

    fn targets(&self) -> Vec<Target> {
        let mut targets = vec![Target::at_least(self.rate, Peer::Tonic)];
        if self.beats_hyper {
            targets.push(Target::at_least(1.0, Peer::Hyper));
        }
        targets
    }
}

pub(crate) fn measure(program: &Program, rounds: usize, figures: &mut Figures) -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(target_dir().join("tmp"))?;
    for load in &LOADS {
        fs::write(load.body(), load.request())?;
    }
    let servers = PEERS.map(|peer| (peer, program.serve(peer)));
    for load in &LOADS {
        let h2load = load.of_h2load();
        let row = figures.row(format!("{}, calls/s", load.name()), load.targets());
        let cpu_targets =
            if load.connections == 8 { vec![Target::at_most(0.5, Peer::Tonic)] } else { vec![] };
        let cpu_row = figures.row(format!("{}, CPU us/call", load.name()), cpu_targets);
        let calls: Vec<usize> = servers
            .iter()
            .map(|(_, server)| Ok((h2load.run(program, server, TRIAL)?.0 * TURN) as usize))
            .collect::<Result<_, Box<dyn Error>>>()?;
        for round in 0..rounds {
            for turn in 0..PEERS.len() {
                let who = (round + turn) % PEERS.len();
                let (peer, server) = &servers[who];
                let (rate, cpu) = h2load.run(program, server, calls[who])?;
                figures.add(row, *peer, rate);
                figures.add(cpu_row, *peer, cpu);
            }
        }
    }
    Ok(())
}
