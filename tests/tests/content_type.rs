//! What is gRPC and what is not, by content type, HTTP method, HTTP status and encoding: on both ends.

use protocall::{Code, Result, Status};
use protocall_tests::echo::{Parrot, Pong, ping, pong, serve, within};
use protocall_tests::raw::{
    Ending, RawAnswer, RawClient, RawServer, echo_request, frame, head, headers, with_header,
};

/// What a server says to a request with this content type.
async fn asked_with(kind: Option<&str>) -> RawAnswer {
    let server = serve(Parrot).await;
    let mut raw = RawClient::connect(server.address).await;
    let mut request = echo_request("Unary");
    request.headers_mut().remove("content-type");
    if let Some(kind) = kind {
        request.headers_mut().insert("content-type", kind.parse().expect("a header value"));
    }
    within(raw.call(request, frame(&ping("typed")))).await
}

fn kind_of(answer: &RawAnswer) -> &str {
    answer.headers.get("content-type").map_or("", |kind| kind.to_str().expect("it is ASCII"))
}

#[tokio::test]
async fn a_server_takes_grpc_in_all_its_spellings() {
    for (kind, answered) in [
        ("application/grpc", "application/grpc"),
        ("application/grpc+proto", "application/grpc+proto"),
        ("application/grpc+PROTO", "application/grpc"),
        ("application/grpc;charset=utf-8", "application/grpc"),
        ("application/grpc+proto;charset=utf-8", "application/grpc+proto"),
        ("application/grpc; charset=utf-8", "application/grpc"),
    ] {
        let answer = asked_with(Some(kind)).await;
        assert_eq!((answer.status, answer.grpc_status()), (200, Some(0)), "{kind}");
        assert!(kind_of(&answer).starts_with(answered), "{kind} is answered by {:?}", kind_of(&answer));
    }
}

#[tokio::test]
async fn a_server_refuses_what_is_no_grpc() {
    for kind in [None, Some("application/grpcx"), Some("application/json"), Some("text/plain"), Some("")] {
        let answer = asked_with(kind).await;
        assert_eq!((answer.status, answer.data.len()), (415, 0), "{kind:?}");
        assert_ne!(answer.grpc_status(), Some(0), "{kind:?}");
    }
}

#[tokio::test]
async fn a_server_refuses_other_codecs_as_unimplemented() {
    for kind in ["application/grpc+json", "application/grpc+thrift", "application/grpc+protobuf2"] {
        let answer = asked_with(Some(kind)).await;
        assert_eq!((answer.status, answer.grpc_status()), (200, Some(12)), "{kind}");
    }
}

#[tokio::test]
async fn a_server_takes_no_method_but_post() {
    let server = serve(Parrot).await;
    let mut raw = RawClient::connect(server.address).await;
    for method in ["GET", "PUT", "DELETE", "OPTIONS"] {
        let mut request = echo_request("Unary");
        *request.method_mut() = method.parse().expect("a method");
        let answer = within(raw.call(request, frame(&ping("")))).await;
        assert_eq!((answer.status, answer.grpc_status()), (405, Some(13)), "{method}");
    }
    let sound = within(raw.call(echo_request("Unary"), frame(&ping("")))).await;
    assert_eq!(sound.grpc_status(), Some(0));
}

#[tokio::test]
async fn who_comes_by_http_alone_is_told_in_plain_words() {
    let server = serve(Parrot).await;
    let mut raw = RawClient::connect(server.address).await;
    let mut request = echo_request("Unary");
    *request.method_mut() = http::Method::GET;
    request.headers_mut().remove("content-type");
    let answer = within(raw.call(request, "")).await;
    assert_eq!((answer.status, answer.grpc_status()), (405, Some(13)));
    assert_eq!(answer.headers["allow"], "POST");
    assert!(kind_of(&answer).starts_with("text/plain"), "{}", kind_of(&answer));
    assert_eq!(String::from_utf8_lossy(&answer.data), "gRPC calls are POST, not GET\n");
}

#[tokio::test(start_paused = true)]
async fn a_request_that_never_ends_is_refused_all_the_same() {
    let server = serve(Parrot).await;
    let mut raw = RawClient::connect(server.address).await;
    let mut request = echo_request("Unary");
    request.headers_mut().insert("content-type", "text/plain".parse().expect("a header value"));
    let mut call = raw.start(request).await;
    call.send("a little", false);
    assert_eq!(call.answer().await.status, 415);
}

#[tokio::test]
async fn a_server_does_not_insist_on_te() {
    let server = serve(Parrot).await;
    let mut raw = RawClient::connect(server.address).await;
    let mut request = echo_request("Unary");
    request.headers_mut().remove("te");
    assert_eq!(within(raw.call(request, frame(&ping("")))).await.grpc_status(), Some(0));
}

