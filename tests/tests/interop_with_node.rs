//! grpc-js and protocall understand each other: each one's client passes every interoperability case against the other's
//! server, plain and by TLS.

use std::process::Command;

use protocall_tests::interop::CASES;
use protocall_tests::interop::peer::play_plain_and_by_tls;
use protocall_tests::node;

#[test]
fn its_client_passes_against_our_server() {
    play_plain_and_by_tls(
        || node::command("interop_client.cjs"),
        || Command::new(env!("CARGO_BIN_EXE_interop_server")),
        &CASES,
    );
}

#[test]
fn our_client_passes_against_its_server() {
    play_plain_and_by_tls(
        || Command::new(env!("CARGO_BIN_EXE_interop_client")),
        || node::command("interop_server.cjs"),
        &CASES,
    );
}
