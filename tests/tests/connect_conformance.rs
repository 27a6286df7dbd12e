//! Connect's conformance suite finds nothing wrong with the server and the client: every case of gRPC passes, and of gRPC-Web
//! over HTTP/2 and HTTP/1.1, plain, by TLS and by mutual TLS, and no list excuses any.

use std::path::Path;
use std::process::Command;

use protocall_tests::go::program;
use protocall_tests::program::workspace;

/// What the suite holds for gRPC, with messages as they are and by gzip (566), zstd and deflate.
const SERVER_CASES: usize = 920;

/// What it holds for gRPC-Web, with messages as they are and by gzip.
const WEB_SERVER_CASES: usize = 682;

/// As many for a client: 634 with messages as they are and by gzip.
const CLIENT_CASES: usize = 1056;

/// Of gRPC-Web: 664 over HTTP/2 and 524 over HTTP/1.1.
const WEB_CLIENT_CASES: usize = 1188;

/// What the runner said at its end.
fn examine(mode: &str, protocol: &str, testee: &str) -> String {
    let mut runner = Command::new(program("connectconformance"));
    runner.args(["-v", "--mode", mode, "--conf"]).arg(workspace().join("tests/connect").join(protocol));
    let output = runner.arg("--").arg(Path::new(testee)).output().expect("the runner starts");
    let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    assert!(output.status.success(), "it ended with {}\n{}", output.status, said.concat());
    said.concat()
}

/// Whether the report says that as many cases as there should be passed, and none did otherwise.
fn is_clean(report: &str, cases: usize) -> bool {
    let has = |line: String| report.lines().any(|said| said.trim() == line);
    has(format!("Total cases: {cases}")) && has(format!("{cases} passed, 0 failed"))
}

#[test]
fn every_server_case_passes() {
    let report = examine("server", "grpc.yaml", env!("CARGO_BIN_EXE_connect_conformance_server"));
    assert!(is_clean(&report, SERVER_CASES), "{report}");
}

#[test]
fn every_server_case_of_grpc_web_passes() {
    let report = examine("server", "grpc-web.yaml", env!("CARGO_BIN_EXE_connect_conformance_server"));
    assert!(is_clean(&report, WEB_SERVER_CASES), "{report}");
}

#[test]
fn every_client_case_passes() {
    let report = examine("client", "grpc.yaml", env!("CARGO_BIN_EXE_connect_conformance_client"));
    assert!(is_clean(&report, CLIENT_CASES), "{report}");
}

#[test]
fn every_client_case_of_grpc_web_passes() {
    let report = examine("client", "grpc-web.yaml", env!("CARGO_BIN_EXE_connect_conformance_client"));
    assert!(is_clean(&report, WEB_CLIENT_CASES), "{report}");
}

#[test]
fn a_report_with_another_count_is_not_clean() {
    assert!(is_clean("x\nTotal cases: 12\n12 passed, 0 failed\n", 12));
    assert!(!is_clean("Total cases: 12\n11 passed, 1 failed\n", 12));
    assert!(!is_clean("Total cases: 11\n11 passed, 0 failed\n", 12));
}
