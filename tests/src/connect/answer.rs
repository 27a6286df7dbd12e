//! The service that the suite's client calls: it answers what each request asks to be answered. Served by
//! `src/bin/connect_conformance_server.rs`.

use std::time::Duration;

use protocall::well_known::Any;
use protocall::{Context, Result, Status, Stream, Streaming, Yield, produce};

use super::conformance_payload::RequestInfo;
use super::unary_response_definition::Response;
use super::{
    BidiStreamRequest, BidiStreamResponse, ClientStreamRequest, ClientStreamResponse, ConformancePayload,
    ConformanceService, Header, IdempotentUnaryRequest, IdempotentUnaryResponse, ServerStreamRequest,
    ServerStreamResponse, StreamResponseDefinition, UnaryRequest, UnaryResponse, UnaryResponseDefinition,
    any, append, headers_of, status_of,
};

/// See the head of the file.
#[derive(Clone, Copy, Debug)]
pub struct Conformance;

impl ConformanceService for Conformance {
    async fn unary(&self, cx: &Context, request: UnaryRequest) -> Result<UnaryResponse> {
        let requests = vec![any(&request)];
        let payload = Some(one(cx, request.response_definition, requests).await?);
        Ok(UnaryResponse { payload, ..Default::default() })
    }

    async fn idempotent_unary(
        &self,
        cx: &Context,
        request: IdempotentUnaryRequest,
    ) -> Result<IdempotentUnaryResponse> {
        let requests = vec![any(&request)];
        let payload = Some(one(cx, request.response_definition, requests).await?);
        Ok(IdempotentUnaryResponse { payload, ..Default::default() })
    }

    async fn client_stream(
        &self,
        cx: &Context,
        mut requests: Streaming<ClientStreamRequest>,
    ) -> Result<ClientStreamResponse> {
        let (mut definition, mut seen) = (None, Vec::new());
        while let Some(request) = requests.next().await? {
            seen.push(any(&request));
            if seen.len() == 1 {
                definition = request.response_definition;
            }
        }
        let payload = Some(one(cx, definition, seen).await?);
        Ok(ClientStreamResponse { payload, ..Default::default() })
    }

    async fn server_stream(
        &self,
        cx: &Context,
        request: ServerStreamRequest,
    ) -> Result<impl Stream<Item = Result<ServerStreamResponse>>> {
        Ok(produce(async move |out| {
            let seen = vec![any(&request)];
            let Some(definition) = request.response_definition else { return Ok(()) };
            let answer = Answer::new(cx, definition)?;
            answer.flush();
            let reply = |payload| ServerStreamResponse { payload, ..Default::default() };
            answer.finish(seen, &out, reply).await
        }))
    }

    async fn bidi_stream(
        &self,
        cx: &Context,
        mut requests: Streaming<BidiStreamRequest>,
    ) -> Result<impl Stream<Item = Result<BidiStreamResponse>>> {
        Ok(produce(async move |out| {
            let reply = |payload| BidiStreamResponse { payload, ..Default::default() };
            let Some(mut request) = requests.next().await? else { return Ok(()) };
            let full_duplex = request.full_duplex;
            let mut seen = vec![any(&request)];
            let definition = request.response_definition.take();
            let mut answer = Answer::new(cx, definition.unwrap_or_default())?;
            if full_duplex {
                answer.flush();
                while let Some(payload) = answer.next(&mut seen).await {
                    out.send(reply(Some(payload))).await?;
                    let Some(request) = requests.next().await? else { break };
                    seen.push(any(&request));
                }
            } else {
                while let Some(request) = requests.next().await? {
                    seen.push(any(&request));
                }
                answer.flush();
            }
            answer.finish(seen, &out, reply).await
        }))
    }
}

fn request_info(cx: &Context, requests: Vec<Any>) -> RequestInfo {
    RequestInfo {
        request_headers: headers_of(cx.metadata()),
        timeout_ms: cx.time_left().map(|left| i64::try_from(left.as_millis()).unwrap_or(i64::MAX)),
        requests,
        ..Default::default()
    }
}

fn set_metadata(cx: &Context, headers: &[Header], trailers: &[Header]) -> Result<()> {
    cx.headers(|metadata| append(headers, metadata))?;
    Ok(cx.trailers(|metadata| append(trailers, metadata))?)
}

async fn wait(millis: u32) {
    tokio::time::sleep(Duration::from_millis(millis.into())).await;
}

/// The one reply of a call with these requests.
async fn one(
    cx: &Context,
    definition: Option<UnaryResponseDefinition>,
    requests: Vec<Any>,
) -> Result<ConformancePayload> {
    let request_info = request_info(cx, requests);
    let definition = definition.unwrap_or_default();
    set_metadata(cx, &definition.response_headers, &definition.response_trailers)?;
    wait(definition.response_delay_ms).await;
    let data = match definition.response {
        Some(Response::Error(error)) => return Err(status_of(error, Some(any(&request_info)))),
        Some(Response::ResponseData(data)) => data,
        None => Default::default(),
    };
    Ok(ConformancePayload { data, request_info: Some(request_info), ..Default::default() })
}

/// The replies of a streaming call, as its first request defines them.
struct Answer<'a> {
    cx: &'a Context,
    definition: StreamResponseDefinition,
    sent: usize,
}

impl<'a> Answer<'a> {
    fn new(cx: &'a Context, definition: StreamResponseDefinition) -> Result<Self> {
        set_metadata(cx, &definition.response_headers, &definition.response_trailers)?;
        Ok(Self { cx, definition, sent: 0 })
    }

    /// Sends the headers before the first reply, if there will be one.
    fn flush(&self) {
        if !self.definition.response_data.is_empty() {
            self.cx.flush_headers();
        }
    }

    /// The next reply, which tells of the requests that were `seen` since the last.
    async fn next(&mut self, seen: &mut Vec<Any>) -> Option<ConformancePayload> {
        let data = self.definition.response_data.get(self.sent)?.clone();
        let requests = std::mem::take(seen);
        let request_info = match (self.sent, requests.is_empty()) {
            (0, _) => Some(request_info(self.cx, requests)),
            (_, true) => None,
            (_, false) => Some(RequestInfo { requests, ..Default::default() }),
        };
        wait(self.definition.response_delay_ms).await;
        self.sent += 1;
        Some(ConformancePayload { data, request_info, ..Default::default() })
    }

    /// Sends the replies that are left, and the error if there is one.
    async fn finish<R>(
        mut self,
        mut seen: Vec<Any>,
        out: &Yield<R>,
        reply: impl Fn(Option<ConformancePayload>) -> R,
    ) -> Result<()> {
        while let Some(payload) = self.next(&mut seen).await {
            out.send(reply(Some(payload))).await?;
        }
        let Some(error) = self.definition.error.take() else { return Ok(()) };
        let more = (self.sent == 0).then(|| any(&request_info(self.cx, seen)));
        Err::<(), Status>(status_of(error, more))
    }
}
