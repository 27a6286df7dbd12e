//! A channel's way to its server in HTTP/1.1, for gRPC-Web: a call has a connection to itself, and leaves it to the next.
//! Made by `connect`.

use std::sync::Arc;

use http::header::{HOST, HeaderValue, USER_AGENT};
use http::uri::Authority;
use http::{Request, Version};
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use super::connection::{Settings, tell_deadline};
use super::dial::Dial;
use super::exchange::{self, Failure};
use super::line::{Line, Messages};
use super::spares::{Open, Opening, Spares};
use crate::client::{Connectivity, Requests, Sending, Transport, WaitForReady};
use crate::grpc::{Reach, Result};

/// See the head of the file.
#[derive(Debug)]
pub(super) struct Turns(Arc<Way>);

#[derive(Debug)]
struct Way {
    dial: Box<dyn Dial>,
    settings: Settings,
    spares: Arc<Spares>,
}

impl Turns {
    pub(super) fn new(dial: impl Dial, settings: Settings, spares: Arc<Spares>) -> Self {
        Self(Arc::new(Way { dial: Box::new(dial), settings, spares }))
    }
}

impl Transport for Turns {
    fn send(&self, request: Request<Requests>) -> Sending {
        let way = Arc::clone(&self.0);
        Box::pin(async move {
            let waits = request.extensions().get::<WaitForReady>().is_some();
            let mut request = request.map(Messages::from);
            way.address(&mut request);
            loop {
                let waiting = way.spares.take();
                let is_first = waiting.is_none();
                let line = match waiting {
                    Some(line) => line,
                    None => way.open(waits).await?,
                };
                let began = Instant::now();
                tell_deadline(&mut request);
                let Failure { status, unsent } = match exchange::send(line, request, &way.spares).await {
                    Ok(response) => {
                        way.spares.recover();
                        return Ok(response);
                    }
                    Err(failure) => *failure,
                };
                match unsent {
                    // The server has closed the connection while that waited.
                    Some(unsent) if !is_first => request = unsent,
                    // Another attempt at once would fare no better.
                    Some(_) => {
                        way.spares.fail(&status, began, &way.settings.backoff);
                        return Err(status.with_reach(Reach::NoConnection));
                    }
                    None => return Err(status),
                }
            }
        })
    }

    fn is_secure(&self) -> bool {
        self.0.dial.is_secure()
    }

    fn authority(&self) -> &Authority {
        &self.0.settings.authority
    }

    fn connect(&self) {
        let way = Arc::clone(&self.0);
        if matches!(self.connectivity(), Connectivity::Idle | Connectivity::TransientFailure) {
            tokio::spawn(async move {
                if let Ok(line) = way.open(false).await {
                    way.spares.put(line);
                }
            });
        }
    }

    fn connectivity(&self) -> Connectivity {
        self.0.spares.connectivity()
    }

    fn changes(&self) -> watch::Receiver<u64> {
        self.0.spares.changes()
    }
}

impl Way {
    /// Completes a request, which has a path only.
    fn address(&self, request: &mut Request<Messages>) {
        *request.version_mut() = Version::HTTP_11;
        let headers = request.headers_mut();
        headers.insert(USER_AGENT, self.settings.user_agent.clone());
        // What makes an authority makes a header.
        if let Ok(host) = HeaderValue::try_from(self.settings.authority.as_str()) {
            headers.insert(HOST, host);
        }
    }

    /// Another connection; after a failure there is none for a while, and a call that `waits` waits for as long.
    async fn open(&self, waits: bool) -> Result<Line> {
        loop {
            match self.spares.failure() {
                Some((status, _)) if !waits => return Err(status),
                Some((_, until)) => sleep_until(until).await,
                None => {}
            }
            let began = Instant::now();
            let opening = Opening::begin(&self.spares);
            let opened = Line::open(self.dial.dial(), &self.settings, || Open::begin(&self.spares)).await;
            drop(opening);
            match opened {
                Ok(line) => return Ok(line),
                Err(status) => {
                    self.spares.fail(&status, began, &self.settings.backoff);
                    if !waits {
                        return Err(status);
                    }
                }
            }
        }
    }
}
