//! An open connection of a client, and how it comes about. Opened by `link`.

use std::fmt;
use std::future::poll_fn;
use std::ops::RangeInclusive;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use bytes::Bytes;
use h2::Reason;
use h2::client::{Builder, Connection, SendRequest};
use http::header::{HeaderName, HeaderValue, USER_AGENT};
use http::uri::{Authority, PathAndQuery, Scheme};
use http::{Request, Uri};
use tokio::time::Instant;

use super::cork::{Cork, cork};
use super::dial::Dialing;
use super::fault;
use super::io::Stream;
use super::pulse::Pulse;
use super::sent::Sent;
use super::upkeep::{Kept, Upkeep};
use super::window::{CONNECTION_WINDOW, FRAME, STREAM_WINDOW};
use crate::client::{Credentials, RequestDeadline};
use crate::grpc::{Backoff, Origin, Reach, Result, Status, encode_timeout};

/// What the connections of a channel are made with.
#[derive(Debug)]
pub(super) struct Settings {
    pub(super) authority: Authority,
    pub(super) scheme: Scheme,
    /// How long names are not asked for again.
    pub(super) resolve_interval: Duration,
    /// How many there may be to one place; as many as the smaller number are opened before there is need of them.
    pub(super) connections: RangeInclusive<usize>,
    pub(super) user_agent: HeaderValue,
    /// For all of an attempt: the name, the socket and HTTP/2's handshake.
    pub(super) connect_timeout: Duration,
    /// The most bytes of an answer's headers, and of its trailers.
    pub(super) max_headers: u32,
    /// Between attempts.
    pub(super) backoff: Backoff,
    pub(super) upkeep: Upkeep,
    /// What the servers of all connections are asked for, if their health matters.
    pub(super) checks: Option<Checks>,
}

/// What is asked for where the health of servers matters.
#[derive(Debug)]
pub(super) struct Checks {
    /// The name of the service, or none for the server as a whole.
    pub(super) service: String,
    pub(super) credentials: Credentials,
    /// Whether nobody on the way can read what is asked.
    pub(super) is_secure: bool,
    /// Whether it is asked in gRPC-Web.
    #[cfg(feature = "web")]
    pub(super) is_web: bool,
}

/// An open connection.
#[derive(Clone)]
pub(super) struct Live {
    pub(super) requests: SendRequest<Bytes>,
    /// Which of a link's connections it is.
    pub(super) number: u64,
    /// When the attempt began that led to it.
    pub(super) began: Instant,
    /// Which calls have left by it.
    pub(super) sent: Sent,
    /// Where there is any upkeep.
    pub(super) pulse: Option<Arc<Pulse>>,
    #[cfg(feature = "tls")]
    refusal: Option<super::io::Refusal>,
}

/// What moves the bytes of a connection, until it ends.
pub(super) type Driver = Pin<Box<dyn Future<Output = ()> + Send>>;

impl Live {
    /// Why a call failed, where TLS says more than HTTP/2, which knows no more than that the connection has ended.
    #[cfg(feature = "tls")]
    pub(super) fn explained(&self, status: Status) -> Status {
        let status = self.kept(status);
        match self.refusal.as_ref().and_then(|refusal| refusal.get()) {
            Some(why) if status.origin() == Origin::Http2 => {
                Status::unavailable(why).with_origin(Origin::Tls).with_reach(Reach::NoConnection)
            }
            _ => status,
        }
    }

    #[cfg(not(feature = "tls"))]
    pub(super) fn explained(&self, status: Status) -> Status {
        self.kept(status)
    }

    /// Whether TLS knows why it has ended.
    fn is_refused(&self) -> bool {
        #[cfg(feature = "tls")]
        return self.refusal.as_ref().is_some_and(|refusal| refusal.get().is_some());
        #[cfg(not(feature = "tls"))]
        false
    }

    /// Whether it takes no more calls.
    pub(super) fn has_gone(&self) -> bool {
        let mut cx = Context::from_waker(Waker::noop());
        matches!(self.requests.clone().poll_ready(&mut cx), Poll::Ready(Err(_)))
    }

    fn kept(&self, status: Status) -> Status {
        match &self.pulse {
            Some(pulse) => pulse.explained(status),
            None => status,
        }
    }
}

impl fmt::Debug for Live {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Live").field(&self.number).finish()
    }
}

