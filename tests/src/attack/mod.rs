//! Attacks on a server of ours and on a client of ours, over sockets of this machine: what each does, the outcome that it must
//! have, and the time and memory that it may cost. Called by the test attacks.rs, which prints them as a table.
//!
//! The side that is attacked is a process of its own, the program `attacked`, so that its memory, files and tasks can be
//! counted. A family of attacks is a module.

mod answers;
mod beginning;
mod control;
mod data;
mod headers;
mod hostile;
mod message;
mod metadata;
mod probe;
mod streams;
mod table;
mod target;
mod trial;
mod web;
mod wire;

pub use probe::{Outcome, Probe};
pub use table::head;
pub use target::{call, serve, starve};
pub use trial::{Row, Side, trials};

/// The schema of the server under attack.
pub mod schema {
    protocall::include_proto!("proto/attack.proto");
}

/// The attacks on a server.
pub fn on_a_server() -> Vec<Probe> {
    [
        beginning::probes(),
        streams::probes(),
        headers::probes(),
        control::probes(),
        data::probes(),
        message::probes(),
        metadata::probes(),
        web::probes(),
    ]
    .concat()
}

/// The attacks on a client.
pub fn on_a_client() -> Vec<Probe> {
    answers::probes()
}
