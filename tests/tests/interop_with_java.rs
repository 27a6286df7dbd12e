//! grpc-java and protocall understand each other: its client passes every interoperability case against our server, those of
//! compression too, and ours against its server, which has one of compression; plain and by TLS.

use std::ffi::OsString;
use std::process::Command;

use protocall_tests::interop::peer::{Server, client_flags, play_all};
use protocall_tests::interop::{CASES, COMPRESSED};
use protocall_tests::java;

const CLIENT: &str = env!("CARGO_BIN_EXE_interop_client");
const SERVER: &str = env!("CARGO_BIN_EXE_interop_server");

/// What its server has of compression: it takes the client's word for what came compressed, and compresses no stream.
const SERVED: [&str; 1] = ["server_compressed_unary"];

/// Without those that it does not know: its certificates are its own.
fn known(mut flags: Vec<OsString>) -> Vec<OsString> {
    flags.retain(|flag| !["--ca_file=", "--tls_"].iter().any(|start| begins(flag, start)));
    flags
}

fn begins(flag: &OsString, start: &str) -> bool {
    flag.as_encoded_bytes().starts_with(start.as_bytes())
}

#[test]
fn its_client_passes_against_our_server() {
    let credentials = java::credentials();
    for (tls, cases) in [(None, [&CASES[..], &COMPRESSED].concat()), (Some(&credentials), CASES.to_vec())] {
        let server = Server::start(Command::new(SERVER), tls);
        play_all(|| java::command("TestServiceClient"), &cases, &known(client_flags(server.port, tls)));
    }
}

#[test]
fn our_client_passes_against_its_server() {
    let credentials = java::credentials();
    for tls in [None, Some(&credentials)] {
        let server = Server::start_knowing(java::command("TestServiceServer"), tls, known);
        play_all(|| Command::new(CLIENT), &[&CASES[..], &SERVED].concat(), &client_flags(server.port, tls));
    }
}
