//! The speed of servers and clients, ours against tonic 0.14 and bare hyper:
//! `cargo bench -p protocall-tests --bench rpc [-- group… rounds]`, for one `-- unary 1`. Groups are `unary`, `client`,
//! `streams` and `memory`. Linux only.
//!
//! Every server is a process of its own, pinned to the first processor; what loads it, h2load or a client in a process of
//! its own, is pinned to the second. `program` builds those of `rpc_programs`, `peer` starts them and proves their answers;
//! `unary`, `dialogue` and `memory` take figures in rounds, peer after peer within each; `table` prints the medians with
//! the verdicts.

#[path = "rpc/dialogue.rs"]
mod dialogue;
#[path = "rpc/h2load.rs"]
mod h2load;
#[path = "rpc/memory.rs"]
mod memory;
#[path = "rpc/peer.rs"]
mod peer;
#[path = "rpc/processor.rs"]
mod processor;
#[path = "rpc/program.rs"]
mod program;
#[path = "rpc/sample.rs"]
mod sample;
#[path = "rpc/table.rs"]
mod table;
#[path = "rpc/unary.rs"]
mod unary;

use std::error::Error;
use std::io;

use program::Program;
use table::Figures;

/// Our messages, and the client that proves the answers.
mod schema {
    protocall::include_proto!(
        ["benches/proto/rpc.proto", "../examples/proto/ecommerce/v1/product.proto"],
        include = ["benches/proto", "../examples/proto"],
        server = false,
    );
}

const ROUNDS: usize = 5;

fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
    let rounds = words.iter().find_map(|word| word.parse().ok()).unwrap_or(ROUNDS);
    let groups: Vec<&String> = words.iter().filter(|word| word.parse::<usize>().is_err()).collect();
    let wanted = |group: &str| groups.is_empty() || groups.iter().any(|word| *word == group);
    let program = Program::build();
    let mut figures = Figures::default();
    if wanted("unary") {
        unary::measure(&program, rounds, &mut figures)?;
    }
    if wanted("client") {
        dialogue::measure_clients(&program, rounds, &mut figures)?;
    }
    if wanted("streams") {
        dialogue::measure_streams(&program, rounds, &mut figures)?;
    }
    if wanted("memory") {
        memory::measure(&program, rounds, &mut figures)?;
    }
    Ok(figures.print(&mut io::stdout().lock())?)
}
