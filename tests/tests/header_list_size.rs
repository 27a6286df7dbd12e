//! A request whose headers are over the limit is RESOURCE_EXHAUSTED and no handler sees it; far over it, it is HTTP's 431.
//! The connection goes on.

use protocall::{Code, Connections, Context, Result, Server};
use protocall_tests::echo::{Echo, Lives, Ping, Pong, ping, pong, serve_with, within};
use protocall_tests::raw::{RawClient, echo_request, frame, with_header};

/// Counts its handlers.
struct Counting(Lives);

impl Echo for Counting {
    async fn unary(&self, _: &Context, _: Ping) -> Result<Pong> {
        drop(self.0.begin());
        Ok(pong(1))
    }
}

#[tokio::test]
async fn it_is_sixteen_kibibytes_unless_set() {
    let lives = Lives::default();
    let server = serve_with(Server::new(), Counting(lives.clone())).await;
    let echo = server.client();
    let call = |size: usize| echo.unary(ping("")).metadata("x-large", "x".repeat(size)).into_future();
    assert_eq!(within(call(15_900)).await.unwrap(), pong(1));
    let status = within(call(16 * 1024)).await.unwrap_err();
    assert_eq!(status.code(), Code::ResourceExhausted, "{status}");
    assert!(status.message().contains("16384"), "the text names the limit: {status}");
    assert_eq!(within(call(0)).await.unwrap(), pong(1));
    assert_eq!(lives.count_ended(), 2, "no handler has seen the one above it");
}

#[tokio::test]
async fn many_small_headers_count_each_with_32_bytes() {
    let server = Server::new().connections(Connections::new().max_header_list_size(1000));
    let server = serve_with(server, Counting(Lives::default())).await;
    let mut raw = RawClient::connect(server.address).await;
    // What every request has is 105 bytes: content-type, te.
    for (count, status) in [(24, 0), (26, 8)] {
        let head = (0..count).fold(echo_request("Unary"), |head, _| with_header(head, "x", "yz"));
        assert_eq!(within(raw.call(head, frame(&ping("")))).await.grpc_status(), Some(status), "{count}");
    }
}

#[tokio::test]
async fn far_above_it_http_answers() {
    let server = Server::new().connections(Connections::new().max_header_list_size(1000));
    let server = serve_with(server, Counting(Lives::default())).await;
    let mut raw = RawClient::connect(server.address).await;
    let large = "x".repeat(4000);
    let call = raw.start(with_header(echo_request("Unary"), "x-large", &large)).await;
    assert_eq!(within(call.answer()).await.status, 431);
    let answer = within(raw.call(echo_request("Unary"), frame(&ping("")))).await;
    assert_eq!(answer.grpc_status(), Some(0), "the connection goes on");
}
