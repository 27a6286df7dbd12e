//! Our client passes every interoperability case against our own server, those of compression too; and it does fail where
//! there is no server, no such case, or TLS on one side only.

use std::process::Command;

use protocall_tests::interop::peer::{Credentials, Server, client_flags, play_plain_and_by_tls};
use protocall_tests::interop::{CASES, COMPRESSED};

const CLIENT: &str = env!("CARGO_BIN_EXE_interop_client");
const SERVER: &str = env!("CARGO_BIN_EXE_interop_server");

#[test]
fn our_client_passes_against_our_server() {
    let cases = [&CASES[..], &COMPRESSED].concat();
    play_plain_and_by_tls(|| Command::new(CLIENT), || Command::new(SERVER), &cases);
}

fn fails(flags: &[std::ffi::OsString], case: &str) {
    let mut client = Command::new(CLIENT);
    let output = client.args(flags).arg(format!("--test_case={case}")).output().expect("the client starts");
    assert!(!output.status.success(), "{case} passes with {flags:?}");
}

#[test]
fn no_case_passes_without_a_server_nor_one_without_a_name() {
    let nowhere = client_flags(protocall_tests::program::free_port(), None);
    // A call that is cancelled, or whose time is up, ends like that before it has found out that no one is there.
    let given_up = ["cancel_after_begin", "timeout_on_sleeping_server"];
    for case in [&CASES[..], &COMPRESSED].concat().iter().filter(|case| !given_up.contains(case)) {
        fails(&nowhere, case);
    }
    let server = Server::start(Command::new(SERVER), None);
    fails(&client_flags(server.port, None), "no_such_case");
    fails(&client_flags(server.port, Some(&Credentials::new())), "empty_unary");
}
