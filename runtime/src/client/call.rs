//! A call before and while it is made: options, and the four shapes. Returned by generated clients.

use std::fmt;
use std::future::IntoFuture;
use std::marker::PhantomData;
use std::time::Duration;

use futures_core::Stream;

use super::credentials::CallCredentials;
use super::policy::Policy;
use super::start::{Deadline, Start};
use super::{CallFuture, Channel, Hedge, Outcome, Reply, ReplyFuture, Retry, Sender};
use crate::grpc::{Code, Compression, Metadata, MetadataError, Method, Result, Streaming};
use crate::message::Message;
use crate::reflect::Reflect;

/// A call of a unary method: await it for the reply.
pub type Unary<Req, Rep> = Call<One<Req>, One<Rep>>;
/// A call of a server-streaming method: await it for the stream of replies.
pub type ServerStream<Req, Rep> = Call<One<Req>, Many<Rep>>;
/// A call of a client-streaming method: [`open`](Call::open) it to send requests.
pub type ClientStream<Req, Rep> = Call<Many<Req>, One<Rep>>;
/// A call of a bidirectional method: [`open`](Call::open) it to send requests and receive replies.
pub type Bidi<Req, Rep> = Call<Many<Req>, Many<Rep>>;

/// One message in this direction of a call. For requests it holds the message.
#[derive(Debug)]
pub struct One<M>(M);

/// A stream of messages in this direction of a call.
#[derive(Debug)]
pub struct Many<M>(PhantomData<fn() -> M>);

/// A call that is about to be made: set its options, then await or open it. Nothing happens before.
///
/// `Requests` and `Replies` are [`One`] or [`Many`]; the four pairs are [`Unary`], [`ServerStream`], [`ClientStream`]
/// and [`Bidi`]. Dropping the future of a call, or what it returned, cancels it on the server too.
#[must_use = "a call is made when it is awaited or opened"]
pub struct Call<Requests, Replies> {
    requests: Requests,
    start: Start,
    replies: PhantomData<fn() -> Replies>,
}

impl Channel {
    /// A call with one request and one reply. Generated clients call this, as the three below.
    pub fn unary<Req, Rep>(&self, method: &'static Method, request: Req) -> Call<One<Req>, One<Rep>> {
        Call::new(self.clone(), method, One(request))
    }

    /// A call with one request and many replies.
    pub fn server_stream<Req, Rep>(
        &self,
        method: &'static Method,
        request: Req,
    ) -> Call<One<Req>, Many<Rep>> {
        Call::new(self.clone(), method, One(request))
    }

    /// A call with many requests and one reply.
    pub fn client_stream<Req, Rep>(&self, method: &'static Method) -> Call<Many<Req>, One<Rep>> {
        Call::new(self.clone(), method, Many(PhantomData))
    }

    /// A call with many requests and many replies.
    pub fn bidi<Req, Rep>(&self, method: &'static Method) -> Call<Many<Req>, Many<Rep>> {
        Call::new(self.clone(), method, Many(PhantomData))
    }
}

impl<Requests, Replies> Call<Requests, Replies> {
    fn new(channel: Channel, method: &'static Method, requests: Requests) -> Self {
        Self { requests, start: Start::new(channel, method), replies: PhantomData }
    }

    /// Ends the call with `DEADLINE_EXCEEDED` when it has not ended within `timeout` of its start, streams included.
    /// The server is told and stops as well. In place of an earlier deadline.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.start.deadline = Some(Deadline::After(timeout));
        self
    }

    /// As [`Call::timeout`], with the moment at which the call must have ended.
    pub fn deadline(mut self, deadline: std::time::Instant) -> Self {
        self.start.deadline = Some(Deadline::At(deadline.into()));
        self
    }

    /// Adds a text to the metadata. A name or a value that may not be sent fails the call with `INTERNAL`.
    pub fn metadata(mut self, name: &str, value: impl AsRef<str>) -> Self {
        let added = self.start.metadata.append(name, value);
        self.note(added);
        self
    }

    /// Adds bytes to the metadata, under a name that ends in `-bin`. A name that may not be sent fails the call with
    /// `INTERNAL`.
    pub fn metadata_bin(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        let added = self.start.metadata.append_bin(name, value);
        self.note(added);
        self
    }

    /// Adds all of `metadata`.
    pub fn with_metadata(mut self, metadata: &Metadata) -> Self {
        self.start.metadata.extend(metadata);
        self
    }

    /// The most bytes that a reply message of this call may have.
    pub fn max_receive_message_size(mut self, bytes: usize) -> Self {
        self.start.options.limits.receive = bytes;
        self
    }

    /// The most bytes that a request message of this call may have.
    pub fn max_send_message_size(mut self, bytes: usize) -> Self {
        self.start.options.limits.send = bytes;
        self
    }

    /// What the requests of this call are compressed with; `None` leaves them as they are. The server must read it: one
    /// that does not answers with `UNIMPLEMENTED`.
    pub fn compress(mut self, compression: impl Into<Option<Compression>>) -> Self {
        self.start.options.compression = compression.into();
        self
    }

    /// Leaves the deadline of the handler that makes the call aside, and its trace. Unless told so, a call that is made by a handler ends with
    /// that of the handler at the latest, and is cancelled when the handler is: for work that goes on behind it, spawn a
    /// task, whose calls inherit nothing.
    pub fn detached(mut self) -> Self {
        self.start.inherits = false;
        self
    }

    /// Credentials for this call, beside those of its channel: see [`CallCredentials`].
    pub fn credentials(mut self, credentials: impl CallCredentials) -> Self {
        self.start.credentials.add(credentials);
        self
    }

    /// Waits for a connection as long as it takes, or up to the deadline. Calls that do not, fail as soon as no server can
    /// be connected to.
    pub fn wait_for_ready(mut self, wanted: bool) -> Self {
        self.start.options.waits = wanted;
        self
    }

    /// Makes the call again if it fails, in place of what holds for its method: see [`Retry`].
    pub fn retry(mut self, retry: Retry) -> Self {
        self.start.policy = Policy::Retry(retry);
        self
    }

    /// Makes the call several times at once, in place of what holds for its method: see [`Hedge`].
    pub fn hedge(mut self, hedge: Hedge) -> Self {
        self.start.policy = Policy::Hedge(hedge);
        self
    }

    /// Makes the call once, whatever holds for its method. What no handler has seen, because the server was going away or
    /// refused it unread, is sent again all the same.
    pub fn no_retry(mut self) -> Self {
        self.start.policy = Policy::Never;
        self
    }

    fn note(&mut self, outcome: Result<(), MetadataError>) {
        if let Err(mistake) = outcome {
            self.start.mistake.get_or_insert(mistake);
        }
    }
}

