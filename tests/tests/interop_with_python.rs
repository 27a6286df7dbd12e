//! Python's grpcio and protocall understand each other: each one's client passes every interoperability case against the other's
//! server, plain and by TLS.

use std::process::Command;

use protocall_tests::interop::CASES;
use protocall_tests::interop::peer::{Credentials, Server, client_flags, play_all};
use protocall_tests::peer;

const CLIENT: &str = env!("CARGO_BIN_EXE_interop_client");
const SERVER: &str = env!("CARGO_BIN_EXE_interop_server");

#[test]
fn its_client_passes_against_our_server() {
    let credentials = Credentials::new();
    for tls in [None, Some(&credentials)] {
        let server = Server::start(Command::new(SERVER), tls);
        play_all(|| peer::command("interop_client.py"), &CASES, &client_flags(server.port, tls));
    }
}

#[test]
fn our_client_passes_against_its_server() {
    let credentials = Credentials::new();
    for tls in [None, Some(&credentials)] {
        let server = Server::start(peer::command("interop_server.py"), tls);
        play_all(|| Command::new(CLIENT), &CASES, &client_flags(server.port, tls));
    }
}
