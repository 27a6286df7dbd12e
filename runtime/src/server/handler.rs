//! The four shapes of a call: requests in, the user's `async fn`, replies out. Called by generated code, one line per
//! method.

use std::future::poll_fn;
use std::marker::PhantomData;
use std::pin::pin;
use std::sync::Arc;

use bytes::Bytes;
use futures_core::Stream;

use super::reply;
use super::service::{Exchange, Handling, Opened};
use crate::grpc::{
    Context, Direction, End, Guard, Inbound, Lane, Method, Result, Sight, Status, Streaming, undecodable,
};
use crate::message::{Message, MessageView, Viewable};
use crate::reflect::Reflect;

/// What has panicked, where a handler has.
const HANDLER: &str = "the handler";

pub use self::one_reply as unary;
pub use self::one_reply as client_stream;
pub use self::stream_reply as server_stream;
pub use self::stream_reply as bidi;

/// A method with one reply: `async fn(&S, &Context, Requests) -> Result<Reply>`, for requests of either shape.
///
/// A trait of its own because a bound on an `async fn` cannot say that its future is `Send`.
pub trait OneReply<'a, S: 'a, Requests>: Send + Sync {
    /// The reply.
    type Reply: Message + Reflect;
    /// The handler at work.
    type Handler: Future<Output = Result<Self::Reply>> + Send;

    /// Starts the handler.
    fn start(&self, service: &'a S, cx: &'a Context, requests: Requests) -> Self::Handler;
}

impl<'a, F, S: 'a, Requests, Reply, Handler> OneReply<'a, S, Requests> for F
where
    F: Fn(&'a S, &'a Context, Requests) -> Handler + Send + Sync,
    Handler: Future<Output = Result<Reply>> + Send,
    Reply: Message + Reflect,
{
    type Reply = Reply;
    type Handler = Handler;

    fn start(&self, service: &'a S, cx: &'a Context, requests: Requests) -> Handler {
        self(service, cx, requests)
    }
}

/// A method with a stream of replies: `async fn(&S, &Context, Requests) -> Result<impl Stream<Item = Result<Reply>>>`.
pub trait StreamReply<'a, S: 'a, Requests>: Send + Sync {
    /// One reply.
    type Reply: Message + Reflect;
    /// The replies.
    type Replies: Stream<Item = Result<Self::Reply>> + Send;
    /// The handler at work.
    type Handler: Future<Output = Result<Self::Replies>> + Send;

    /// Starts the handler.
    fn start(&self, service: &'a S, cx: &'a Context, requests: Requests) -> Self::Handler;
}

impl<'a, F, S: 'a, Requests, Reply, Replies, Handler> StreamReply<'a, S, Requests> for F
where
    F: Fn(&'a S, &'a Context, Requests) -> Handler + Send + Sync,
    Handler: Future<Output = Result<Replies>> + Send,
    Replies: Stream<Item = Result<Reply>> + Send,
    Reply: Message + Reflect,
{
    type Reply = Reply;
    type Replies = Replies;
    type Handler = Handler;

    fn start(&self, service: &'a S, cx: &'a Context, requests: Requests) -> Handler {
        self(service, cx, requests)
    }
}

/// What a handler takes: one message, the view of one, or a stream of messages.
pub trait Requests: 'static {
    /// What is held while the handler works.
    type Held: Send;
    /// What the handler is given of it.
    type Taken<'a>: Send;

    /// The requests of a call; waits for the only one where there must be one.
    fn receive(inbound: Inbound, cx: &Context) -> impl Future<Output = Result<Self::Held>> + Send;

    /// What the handler is given.
    fn take(held: &mut Option<Self::Held>) -> Result<Self::Taken<'_>>;
}

/// The requests of a call, which its interceptors see first.
fn requests<M: Message + Reflect>(inbound: Inbound, cx: &Context) -> Streaming<M> {
    let watching = cx.record.as_ref().filter(|record| record.watches(Direction::Requests));
    Streaming::new(inbound).seen_by(watching.map(|record| Sight::new(record, Direction::Requests)))
}

/// A request is taken once.
fn taken<T>(held: &mut Option<T>) -> Result<T> {
    held.take().ok_or_else(|| Status::internal("the request was taken before"))
}

impl<M: Message + Reflect> Requests for M {
    type Held = M;
    type Taken<'a> = M;

    async fn receive(inbound: Inbound, cx: &Context) -> Result<M> {
        let mut requests = requests(inbound, cx);
        let request = requests.only("request").await;
        cx.note_compressed(requests.was_compressed());
        request
    }

    fn take(held: &mut Option<M>) -> Result<M> {
        taken(held)
    }
}

