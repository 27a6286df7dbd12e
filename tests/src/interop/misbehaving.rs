//! Servers that break calls as gRPC's negative-http2-interop-test-descriptions say, one for each case that a client plays by
//! `negative`. Called by the test interop_negative_http2.rs.

use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use super::wire::{Conversation, MAX_CONCURRENT_STREAMS};
use super::{SimpleResponse, zeros};
use crate::raw;

/// What every answer holds.
const SIZE: usize = 314_159;
/// How long an answer takes where requests could overlap.
const WORK: Duration = Duration::from_millis(20);

/// What a client has done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// How many connections it made.
    pub connections: usize,
    /// How many requests came, those that were to be broken too.
    pub requests: usize,
    /// How many requests came over a connection behind its GOAWAY.
    pub late: usize,
    /// The most requests that were there at once on one connection.
    pub most_open: usize,
}

/// A server for one case. It ends when this is dropped.
#[derive(Debug)]
pub struct Misbehaving {
    /// Where it listens.
    pub port: u16,
    seen: Arc<Mutex<Seen>>,
    accepting: JoinHandle<()>,
}

impl Misbehaving {
    /// Starts the server of `case`.
    ///
    /// # Panics
    /// When no port is free.
    pub async fn start(case: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("some port is free");
        let port = listener.local_addr().expect("it is bound").port();
        let seen = Arc::new(Mutex::new(Seen::default()));
        let told = Arc::clone(&seen);
        let accepting = tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                note(&told, |seen| seen.connections += 1);
                tokio::spawn(converse(case, socket, Arc::clone(&told)));
            }
        });
        Self { port, seen, accepting }
    }

    /// What the client has done so far.
    pub fn seen(&self) -> Seen {
        *self.seen.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

impl Drop for Misbehaving {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

fn note(seen: &Mutex<Seen>, change: impl FnOnce(&mut Seen)) {
    change(&mut seen.lock().unwrap_or_else(|poisoned| poisoned.into_inner()));
}

/// Serves a connection until the client has closed it.
async fn converse(case: &'static str, socket: TcpStream, seen: Arc<Mutex<Seen>>) {
    // An error is the end of the connection: what the client made of it, the client tells.
    let _ = answer_all(case, socket, &seen).await;
}

async fn answer_all(case: &'static str, socket: TcpStream, seen: &Mutex<Seen>) -> io::Result<()> {
    let settings: &[_] = if case == "max_streams" { &[(MAX_CONCURRENT_STREAMS, 1)] } else { &[] };
    let mut conversation = Conversation::begin(socket, settings).await?;
    let mut gone = false;
    loop {
        let stream = conversation.request().await?;
        note(seen, |seen| {
            seen.requests += 1;
            seen.late += usize::from(gone);
            seen.most_open = seen.most_open.max(conversation.most_open);
        });
        if case == "goaway" && !gone {
            conversation.go_away(stream).await?;
            gone = true;
        }
        answer(case, &mut conversation, stream).await?;
    }
}

async fn answer(case: &str, to: &mut Conversation, stream: u32) -> io::Result<()> {
    let message = raw::frame(&SimpleResponse { payload: zeros(SIZE), ..Default::default() });
    match case {
        "rst_after_header" => {
            to.headers(stream).await?;
            to.reset(stream).await
        }
        "rst_during_data" => {
            to.headers(stream).await?;
            to.data(stream, &message[..message.len() / 2]).await?;
            to.reset(stream).await
        }
        "rst_after_data" => {
            to.headers(stream).await?;
            to.data(stream, &message).await?;
            to.reset(stream).await
        }
        "ping" => {
            to.ping().await?;
            to.headers(stream).await?;
            to.ping().await?;
            let (first, second) = message.split_at(message.len() / 2);
            to.data(stream, first).await?;
            to.ping().await?;
            to.data(stream, second).await?;
            to.ping().await?;
            to.trailers(stream).await
        }
        _ => {
            if case == "max_streams" {
                tokio::time::sleep(WORK).await;
            }
            to.headers(stream).await?;
            to.data(stream, &message).await?;
            to.trailers(stream).await
        }
    }
}
