//! The client's part: the fourteen cases of gRPC's interop-test-descriptions that need no foreign credentials, each with the
//! checks that the description asks for. Called by `src/bin/interop_client.rs`.

use std::time::Duration;

use protocall::{Channel, Code, Message, Metadata, Result, Status, Streaming};

use super::{
    COMPRESSED, ECHO_INITIAL, ECHO_TRAILING, EchoStatus, Empty, NEGATIVE, PayloadType, ResponseParameters,
    SimpleRequest, SimpleResponse, StreamingInputCallRequest, StreamingOutputCallRequest,
    StreamingOutputCallResponse, TestServiceClient, UnimplementedServiceClient, compressed, negative, zeros,
};

/// The names of the cases, without those of compression.
pub const CASES: [&str; 14] = [
    "empty_unary",
    "large_unary",
    "client_streaming",
    "server_streaming",
    "ping_pong",
    "empty_stream",
    "custom_metadata",
    "status_code_and_message",
    "special_status_message",
    "unimplemented_method",
    "unimplemented_service",
    "cancel_after_begin",
    "cancel_after_first_response",
    "timeout_on_sleeping_server",
];

const REQUEST_SIZE: usize = 271_828;
const RESPONSE_SIZE: i32 = 314_159;
/// What goes one way and what comes the other, four times.
const REQUEST_SIZES: [usize; 4] = [27182, 8, 1828, 45904];
const RESPONSE_SIZES: [i32; 4] = [31415, 9, 2653, 58979];

/// Plays a case. Gives false where there is none of this name.
///
/// # Errors
/// The status of a call that should have gone well.
///
/// # Panics
/// When a call went well that should not have, or its answer is not the one.
pub async fn play(name: &str, channel: Channel) -> Result<bool> {
    let test = TestServiceClient::from(channel.clone());
    match name {
        "empty_unary" => empty_unary(test).await?,
        "large_unary" => large_unary(&test).await?,
        "client_streaming" => client_streaming(test).await?,
        "server_streaming" => server_streaming(test).await?,
        "ping_pong" => ping_pong(test).await?,
        "empty_stream" => empty_stream(test).await?,
        "custom_metadata" => custom_metadata(test).await?,
        "status_code_and_message" => status_code_and_message(test).await?,
        "special_status_message" => special_status_message(test).await,
        "unimplemented_method" => unimplemented_method(test).await,
        "unimplemented_service" => unimplemented_service(channel.into()).await,
        "cancel_after_begin" => cancel_after_begin(test).await,
        "cancel_after_first_response" => cancel_after_first_response(test).await?,
        "timeout_on_sleeping_server" => timeout_on_sleeping_server(test).await,
        name if NEGATIVE.contains(&name) => negative::play(name, test).await?,
        name if COMPRESSED.contains(&name) => compressed::play(name, test).await?,
        _ => return Ok(false),
    }
    Ok(true)
}

pub(super) fn large_request() -> SimpleRequest {
    SimpleRequest { response_size: RESPONSE_SIZE, payload: zeros(REQUEST_SIZE), ..Default::default() }
}

