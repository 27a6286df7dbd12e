//! A line between a client and a server that is cut at a chosen frame. Used by the test of faults on connections.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use crate::frames::{DATA, END_STREAM, HEADERS, PREFACE};

/// Who says what the line is cut at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speaker {
    /// The client; its preface counts as a frame.
    Client,
    /// The server.
    Server,
}

/// Where a line is cut.
#[derive(Clone, Copy, Debug)]
pub struct Cut {
    /// Whose frame it is.
    pub speaker: Speaker,
    /// How many frames of the speaker pass whole.
    pub whole: usize,
    /// Whether half of the next one passes, too.
    pub half: bool,
    /// Whether both ends see a reset, which throws away what they have not read; otherwise they see an end.
    pub reset: bool,
}

/// What has passed on the lines.
#[derive(Debug, Default)]
struct Passed {
    client: AtomicUsize,
    server: AtomicUsize,
    answered: AtomicBool,
    connections: AtomicUsize,
}

/// Listens for a client in a server's place. Dropping it closes its port and its lines.
#[derive(Debug)]
pub struct Cutter {
    /// Where it listens.
    pub address: SocketAddr,
    passed: Arc<Passed>,
    accepting: JoinHandle<()>,
}

impl Cutter {
    /// In front of `server`; each connection is cut, if there is a place for it.
    ///
    /// # Panics
    /// When no port is free.
    pub async fn start(server: SocketAddr, cut: Option<Cut>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("some port is free");
        let address = listener.local_addr().expect("it is bound");
        let passed = Arc::new(Passed::default());
        let seen = Arc::clone(&passed);
        let accepting = tokio::spawn(async move {
            // One line after the other: a call has no need of more.
            while let Ok((client, _)) = listener.accept().await {
                seen.connections.fetch_add(1, Ordering::Relaxed);
                let server = TcpStream::connect(server).await.expect("the server listens");
                connect(client, server, cut, &seen).await;
            }
        });
        Self { address, passed, accepting }
    }

    /// How many frames the speaker has said.
    pub fn frames(&self, speaker: Speaker) -> usize {
        self.passed.of(speaker).load(Ordering::Relaxed)
    }

    /// Whether the end of an answer has passed whole.
    pub fn answered(&self) -> bool {
        self.passed.answered.load(Ordering::Relaxed)
    }

    /// How many connections were made.
    pub fn connections(&self) -> usize {
        self.passed.connections.load(Ordering::Relaxed)
    }
}

impl Drop for Cutter {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl Passed {
    fn of(&self, speaker: Speaker) -> &AtomicUsize {
        match speaker {
            Speaker::Client => &self.client,
            Speaker::Server => &self.server,
        }
    }

    /// Moves the frames of one speaker until there are no more, or the place of the cut is there.
    async fn forward(
        &self,
        speaker: Speaker,
        cut: Option<Cut>,
        mut from: impl AsyncRead + Unpin,
        mut to: impl AsyncWrite + Unpin,
    ) {
        let cut = cut.filter(|cut| cut.speaker == speaker);
        let mut first = if speaker == Speaker::Client { PREFACE.len() } else { 0 };
        loop {
            let count = self.of(speaker).load(Ordering::Relaxed);
            let here = cut.filter(|cut| cut.whole == count);
            if here.is_some_and(|cut| !cut.half) {
                return;
            }
            let Some(bytes) = unit(&mut from, std::mem::take(&mut first)).await else { return };
            let passing = if here.is_some() { &bytes[..bytes.len() / 2] } else { &bytes[..] };
            if to.write_all(passing).await.is_err() || here.is_some() {
                return;
            }
            let ends = matches!(bytes[..], [_, _, _, DATA | HEADERS, flags, ..] if flags & END_STREAM != 0);
            if speaker == Speaker::Server && ends {
                self.answered.store(true, Ordering::Relaxed);
            }
            self.of(speaker).fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// Moves frames both ways until the line is cut, or one of its ends is gone.
async fn connect(mut client: TcpStream, mut server: TcpStream, cut: Option<Cut>, passed: &Passed) {
    {
        let ((from_client, to_client), (from_server, to_server)) = (client.split(), server.split());
        tokio::select! {
            () = passed.forward(Speaker::Client, cut, from_client, to_server) => {}
            () = passed.forward(Speaker::Server, cut, from_server, to_client) => {}
        }
    }
    if cut.is_some_and(|cut| cut.reset) {
        for socket in [&client, &server] {
            socket.set_zero_linger().expect("the socket is open");
        }
    }
}

/// The next `count` bytes, or for none the next frame; `None` when the speaker has closed the connection.
async fn unit(from: &mut (impl AsyncRead + Unpin), count: usize) -> Option<Vec<u8>> {
    let head = if count == 0 { 9 } else { count };
    let mut bytes = vec![0; head];
    from.read_exact(&mut bytes).await.ok()?;
    if count == 0 {
        let length = u32::from_be_bytes([0, bytes[0], bytes[1], bytes[2]]);
        bytes.resize(head + usize::try_from(length).expect("24 bits"), 0);
        from.read_exact(&mut bytes[head..]).await.ok()?;
    }
    Some(bytes)
}