impl<Req: Message + Reflect, Rep: Message + Reflect> Unary<Req, Rep> {
    /// Makes the call: the reply, with the headers and trailers of the answer.
    ///
    /// # Errors
    /// The status that the call ended with; its metadata are the trailers.
    pub async fn with_reply(self) -> Result<(Rep, Reply)> {
        ReplyFuture::new(self.start.with_one(self.requests.0)).with_reply().await
    }

    /// Makes the call: the reply or the status, with the headers and trailers of the answer in either case.
    pub async fn outcome(self) -> Outcome<Rep> {
        ReplyFuture::new(self.start.with_one(self.requests.0)).outcome().await
    }
}

// In the three futures below the call starts with the first poll, as it should for a future: so does its timeout.

impl<Req: Message + Reflect, Rep: Message + Reflect> IntoFuture for Unary<Req, Rep> {
    type Output = Result<Rep>;
    type IntoFuture = CallFuture<Rep>;

    fn into_future(self) -> CallFuture<Rep> {
        Box::pin(async move { self.start.with_one(self.requests.0).only("reply").await })
    }
}

impl<Req: Message + Reflect, Rep: Message + Reflect> ServerStream<Req, Rep> {
    /// Starts the call and returns its replies without waiting for the server's headers: a failure to connect shows
    /// in the first [`Streaming::next`].
    pub fn open(self) -> Streaming<Rep> {
        self.start.at_once().with_one(self.requests.0)
    }
}

impl<Req: Message + Reflect, Rep: Message + Reflect> IntoFuture for ServerStream<Req, Rep> {
    type Output = Result<Streaming<Rep>>;
    type IntoFuture = CallFuture<Streaming<Rep>>;

    fn into_future(self) -> CallFuture<Streaming<Rep>> {
        Box::pin(async move {
            let mut replies = self.start.with_one(self.requests.0);
            replies.started().await?;
            Ok(replies)
        })
    }
}

impl<Req: Message + Reflect, Rep: Message + Reflect> ClientStream<Req, Rep> {
    /// Starts the call: the way to send requests, and the reply to await when they are finished.
    pub fn open(self) -> (Sender<Req>, ReplyFuture<Rep>) {
        let (sender, replies) = self.start.at_once().with_many();
        (sender, ReplyFuture::new(replies))
    }

    /// Makes the call with these requests.
    ///
    /// ```
    /// # mod schema { protocall::include_proto!(inline = r#"syntax = "proto3"; message Item {} message Sum {}
    /// # service Till { rpc Add(stream Item) returns (Sum); }"#); }
    /// # use schema::{Item, Sum, TillClient};
    /// async fn add(till: &TillClient, items: Vec<Item>) -> protocall::Result<Sum> {
    ///     till.add().send_all(items).await
    /// }
    /// ```
    ///
    /// # Errors
    /// The status that the call ended with.
    pub async fn send_all(self, requests: impl IntoIterator<Item = Req>) -> Result<Rep> {
        let (sender, reply) = self.open();
        ended(sender.send_all(requests).await, reply).await
    }

    /// Makes the call with the requests of a stream.
    ///
    /// # Errors
    /// The status that the call ended with.
    pub async fn send_stream(self, requests: impl Stream<Item = Req>) -> Result<Rep> {
        let (sender, reply) = self.open();
        ended(sender.send_stream(requests).await, reply).await
    }
}

/// The reply of a call whose requests were sent. A server that answers early stops the sending: what it answers is told
/// by the reply.
async fn ended<Rep: Message>(sent: Result<()>, reply: ReplyFuture<Rep>) -> Result<Rep> {
    match sent {
        Err(status) if status.code() != Code::Cancelled => Err(status),
        _ => reply.await,
    }
}

impl<Req: Message + Reflect, Rep: Message + Reflect> Bidi<Req, Rep> {
    /// Starts the call: the way to send requests, and the replies. The two may be used by different tasks.
    pub fn open(self) -> (Sender<Req>, Streaming<Rep>) {
        self.start.at_once().with_many()
    }
}

impl<Requests, Replies> fmt::Debug for Call<Requests, Replies> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Call").field(&self.start).finish()
    }
}
