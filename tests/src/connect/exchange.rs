//! Requests out and replies in, one after another, as a test of the suite paces them. Used by `caller`.

use std::time::Duration;

use protocall::client::Sender;
use protocall::well_known::Any;
use protocall::{Message, Reflect, Result, Status, Streaming};

use super::{
    BidiStreamResponse, ClientCompatRequest, ClientResponseResult, ClientStreamResponse, ConformancePayload,
    IdempotentUnaryResponse, ServerStreamResponse, UnaryResponse, UnimplementedResponse, error_of,
    headers_of,
};

/// A reply that holds what the server tells; one without it tells nothing, as far as the suite goes.
pub(super) trait Payload: Message + Reflect {
    fn payload(self) -> ConformancePayload;
}

macro_rules! payload {
    ($($reply:ident)*) => {$(
        impl Payload for $reply {
            fn payload(self) -> ConformancePayload {
                self.payload.unwrap_or_default()
            }
        }
    )*};
}
payload!(UnaryResponse IdempotentUnaryResponse ClientStreamResponse ServerStreamResponse BidiStreamResponse);

impl Payload for UnimplementedResponse {
    fn payload(self) -> ConformancePayload {
        ConformancePayload::default()
    }
}

pub(super) async fn wait(millis: u32) {
    tokio::time::sleep(Duration::from_millis(millis.into())).await;
}

/// The requests of a test.
pub(super) fn requests<M: Message>(asked: &ClientCompatRequest) -> Result<Vec<M>> {
    let decode = |any: &Any| M::decode(&any.value);
    let decoded: Result<Vec<M>, _> = asked.request_messages.iter().map(decode).collect();
    decoded.map_err(|error| Status::invalid_argument("the runner's request is none").with_source(error))
}

/// Sends requests, each after a pause of `delay` milliseconds; the number of those that could not be sent.
pub(super) async fn push<M: Message>(sender: &mut Sender<M>, requests: Vec<M>, delay: u32) -> i32 {
    let mut unsent = i32::try_from(requests.len()).unwrap_or(i32::MAX);
    for request in requests {
        wait(delay).await;
        if sender.send(request).await.is_err() {
            break;
        }
        unsent -= 1;
    }
    unsent
}

/// The requests of a call in which each waits for a reply.
pub(super) struct ManyRequests<'a, M> {
    pub(super) sender: &'a mut Sender<M>,
    pub(super) requests: Vec<M>,
    pub(super) delay: u32,
}

/// Sends a request, reads a reply, and so on; the number of requests that could not be sent.
pub(super) async fn duplex<Req: Message, Rep: Payload>(
    out: ManyRequests<'_, Req>,
    received: &mut ManyReplies<Rep>,
) -> i32 {
    let mut unsent = i32::try_from(out.requests.len()).unwrap_or(i32::MAX);
    for request in out.requests {
        wait(out.delay).await;
        if out.sender.send(request).await.is_err() {
            break;
        }
        unsent -= 1;
        // How the replies ended is found again by whoever reads on.
        if received.enough() || !matches!(received.next().await, Ok(true)) {
            break;
        }
    }
    unsent
}

/// The replies of a stream, up to its end or to where a test cancels it.
pub(super) struct ManyReplies<M> {
    streaming: Option<Streaming<M>>,
    payloads: Vec<ConformancePayload>,
    limit: Option<usize>,
}

impl<M: Payload> ManyReplies<M> {
    pub(super) fn new(streaming: Streaming<M>, limit: Option<usize>) -> Self {
        Self { streaming: Some(streaming), payloads: Vec::new(), limit }
    }

    /// Whether the call is to be cancelled now.
    fn enough(&self) -> bool {
        self.limit.is_some_and(|limit| self.payloads.len() >= limit)
    }

    /// Reads a reply; `false` at the end.
    async fn next(&mut self) -> Result<bool> {
        let Some(streaming) = &mut self.streaming else { return Ok(false) };
        let Some(reply) = streaming.next().await? else { return Ok(false) };
        self.payloads.push(reply.payload());
        Ok(true)
    }

    /// All of it, as the suite wants to hear of it.
    pub(super) async fn told(self, finished: Result<()>) -> ClientResponseResult {
        let mut response = ClientResponseResult {
            payloads: self.payloads,
            error: finished.as_ref().err().map(error_of),
            ..Default::default()
        };
        let Some(mut streaming) = self.streaming else { return response };
        if let Ok(headers) = streaming.headers().await {
            response.response_headers = headers_of(headers);
        }
        response.response_trailers = streaming.trailers().map(headers_of).unwrap_or_default();
        response
    }
}

/// Reads replies to the end, or to where the call is cancelled.
pub(super) async fn gather<M: Payload>(received: &mut ManyReplies<M>) -> Result<()> {
    loop {
        if received.enough() {
            return Err(Status::cancelled("the call was dropped"));
        }
        if !received.next().await? {
            return Ok(());
        }
    }
}