pub(super) fn check_large(reply: &SimpleResponse) {
    let payload = reply.payload();
    assert_eq!(payload.r#type, PayloadType::Compressable);
    check_zeros(&payload.body, RESPONSE_SIZE);
}

pub(super) fn check_zeros(body: &[u8], size: i32) {
    assert_eq!(i32::try_from(body.len()), Ok(size), "so many bytes were asked for");
    assert!(body.iter().all(|byte| *byte == 0), "there is more than zeros in the payload");
}

fn check_status(status: &Status, code: Code) {
    assert_eq!(status.code(), code, "{status}");
}

/// A request on a stream that asks for one message of `response` bytes.
fn exchange(request: usize, response: i32) -> StreamingOutputCallRequest {
    let wanted = ResponseParameters { size: response, ..Default::default() };
    StreamingOutputCallRequest {
        response_parameters: vec![wanted],
        payload: zeros(request),
        ..Default::default()
    }
}

async fn expect_reply(replies: &mut Streaming<StreamingOutputCallResponse>, size: i32) -> Result<()> {
    let reply = replies.next().await?.expect("a reply before the end");
    check_zeros(&reply.payload().body, size);
    Ok(())
}

async fn expect_end<M: Message>(replies: &mut Streaming<M>) -> Result<()> {
    assert!(replies.next().await?.is_none(), "there is a reply that was not asked for");
    Ok(())
}

/// The status that a stream ends with, which must not be the good one.
async fn failure<M: Message>(replies: &mut Streaming<M>) -> Status {
    replies.next().await.map(drop).expect_err("the call must not end well, nor go on")
}

async fn empty_unary(test: TestServiceClient) -> Result<()> {
    assert_eq!(test.empty_call(Empty::default()).await?, Empty::default());
    Ok(())
}

pub(super) async fn large_unary(test: &TestServiceClient) -> Result<()> {
    check_large(&test.unary_call(large_request()).await?);
    Ok(())
}

async fn client_streaming(test: TestServiceClient) -> Result<()> {
    let request = |size| StreamingInputCallRequest { payload: zeros(size), ..Default::default() };
    let reply = test.streaming_input_call().send_all(REQUEST_SIZES.map(request)).await?;
    assert_eq!(reply.aggregated_payload_size, 74922);
    Ok(())
}

async fn server_streaming(test: TestServiceClient) -> Result<()> {
    let wanted = |size| ResponseParameters { size, ..Default::default() };
    let response_parameters = RESPONSE_SIZES.map(wanted).to_vec();
    let request = StreamingOutputCallRequest { response_parameters, ..Default::default() };
    let mut replies = test.streaming_output_call(request).await?;
    for size in RESPONSE_SIZES {
        expect_reply(&mut replies, size).await?;
    }
    expect_end(&mut replies).await
}

async fn ping_pong(test: TestServiceClient) -> Result<()> {
    let (mut requests, mut replies) = test.full_duplex_call().open();
    for (request, response) in REQUEST_SIZES.into_iter().zip(RESPONSE_SIZES) {
        requests.send(exchange(request, response)).await?;
        expect_reply(&mut replies, response).await?;
    }
    requests.finish();
    expect_end(&mut replies).await
}

async fn empty_stream(test: TestServiceClient) -> Result<()> {
    let (requests, mut replies) = test.full_duplex_call().open();
    requests.finish();
    expect_end(&mut replies).await
}

async fn custom_metadata(test: TestServiceClient) -> Result<()> {
    const TEXT: &str = "test_initial_metadata_value";
    const BYTES: [u8; 3] = [0xab; 3];
    let check = |headers: &Metadata, trailers: &Metadata| {
        assert_eq!(headers.get(ECHO_INITIAL), Some(TEXT));
        assert_eq!(trailers.get_bin(ECHO_TRAILING).as_deref(), Some(&BYTES[..]));
    };
    let call = test.unary_call(large_request()).metadata(ECHO_INITIAL, TEXT);
    let (message, reply) = call.metadata_bin(ECHO_TRAILING, BYTES).with_reply().await?;
    check_large(&message);
    check(&reply.headers, &reply.trailers);

    let call = test.full_duplex_call().metadata(ECHO_INITIAL, TEXT);
    let (mut requests, mut replies) = call.metadata_bin(ECHO_TRAILING, BYTES).open();
    requests.send(exchange(REQUEST_SIZE, RESPONSE_SIZE)).await?;
    requests.finish();
    let headers = replies.headers().await?.clone();
    expect_reply(&mut replies, RESPONSE_SIZE).await?;
    expect_end(&mut replies).await?;
    check(&headers, replies.trailers().expect("the call has ended"));
    Ok(())
}

async fn status_code_and_message(test: TestServiceClient) -> Result<()> {
    const TEXT: &str = "test status message";
    let wanted = || Some(EchoStatus { code: 2, message: TEXT.into(), ..Default::default() });
    let check = |status: Status| {
        check_status(&status, Code::Unknown);
        assert_eq!(status.message(), TEXT);
    };
    let request = SimpleRequest { response_status: wanted(), ..Default::default() };
    check(test.unary_call(request).await.expect_err("the status that was asked for"));

    let (mut requests, mut replies) = test.full_duplex_call().open();
    requests.send(StreamingOutputCallRequest { response_status: wanted(), ..Default::default() }).await?;
    requests.finish();
    check(failure(&mut replies).await);
    Ok(())
}

async fn special_status_message(test: TestServiceClient) {
    const TEXT: &str = "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n";
    let wanted = EchoStatus { code: 2, message: TEXT.into(), ..Default::default() };
    let request = SimpleRequest { response_status: Some(wanted), ..Default::default() };
    let status = test.unary_call(request).await.expect_err("the status that was asked for");
    check_status(&status, Code::Unknown);
    assert_eq!(status.message(), TEXT);
}

async fn unimplemented_method(test: TestServiceClient) {
    let outcome = test.unimplemented_call(Empty::default()).await;
    check_status(&outcome.expect_err("no server has this method"), Code::Unimplemented);
}

async fn unimplemented_service(client: UnimplementedServiceClient) {
    let outcome = client.unimplemented_call(Empty::default()).await;
    check_status(&outcome.expect_err("no server has this service"), Code::Unimplemented);
}

async fn cancel_after_begin(test: TestServiceClient) {
    let (requests, reply) = test.streaming_input_call().open();
    drop(requests);
    check_status(&reply.await.expect_err("it was cancelled"), Code::Cancelled);
}

async fn cancel_after_first_response(test: TestServiceClient) -> Result<()> {
    let (mut requests, mut replies) = test.full_duplex_call().open();
    requests.send(exchange(REQUEST_SIZES[0], RESPONSE_SIZES[0])).await?;
    expect_reply(&mut replies, RESPONSE_SIZES[0]).await?;
    drop(requests);
    check_status(&failure(&mut replies).await, Code::Cancelled);
    Ok(())
}

async fn timeout_on_sleeping_server(test: TestServiceClient) {
    let (mut requests, mut replies) = test.full_duplex_call().timeout(Duration::from_millis(1)).open();
    let request = StreamingOutputCallRequest { payload: zeros(REQUEST_SIZES[0]), ..Default::default() };
    // The deadline may have passed already: what counts is how the call ends.
    let _ = requests.send(request).await;
    check_status(&failure(&mut replies).await, Code::DeadlineExceeded);
    drop(requests);
}
