//! grpc-go and protocall understand each other: each one's client passes every interoperability case against the other's
//! server, plain and by TLS.

use std::process::Command;

use protocall_tests::go::program;
use protocall_tests::interop::CASES;
use protocall_tests::interop::peer::play_plain_and_by_tls;

#[test]
fn its_client_passes_against_our_server() {
    let client = program("interop_client");
    play_plain_and_by_tls(
        || Command::new(&client),
        || Command::new(env!("CARGO_BIN_EXE_interop_server")),
        &CASES,
    );
}

#[test]
fn our_client_passes_against_its_server() {
    let peer = program("interop_server");
    play_plain_and_by_tls(
        || Command::new(env!("CARGO_BIN_EXE_interop_client")),
        || Command::new(&peer),
        &CASES,
    );
}
