//! Clients at work: unary calls over one connection, and streams with the same stack on both ends. Called by `main`.

use std::error::Error;

use protocall_tests::program::finish;

use crate::peer::Peer;
use crate::program::Program;
use crate::table::{Figures, Row, Target};

/// What a client tells of its work.
#[derive(Debug, Clone, Copy)]
struct Told {
    /// Calls or messages a second.
    rate: f64,
    /// Its own processor time for each, in microseconds.
    cpu: f64,
    median: f64,
    percentile: f64,
}

/// Lets a client of `peer` do some work on a server.
fn drive(
    program: &Program,
    (peer, address): (Peer, &str),
    work: &str,
    (count, concurrency): (usize, usize),
) -> Result<Told, Box<dyn Error>> {
    let mut command = program.drive(peer, address, work);
    let output = finish(command.args([count, concurrency].map(|number| number.to_string())));
    let printed = String::from_utf8(output.stdout)?;
    let numbers: Vec<f64> = printed.split_whitespace().map(str::parse).collect::<Result<_, _>>()?;
    let [rate, cpu, median, percentile] = numbers[..] else {
        return Err(format!("a client told {printed:?}").into());
    };
    Ok(Told { rate, cpu, median, percentile })
}

/// All call our server.
pub(crate) fn measure_clients(
    program: &Program,
    rounds: usize,
    figures: &mut Figures,
) -> Result<(), Box<dyn Error>> {
    const PEERS: [Peer; 2] = [Peer::Ours, Peer::Tonic];
    let server = program.serve(Peer::Ours);
    let at_least = |rate| vec![Target::at_least(rate, Peer::Tonic)];
    let at_most = |share| vec![Target::at_most(share, Peer::Tonic)];
    let works = [("tiny", 64, 40_000, 1.25), ("product", 64, 30_000, 1.5), ("tiny", 1, 8_000, 1.0)];
    for (work, concurrency, calls, target) in works {
        let name = |what: &str| format!("client {work} at {concurrency}, {what}");
        let rate = figures.row(name("calls/s"), at_least(target));
        let cpu = figures.row(name("CPU us/call"), vec![]);
        let alone = concurrency == 1;
        let median = figures.row(name("p50 us"), if alone { at_most(0.85) } else { vec![] });
        let percentile = figures.row(name("p99 us"), if alone { at_most(1.0) } else { vec![] });
        for round in 0..rounds {
            for turn in 0..PEERS.len() {
                let peer = PEERS[(round + turn) % PEERS.len()];
                let told = drive(program, (peer, &server.address), work, (calls, concurrency))?;
                add(figures, peer, [(rate, told.rate), (cpu, told.cpu)]);
                add(figures, peer, [(median, told.median), (percentile, told.percentile)]);
            }
        }
    }
    Ok(())
}

fn add<const N: usize>(figures: &mut Figures, peer: Peer, found: [(Row, f64); N]) {
    found.into_iter().for_each(|(row, figure)| figures.add(row, peer, figure));
}

/// Each calls its own server.
pub(crate) fn measure_streams(
    program: &Program,
    rounds: usize,
    figures: &mut Figures,
) -> Result<(), Box<dyn Error>> {
    const PEERS: [Peer; 3] = [Peer::Ours, Peer::Tonic, Peer::Wide];
    const SMALL: usize = 100_000;
    /// 1 GiB in messages of 64 KiB.
    const LARGE: usize = 16 * 1024;
    let servers = PEERS.map(|peer| (peer, program.serve(peer)));
    let works = [
        ("down-small", SMALL, 1.4),
        ("up-small", SMALL, 1.4),
        ("down-large", LARGE, 2.0),
        ("up-large", LARGE, 1.6),
    ];
    for (work, count, target) in works {
        let mut targets = vec![Target::at_least(target, Peer::Tonic)];
        if count == LARGE {
            targets.push(Target::at_least(1.0, Peer::Wide));
        }
        let rate = figures.row(format!("{work}, messages/s"), targets);
        let cpu = figures.row(format!("{work}, client CPU us/message"), vec![]);
        for round in 0..rounds {
            for turn in 0..PEERS.len() {
                let (peer, server) = &servers[(round + turn) % PEERS.len()];
                let told = drive(program, (*peer, &server.address), work, (count, 1))?;
                add(figures, *peer, [(rate, told.rate), (cpu, told.cpu)]);
            }
        }
    }
    Ok(())
}
