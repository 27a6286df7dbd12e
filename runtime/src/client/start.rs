//! The start of a call: from its options and requests to an HTTP request on its way, and the way in for the answer.
//! Called by `intercept`.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::task::JoinHandle;
use tokio::time::Instant;

use super::attempt::{Attempts, Body};
use super::buffer::Hold;
use super::channel::Options;
use super::credentials::Credentials;
use super::head::Head;
use super::policy::Policy;
use super::{Channel, Sender, retry};
use crate::grpc::{
    Expiry, Framing, Inbound, Lane, LaneReader, Metadata, MetadataError, Method, OnEnd, Replies, Result,
    Status, Streaming, Waiting, append_frame, inherited,
};
use crate::message::Message;

/// What starting a call takes besides its requests.
pub(super) struct Start {
    pub(super) channel: Channel,
    pub(super) method: &'static Method,
    /// What is done if the call fails.
    pub(super) policy: Policy,
    /// The longest that the method may take.
    limit: Option<Duration>,
    pub(super) options: Options,
    pub(super) metadata: Metadata,
    pub(super) credentials: Credentials,
    pub(super) deadline: Option<Deadline>,
    /// The first mistake in the options, which the call fails with.
    pub(super) mistake: Option<MetadataError>,
    /// Whether the request leaves now, and not when its answer is first asked for.
    pub(super) at_once: bool,
    /// Whether the deadline of the handler that makes it holds for it too.
    pub(super) inherits: bool,
    /// Told how the call has ended.
    pub(super) on_end: Option<OnEnd>,
}

/// When a call must have ended.
#[derive(Clone, Copy, Debug)]
pub(super) enum Deadline {
    /// Counted from its start.
    After(Duration),
    At(Instant),
}

impl Start {
    pub(super) fn new(channel: Channel, method: &'static Method) -> Self {
        let config = channel.control.method(method);
        let (policy, limit, mut options) = (config.policy.clone(), config.timeout, channel.options.clone());
        options.limits = options.method_limits.of(method, options.limits);
        options.limits.receive =
            config.max_receive.map_or(options.limits.receive, |most| most.min(options.limits.receive));
        options.limits.send =
            config.max_send.map_or(options.limits.send, |most| most.min(options.limits.send));
        options.waits = config.waits.unwrap_or(options.waits);
        let (metadata, credentials) = (Metadata::new(), channel.credentials.clone());
        Self {
            channel,
            method,
            policy,
            limit,
            options,
            metadata,
            credentials,
            deadline: None,
            mistake: None,
            at_once: false,
            inherits: true,
            on_end: None,
        }
    }

    pub(super) fn at_once(self) -> Self {
        Self { at_once: true, ..self }
    }

    /// Starts a call with one request.
    pub(super) fn one<Req: Message, Rep: Message>(self, request: &Req) -> Streaming<Rep> {
        let (body, deadline) = (self.only(request), self.moment());
        Streaming::new(self.run(body, deadline, None))
    }

    /// Starts a call with many requests.
    pub(super) fn many<Req: Message, Rep: Message>(self) -> (Sender<Req>, Streaming<Rep>) {
        let (lane, framing, deadline) = (Arc::new(Lane::between_tasks()), self.framing(), self.moment());
        let body = self.those_of(&lane);
        let inbound = self.run(Ok(body), deadline, Some(Arc::clone(&lane)));
        (Sender::new(lane, framing, deadline), Streaming::new(inbound))
    }

    /// Whether there are interceptors to run; outside of a runtime the call fails without them.
    pub(super) fn is_intercepted(&self) -> bool {
        !self.channel.interceptors.is_empty() && Handle::try_current().is_ok()
    }

    /// The only request, encoded.
    pub(super) fn only<Req: Message>(&self, request: &Req) -> Result<Body> {
        let mut frame = Vec::new();
        append_frame(&mut frame, request, self.framing())?;
        Ok(Body::one(frame.into(), Hold::of(self.channel.control.buffer())))
    }