impl Settings {
    /// Completes a request, which has a path only.
    pub(super) fn address<B>(&self, request: &mut Request<B>) {
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

    /// An open connection, of which the server has said its first word. `connection-backoff.md`: before that it has not
    /// succeeded. `let_go` is called when it is to be released.
    pub(super) async fn open(
        &self,
        dialing: Dialing,
        number: u64,
        let_go: impl FnMut() + Send + 'static,
    ) -> Result<(Live, Driver)> {
        let began = Instant::now();
        let opening = async {
            let dialed = dialing.await?;
            let pulse = self.upkeep.pulse(self.authority.as_str());
            let stream = match &pulse {
                Some(pulse) => pulse.listen(dialed.stream),
                None => dialed.stream,
            };
            let sent = Sent::default();
            let (stream, corked) = cork(sent.note(stream));
            let shaken = corked.drive(self.builder().handshake(stream)).await;
            let (requests, mut driver) = self.sound(shaken)?.map_err(|error| self.ended(Some(error)))?;
            let live = Live {
                requests,
                number,
                began,
                sent,
                pulse,
                #[cfg(feature = "tls")]
                refusal: dialed.refusal,
            };
            let greeted = corked.drive(greeted(&mut driver, &live)).await;
            let has_ended = self.sound(greeted)?.map_err(|ended| live.explained(self.ended(ended)))?;
            if has_ended {
                return Ok((live, Box::pin(std::future::ready(())) as Driver));
            }
            // What breaks it shows in the calls.
            let driver: Driver = match &live.pulse {
                Some(pulse) => {
                    let kept = Kept::new(driver, self.upkeep.clone(), pulse, let_go);
                    Box::pin(async move { corked.drive(kept).await.unwrap_or_default() })
                }
                None => Box::pin(async move { drop(corked.drive(driver).await) }),
            };
            Ok((live, driver))
        };
        self.in_time(opening).await
    }

    /// An attempt to connect, which may take as long as is set.
    pub(super) async fn in_time<T>(&self, opening: impl Future<Output = Result<T>>) -> Result<T> {
        tokio::time::timeout(self.connect_timeout, opening).await.unwrap_or_else(|_| {
            let (authority, limit) = (&self.authority, self.connect_timeout);
            let text = format!("cannot connect to {authority}: no answer within {limit:?}");
            Err(Status::unavailable(text).with_origin(Origin::Connect).with_reach(Reach::NoConnection))
        })
    }

    fn sound<T>(&self, driven: Option<T>) -> Result<T> {
        driven.ok_or_else(|| self.no_http2("the connection does not take what is sent"))
    }

    /// The status of a connection that ended before the server had said a word.
    fn ended(&self, error: Option<h2::Error>) -> Status {
        match error {
            // The first bytes of TLS and of HTTP/1.1 are the length of a frame that is too long.
            Some(error) if error.reason() == Some(Reason::FRAME_SIZE_ERROR) && !error.is_remote() => {
                let other = "its answer is not HTTP/2; a server with TLS is called by https://";
                let why = if self.scheme == Scheme::HTTP { other } else { "its answer is not HTTP/2" };
                self.no_http2(why).with_source(error)
            }
            Some(error) => self.no_http2(&fault::describe(&error)).with_source(error),
            None => self.no_http2("the connection was closed"),
        }
    }

    /// The status of calls between two connections of a server that greets, and says farewell before there is a call.
    pub(super) fn in_vain(&self) -> Status {
        let text = format!("{} lets its connections go before a call is made on them", self.authority);
        Status::unavailable(text).with_origin(Origin::Http2).with_reach(Reach::NoConnection)
    }

    fn no_http2(&self, why: &str) -> Status {
        let text = format!("no HTTP/2 with {}: {why}", self.authority);
        Status::unavailable(text).with_origin(Origin::Http2).with_reach(Reach::NoConnection)
    }

    fn builder(&self) -> Builder {
        let mut builder = Builder::new();
        builder
            .enable_push(false)
            // None before the server has told how many streams it takes: it would refuse those above its number.
            .initial_max_send_streams(0)
            .initial_window_size(STREAM_WINDOW)
            .initial_connection_window_size(CONNECTION_WINDOW)
            .max_frame_size(FRAME)
            .max_header_list_size(self.max_headers);
        builder
    }
}

/// Drives a connection until its server has said its first word, and tells whether that was its last, too: settings and a
/// farewell may come together. The error is that of a connection which ended otherwise.
async fn greeted(
    driver: &mut Connection<Cork<Stream>, Bytes>,
    live: &Live,
) -> Result<bool, Option<h2::Error>> {
    poll_fn(|cx| {
        let polled = Pin::new(&mut *driver).poll(cx);
        // There are none before the server's settings have come: see `builder`.
        let is_greeted = live.requests.current_max_send_streams() > 0;
        let Poll::Ready(ended) = polled else {
            return if is_greeted { Poll::Ready(Ok(false)) } else { Poll::Pending };
        };
        let error = ended.err();
        let is_ours = error.as_ref().is_some_and(|error| !error.is_remote() && !error.is_io());
        Poll::Ready(if is_greeted && !is_ours && !live.is_refused() { Ok(true) } else { Err(error) })
    })
    .await
}

/// Writes what is left of the deadline into the headers.
pub(super) fn tell_deadline<B>(request: &mut Request<B>) {
    let Some(&RequestDeadline(deadline)) = request.extensions().get() else { return };
    let left = deadline.saturating_duration_since(Instant::now());
    if let Ok(timeout) = HeaderValue::try_from(encode_timeout(left)) {
        request.headers_mut().insert(HeaderName::from_static("grpc-timeout"), timeout);
    }
}
