//! What a handler knows of its call, and how it answers beside its messages. Made by `server`.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::task::Poll;
use std::time::Duration;

use http::{Extensions, HeaderValue};
use tokio::sync::watch;
use tokio::time::Instant;

use super::{
    Draining, Framing, GRPC, Leaving, Metadata, MetadataError, Method, Peer, Place, Record, ReplyMetadata,
    RequestParts, Shape,
};

/// A call, as its handler sees it: metadata, deadline, caller, and the headers and trailers of the answer.
///
/// Lives as long as the call, reply stream included. `Context::default()` is one without a caller, for tests that call
/// a handler directly.
#[derive(Debug)]
pub struct Context {
    pub(crate) method: &'static Method,
    pub(crate) metadata: Metadata,
    pub(crate) peer: Peer,
    pub(crate) deadline: Option<Instant>,
    pub(crate) extensions: Extensions,
    /// Of the answer: it names the codec if the request did.
    pub(crate) content_type: HeaderValue,
    /// Of the replies, unless the handler wants them uncompressed.
    pub(crate) framing: Framing,
    /// Of the only request, where there is only one.
    request_compressed: AtomicBool,
    reply: Mutex<ReplyMetadata>,
    /// Whether the connection is to end.
    pub(crate) leaving: Option<Arc<Leaving>>,
    /// Among the calls that the server handles at a time.
    pub(crate) place: Option<Place>,
    /// Shared with the interceptors of the call: what they leave for the handler, and both sides' part of the answer.
    pub(crate) record: Option<Arc<Record>>,
    /// Dropped with the context, which is what `cancelled` waits for.
    alive: OnceLock<watch::Sender<()>>,
}

impl Default for Context {
    fn default() -> Self {
        static NONE: Method = Method::new("", Shape::Unary);
        Self::new(&NONE, Metadata::new())
    }
}

impl Context {
    pub(crate) fn new(method: &'static Method, metadata: Metadata) -> Self {
        Self {
            method,
            metadata,
            peer: Peer::default(),
            deadline: None,
            extensions: Extensions::new(),
            content_type: GRPC,
            framing: Framing::plain(usize::MAX),
            request_compressed: AtomicBool::new(false),
            reply: Mutex::default(),
            leaving: None,
            place: None,
            record: None,
            alive: OnceLock::new(),
        }
    }

