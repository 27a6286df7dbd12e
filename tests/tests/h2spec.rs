//! The server's HTTP/2 is HTTP/2 by the letter: every case of h2spec, the strict ones too, over TCP and over TLS.
//!
//! The runner's requests are no gRPC calls, which makes them cases of what a server says to those as well.

use std::net::SocketAddr;
use std::process::Command;

use protocall::{Connections, Server, Tls};
use protocall_tests::authority::Authority;
use protocall_tests::echo::{Parrot, serve_with};
use protocall_tests::go;

/// How many cases the runner has. That none is skipped shows that it got the data that it needs to play them.
const CASES: usize = 146;

/// Seconds to wait for what must not come: those cases wait as long in any case.
const PATIENCE: &str = "2";

fn examine(address: SocketAddr, flags: &[&str]) {
    let mut runner = Command::new(go::program("h2spec"));
    runner.args(["--strict", "--host", "127.0.0.1", "--timeout", PATIENCE, "--port"]);
    let output = runner.arg(address.port().to_string()).args(flags).output().expect("the runner starts");
    let said = String::from_utf8_lossy(&output.stdout);
    let failures = said.split_once("Failures:").map_or("", |(_, failures)| failures);
    assert!(output.status.success() && failures.is_empty(), "{failures}\n{}", said.trim_end());
    let all = format!("{CASES} tests, {CASES} passed, 0 skipped, 0 failed");
    assert!(said.contains(&all), "{}", said.lines().last().unwrap_or_default());
}

/// The runner takes a frame of more than 16 KiB for too large, whatever a server says.
fn server() -> Server {
    Server::new().connections(Connections::new().max_frame_size(0))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_case_passes_over_tcp() {
    let served = serve_with(server(), Parrot).await;
    let address = served.address;
    tokio::task::spawn_blocking(move || examine(address, &[])).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn every_case_passes_over_tls() {
    let identity = Authority::new().sign("localhost");
    let served = serve_with(server().tls(Tls::pem(identity.certificate, identity.key)), Parrot).await;
    let address = served.address;
    tokio::task::spawn_blocking(move || examine(address, &["--tls", "--insecure"])).await.unwrap();
}