#[tokio::test]
async fn a_server_refuses_an_unknown_encoding_and_names_those_it_knows() {
    let server = serve(Parrot).await;
    let mut raw = RawClient::connect(server.address).await;
    for method in ["Unary", "ClientStream", "ServerStream", "Bidi"] {
        let request = with_header(echo_request(method), "grpc-encoding", "snappy");
        let answer = within(raw.call(request, frame(&ping("")))).await;
        assert_eq!(answer.grpc_status(), Some(12), "{method}");
        let known = answer.headers.get("grpc-accept-encoding").expect("it says what it accepts");
        assert!(known.to_str().expect("ASCII").split(',').any(|name| name.trim() == "identity"), "{known:?}");
    }
    let request = with_header(echo_request("Unary"), "grpc-encoding", "identity");
    assert_eq!(within(raw.call(request, frame(&ping("")))).await.grpc_status(), Some(0));
}

/// What a client makes of an answer that is sound but for its head.
async fn answered(
    status: u16,
    entries: &'static [(&'static str, &'static str)],
    body: &'static str,
) -> Result<Pong> {
    let server = RawServer::start(move |mut request| async move {
        assert_eq!(request.ending().await, Ending::Finished);
        let mut stream = request.begin_with(head(status, entries));
        let data = if body.is_empty() { frame(&pong(5)) } else { body.as_bytes().to_vec() };
        stream.send_data(data.into(), false).unwrap();
        stream.send_trailers(headers(&[("grpc-status", "0")])).unwrap();
    })
    .await;
    within(server.client().unary(ping("")).into_future()).await
}

#[tokio::test]
async fn a_client_takes_grpc_in_all_its_spellings() {
    assert_eq!(answered(200, &[("content-type", "application/grpc")], "").await.unwrap(), pong(5));
    assert_eq!(answered(200, &[("content-type", "application/grpc+proto")], "").await.unwrap(), pong(5));
    assert_eq!(
        answered(200, &[("content-type", "application/grpc;charset=utf-8")], "").await.unwrap(),
        pong(5)
    );
    assert_eq!(
        answered(200, &[("content-type", "application/grpc+proto;charset=x")], "").await.unwrap(),
        pong(5)
    );
}

#[tokio::test]
async fn a_client_quotes_what_is_no_grpc() {
    const PAGE: &str = "<html>A proxy speaks</html>";
    let kinds: [&[(&str, &str)]; 3] =
        [&[("content-type", "text/html")], &[("content-type", "application/grpcx")], &[]];
    for entries in kinds {
        let status = answered(200, entries, PAGE).await.unwrap_err();
        assert_eq!(status.code(), Code::Unknown, "{entries:?}: {status}");
        assert!(status.message().contains("A proxy speaks"), "{status}");
    }
}

#[tokio::test]
async fn a_client_refuses_other_codecs() {
    let status = answered(200, &[("content-type", "application/grpc+json")], "{}").await.unwrap_err();
    assert_eq!(status.code(), Code::Internal, "{status}");
}

async fn http(code: u16, entries: &'static [(&'static str, &'static str)]) -> Status {
    let server =
        RawServer::start(move |mut request| async move { request.end_with(head(code, entries)) }).await;
    within(server.client().unary(ping("")).into_future()).await.unwrap_err()
}

#[tokio::test]
async fn a_client_maps_the_http_status_where_there_is_no_other() {
    for (http_status, code) in [
        (400, Code::Internal),
        (401, Code::Unauthenticated),
        (403, Code::PermissionDenied),
        (404, Code::Unimplemented),
        (429, Code::Unavailable),
        (502, Code::Unavailable),
        (503, Code::Unavailable),
        (504, Code::Unavailable),
        (204, Code::Unknown),
        (302, Code::Unknown),
        (418, Code::Unknown),
        (500, Code::Unknown),
        (431, Code::Unknown),
    ] {
        for entries in [&[][..], &[("content-type", "text/html")], &[("content-type", "application/grpc")]] {
            let status = http(http_status, entries).await;
            assert_eq!(status.code(), code, "{http_status} with {entries:?}: {status}");
            assert!(status.message().contains(&http_status.to_string()), "{status}");
        }
    }
}

#[tokio::test]
async fn a_client_takes_a_grpc_status_whatever_the_http_status() {
    let status =
        http(503, &[("content-type", "application/grpc"), ("grpc-status", "8"), ("grpc-message", "full")]);
    let status = status.await;
    assert_eq!((status.code(), status.message()), (Code::ResourceExhausted, "full"));
}

#[tokio::test]
async fn a_client_refuses_an_encoding_that_it_did_not_offer() {
    let server = RawServer::start(|mut request| async move {
        assert_eq!(request.ending().await, Ending::Finished);
        let mut stream = request
            .begin_with(head(200, &[("content-type", "application/grpc"), ("grpc-encoding", "snappy")]));
        stream.send_data(protocall_tests::raw::flagged(1, b"??").into(), false).unwrap();
        stream.send_trailers(headers(&[("grpc-status", "0")])).unwrap();
    })
    .await;
    let status = within(server.client().unary(ping("")).into_future()).await.unwrap_err();
    assert_eq!(status.code(), Code::Internal, "{status}");
}