    /// The method that was called.
    pub fn method(&self) -> &'static Method {
        self.method
    }

    /// What the caller sent beside its messages.
    pub fn metadata(&self) -> &Metadata {
        self.intercepted().map_or(&self.metadata, |request| &request.metadata)
    }

    /// Who called.
    pub fn peer(&self) -> &Peer {
        &self.peer
    }

    /// When the caller stops waiting; `None` where it waits for ever. The handler is dropped then.
    pub fn deadline(&self) -> Option<std::time::Instant> {
        self.deadline.map(Instant::into_std)
    }

    /// How long the caller still waits; zero once the deadline has passed.
    pub fn time_left(&self) -> Option<Duration> {
        self.deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()))
    }

    /// Values that the transport or an interceptor has left for the handler.
    pub fn extensions(&self) -> &Extensions {
        self.intercepted().map_or(&self.extensions, |request| &request.extensions)
    }

    /// What the interceptors have made of the request, where there are any.
    fn intercepted(&self) -> Option<&RequestParts> {
        self.record.as_ref().and_then(|record| record.request())
    }

    /// Sets a header of the answer. Headers leave with the first message: later ones are lost.
    ///
    /// # Errors
    /// When the name or the value may not be sent.
    pub fn set_header(&self, name: &str, value: impl AsRef<str>) -> Result<(), MetadataError> {
        self.with_reply(|reply| reply.headers.insert(name, value))
    }

    /// Sets a trailer of the answer, which leaves with its status.
    ///
    /// # Errors
    /// When the name or the value may not be sent.
    pub fn set_trailer(&self, name: &str, value: impl AsRef<str>) -> Result<(), MetadataError> {
        self.with_reply(|reply| reply.trailers.insert(name, value))
    }

    /// Changes the headers of the answer at will.
    pub fn headers<R>(&self, change: impl FnOnce(&mut Metadata) -> R) -> R {
        self.with_reply(|reply| change(&mut reply.headers))
    }

    /// Changes the trailers of the answer at will.
    pub fn trailers<R>(&self, change: impl FnOnce(&mut Metadata) -> R) -> R {
        self.with_reply(|reply| change(&mut reply.trailers))
    }

    /// Sends the headers of a streaming answer without waiting for its first message.
    pub fn flush_headers(&self) {
        self.with_reply(|reply| reply.flush = true);
    }

    /// Whether the messages that are sent from now on may be compressed, as they are unless this says otherwise. Without
    /// effect in a call whose replies are not compressed at all: see `Server::compress`.
    ///
    /// Secrets that share a message with what a stranger chose should not be compressed: its size would tell about them.
    pub fn compress(&self, wanted: bool) {
        self.with_reply(|reply| reply.plain = !wanted);
    }

    /// Whether the request of a call that has only one came compressed. In a stream
    /// [`Streaming::was_compressed`](crate::Streaming::was_compressed) tells it of each.
    pub fn was_compressed(&self) -> bool {
        self.request_compressed.load(Ordering::Relaxed)
    }

    pub(crate) fn note_compressed(&self, compressed: bool) {
        self.request_compressed.store(compressed, Ordering::Relaxed);
    }

    /// How the next reply is framed.
    pub(crate) fn framing(&self) -> Framing {
        self.framing.compressed(self.with_reply(|reply| !reply.plain))
    }

    pub(crate) fn with_reply<R>(&self, act: impl FnOnce(&mut ReplyMetadata) -> R) -> R {
        match &self.record {
            None => act(&mut self.reply.lock().unwrap_or_else(PoisonError::into_inner)),
            Some(record) => record.with_reply(act),
        }
    }

    /// Ready when the call should come to its end: the server stops, or the call's connection has reached its
    /// [`max_age`](crate::Connections::max_age). New calls go elsewhere by now, and this one may go on, but what has not
    /// ended within [`Server::drain`](crate::Server::drain), or the connection's
    /// [`grace`](crate::Connections::grace), is cut off.
    ///
    /// For streams that have no end of their own, here with the `select!` of `tokio = { features = ["macros"] }`:
    ///
    /// ```
    /// # #[derive(Default)] struct News; struct Wire { } impl Wire { async fn next(&mut self) -> News { News } }
    /// use protocall::{Context, Result, Stream, produce};
    ///
    /// async fn follow(cx: &Context, mut wire: Wire) -> Result<impl Stream<Item = Result<News>>> {
    ///     let mut draining = cx.draining();
    ///     Ok(produce(async move |out| {
    ///         loop {
    ///             tokio::select! {
    ///                 () = &mut draining => return Ok(()), // the caller comes back, to another server
    ///                 news = wire.next() => out.send(news).await?,
    ///             }
    ///         }
    ///     }))
    /// }
    /// ```
    pub fn draining(&self) -> Draining {
        Draining::of(self.leaving.as_ref())
    }

    /// Whether [`Context::draining`] is ready.
    pub fn is_draining(&self) -> bool {
        self.leaving.as_ref().is_some_and(|leaving| leaving.is_leaving())
    }

    /// Ready when the call is over: the caller went away, its deadline passed, or the answer is complete.
    ///
    /// A handler needs no such thing for itself, it is dropped; this is for what it has spawned.
    pub fn cancelled(&self) -> Cancelled {
        let mut alive = self.alive.get_or_init(|| watch::Sender::new(())).subscribe();
        Cancelled(Box::pin(async move { while alive.changed().await.is_ok() {} }))
    }
}

impl Drop for Context {
    fn drop(&mut self) {
        if let Some(leaving) = &self.leaving {
            leaving.ended(self.method, &self.peer);
        }
    }
}

/// The future of [`Context::cancelled`]. Not bound to the context's life.
#[must_use = "futures do nothing unless awaited"]
pub struct Cancelled(Pin<Box<dyn Future<Output = ()> + Send + Sync>>);

impl Future for Cancelled {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut std::task::Context<'_>) -> Poll<()> {
        self.0.as_mut().poll(cx)
    }
}

impl fmt::Debug for Cancelled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Cancelled")
    }
}