impl<M: Message + Reflect> Requests for Streaming<M> {
    type Held = Self;
    type Taken<'a> = Self;

    async fn receive(inbound: Inbound, cx: &Context) -> Result<Self> {
        Ok(requests(inbound, cx))
    }

    fn take(held: &mut Option<Self>) -> Result<Self> {
        taken(held)
    }
}

/// One request, as a view over the buffer of its call.
pub struct ByView<M>(PhantomData<M>);

impl<M: Viewable + Reflect> Requests for ByView<M> {
    type Held = Bytes;
    type Taken<'a> = M::View<'a>;

    async fn receive(inbound: Inbound, cx: &Context) -> Result<Bytes> {
        let mut requests = requests::<M>(inbound, cx);
        let request = requests.only_bytes("request").await;
        cx.note_compressed(requests.was_compressed());
        request
    }

    fn take(held: &mut Option<Bytes>) -> Result<M::View<'_>> {
        let bytes = held.as_deref().unwrap_or_default();
        M::View::decode(bytes).map_err(|error| undecodable::<M>(error))
    }
}

/// Handles a call of a method with one reply.
pub fn one_reply<S, R, F>(
    exchange: Exchange,
    method: &'static Method,
    service: &Arc<S>,
    handler: F,
) -> Handling
where
    S: Send + Sync + 'static,
    R: Requests,
    F: for<'a> OneReply<'a, S, R::Taken<'a>> + 'static,
{
    let service = Arc::clone(service);
    Handling::new(async move {
        let Opened { cx, inbound, interception } = match exchange.open(method) {
            Ok(opened) => opened,
            Err(refusal) => return refusal.answer().await,
        };
        let work = async {
            let mut held = Some(R::receive(inbound, &cx).await?);
            let mut reply = handler.start(&service, &cx, R::take(&mut held)?).await?;
            reply::encode(&mut reply, &cx)
        };
        let work = pin!(Guard::new(cx.deadline, HANDLER, work));
        let outcome = match interception {
            None => work.await,
            Some(interception) => Box::pin(interception.one(work)).await,
        };
        reply::one(&cx, outcome)
    })
}

/// Handles a call of a method with a stream of replies.
pub fn stream_reply<S, R, F>(
    exchange: Exchange,
    method: &'static Method,
    service: &Arc<S>,
    handler: F,
) -> Handling
where
    S: Send + Sync + 'static,
    R: Requests,
    F: for<'a> StreamReply<'a, S, R::Taken<'a>> + 'static,
{
    let service = Arc::clone(service);
    Handling::new(async move {
        let Opened { cx, inbound, interception } = match exchange.open(method) {
            Ok(opened) => opened,
            Err(refusal) => return refusal.answer().await,
        };
        let cx = Arc::new(cx);
        let lane = Arc::new(Lane::within_a_task());
        let shared = (Arc::clone(&cx), Arc::clone(&lane));
        // All of the call is this one future: HTTP/2 drives it by asking for the body, and drops it with the body.
        let driver = Box::pin(async move {
            let (cx, lane) = shared;
            let work = async {
                let mut held = Some(R::receive(inbound, &cx).await?);
                forward(handler.start(&service, &cx, R::take(&mut held)?).await?, &lane, &cx).await
            };
            let work = pin!(Guard::new(cx.deadline, HANDLER, work));
            let outcome = match interception {
                None => work.await,
                Some(interception) => Box::pin(interception.many(work, &lane)).await,
            };
            lane.end(End::Trailers(reply::trailers(&cx, &outcome)));
        });
        reply::stream(cx, lane, driver).await
    })
}

/// Answers a call of a method that the service does not have.
pub fn unknown_method(exchange: Exchange, method: &str) -> Handling {
    let path = exchange.path.path();
    let service = path.strip_suffix(method).unwrap_or(path).trim_matches('/');
    let text = format!("service {service} has no method {method:?}");
    exchange.refuse(Status::unimplemented(text))
}

/// Sends what a handler replies, as fast as it is taken.
async fn forward<M: Message + Reflect>(
    replies: impl Stream<Item = Result<M>>,
    lane: &Lane,
    cx: &Context,
) -> Result<()> {
    let mut replies = pin!(replies);
    loop {
        if poll_fn(|task| lane.poll_room(task)).await.is_err() {
            return Err(Status::cancelled("the caller is gone"));
        }
        match poll_fn(|task| replies.as_mut().poll_next(task)).await {
            Some(reply) => {
                let mut reply = reply?;
                if let Some(record) = &cx.record {
                    record.see(Direction::Replies, &mut reply, None)?;
                }
                lane.push(&reply, cx.framing())?;
            }
            None => return Ok(()),
        }
    }
}
