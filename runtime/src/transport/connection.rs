//! The one connection of a channel: opened by the first call, shared by all, opened anew when it is lost.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use bytes::Bytes;
use h2::client::{Builder, SendRequest};
use http::header::{HeaderName, HeaderValue, USER_AGENT};
use http::uri::{Authority, PathAndQuery, Scheme};
use http::{Request, Uri};
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::cork::cork;
use super::dial::Dial;
use super::window::{CONNECTION_WINDOW, FRAME, STREAM_WINDOW};
use super::{fault, stream};
use crate::client::{RequestDeadline, Requests, Sending, Transport};
use crate::grpc::{Origin, Result, Status, encode_timeout};

/// Where requests go, and the connection that they share.
#[derive(Clone, Debug)]
pub(super) struct Http2(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    dial: Box<dyn Dial>,
    authority: Authority,
    scheme: Scheme,
    user_agent: HeaderValue,
    connect_timeout: Duration,
    live: RwLock<Option<Live>>,
    /// Held by the one call that connects while the others wait for it. Holds the failure of the last attempt.
    connecting: Mutex<Option<Status>>,
    /// How many attempts have ended: a call that has waited for one takes its outcome, and makes none of its own.
    attempts: AtomicU64,
}

/// An open connection.
#[derive(Clone)]
struct Live {
    requests: SendRequest<Bytes>,
    /// Whether new calls may use it: it is open, and its peer has not told that it goes away.
    usable: Arc<AtomicBool>,
    #[cfg(feature = "tls")]
    refusal: Option<super::io::Refusal>,
}

impl Live {
    /// Why a call failed, where TLS says more than HTTP/2, which knows no more than that the connection has ended.
    #[cfg(feature = "tls")]
    fn explained(&self, status: Status) -> Status {
        match self.refusal.as_ref().and_then(|refusal| refusal.get()) {
            Some(why) if status.origin() == Origin::Http2 => {
                Status::unavailable(why).with_origin(Origin::Tls).unhandled()
            }
            _ => status,
        }
    }

    #[cfg(not(feature = "tls"))]
    fn explained(&self, status: Status) -> Status {
        status
    }
}

impl fmt::Debug for Live {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Live").field(&self.usable).finish()
    }
}

/// What a connection is made with.
pub(super) struct Settings {
    pub(super) authority: Authority,
    pub(super) scheme: Scheme,
    pub(super) user_agent: HeaderValue,
    /// For all of it: the name, the socket and HTTP/2's handshake.
    pub(super) connect_timeout: Duration,
}

impl Http2 {
    pub(super) fn new(dial: impl Dial, settings: Settings) -> Self {
        let Settings { authority, scheme, user_agent, connect_timeout } = settings;
        Self(Arc::new(Shared {
            dial: Box::new(dial),
            authority,
            scheme,
            user_agent,
            connect_timeout,
            live: RwLock::new(None),
            connecting: Mutex::new(None),
            attempts: AtomicU64::new(0),
        }))
    }
}

impl Transport for Http2 {
    fn is_secure(&self) -> bool {
        self.0.dial.is_secure()
    }

    fn send(&self, mut request: Request<Requests>) -> Sending {
        let shared = Arc::clone(&self.0);
        Box::pin(async move {
            shared.address(&mut request);
            let mut live = shared.ready().await?;
            tell_deadline(&mut request);
            let sent = stream::send(&mut live.requests, request).await;
            sent.map_err(|status| live.explained(status))
        })
    }
}

impl Shared {
    /// Completes a request, which has a path only.
    fn address(&self, request: &mut Request<Requests>) {
        let mut parts = http::uri::Parts::default();
        parts.scheme = Some(self.scheme.clone());
        parts.authority = Some(self.authority.clone());
        let path = request.uri().path_and_query().cloned();
        parts.path_and_query = Some(path.unwrap_or_else(|| PathAndQuery::from_static("/")));
        if let Ok(uri) = Uri::from_parts(parts) {
            *request.uri_mut() = uri;
        }
        request.headers_mut().insert(USER_AGENT, self.user_agent.clone());
    }

