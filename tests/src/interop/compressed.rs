//! The four cases of compression: a client and a server agree, message by message, on what is compressed. Called by
//! `play`.

use protocall::{Code, Compression, Result};

use super::case::{check_large, check_zeros, large_request};
use super::{
    ResponseParameters, SimpleRequest, StreamingInputCallRequest, StreamingOutputCallRequest,
    TestServiceClient, some, zeros,
};

/// The names of the cases.
pub const COMPRESSED: [&str; 4] = [
    "client_compressed_unary",
    "server_compressed_unary",
    "client_compressed_streaming",
    "server_compressed_streaming",
];

const REQUEST_SIZES: [usize; 2] = [27182, 45904];
const RESPONSE_SIZES: [i32; 2] = [31415, 92653];

pub(super) async fn play(name: &str, test: TestServiceClient) -> Result<()> {
    match name {
        "client_compressed_unary" => client_unary(test).await,
        "server_compressed_unary" => server_unary(test).await,
        "client_compressed_streaming" => client_streaming(test).await,
        _ => server_streaming(test).await,
    }
}

async fn client_unary(test: TestServiceClient) -> Result<()> {
    let request = |said| SimpleRequest { expect_compressed: some(said), ..large_request() };
    // A server that believes what it is told would let the others pass without having looked.
    let lie = test.unary_call(request(true)).await.expect_err("the request says that it is compressed");
    assert_eq!(lie.code(), Code::InvalidArgument, "{lie}");
    check_large(&test.unary_call(request(true)).compress(Compression::Gzip).await?);
    check_large(&test.unary_call(request(false)).await?);
    Ok(())
}

async fn server_unary(test: TestServiceClient) -> Result<()> {
    for wanted in [true, false] {
        let request = SimpleRequest { response_compressed: some(wanted), ..large_request() };
        let (message, reply) = test.unary_call(request).with_reply().await?;
        check_large(&message);
        assert_eq!(reply.was_compressed, wanted, "whether the reply came compressed");
    }
    Ok(())
}

async fn client_streaming(test: TestServiceClient) -> Result<()> {
    let request = |size, said| StreamingInputCallRequest {
        payload: zeros(size),
        expect_compressed: some(said),
        ..Default::default()
    };
    let lie = test.streaming_input_call().send_all([request(REQUEST_SIZES[0], true)]).await;
    let lie = lie.expect_err("the request says that it is compressed");
    assert_eq!(lie.code(), Code::InvalidArgument, "{lie}");

    let (mut requests, reply) = test.streaming_input_call().compress(Compression::Gzip).open();
    for (size, compressed) in REQUEST_SIZES.into_iter().zip([true, false]) {
        requests.compress(compressed);
        requests.send(request(size, compressed)).await?;
    }
    requests.finish();
    assert_eq!(reply.await?.aggregated_payload_size, 73086);
    Ok(())
}

async fn server_streaming(test: TestServiceClient) -> Result<()> {
    let wanted =
        |(size, compressed)| ResponseParameters { size, compressed: some(compressed), ..Default::default() };
    let cases = RESPONSE_SIZES.into_iter().zip([true, false]);
    let response_parameters = cases.clone().map(wanted).collect();
    let request = StreamingOutputCallRequest { response_parameters, ..Default::default() };
    let mut replies = test.streaming_output_call(request).await?;
    for (size, compressed) in cases {
        let reply = replies.next().await?.expect("a reply before the end");
        check_zeros(&reply.payload().body, size);
        assert_eq!(replies.was_compressed(), compressed, "whether the reply of {size} bytes came compressed");
    }
    assert!(replies.next().await?.is_none(), "there is a reply that was not asked for");
    Ok(())
}
