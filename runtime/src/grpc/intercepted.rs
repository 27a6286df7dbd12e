//! A call as its interceptors see it. Made by `server` and `client`, passed along by `intercept`.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::Extensions;
use tokio::time::Instant;

use super::record::{Direction, Record, RequestParts};
use super::{InterceptedMessage, Metadata, Method, Peer, Result};
use crate::message::Message;

/// A call as its [`Interceptor`](super::Interceptor)s see it: what is called, by whom and until when, and both directions
/// of it.
pub struct InterceptedCall {
    target: Target,
    request: RequestParts,
    deadline: Option<Instant>,
    /// On the server: who called.
    peer: Option<Peer>,
    secure: bool,
    pub(crate) record: Arc<Record>,
}

/// What is called.
#[derive(Clone, Debug)]
pub(crate) enum Target {
    Known(&'static Method),
    /// A path that the server does not have.
    Unknown(Box<str>),
}

/// What an [`InterceptedCall`] is made of.
pub(crate) struct Origins {
    pub(crate) target: Target,
    pub(crate) metadata: Metadata,
    pub(crate) extensions: Extensions,
    pub(crate) deadline: Option<Instant>,
    pub(crate) peer: Option<Peer>,
    pub(crate) secure: bool,
}

impl InterceptedCall {
    pub(crate) fn new(origins: Origins) -> Self {
        let Origins { target, metadata, extensions, deadline, peer, secure } = origins;
        let request = RequestParts { metadata, extensions };
        Self { target, request, deadline, peer, secure, record: Arc::default() }
    }

    /// The request goes on, past the last interceptor.
    pub(super) fn begin(&mut self) {
        self.record.begin(std::mem::take(&mut self.request));
    }

    /// The method that is called; `None` on a server that does not have it.
    pub fn method(&self) -> Option<&'static Method> {
        match self.target {
            Target::Known(method) => Some(method),
            Target::Unknown(_) => None,
        }
    }

    /// What is called: `/shop.v1.Shop/GetProduct`. On a server whatever the caller sent, even if there is no such
    /// method.
    pub fn path(&self) -> &str {
        match &self.target {
            Target::Known(method) => method.path(),
            Target::Unknown(path) => path,
        }
    }

    /// The full name of the service, as the path has it: `shop.v1.Shop`.
    pub fn service(&self) -> &str {
        self.path().trim_start_matches('/').rsplit_once('/').map_or("", |(service, _)| service)
    }

    /// The name of the method, as the path has it: `GetProduct`.
    pub fn name(&self) -> &str {
        self.path().rsplit_once('/').map_or(self.path(), |(_, name)| name)
    }

    /// Whether this is the client's side of the call.
    pub fn is_client(&self) -> bool {
        self.peer.is_none()
    }

    /// What the caller sends beside its messages.
    pub fn metadata(&self) -> &Metadata {
        self.record.request().map_or(&self.request.metadata, |request| &request.metadata)
    }

    /// What the caller sends beside its messages, to be changed before the call goes on: on a client the server gets what
    /// this has then, on a server the handler. Later changes change nothing.
    pub fn metadata_mut(&mut self) -> &mut Metadata {
        &mut self.request.metadata
    }

    /// When the call must have ended, if it must.
    pub fn deadline(&self) -> Option<std::time::Instant> {
        self.deadline.map(Instant::into_std)
    }

    /// How long the caller still waits; zero once the deadline has passed.
    pub fn time_left(&self) -> Option<Duration> {
        self.deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()))
    }

    /// Who called, on the server's side. `None` on the client's: who answers is not known before the call has been sent.
    pub fn peer(&self) -> Option<&Peer> {
        self.peer.as_ref()
    }

    /// Whether nobody on the way can read the call: it goes by TLS, over a Unix socket, or through no network at all.
    /// Secrets do not belong in other calls.
    pub fn is_secure(&self) -> bool {
        self.secure
    }

    /// Values that interceptors have left: for each other, and on a server for the handler, which finds them in
    /// [`Context::extensions`](super::Context::extensions).
    pub fn extensions(&self) -> &Extensions {
        self.record.request().map_or(&self.request.extensions, |request| &request.extensions)
    }

    /// Values for other interceptors and the handler, to be left before the call goes on.
    pub fn extensions_mut(&mut self) -> &mut Extensions {
        &mut self.request.extensions
    }

    /// Shows each request to `look`, in the order of the stream: on a client before it is encoded, on a server before the
    /// handler gets it. An error ends the call with it.
    ///
    /// To be called before the call goes on; of several the one of the outermost interceptor sees a request first.
    pub fn on_request(
        &mut self,
        look: impl FnMut(&mut InterceptedMessage<'_>) -> Result<()> + Send + 'static,
    ) {
        self.record.hook(Direction::Requests, Box::new(look));
    }

    /// Shows each reply to `look`, in the order of the stream: on a server before it is encoded, on a client before the
    /// caller gets it. An error ends the call with it.
    ///
    /// To be called before the call goes on; of several the one of the outermost interceptor sees a reply last.
    pub fn on_reply(&mut self, look: impl FnMut(&mut InterceptedMessage<'_>) -> Result<()> + Send + 'static) {
        self.record.hook(Direction::Replies, Box::new(look));
    }

    /// Shows the headers of the answer to `look`, once: on a server just before they leave, on a client when they have
    /// come. Not called where an answer has none, because it is nothing but an error.
    ///
    /// To be called before the call goes on; of several the one of the outermost interceptor sees the headers last.
    pub fn on_headers(&mut self, look: impl FnMut(&mut Metadata) + Send + 'static) {
        self.record.hook_headers(Box::new(look));
    }

    /// The headers of the answer, to be read and changed: on a server what is set so far, which leaves with the first
    /// reply; on a client what has come so far, and what the caller will see where it has not seen it yet.
    pub fn headers<R>(&self, change: impl FnOnce(&mut Metadata) -> R) -> R {
        self.record.with_reply(|reply| change(&mut reply.headers))
    }

    /// The trailers of the answer, to be read and changed: on a server what is set so far, which leaves behind the last
    /// interceptor; on a client what has come at the end of the call, and what the caller will see.
    ///
    /// What an error brings along is in [`Status::metadata`](super::Status::metadata).
    pub fn trailers<R>(&self, change: impl FnOnce(&mut Metadata) -> R) -> R {
        self.record.with_reply(|reply| change(&mut reply.trailers))
    }

    /// Replies in place of the server or of the handler: without letting the call go on, or after it has failed without a
    /// reply. Then the interceptor returns `Ok`. A streaming call takes several.
    ///
    /// The message must be of the type that the method replies with: on the wire nobody can tell. It is not shown to
    /// [`on_reply`](InterceptedCall::on_reply) on a server; in a client it is, as any other that the caller gets.
    ///
    /// # Errors
    /// `INTERNAL` where a reply has gone through already.
    pub fn reply<M: Message>(&mut self, message: &M) -> Result<()> {
        self.record.reply_with(message)
    }
}

impl fmt::Debug for InterceptedCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InterceptedCall")
            .field("path", &self.path())
            .field("metadata", self.metadata())
            .field("deadline", &self.deadline)
            .field("peer", &self.peer)
            .finish_non_exhaustive()
    }
}
