//! Python's grpcio and protocall understand each other: each one's client passes every interoperability case against the other's
//! server, plain and by TLS.

use std::process::Command;

use protocall_tests::interop::CASES;
use protocall_tests::interop::peer::play_plain_and_by_tls;
use protocall_tests::peer;

#[test]
fn its_client_passes_against_our_server() {
    play_plain_and_by_tls(
        || peer::command("interop_client.py"),
        || Command::new(env!("CARGO_BIN_EXE_interop_server")),
        &CASES,
    );
}

#[test]
fn our_client_passes_against_its_server() {
    play_plain_and_by_tls(
        || Command::new(env!("CARGO_BIN_EXE_interop_client")),
        || peer::command("interop_server.py"),
        &CASES,
    );
}
