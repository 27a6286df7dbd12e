//! A server speaks gRPC-Web on the port where it speaks gRPC: binary and text, by HTTP/1.1 and HTTP/2; and refuses it where
//! it was not asked to. Connect's suite holds the protocol in all its cases, in `connect_conformance.rs`.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use protocall::{Connections, Context, Result, Server, Status, Stream, produce};
use protocall_tests::browser::Browser;
use protocall_tests::echo::{
    Echo, Lives, Parrot, Patient, Ping, Pong, ping, pong, serve, serve_with, within,
};
use protocall_tests::raw::{RawClient, echo_request, frame};
use tokio::sync::oneshot;

const BINARY: &str = "application/grpc-web+proto";
const TEXT: &str = "application/grpc-web-text";

/// Fails with all that an error can have; watches until the caller leaves.
#[derive(Clone, Default)]
struct Fickle(Lives);

impl Echo for Fickle {
    async fn unary(&self, cx: &Context, ping: Ping) -> Result<Pong> {
        cx.set_header("x-header", "h")?;
        cx.set_trailer("x-trailer", "t")?;
        if ping.text.is_empty() {
            Err(Status::not_found("nothing\nthere").with_details("why"))
        } else {
            Ok(pong(7))
        }
    }

    async fn server_stream(&self, _: &Context, _: Ping) -> Result<impl Stream<Item = Result<Pong>>> {
        let life = self.0.begin();
        Ok(produce(async move |out| {
            let _life = life;
            out.send(pong(1)).await?;
            std::future::pending().await
        }))
    }
}

#[tokio::test]
async fn a_unary_call_is_answered_in_the_form_of_its_request() {
    let server = serve_with(Server::new().grpc_web(), Parrot).await;
    let mut browser = Browser::at(server.address).await;
    for content_type in [
        "application/grpc-web",
        BINARY,
        "application/grpc-web+proto; charset=utf-8",
        TEXT,
        "application/grpc-web-text+proto",
    ] {
        // One connection for all.
        let answer = browser.call("Unary", content_type, &ping("hello")).await;
        assert_eq!(answer.status, 200);
        assert!(content_type.starts_with(answer.header("content-type")), "{content_type}: {answer:?}");
        let (pongs, trailers) = answer.parts::<Pong>();
        assert_eq!(pongs[0].text, "hello");
        assert_eq!(trailers, "grpc-status: 0\r\n");
    }
}

#[tokio::test]
async fn text_is_read_however_it_is_padded_and_written_where_it_is_accepted() {
    let server = serve_with(Server::new().grpc_web(), Parrot).await;
    let mut browser = Browser::at(server.address).await;
    let message = frame(&ping("in pieces"));
    let pieces: String = message.chunks(4).map(|piece| STANDARD.encode(piece)).collect();
    assert!(pieces.matches("==").count() > 1, "padding inside");
    browser.send("POST /test.v1.Echo/Unary", &[("Content-Type", TEXT)], pieces.as_bytes()).await;
    assert_eq!(browser.answer().await.parts::<Pong>().0[0].text, "in pieces");

    let headers = [("Content-Type", BINARY), ("Accept", "application/grpc-web-text")];
    browser.send("POST /test.v1.Echo/Unary", &headers, &message).await;
    let answer = browser.answer().await;
    assert_eq!(answer.header("content-type"), "application/grpc-web-text+proto");
    assert_eq!(answer.parts::<Pong>().0[0].text, "in pieces");

    for wrong in ["no base64!!!", "AAAAA"] {
        browser.send("POST /test.v1.Echo/Unary", &[("Content-Type", TEXT)], wrong.as_bytes()).await;
        let answer = browser.answer().await;
        assert_eq!((answer.status, answer.header("grpc-status")), (200, "13"), "{wrong}");
    }
}

#[tokio::test]
async fn replies_come_one_by_one_and_the_trailers_last() {
    let lives = Lives::default();
    let server = serve_with(Server::new().grpc_web(), Fickle(lives.clone())).await;
    let mut browser = Browser::at(server.address).await;
    let body = frame(&ping("watch"));
    browser.send("POST /test.v1.Echo/ServerStream", &[("Content-Type", BINARY)], &body).await;
    assert_eq!(browser.head().await.status, 200);
    assert_eq!(browser.chunk().await, Some(frame(&pong(1))), "before the stream has ended");
    drop(browser);
    lives.ended(1).await;

    let server = serve_with(Server::new().grpc_web(), Parrot).await;
    let mut browser = Browser::at(server.address).await;
    let three = Ping { count: 3, ..ping("again") };
    for content_type in [BINARY, TEXT] {
        let (pongs, trailers) = browser.call("ServerStream", content_type, &three).await.parts::<Pong>();
        assert_eq!(pongs.iter().map(|pong| pong.index).collect::<Vec<_>>(), [0, 1, 2]);
        assert_eq!(trailers, "grpc-status: 0\r\n");
    }
    let pings = [frame(&ping("a")), frame(&ping("b"))].concat();
    for (method, count) in [("ClientStream", 1), ("Bidi", 2)] {
        browser.send(&format!("POST /test.v1.Echo/{method}"), &[("Content-Type", BINARY)], &pings).await;
        assert_eq!(browser.answer().await.parts::<Pong>().0.len(), count, "{method}");
    }
}

