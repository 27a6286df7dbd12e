//! The start of a call, intercepted or not. One that is: its request leaves when the interceptors have let it go on, and
//! its end goes through them. Called by `call`.

use std::future::{pending, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use http::Extensions;
use tokio::sync::oneshot;

use super::Sender;
use super::attempt::Body;
use super::sender::Watched;
use super::start::{Spawned, Start};
use crate::grpc::{
    Direction, End, Expiry, Inbound, InterceptedCall, Lane, Origins, Record, Result, Sight, Status,
    Streaming, Target, Watch,
};
use crate::message::Message;
use crate::reflect::Reflect;

impl Start {
    /// Starts a call with one request.
    pub(super) fn with_one<Req, Rep>(self, request: Req) -> Streaming<Rep>
    where
        Req: Message + Reflect,
        Rep: Message + Reflect,
    {
        #[cfg(feature = "telemetry")]
        let this = self.told();
        #[cfg(not(feature = "telemetry"))]
        let this = self;
        if this.is_intercepted() { one(this, request) } else { this.one(&request) }
    }

    /// Starts a call with many requests.
    pub(super) fn with_many<Req, Rep>(self) -> (Sender<Req>, Streaming<Rep>)
    where
        Req: Message + Reflect,
        Rep: Message + Reflect,
    {
        #[cfg(feature = "telemetry")]
        let this = self.told();
        #[cfg(not(feature = "telemetry"))]
        let this = self;
        if this.is_intercepted() { many(this) } else { this.many() }
    }
}

fn one<Req, Rep>(start: Start, mut request: Req) -> Streaming<Rep>
where
    Req: Message + Reflect,
    Rep: Message + Reflect,
{
    let encode = move |start: &Start, record: &Record| {
        record.see(Direction::Requests, &mut request, None)?;
        start.only(&request)
    };
    let (inbound, record) = run(start, None, encode);
    Streaming::new(inbound).seen_by(Some(Sight::new(&record, Direction::Replies)))
}

fn many<Req, Rep>(start: Start) -> (Sender<Req>, Streaming<Rep>)
where
    Req: Message + Reflect,
    Rep: Message + Reflect,
{
    let (lane, framing, deadline) = (Arc::new(Lane::between_tasks()), start.framing(), start.moment());
    let body = start.those_of(&lane);
    let (inbound, record) = run(start, Some(Arc::clone(&lane)), |_, _| Ok(body));
    let sight = Sight::new(&record, Direction::Requests);
    let replies = Streaming::new(inbound).seen_by(Some(Sight::new(&record, Direction::Replies)));
    let begun = Box::pin(async move { record.begun().await });
    (Sender::new(lane, framing, deadline).watched(Watched { sight, begun: Some(begun) }), replies)
}

/// Runs the interceptors around the call: the way in for its replies, and what they share with it.
fn run(
    mut start: Start,
    lane: Option<Arc<Lane>>,
    body: impl FnOnce(&Start, &Record) -> Result<Body> + Send + 'static,
) -> (Inbound, Arc<Record>) {
    let deadline = start.moment();
    let mut call = InterceptedCall::new(Origins {
        target: Target::Known(start.method),
        metadata: std::mem::take(&mut start.metadata),
        extensions: Extensions::new(),
        deadline,
        peer: None,
        secure: start.channel.transport.is_secure(),
    });
    let record = Arc::clone(&call.record);
    let (interceptors, at_once) = (start.channel.interceptors.clone(), start.at_once);
    let mut replies = start.replies(lane.clone());
    replies.expiry = deadline.map(Expiry::at);
    let (open, opened) = oneshot::channel();
    let (end, ended) = oneshot::channel();
    let shared = Arc::clone(&record);
    let work = async move {
        let record = Arc::clone(&shared);
        let sent = async move {
            if let Some(request) = record.request() {
                start.metadata.extend(&request.metadata);
            }
            let body = body(&start, &record)?;
            // Fails where nobody waits for the answer any more, which drops this too.
            let _ = open.send(start.answer(body, deadline)?);
            outcome(ended, &record).await
        };
        let outcome = interceptors.run(&mut call, sent).await;
        shared.close();
        if let Some(lane) = lane {
            lane.end(End::Cancelled);
        }
        outcome
    };
    let answer = Box::pin(async move {
        match opened.await {
            Ok(answer) => answer.await,
            // The interceptors have not let the call go on: what they say is its end.
            Err(_) => pending().await,
        }
    });
    let watch = Watch {
        work: if at_once { Box::pin(Spawned::new(work)) } else { Box::pin(work) },
        ended: Some(end),
        record: Arc::clone(&record),
        is_late: false,
    };
    (Inbound::replies(answer, replies).watched(watch), record)
}

/// How the call itself ends: as its replies do, or because an interceptor does not let a request through.
async fn outcome(ended: oneshot::Receiver<Result<()>>, record: &Record) -> Result<()> {
    let (mut ended, mut failed) = (pin!(ended), pin!(record.failed()));
    poll_fn(|cx| match failed.as_mut().poll(cx) {
        Poll::Ready(status) => Poll::Ready(Err(status)),
        Poll::Pending => ended
            .as_mut()
            .poll(cx)
            .map(|ended| ended.unwrap_or_else(|_| Err(Status::cancelled("the caller has given up")))),
    })
    .await
}
