//! The client that Connect's conformance suite examines: it makes the calls that it is told on stdin, and tells on stdout
//! how each went.
//!
//! Started by `connectconformance`, which tests/tests/connect_conformance.rs runs.

use std::io::{self, Write};
use std::sync::Arc;

use protocall_tests::connect::{Caller, ClientCompatRequest, read, written};
use tokio::sync::Semaphore;

/// Calls at a time: hundreds at once would spend the time that they have on waiting for each other's handshakes.
const AT_A_TIME: usize = 16;

fn main() -> io::Result<()> {
    let runtime = tokio::runtime::Runtime::new()?;
    let caller = Arc::new(Caller::default());
    let turns = Arc::new(Semaphore::new(AT_A_TIME));
    let mut calls = Vec::new();
    let mut stdin = io::stdin().lock();
    while let Some(asked) = read::<ClientCompatRequest>(&mut stdin)? {
        let (caller, turns) = (Arc::clone(&caller), Arc::clone(&turns));
        calls.push(runtime.spawn(async move {
            // Nobody closes it.
            let _turn = turns.acquire().await;
            let told = written(&caller.call(asked).await);
            let mut stdout = io::stdout().lock();
            stdout.write_all(&told).and_then(|()| stdout.flush())
        }));
    }
    calls.into_iter().try_for_each(|call| runtime.block_on(call).map_err(io::Error::other)?)
}
