//! Our shop server under load: 100,000 calls of h2load over 8 connections with 32 streams each, none of which may fail.
//!
//! h2load reads no trailers, so it would count an error status as a success. What tells them apart is its count of DATA
//! bytes: an error of a unary call carries no message, so only if every reply was the whole product can the sum be
//! exactly calls x (prefix + product). A second test looks at the trailers themselves, with a client of its own.

use std::process::Command;

use bytes::Bytes;
use http::{HeaderMap, Request};
use protocall::Message;
use protocall_tests::program::{Running, built, finish, installed, target_dir};
use protocall_tests::shop::{GetProductRequest, Product, ProductServiceClient};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

const PRODUCT: &str = "p-1";
const PATH: &str = "/ecommerce.v1.ProductService/GetProduct";
const CONNECTIONS: usize = 8;
const STREAMS: usize = 32;
const PREFIX: usize = 5;

fn quiet_shop() -> Running {
    Running::start(built("shop_server"), &["--addr", "127.0.0.1:0", "--quiet"])
}

fn request() -> GetProductRequest {
    GetProductRequest { id: PRODUCT.to_owned(), ..Default::default() }
}

/// A message as it stands in a body: not compressed, its length, its bytes.
fn framed(message: &impl Message) -> Vec<u8> {
    let length = u32::try_from(message.encoded_len()).expect("a short message");
    [&[0], &length.to_be_bytes()[..], &message.encode_to_vec()].concat()
}

async fn seeded_product(server: &Running) -> Product {
    let target = format!("http://{}", server.address);
    let client = ProductServiceClient::connect(target).build().expect("a sound target");
    client.get_product(request()).await.expect("the server starts with this product")
}

/// The number before `word` in a line such as `requests: 7 total, 7 started, …`; sizes stand in brackets.
fn number_before(printed: &str, line: &str, word: &str) -> usize {
    let line = printed.lines().find(|candidate| candidate.starts_with(line)).unwrap_or_default();
    let part = line.split(": ").nth(1).unwrap_or_default().split(", ").find(|part| part.ends_with(word));
    let part = part.unwrap_or_else(|| panic!("h2load tells no {word} in {line:?}:\n{printed}"));
    let bracketed = part.split_once('(').map_or(part, |(_, rest)| rest);
    let digits: String = bracketed.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().unwrap_or_else(|_| panic!("{part:?} is no number"))
}

#[test]
fn a_hundred_thousand_calls_all_succeed() {
    const CALLS: usize = 100_000;
    let server = quiet_shop();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let reply = PREFIX + runtime.block_on(seeded_product(&server)).encoded_len();
    let body = target_dir().join("tmp").join(format!("get_product-{}.bin", std::process::id()));
    std::fs::create_dir_all(body.parent().expect("a folder")).expect("the target folder can be written");
    std::fs::write(&body, framed(&request())).expect("the target folder can be written");

    let mut load = Command::new(installed("h2load", "nghttp2-client"));
    load.args(["-n", &CALLS.to_string(), "-c", &CONNECTIONS.to_string(), "-m", &STREAMS.to_string()]);
    load.args(["-H", "content-type: application/grpc", "-H", "te: trailers", "-d"]).arg(&body);
    let output = finish(load.arg(format!("http://{}{PATH}", server.address)));
    std::fs::remove_file(&body).expect("the body was there");

    let printed = String::from_utf8(output.stdout).expect("h2load prints UTF-8");
    assert_eq!(number_before(&printed, "requests:", "succeeded"), CALLS, "{printed}");
    for bad in ["failed", "errored", "timeout"] {
        assert_eq!(number_before(&printed, "requests:", bad), 0, "{printed}");
    }
    assert_eq!(number_before(&printed, "status codes:", "2xx"), CALLS, "{printed}");
    assert_eq!(number_before(&printed, "traffic:", " data"), CALLS * reply, "{printed}");
}

/// One call by bare HTTP/2: what came in the body and in the trailers.
async fn call(
    sender: h2::client::SendRequest<Bytes>,
    address: &str,
    body: Bytes,
) -> Result<(Vec<u8>, HeaderMap), h2::Error> {
    let request = Request::post(format!("http://{address}{PATH}"))
        .header("content-type", "application/grpc")
        .header("te", "trailers")
        .body(())
        .expect("a sound request");
    let (response, mut stream) = sender.ready().await?.send_request(request, false)?;
    stream.send_data(body, true)?;
    let response = response.await?;
    assert_eq!(response.status(), 200);
    let mut incoming = response.into_body();
    let mut received = Vec::new();
    while let Some(data) = incoming.data().await {
        let data = data?;
        incoming.flow_control().release_capacity(data.len())?;
        received.extend_from_slice(&data);
    }
    Ok((received, incoming.trailers().await?.unwrap_or_default()))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_reply_under_load_ends_with_status_zero() {
    const CALLS_PER_STREAM: usize = 40;
    let server = quiet_shop();
    let wanted = framed(&seeded_product(&server).await);
    let body = Bytes::from(framed(&request()));
    let mut callers = JoinSet::new();
    for _ in 0..CONNECTIONS {
        let socket = TcpStream::connect(&server.address).await.expect("the server listens");
        let (sender, connection) = h2::client::handshake(socket).await.expect("the server speaks HTTP/2");
        tokio::spawn(connection);
        for _ in 0..STREAMS {
            let (sender, body, wanted) = (sender.clone(), body.clone(), wanted.clone());
            let address = server.address.clone();
            callers.spawn(async move {
                for _ in 0..CALLS_PER_STREAM {
                    let (received, trailers) = call(sender.clone(), &address, body.clone()).await?;
                    assert_eq!(received, wanted);
                    assert_eq!(trailers.get("grpc-status").map(|status| status.as_bytes()), Some(&b"0"[..]));
                }
                Ok::<(), h2::Error>(())
            });
        }
    }
    assert_eq!(callers.len(), CONNECTIONS * STREAMS);
    for outcome in callers.join_all().await {
        outcome.expect("no call breaks");
    }
}
