//! A process that has no files left for sockets: a server goes on with the connections that it has and takes others once
//! there are files again, without working itself to death meanwhile; a client says what is missing, and recovers.

use std::net::TcpStream;
use std::process::Command;
use std::time::Duration;

use protocall_tests::echo::{EchoClient, Parrot, channel_to, ping, serve, within};
use protocall_tests::process::Process;
use protocall_tests::program::{Running, built, finish};
use tokio::time::sleep;

/// How many files a process may have: some are taken by the runtime.
const FILES: usize = 40;

/// A shell that runs the program `attacked` with few files.
const STARVED: &str = r#"ulimit -n "$0" && exec "$@""#;

#[tokio::test]
async fn a_server_serves_whom_it_has_and_takes_others_later() {
    let (files, program) = (FILES.to_string(), built("attacked"));
    let program = program.to_str().expect("the workspace has a UTF-8 path");
    let server = Running::start("sh", &["-c", STARVED, &files, program, "serve"]);
    let (address, process) = (server.address.parse().unwrap(), Process(server.id()));
    let early: EchoClient = channel_to(address).into();
    within(early.unary(ping("early")).into_future()).await.unwrap();

    // The kernel takes connections that the server cannot: they wait for it.
    let crowd: Vec<_> = (0..FILES + 20).map(|_| TcpStream::connect(address).unwrap()).collect();
    while process.files() < FILES {
        sleep(Duration::from_millis(10)).await;
    }
    let before = process.work();
    let late: EchoClient = channel_to(address).into();
    let late = tokio::spawn(late.unary(ping("late")).timeout(Duration::from_secs(60)).into_future());
    for _ in 0..100 {
        assert_eq!(within(early.unary(ping("early")).into_future()).await.unwrap().text, "early");
        sleep(Duration::from_millis(10)).await;
    }
    let work = process.work() - before;
    assert!(work < 500, "a second without files took {work} ms of the processor");

    drop(crowd);
    let reply = within(late).await.unwrap();
    assert_eq!(reply.unwrap().text, "late");
}

#[tokio::test]
async fn a_client_says_what_is_missing_and_recovers() {
    let server = serve(Parrot).await;
    let (files, address, program) = (FILES.to_string(), server.address.to_string(), built("attacked"));
    let starved = tokio::task::spawn_blocking(move || {
        let mut command = Command::new("sh");
        finish(command.args(["-c", STARVED, &files]).arg(program).args(["starve", &address]))
    });
    let said = String::from_utf8(starved.await.unwrap().stdout).unwrap();
    let (without, with) = said.trim().split_once('\n').unwrap();
    let is_told = ["UNAVAILABLE", "Too many open files"].iter().all(|word| without.contains(word));
    assert!(is_told && without.contains(&server.address.to_string()), "{without}");
    assert_eq!(with, "hello");
}
