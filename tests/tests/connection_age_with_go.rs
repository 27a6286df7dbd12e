//! Connections that become old under load cost a foreign client no call: grpc-go's soak test calls without a pause, and without
//! a policy to retry, while its connection is taken away every second.

use std::process::Command;

use protocall::{Connections, Server};
use protocall_tests::frames::secs;
use protocall_tests::go::program;
use protocall_tests::interop::{Interop, TestServiceServer};
use protocall_tests::program::finish;
use protocall_tests::road::Road;

/// Calls at a time, and in all: with three milliseconds from one to the next, they take more than four seconds.
const WORKERS: usize = 8;
const CALLS: usize = WORKERS * 1500;

#[tokio::test(flavor = "multi_thread")]
async fn grpc_go_loses_no_call_when_its_connection_is_taken_away_every_second() {
    let young = Connections::new().max_age(secs(1)).grace(secs(10));
    let server = Server::new().connections(young).service(TestServiceServer::new(Interop));
    let bound = server.bind("127.0.0.1:0").await.unwrap();
    let road = Road::to(bound.address()).await;
    let serving = tokio::spawn(bound.serve());
    let mut soak = Command::new(program("interop_client"));
    soak.args(["--server_host=127.0.0.1", "--test_case=rpc_soak", "--soak_min_time_ms_between_rpcs=3"])
        .args(["--soak_request_size=1000", "--soak_response_size=1000", "--soak_max_failures=0"])
        // It is no race: a busy machine takes longer.
        .args(["--soak_overall_timeout_seconds=100", "--soak_per_iteration_max_acceptable_latency_ms=50000"])
        .arg(format!("--server_port={}", road.address.port()))
        .arg(format!("--soak_num_threads={WORKERS}"))
        .arg(format!("--soak_iterations={CALLS}"));
    // It ends with an error where a single call has failed.
    let output = tokio::task::spawn_blocking(move || finish(&mut soak)).await.unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let outcome = format!("soak test successes: {CALLS} / {CALLS} iterations. Total failures: 0.");
    assert!(said.contains(&outcome), "{}", said.lines().rev().take(30).collect::<Vec<_>>().join("\n"));
    assert!(road.traffic().opened >= 4, "{:?}", road.traffic());
    serving.abort();
}