#[tokio::test]
async fn metadata_and_errors_are_where_a_browser_can_see_them() {
    let server = serve_with(Server::new().grpc_web(), Fickle::default()).await;
    let mut browser = Browser::at(server.address).await;
    let answer = browser.call("Unary", BINARY, &ping("well")).await;
    assert_eq!(answer.header("x-header"), "h");
    let (_, trailers) = answer.parts::<Pong>();
    assert_eq!(trailers, "x-trailer: t\r\ngrpc-status: 0\r\n");
    let (_, trailers) = browser.call("Unary", BINARY, &ping("")).await.parts::<Pong>();
    for line in
        ["grpc-status: 5", "grpc-message: nothing%0Athere", "grpc-status-details-bin: d2h5", "x-trailer: t"]
    {
        assert!(trailers.split("\r\n").any(|said| said == line), "{line}: {trailers}");
    }
    // Without headers of the handler's own all of the answer is its head.
    let answer = browser.call("NotWritten", BINARY, &ping("")).await;
    assert_eq!((answer.status, answer.header("grpc-status"), answer.body().len()), (200, "12", 0));
    assert_eq!(answer.header("content-type"), BINARY);
    let answer = browser.call("Unary", "application/grpc-web+json", &ping("")).await;
    assert_eq!((answer.status, answer.header("grpc-status")), (200, "12"));
}

#[tokio::test]
async fn a_deadline_ends_a_call() {
    let patient = Patient::default();
    let server = serve_with(Server::new().grpc_web(), patient.clone()).await;
    let mut browser = Browser::at(server.address).await;
    let headers = [("Content-Type", BINARY), ("Grpc-Timeout", "50m")];
    browser.send("POST /test.v1.Echo/Unary", &headers, &frame(&ping("late"))).await;
    assert_eq!(browser.answer().await.header("grpc-status"), "4");
    patient.lives.ended(1).await;
    // The connection carries on.
    assert_eq!(browser.call("NotWritten", BINARY, &ping("")).await.header("grpc-status"), "12");
}

#[tokio::test]
async fn grpc_and_grpc_web_share_a_port_and_a_connection_of_http2() {
    let server = serve_with(Server::new().grpc_web(), Parrot).await;
    assert_eq!(within(server.client().unary(ping("grpc")).into_future()).await.unwrap().text, "grpc");
    let mut raw = RawClient::connect(server.address).await;
    let mut request = echo_request("Unary");
    request.headers_mut().insert("content-type", BINARY.parse().unwrap());
    let answer = within(raw.call(request, frame(&ping("web")))).await;
    assert_eq!(answer.grpc_status(), None, "HTTP/2's own trailers are not used");
    assert_eq!(answer.headers["content-type"], BINARY);
    let trailers = b"\x80\0\0\0\x10grpc-status: 0\r\n";
    assert!(answer.data.ends_with(trailers), "{answer:?}");
    let answer = within(raw.call(echo_request("Unary"), frame(&ping("grpc")))).await;
    assert_eq!(answer.grpc_status(), Some(0));
}

#[tokio::test]
async fn grpc_itself_is_refused_by_http1() {
    let server = serve_with(Server::new().grpc_web(), Parrot).await;
    let mut browser = Browser::at(server.address).await;
    assert_eq!(browser.call("Unary", "application/grpc", &ping("")).await.status, 505);
    assert_eq!(browser.call("Unary", "application/json", &ping("")).await.status, 415);
    browser.send("GET /", &[], b"").await;
    assert_eq!(browser.answer().await.status, 405);
}

