//! Servers under unary calls of h2load: calls a second, and the server's processor time for each. Called by `main`.

use std::error::Error;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use protocall_tests::program::{Running, finish, target_dir};
use protocall_tests::raw::frame;

use crate::peer::{Peer, Program};
use crate::processor::cpu_time;
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

    /// The bytes of a reply: as many as those of the request, in which no number grows over its length.
    fn reply(&self) -> usize {
        self.request().len()
    }

    fn body(&self) -> PathBuf {
        target_dir().join("tmp").join(format!("bench-{}.bin", self.method))
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
        let row = figures.row(format!("{}, calls/s", load.name()), load.targets());
        let cpu_targets =
            if load.connections == 8 { vec![Target::at_most(0.5, Peer::Tonic)] } else { vec![] };
        let cpu_row = figures.row(format!("{}, CPU us/call", load.name()), cpu_targets);
        let calls: Vec<usize> = servers
            .iter()
            .map(|(_, server)| Ok((run(program, server, load, TRIAL)?.0 * TURN) as usize))
            .collect::<Result<_, Box<dyn Error>>>()?;
        for round in 0..rounds {
            for turn in 0..PEERS.len() {
                let who = (round + turn) % PEERS.len();
                let (peer, server) = &servers[who];
                let (rate, cpu) = run(program, server, load, calls[who])?;
                figures.add(row, *peer, rate);
                figures.add(cpu_row, *peer, cpu);
            }
        }
    }
    Ok(())
}

/// Calls a second, and the server's microseconds for each.
fn run(program: &Program, server: &Running, load: &Load, calls: usize) -> Result<(f64, f64), Box<dyn Error>> {
    let clients = load.connections * load.streams;
    let calls = calls.max(4 * clients);
    let mut command: Command = program.load(&program.h2load);
    command.args(["-n", &calls.to_string(), "-c", &load.connections.to_string()]);
    command.args([
        "-m",
        &load.streams.to_string(),
        "-H",
        "content-type: application/grpc",
        "-H",
        "te: trailers",
    ]);
    command.arg("-d").arg(load.body());
    command.arg(format!("http://{}/rpc.v1.Bench/{}", server.address, load.method));
    let before = cpu_time(server.id());
    let printed = String::from_utf8(finish(&mut command).stdout)?;
    let cpu = cpu_time(server.id()) - before;
    // An error carries no message: only if every reply was whole is this the sum of their bytes.
    let wanted = [format!(" {calls} succeeded, 0 failed"), format!("({}) data", calls * load.reply())];
    if let Some(missing) = wanted.iter().find(|line| !printed.contains(line.as_str())) {
        return Err(format!("{}: not {missing:?} but\n{printed}", load.name()).into());
    }
    let rate = printed.split(", ").find_map(|part| part.strip_suffix(" req/s"));
    let rate = rate.ok_or("h2load tells no rate")?.parse()?;
    Ok((rate, cpu.as_secs_f64() * 1e6 / calls as f64))
}