    /// A connection that takes a request. One that is found to be going away is left to its calls.
    async fn ready(&self) -> Result<Live> {
        loop {
            let (mut live, opened) = self.connection().await?;
            match live.requests.clone().ready().await {
                Ok(ready) => {
                    live.requests = ready;
                    return Ok(live);
                }
                Err(error) if opened => return Err(live.explained(fault::status(error)).unhandled()),
                Err(_) => live.usable.store(false, Ordering::Release),
            }
        }
    }

    /// The connection, and whether it was opened for this call.
    async fn connection(&self) -> Result<(Live, bool)> {
        if let Some(live) = self.live() {
            return Ok((live, false));
        }
        let before = self.attempts.load(Ordering::Acquire);
        let mut failure = self.connecting.lock().await;
        if let Some(live) = self.live() {
            return Ok((live, false));
        }
        if self.attempts.load(Ordering::Acquire) != before
            && let Some(status) = &*failure
        {
            return Err(status.clone());
        }
        let opened = match tokio::time::timeout(self.connect_timeout, self.open()).await {
            Ok(opened) => opened,
            Err(_) => {
                let (authority, limit) = (&self.authority, self.connect_timeout);
                let text = format!("cannot connect to {authority}: no answer within {limit:?}");
                Err(Status::unavailable(text).with_origin(Origin::Connect).unhandled())
            }
        };
        self.attempts.fetch_add(1, Ordering::Release);
        *failure = opened.as_ref().err().cloned();
        let live = opened?;
        *self.live.write().unwrap_or_else(PoisonError::into_inner) = Some(live.clone());
        Ok((live, true))
    }

    fn live(&self) -> Option<Live> {
        let live = self.live.read().unwrap_or_else(PoisonError::into_inner);
        live.as_ref().filter(|live| live.usable.load(Ordering::Acquire)).cloned()
    }

    async fn open(&self) -> Result<Live> {
        let dialed = self.dial.dial().await?;
        let (stream, corked) = cork(dialed.stream);
        let handshake = Builder::new()
            .enable_push(false)
            // None before the server has told how many streams it takes: it would refuse those above its number.
            .initial_max_send_streams(0)
            .initial_window_size(STREAM_WINDOW)
            .initial_connection_window_size(CONNECTION_WINDOW)
            .max_frame_size(FRAME)
            .handshake(stream);
        let shaken = corked.drive(handshake).await;
        let failed = |why: &str| {
            let text = format!("no HTTP/2 with {}: {why}", self.authority);
            Status::unavailable(text).with_origin(Origin::Http2).unhandled()
        };
        let shaken = shaken.ok_or_else(|| failed("the connection does not take what is sent"))?;
        let (requests, connection) =
            shaken.map_err(|error| failed(&fault::describe(&error)).with_source(error))?;
        let usable = Arc::new(AtomicBool::new(true));
        let in_use = Arc::clone(&usable);
        // Ends when the last handle is dropped; what breaks it shows in the calls.
        tokio::spawn(async move {
            let _ = corked.drive(connection).await;
            in_use.store(false, Ordering::Release);
        });
        Ok(Live {
            requests,
            usable,
            #[cfg(feature = "tls")]
            refusal: dialed.refusal,
        })
    }
}

/// Writes what is left of the deadline into the headers.
fn tell_deadline<B>(request: &mut Request<B>) {
    let Some(&RequestDeadline(deadline)) = request.extensions().get() else { return };
    let left = deadline.saturating_duration_since(Instant::now());
    if let Ok(timeout) = HeaderValue::try_from(encode_timeout(left)) {
        request.headers_mut().insert(HeaderName::from_static("grpc-timeout"), timeout);
    }
}