    /// The requests that are written to a lane.
    pub(super) fn those_of(&self, lane: &Arc<Lane>) -> Body {
        Body::many(LaneReader::new(Arc::clone(lane)), Hold::of(self.channel.control.buffer()))
    }

    pub(super) fn framing(&self) -> Framing {
        let Options { limits, compression, minimum, .. } = self.options;
        Framing { limit: limits.send, compression, minimum }
    }

    /// The moment of the deadline, for a call that starts now. One beyond what the clock can count is as good as none.
    pub(super) fn moment(&self) -> Option<Instant> {
        let after = |timeout| Instant::now().checked_add(timeout);
        let own = self.deadline.and_then(|deadline| match deadline {
            Deadline::At(moment) => Some(moment),
            Deadline::After(timeout) => after(timeout),
        });
        let inherited = self.inherits.then(inherited).flatten();
        own.into_iter().chain(self.limit.and_then(after)).chain(inherited).min()
    }

    /// Sends the request and returns the way in. `lane` is where the requests of a stream are written.
    fn run(mut self, body: Result<Body>, deadline: Option<Instant>, lane: Option<Arc<Lane>>) -> Inbound {
        let mut replies = self.replies(lane);
        match body.and_then(|body| self.answer(body, deadline)) {
            Ok(answer) => {
                replies.expiry = deadline.map(Expiry::at);
                Inbound::replies(answer, replies)
            }
            Err(status) => Inbound::replies(Box::pin(std::future::ready(Err(status))), replies),
        }
    }

    /// What the replies are read with.
    pub(super) fn replies(&mut self, lane: Option<Arc<Lane>>) -> Replies {
        let on_end = self.on_end.take();
        let Options { limits, accepted, .. } = &self.options;
        Replies { limit: limits.receive, accepted: accepted.clone(), expiry: None, requests: lane, on_end }
    }

    /// Sends the request, now or when its answer is first asked for.
    pub(super) fn answer(mut self, body: Body, deadline: Option<Instant>) -> Result<Waiting> {
        if let Some(mistake) = self.mistake.take() {
            return Err(mistake.into());
        }
        if deadline.is_some_and(|deadline| deadline <= Instant::now()) {
            return Err(Status::deadline_exceeded("the deadline of the call had passed before it began"));
        }
        if Handle::try_current().is_err() {
            return Err(Status::internal("calls are made inside a tokio runtime, and here is none"));
        }
        let head = self.head(deadline);
        let attempts = Attempts::new(&self.channel, head, body);
        let (control, policy) = (self.channel.control, self.policy);
        let answer = async move { retry::answer(attempts, policy, control.throttle()).await };
        Ok(if self.at_once { Box::pin(Spawned::new(answer)) } else { Box::pin(answer) })
    }

    fn head(&mut self, deadline: Option<Instant>) -> Head {
        let Options { compression, accepted, .. } = &self.options;
        let accepted = (!accepted.is_empty()).then(|| accepted.header());
        let (compression, metadata) = (*compression, std::mem::take(&mut self.metadata));
        let credentials = std::mem::take(&mut self.credentials);
        let (method, waits) = (self.method, self.options.waits);
        Head { method, metadata, credentials, compression, accepted, deadline, waits }
    }
}

impl fmt::Debug for Start {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Start")
            .field("method", &self.method.path())
            .field("metadata", &self.metadata)
            .field("deadline", &self.deadline)
            .finish_non_exhaustive()
    }
}

/// What is waited for by a task of its own, as an answer is: the requests of a stream must leave although nobody asks for
/// the replies yet. Dropping it cancels the request.
pub(super) struct Spawned<T>(JoinHandle<Result<T>>);

impl<T: Send + 'static> Spawned<T> {
    pub(super) fn new(work: impl Future<Output = Result<T>> + Send + 'static) -> Self {
        Self(tokio::spawn(work))
    }
}

impl<T> Future for Spawned<T> {
    type Output = Result<T>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<T>> {
        Pin::new(&mut self.0).poll(cx).map(|ended| {
            ended.unwrap_or_else(|_| Err(Status::cancelled("the runtime that the call ran on has stopped")))
        })
    }
}

impl<T> Drop for Spawned<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}
