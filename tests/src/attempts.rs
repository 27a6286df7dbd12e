//! A server that fails the first attempts of a call as it is told, and takes down what it sees of each.

use std::future::poll_fn;
use std::sync::Arc;

use bytes::Bytes;
use h2::{Reason, SendStream};
use http::{HeaderMap, Response};
use protocall::Code;
use tokio::sync::watch;
use tokio::time::Instant;

use crate::echo::{pong, within};
use crate::raw::{RawRequest, RawServer, frame, grpc_head, head, headers, well};

/// How an attempt is answered.
#[derive(Clone, Copy, Debug)]
pub enum Answer {
    /// With a reply whose index is the number of the attempt, and a good status.
    Good,
    /// With a status and nothing before it.
    Status(Code),
    /// With a status and this `grpc-retry-pushback-ms`.
    Pushback(Code, &'static str),
    /// With headers, and a status behind them.
    Late(Code),
    /// With an HTTP status, and no gRPC.
    Http(u16),
    /// With a reset.
    Reset(Reason),
    /// Never.
    Silence,
}

/// What was seen of an attempt.
#[derive(Clone, Debug)]
pub struct Seen {
    /// When it came.
    pub at: Instant,
    /// Its `grpc-previous-rpc-attempts`.
    pub previous: Option<String>,
    /// Its requests, framed.
    pub body: Vec<u8>,
    /// The reason that the client has reset it with.
    pub reset: Option<Reason>,
}

/// See the head of the file.
#[derive(Debug)]
pub struct Failing {
    /// Where it listens, and how often it was connected to.
    pub server: RawServer,
    seen: watch::Sender<Vec<Seen>>,
}

impl Failing {
    /// Answers the attempts like this in their order, and those that follow well. Each is answered once `bytes` of its
    /// requests have come, or all of them.
    pub async fn start(answers: impl IntoIterator<Item = Answer>, bytes: usize) -> Self {
        let answers: Arc<[Answer]> = answers.into_iter().collect();
        let seen = watch::Sender::new(Vec::new());
        let book = seen.clone();
        let server = RawServer::start(move |request| {
            let previous = request.head.headers.get("grpc-previous-rpc-attempts");
            let previous = previous.map(|value| value.to_str().expect("it is a number").to_owned());
            let entry = Seen { at: Instant::now(), previous, body: Vec::new(), reset: None };
            let mut number = 0;
            book.send_modify(|seen: &mut Vec<Seen>| {
                number = seen.len();
                seen.push(entry);
            });
            let answer = answers.get(number).copied().unwrap_or(Answer::Good);
            Attempt { request, number, book: book.clone() }.attend(answer, bytes)
        });
        Self { server: server.await, seen }
    }

    /// What was seen so far.
    pub fn seen(&self) -> Vec<Seen> {
        self.seen.borrow().clone()
    }

    /// The `grpc-previous-rpc-attempts` of all attempts, zero where there was none.
    pub fn previous(&self) -> Vec<u32> {
        let number = |text: String| text.parse().expect("it is a number");
        self.seen().into_iter().map(|seen| seen.previous.map_or(0, number)).collect()
    }

    /// Waits until what was seen is like this.
    pub async fn until(&self, is_so: impl FnMut(&Vec<Seen>) -> bool) {
        within(self.seen.subscribe().wait_for(is_so)).await.expect("the sender is in this struct");
    }
}

struct Attempt {
    request: RawRequest,
    number: usize,
    book: watch::Sender<Vec<Seen>>,
}

impl Attempt {
    async fn attend(mut self, answer: Answer, bytes: usize) {
        // A client that has chosen another attempt resets this one.
        let stream = if self.read(bytes).await { self.answer(answer) } else { None };
        self.read(usize::MAX).await;
        if let Some(mut stream) = stream {
            let reply = frame(&pong(self.number.try_into().expect("attempts are few")));
            let sent = stream.send_data(reply.into(), false);
            let _ = sent.and_then(|()| stream.send_trailers(well()));
        }
        if let Ok(reason) = poll_fn(|cx| self.request.reply.poll_reset(cx)).await {
            self.note(|seen| seen.reset = Some(reason));
        }
    }

    /// Reads until this many bytes have come, or the client has ended its requests; whether it goes on with them.
    async fn read(&mut self, bytes: usize) -> bool {
        let mut count = 0;
        while count < bytes {
            let data = match self.request.body.data().await {
                Some(Ok(data)) => data,
                Some(Err(_)) => return false,
                None => return true,
            };
            count += data.len();
            let _ = self.request.body.flow_control().release_capacity(data.len());
            self.note(|seen| seen.body.extend_from_slice(&data));
        }
        true
    }

    fn note(&self, change: impl FnOnce(&mut Seen)) {
        self.book.send_modify(|seen| change(&mut seen[self.number]));
    }

    /// Answers; a good answer goes on when all requests are there.
    fn answer(&mut self, answer: Answer) -> Option<SendStream<Bytes>> {
        let only = |trailers: HeaderMap| {
            let mut head: Response<()> = grpc_head();
            head.headers_mut().extend(trailers);
            head
        };
        match answer {
            Answer::Good => return Some(self.request.begin_with(grpc_head())),
            Answer::Status(code) => self.request.end_with(only(status(code))),
            Answer::Pushback(code, millis) => {
                let mut trailers = status(code);
                trailers.extend(headers(&[("grpc-retry-pushback-ms", millis)]));
                self.request.end_with(only(trailers));
            }
            Answer::Late(code) => {
                let sent = self.request.begin_with(grpc_head()).send_trailers(status(code));
                sent.expect("the stream is open");
            }
            Answer::Http(status) => self.request.end_with(head(status, &[])),
            Answer::Reset(reason) => self.request.reply.send_reset(reason),
            Answer::Silence => {}
        }
        None
    }
}

fn status(code: Code) -> HeaderMap {
    headers(&[("grpc-status", &code.number().to_string())])
}
