//! Servers that attack their client. The client is the program `attacked`, which makes one call with two seconds of time and
//! prints how it ended; each of its connections is attacked.

use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Instant, sleep};

use super::probe::{Outcome, Probe, Script};
use super::trial::Row;
use crate::frames::{ACK, DATA, END_STREAM, HEADERS, PREFACE, SETTINGS, frame, read};

/// What is written at once.
const BATCH: usize = 64 * 1024;

/// Lets the attack serve a client.
pub(super) async fn against_client(program: &Path, probe: Probe, script: Script) -> Row {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("some port is free");
    let at = listener.local_addr().expect("it is bound");
    let serving = tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            tokio::spawn(serve(socket, script));
        }
    });
    let began = Instant::now();
    let limit = Duration::from_secs(probe.cost.seconds);
    let told = ended(start(program, at, probe.shape), 2 * limit).await;
    serving.abort();
    let numbers: Vec<u64> = told.split_whitespace().filter_map(|word| word.parse().ok()).collect();
    let [code, took, work, memory] = numbers[..] else {
        let outcome = Outcome::Other(format!("no end: {told:?}"));
        let (took, work) = (began.elapsed(), Duration::ZERO);
        return Row { probe, outcome, took, work, memory: 0, waited: None, wrong: Vec::new() };
    };
    Row {
        probe,
        outcome: Outcome::numbered(u32::try_from(code).unwrap_or(u32::MAX)),
        took: Duration::from_millis(took),
        work: Duration::from_millis(work),
        memory,
        waited: None,
        wrong: Vec::new(),
    }
}

fn start(program: &Path, at: SocketAddr, shape: &str) -> Child {
    let mut command = Command::new(program);
    command.args(["call", &at.to_string(), shape]).stdin(Stdio::null()).stdout(Stdio::piped());
    command.spawn().unwrap_or_else(|error| panic!("{command:?} does not start: {error}"))
}

/// What a client has printed when it has ended; one that does not end is ended.
async fn ended(mut client: Child, limit: Duration) -> String {
    let until = Instant::now() + limit;
    while Instant::now() < until && client.try_wait().expect("it is ours").is_none() {
        sleep(Duration::from_millis(10)).await;
    }
    // It fails where the process has ended by itself, which is as it should be.
    let _ = client.kill();
    let output = client.wait_with_output().expect("it is ours");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Attacks one connection, up to its end.
async fn serve(mut socket: TcpStream, script: Script) {
    if script.greets && !has_asked(&mut socket).await {
        return;
    }
    let (mut from, mut to) = socket.into_split();
    let reading = tokio::spawn(async move {
        let mut buffer = vec![0; BATCH];
        while let Ok(1..) = from.read(&mut buffer).await {}
    });
    // Whether it is taken is the client's affair.
    let _ = say(&mut to, script).await;
    if script.closes {
        reading.abort();
    } else {
        let _ = reading.await;
    }
}

async fn say(to: &mut (impl AsyncWriteExt + Unpin), script: Script) -> std::io::Result<()> {
    to.write_all(&(script.first)()).await?;
    let piece = (script.piece)();
    if piece.is_empty() {
        return Ok(());
    }
    let at_once = (BATCH / piece.len()).clamp(1, script.times.max(1));
    let batch = piece.repeat(at_once);
    for _ in 0..script.times / at_once {
        to.write_all(&batch).await?;
    }
    Ok(())
}

/// Greets, and waits for a whole request.
async fn has_asked(socket: &mut TcpStream) -> bool {
    if socket.read_exact(&mut [0; PREFACE.len()]).await.is_err() {
        return false;
    }
    let greeting = [frame(SETTINGS, 0, 0, &[]), frame(SETTINGS, ACK, 0, &[])].concat();
    if socket.write_all(&greeting).await.is_err() {
        return false;
    }
    loop {
        match read(socket).await {
            Some(frame) if matches!(frame.kind, DATA | HEADERS) && frame.flags & END_STREAM != 0 => {
                return true;
            }
            Some(_) => {}
            None => return false,
        }
    }
}
