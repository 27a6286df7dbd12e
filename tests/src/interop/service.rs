//! The server's part: it answers as many bytes as it is asked for, echoes metadata, and tells whether what came was
//! compressed. Served by `src/bin/interop_server.rs`.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use protocall::{Code, Context, Metadata, MetadataError, Result, Status, Stream, Streaming, Yield, produce};

use super::{
    BoolValue, ECHO_INITIAL, ECHO_TRAILING, EchoStatus, Empty, Payload, ResponseParameters, SimpleRequest,
    SimpleResponse, StreamingInputCallRequest, StreamingInputCallResponse, StreamingOutputCallRequest,
    StreamingOutputCallResponse, TestService, zeros,
};

/// See the head of the file.
#[derive(Clone, Copy, Debug)]
pub struct Interop;

impl TestService for Interop {
    async fn empty_call(&self, cx: &Context, _: Empty) -> Result<Empty> {
        echo_metadata(cx)?;
        Ok(Empty::default())
    }

    async fn unary_call(&self, cx: &Context, request: SimpleRequest) -> Result<SimpleResponse> {
        echo_metadata(cx)?;
        examine(request.expect_compressed, cx.was_compressed())?;
        end_as(request.response_status)?;
        cx.compress(is_wanted(request.response_compressed));
        Ok(SimpleResponse { payload: payload(request.response_size)?, ..Default::default() })
    }

    async fn cacheable_unary_call(&self, cx: &Context, _: SimpleRequest) -> Result<SimpleResponse> {
        echo_metadata(cx)?;
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let body = now.as_nanos().to_string().into_bytes().into();
        let payload = Some(Payload { body, ..Default::default() });
        Ok(SimpleResponse { payload, ..Default::default() })
    }

    async fn streaming_output_call(
        &self,
        cx: &Context,
        request: StreamingOutputCallRequest,
    ) -> Result<impl Stream<Item = Result<StreamingOutputCallResponse>>> {
        echo_metadata(cx)?;
        Ok(produce(async move |out| {
            end_as(request.response_status)?;
            answer(cx, request.response_parameters, &out).await
        }))
    }

    async fn streaming_input_call(
        &self,
        cx: &Context,
        mut requests: Streaming<StreamingInputCallRequest>,
    ) -> Result<StreamingInputCallResponse> {
        echo_metadata(cx)?;
        let mut sum = 0;
        while let Some(request) = requests.next().await? {
            examine(request.expect_compressed, requests.was_compressed())?;
            sum += request.payload.map_or(0, |payload| payload.body.len());
        }
        let aggregated_payload_size =
            i32::try_from(sum).map_err(|_| Status::out_of_range(format!("{sum} bytes are too many")))?;
        Ok(StreamingInputCallResponse { aggregated_payload_size, ..Default::default() })
    }

    async fn full_duplex_call(
        &self,
        cx: &Context,
        mut requests: Streaming<StreamingOutputCallRequest>,
    ) -> Result<impl Stream<Item = Result<StreamingOutputCallResponse>>> {
        echo_metadata(cx)?;
        Ok(produce(async move |out| {
            while let Some(request) = requests.next().await? {
                end_as(request.response_status)?;
                answer(cx, request.response_parameters, &out).await?;
            }
            Ok(())
        }))
    }

    async fn half_duplex_call(
        &self,
        cx: &Context,
        mut requests: Streaming<StreamingOutputCallRequest>,
    ) -> Result<impl Stream<Item = Result<StreamingOutputCallResponse>>> {
        echo_metadata(cx)?;
        let mut all = Vec::new();
        while let Some(request) = requests.next().await? {
            all.push(request);
        }
        Ok(produce(async move |out| {
            for request in all {
                end_as(request.response_status)?;
                answer(cx, request.response_parameters, &out).await?;
            }
            Ok(())
        }))
    }
}

/// Sends back what a caller wants echoed.
fn echo_metadata(cx: &Context) -> Result<()> {
    if let Some(text) = cx.metadata().get(ECHO_INITIAL) {
        cx.set_header(ECHO_INITIAL, text)?;
    }
    if let Some(bytes) = cx.metadata().get_bin(ECHO_TRAILING) {
        cx.trailers(|trailers: &mut Metadata| -> Result<(), MetadataError> {
            trailers.insert_bin(ECHO_TRAILING, bytes)
        })?;
    }
    Ok(())
}

/// Refuses a message that did not come as its sender says that it did.
fn examine(said: Option<BoolValue>, was_compressed: bool) -> Result<()> {
    match said {
        Some(said) if said.value != was_compressed => Err(Status::invalid_argument(format!(
            "the message should have come {}",
            if said.value { "compressed" } else { "as it is" },
        ))),
        _ => Ok(()),
    }
}

/// Ends the call with the status that its caller wants.
fn end_as(wanted: Option<EchoStatus>) -> Result<()> {
    let Some(wanted) = wanted.filter(|wanted| wanted.code != 0) else { return Ok(()) };
    let code = u32::try_from(wanted.code).ok().and_then(Code::from_number);
    let code = code.ok_or_else(|| Status::invalid_argument(format!("{} is no code", wanted.code)))?;
    Err(Status::new(code, wanted.message))
}

async fn answer(
    cx: &Context,
    wanted: Vec<ResponseParameters>,
    out: &Yield<StreamingOutputCallResponse>,
) -> Result<()> {
    for one in wanted {
        if let Ok(pause @ 1..) = u64::try_from(one.interval_us) {
            tokio::time::sleep(Duration::from_micros(pause)).await;
        }
        cx.compress(is_wanted(one.compressed));
        let payload = payload(one.size)?;
        out.send(StreamingOutputCallResponse { payload, ..Default::default() }).await?;
    }
    Ok(())
}

fn is_wanted(compressed: Option<BoolValue>) -> bool {
    compressed.is_some_and(|wanted| wanted.value)
}

fn payload(size: i32) -> Result<Option<Payload>> {
    let size = usize::try_from(size);
    size.map(zeros).map_err(|_| Status::invalid_argument("there is no message of less than nothing"))
}