#[tokio::test]
async fn a_server_that_was_not_asked_to_speaks_no_grpc_web() {
    let server = serve(Parrot).await;
    let mut raw = RawClient::connect(server.address).await;
    for kind in [BINARY, TEXT] {
        let mut request = echo_request("Unary");
        request.headers_mut().insert("content-type", kind.parse().unwrap());
        let answer = within(raw.call(request, frame(&ping("web")))).await;
        assert_eq!((answer.status, answer.data.len()), (415, 0));
    }
    let mut browser = Browser::at(server.address).await;
    browser.send("POST /test.v1.Echo/Unary", &[("Content-Type", BINARY)], &frame(&ping(""))).await;
    let mut closed = Vec::new();
    browser.rest(&mut closed).await;
    assert!(!closed.starts_with(b"HTTP/1.1"), "{closed:?}");
}

#[tokio::test]
async fn an_early_answer_is_read_and_the_connection_goes_on() {
    let server = serve_with(Server::new().grpc_web().max_receive_message_size(1000), Parrot).await;
    let mut browser = Browser::at(server.address).await;
    // More than the buffers of a socket hold, and than the server reads before it answers.
    let big = Ping { payload: vec![1; 200_000].into(), ..ping("") };
    for _ in 0..2 {
        let answer = browser.call("Unary", BINARY, &big).await;
        assert_eq!(answer.header("grpc-status"), "8");
    }
    // Beyond what is read of it the connection ends, but not before the answer.
    let huge = Ping { payload: vec![1; 2_000_000].into(), ..ping("") };
    assert_eq!(browser.call("Unary", BINARY, &huge).await.header("grpc-status"), "8");
    browser.closed().await;
}

#[tokio::test]
async fn a_connection_that_says_nothing_is_closed() {
    let limits = Connections::new().handshake_timeout(Duration::from_millis(200));
    let server = serve_with(Server::new().grpc_web().connections(limits), Parrot).await;
    for said in ["", "PRI", "POST /test.v1.Echo/Unary HTTP/1.1\r\nHost: "] {
        let mut browser = Browser::at(server.address).await;
        browser.write(said.as_bytes()).await;
        let mut rest = Vec::new();
        within(browser.rest(&mut rest)).await;
    }
    let mut browser = Browser::at(server.address).await;
    assert_eq!(browser.call("Unary", BINARY, &ping("")).await.status, 200);
    browser.closed().await;
}

#[tokio::test]
async fn an_old_connection_ends_behind_its_call() {
    let limits = Connections::new().max_age(Duration::from_millis(100));
    let patient = Patient::default();
    let server = serve_with(Server::new().grpc_web().connections(limits), patient.clone()).await;
    let mut browser = Browser::at(server.address).await;
    browser.send("POST /test.v1.Echo/Unary", &[("Content-Type", BINARY)], &frame(&ping(""))).await;
    patient.lives.began(1).await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    patient.go.notify_one();
    assert_eq!(browser.answer().await.parts::<Pong>().0[0], pong(1));
    browser.closed().await;
}

#[tokio::test]
async fn a_server_that_stops_waits_for_the_call_and_for_no_idle_connection() {
    let (stop, stopped) = oneshot::channel();
    let server = Server::new().grpc_web().shutdown(async { drop(stopped.await) });
    let patient = Patient::default();
    let served = serve_with(server, patient.clone()).await;
    let mut idle = Browser::at(served.address).await;
    assert_eq!(idle.call("NotWritten", BINARY, &ping("")).await.header("grpc-status"), "12");
    let silent = Browser::at(served.address).await;
    let mut busy = Browser::at(served.address).await;
    busy.send("POST /test.v1.Echo/Unary", &[("Content-Type", BINARY)], &frame(&ping(""))).await;
    patient.lives.began(1).await;
    stop.send(()).unwrap();
    idle.closed().await;
    patient.go.notify_one();
    assert_eq!(busy.answer().await.parts::<Pong>().0[0], pong(1));
    busy.closed().await;
    within(served.stopped()).await;
    drop(silent);
}

#[tokio::test]
async fn compression_is_that_of_grpc() {
    let server = serve_with(Server::new().grpc_web().min_compress_size(0), Parrot).await;
    let mut browser = Browser::at(server.address).await;
    let headers = [("Content-Type", BINARY), ("Grpc-Accept-Encoding", "gzip"), ("Grpc-Encoding", "gzip")];
    let body = frame(&ping(&"again and ".repeat(100)));
    browser.send("POST /test.v1.Echo/Unary", &headers, &body).await;
    let answer = browser.answer().await;
    assert_eq!(answer.header("grpc-encoding"), "gzip");
    let body = answer.body();
    assert_eq!(body[0], 1, "the message is compressed");
    assert!(body.ends_with(b"\x80\0\0\0\x10grpc-status: 0\r\n"), "the trailers are not");
}
