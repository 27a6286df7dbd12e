//! Servers that say GOAWAY, reset streams, send pings without end or allow one stream at a time: our client passes gRPC's six
//! negative cases, and grpc-go's five of them, which shows that the servers are what the cases ask for.

use std::ffi::OsString;
use std::process::Command;

use protocall::Channel;
use protocall_tests::echo::within;
use protocall_tests::go::program;
use protocall_tests::interop::misbehaving::{Misbehaving, Seen};
use protocall_tests::interop::peer::{client_flags, play_all};
use protocall_tests::interop::{NEGATIVE, play};

/// Its check asks for UNKNOWN, and its library, which maps a message that ends early, gives INTERNAL.
const GO_EXPECTS_ANOTHER_CODE: &str = "rst_during_data";

fn check(case: &str, seen: Seen) {
    let wanted = match case {
        "goaway" => Seen { connections: 2, requests: 2, late: 0, most_open: 1 },
        "max_streams" => Seen { connections: 1, most_open: 1, late: 0, ..seen },
        _ => Seen { connections: 1, requests: 1, late: 0, most_open: 1 },
    };
    assert_eq!(seen, wanted, "{case}");
    assert!(case != "max_streams" || seen.requests > 10, "{seen:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn our_client_passes() {
    for case in NEGATIVE {
        let server = Misbehaving::start(case).await;
        let channel = Channel::connect(format!("http://127.0.0.1:{}", server.port)).build().unwrap();
        assert!(within(play(case, channel)).await.unwrap(), "there is no case {case}");
        check(case, server.seen());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_client_of_grpc_go_passes_too() {
    let client = tokio::task::spawn_blocking(|| program("interop_http2")).await.unwrap();
    for case in NEGATIVE.into_iter().filter(|case| *case != GO_EXPECTS_ANOTHER_CODE) {
        let server = Misbehaving::start(case).await;
        let flags = client_flags(server.port, None).into_iter().filter(names_the_server).collect::<Vec<_>>();
        let client = client.clone();
        let played = move || play_all(|| Command::new(&client), &[case], &flags);
        tokio::task::spawn_blocking(played).await.unwrap();
        check(case, server.seen());
    }
}

/// It has no other flags.
fn names_the_server(flag: &OsString) -> bool {
    flag.as_encoded_bytes().starts_with(b"--server_")
}
