//! Two ends compress only what both read: a caller says what it reads, a server chooses from it, and what neither has
//! named is refused, by a server with UNIMPLEMENTED and the list of what it reads, by a client with INTERNAL.

use protocall::{Channel, Code, Compression, Server};
use protocall_tests::echo::{
    EchoClient, Parrot, Pong, Served, heavy_ping, ping, pong, serve, serve_with, within,
};
use protocall_tests::packed::{messages, packed_frame};
use protocall_tests::raw::{RawAnswer, RawClient, RawServer, echo_request, frame, head, well, with_header};
use tokio::sync::mpsc;

/// What a server answers to a large request with these headers, where `packing` is what it is compressed by.
async fn answer(server: &Served, packing: Option<&str>, accepted: Option<&str>) -> RawAnswer {
    let mut request = echo_request("Unary");
    let mut body = frame(&heavy_ping(5000));
    if let Some(encoding) = packing {
        request = with_header(request, "grpc-encoding", encoding);
        body = packed_frame(encoding, &heavy_ping(5000));
    }
    if let Some(list) = accepted {
        request = with_header(request, "grpc-accept-encoding", list);
    }
    within(RawClient::connect(server.address).await.call(request, body)).await
}

/// What the reply was compressed by.
fn packing(answer: &RawAnswer) -> Option<&str> {
    assert_eq!(answer.grpc_status(), Some(0), "{answer:?}");
    let encoding = answer.headers.get("grpc-encoding").map(|name| name.to_str().unwrap());
    let replies = messages::<Pong>(encoding.unwrap_or("none"), &answer.data);
    assert_eq!(replies[0].0, encoding.is_some(), "the header and the flag agree");
    assert_eq!(replies[0].1.payload.len(), 5000);
    encoding
}

#[tokio::test]
async fn a_server_answers_as_it_was_asked() {
    let server = serve(Parrot).await;
    assert_eq!(packing(&answer(&server, None, None).await), None);
    assert_eq!(packing(&answer(&server, None, Some("gzip")).await), None);
    assert_eq!(packing(&answer(&server, Some("gzip"), Some("zstd, gzip")).await), Some("gzip"));
    assert_eq!(packing(&answer(&server, Some("gzip"), None).await), Some("gzip"));
    assert_eq!(packing(&answer(&server, Some("gzip"), Some("identity")).await), None);
}

#[tokio::test]
async fn a_server_with_a_wish_takes_the_first_that_its_caller_reads() {
    let wish = [Compression::Zstd, Compression::Gzip];
    let server = serve_with(Server::new().compress(wish), Parrot).await;
    assert_eq!(packing(&answer(&server, None, Some("gzip,zstd")).await), Some("zstd"));
    assert_eq!(packing(&answer(&server, None, Some("deflate,gzip")).await), Some("gzip"));
    assert_eq!(packing(&answer(&server, Some("deflate"), Some("deflate")).await), None);
    assert_eq!(packing(&answer(&server, None, None).await), None);
    let silent = serve_with(Server::new().compress([]), Parrot).await;
    assert_eq!(packing(&answer(&silent, Some("gzip"), Some("gzip")).await), None);
}

#[tokio::test]
async fn a_server_refuses_what_it_does_not_read_and_lists_what_it_does() {
    let server = serve_with(Server::new().accept_compressed([Compression::Gzip]), Parrot).await;
    for method in ["Unary", "ClientStream", "ServerStream", "Bidi"] {
        let request = with_header(echo_request(method), "grpc-encoding", "zstd");
        let mut raw = RawClient::connect(server.address).await;
        let answer = within(raw.call(request, packed_frame("zstd", &ping("a")))).await;
        assert_eq!(answer.grpc_status(), Some(12), "{method}");
        assert_eq!(answer.headers["grpc-accept-encoding"], "identity,gzip", "{method}");
    }
    assert_eq!(packing(&answer(&server, Some("gzip"), None).await), Some("gzip"));
}

/// A server that tells what its caller reads, and answers by `encoding`.
async fn telling(encoding: &'static str) -> (RawServer, mpsc::UnboundedReceiver<Option<String>>) {
    let (tell, told) = mpsc::unbounded_channel();
    let server = RawServer::start(move |mut request| {
        let list = request.head.headers.get("grpc-accept-encoding");
        let _ = tell.send(list.map(|list| list.to_str().unwrap().to_owned()));
        async move {
            request.ending().await;
            let content = ("content-type", "application/grpc");
            let mut stream = request.begin_with(head(200, &[content, ("grpc-encoding", encoding)]));
            let _ = stream.send_data(packed_frame("gzip", &pong(7)).into(), false);
            let _ = stream.send_trailers(well());
        }
    })
    .await;
    (server, told)
}

#[tokio::test]
async fn a_client_says_what_it_reads_and_refuses_the_rest() {
    let (server, mut told) = telling("gzip").await;
    let connect = || Channel::connect(format!("http://{}", server.address));
    let all: EchoClient = connect().build().unwrap().into();
    assert_eq!(within(all.unary(ping("")).into_future()).await.unwrap(), pong(7));
    assert_eq!(within(told.recv()).await.unwrap().as_deref(), Some("identity,zstd,gzip,deflate"));

    let other: EchoClient = connect().accept_compressed([Compression::Zstd]).build().unwrap().into();
    let status = within(other.unary(ping("")).into_future()).await.unwrap_err();
    assert_eq!(status.code(), Code::Internal, "{status}");
    assert!(status.message().contains("gzip"), "{status}");
    assert_eq!(within(told.recv()).await.unwrap().as_deref(), Some("identity,zstd"));

    let none: EchoClient = connect().accept_compressed([]).build().unwrap().into();
    assert_eq!(within(none.unary(ping("")).into_future()).await.unwrap_err().code(), Code::Internal);
    assert_eq!(within(told.recv()).await.unwrap(), None);
}

#[tokio::test]
async fn a_client_refuses_an_encoding_that_no_one_has_named() {
    let (server, _told) = telling("identity").await;
    let status = within(server.client().unary(ping("")).into_future()).await.unwrap_err();
    assert_eq!(status.code(), Code::Internal, "{status}");
}

#[tokio::test]
async fn an_encoding_that_no_message_uses_does_not_hide_the_status() {
    let server = RawServer::start(|mut request| async move {
        request.ending().await;
        let names = [("content-type", "application/grpc"), ("grpc-encoding", "odd"), ("grpc-status", "5")];
        request.end_with(head(200, &names));
    })
    .await;
    let status = within(server.client().unary(ping("")).into_future()).await.unwrap_err();
    assert_eq!(status.code(), Code::NotFound, "{status}");
}
