//! A runtime that stops while calls wait for a connection stops: none of them tries on and on to connect where nothing runs
//! any more.

use std::net::TcpListener;
use std::sync::mpsc;
use std::time::Duration;

use protocall::Channel;
use protocall_tests::echo::{EchoClient, ping};
use tokio::runtime::Builder;

/// Calls a server that never greets, and drops the runtime while the calls are at work.
fn given_up(target: &str, connections: usize) {
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let channel = Channel::connect(target).connections(1..=connections).build().unwrap();
        for _ in 0..4 {
            let echo = EchoClient::from(channel.clone());
            tokio::spawn(async move { tokio::join!(echo.unary(ping("hello")).into_future(), busy()) });
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    });
}

/// So that the task is nearly always at work.
async fn busy() {
    loop {
        tokio::task::yield_now().await;
    }
}

#[test]
fn calls_that_wait_for_a_connection_end_with_it() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let target = format!("http://{}", silent.local_addr().unwrap());
    for connections in [1, 3] {
        let (done, ended) = mpsc::channel();
        let target = target.clone();
        std::thread::spawn(move || {
            (0..200).for_each(|_| given_up(&target, connections));
            done.send(()).unwrap();
        });
        let ended = ended.recv_timeout(Duration::from_secs(60));
        assert!(ended.is_ok(), "a runtime does not stop");
    }
}
