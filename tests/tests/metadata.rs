//! Metadata goes through unchanged both ways, text and bytes, in its order; what gRPC keeps for itself is neither seen
//! nor set; what may not be sent fails the call before anything is sent; what a peer gets wrong harms one call at most.

use std::sync::{Arc, Mutex};

use protocall::{Channel, Code, Context, Metadata, MetadataError, MetadataValue, Result};
use protocall_tests::echo::{Echo, EchoClient, Parrot, Ping, Pong, ping, serve, within};
use protocall_tests::raw::{
    RawClient, RawServer, echo_request, frame, grpc_head, headers, well, with_header,
};

/// Keeps what it is sent, and sends it back as headers and as trailers.
#[derive(Clone, Default)]
struct Mirror(Arc<Mutex<Metadata>>);

impl Echo for Mirror {
    async fn unary(&self, cx: &Context, _: Ping) -> Result<Pong> {
        *self.0.lock().unwrap() = cx.metadata().clone();
        cx.headers(|headers| headers.extend(cx.metadata()));
        cx.trailers(|trailers| trailers.extend(cx.metadata()));
        Ok(Pong::default())
    }
}

impl Mirror {
    fn seen(&self) -> Metadata {
        self.0.lock().unwrap().clone()
    }
}

fn texts(metadata: &Metadata, name: &str) -> Vec<String> {
    let text = |value| match value {
        MetadataValue::Ascii(text) => text.to_owned(),
        MetadataValue::Binary(bytes) => panic!("{name} holds bytes: {bytes:?}"),
    };
    metadata.get_all(name).map(text).collect()
}

fn bytes(metadata: &Metadata, name: &str) -> Vec<Vec<u8>> {
    let bytes = |value| match value {
        MetadataValue::Ascii(text) => panic!("{name} holds text: {text:?}"),
        MetadataValue::Binary(bytes) => bytes.to_vec(),
    };
    metadata.get_all(name).map(bytes).collect()
}

#[tokio::test]
async fn text_and_bytes_go_both_ways_with_their_duplicates_in_order() {
    let all: Vec<u8> = (0..=255).collect();
    let mirror = Mirror::default();
    let server = serve(mirror.clone()).await;
    let call = server.client().unary(ping(""));
    let call = call
        .metadata("x-text", "b")
        .metadata("x-other", "!~ \"%\\")
        .metadata("x-text", "a,b")
        .metadata("x-text", "");
    let call = call
        .metadata_bin("x-bytes-bin", &all)
        .metadata_bin("x-bytes-bin", [])
        .metadata_bin("x-bytes-bin", [44]);
    let (_, reply) = within(call.with_reply()).await.unwrap();
    for (place, metadata) in
        [("seen", &mirror.seen()), ("header", &reply.headers), ("trailer", &reply.trailers)]
    {
        assert_eq!(texts(metadata, "x-text"), ["b", "a,b", ""], "{place}");
        assert_eq!(texts(metadata, "x-other"), ["!~ \"%\\"], "{place}");
        assert_eq!(bytes(metadata, "x-bytes-bin"), [all.clone(), vec![], vec![44]], "{place}");
        assert_eq!(metadata.get("x-text"), Some("b"), "{place}");
        assert_eq!(metadata.get("x-absent"), None, "{place}");
    }
}

#[tokio::test]
async fn bytes_that_a_peer_joined_or_padded_come_apart_and_text_does_not() {
    let mirror = Mirror::default();
    let server = serve(mirror.clone()).await;
    let mut raw = RawClient::connect(server.address).await;
    let head = with_header(echo_request("Unary"), "x-bin", "AQ,AgM=");
    let head = with_header(with_header(head, "x-bin", "BAUG, Bw=="), "x-text", "a, b,c");
    let answer = within(raw.call(head, frame(&ping("")))).await;
    assert_eq!(answer.grpc_status(), Some(0));
    assert_eq!(bytes(&mirror.seen(), "x-bin"), [vec![1], vec![2, 3], vec![4, 5, 6], vec![7]]);
    assert_eq!(texts(&mirror.seen(), "x-text"), ["a, b,c"]);
}

/// The headers that a call puts on the wire.
async fn sent(change: impl FnOnce(EchoClient) -> protocall::client::Unary<Ping, Pong>) -> http::HeaderMap {
    let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
    let server = RawServer::start(move |request| {
        let _ = tell.send(request.head.headers.clone());
        request.answer(frame(&Pong::default()), well())
    })
    .await;
    within(change(server.client()).into_future()).await.unwrap();
    told.recv().await.expect("the call came")
}

#[tokio::test]
async fn on_the_wire_bytes_are_base64_without_padding() {
    let sent =
        sent(|echo| echo.unary(ping("")).metadata_bin("x-bin", [0, 255, 1, 2]).metadata("x-text", "A b"))
            .await;
    assert_eq!(sent["x-bin"], "AP8BAg");
    assert_eq!(sent["x-text"], "A b");
    assert_eq!(sent["te"], "trailers");
    assert_eq!(sent["content-type"], "application/grpc");
    assert_eq!(sent.get("grpc-timeout"), None);
}

#[tokio::test]
async fn the_server_sees_who_calls() {
    let mirror = Mirror::default();
    let server = serve(mirror.clone()).await;
    within(server.client().unary(ping("")).into_future()).await.unwrap();
    let plain = mirror.seen().get("user-agent").expect("every client has a name").to_owned();
    assert!(plain.starts_with("grpc-rust") && plain.contains('/'), "{plain}");
    let target = format!("http://{}", server.address);
    let named: EchoClient = Channel::connect(&target).user_agent("shop/7").build().unwrap().into();
    within(named.unary(ping("")).into_future()).await.unwrap();
    assert_eq!(mirror.seen().get("user-agent"), Some(format!("shop/7 {plain}").as_str()));
    let broken = Channel::connect(&target).user_agent("line\nbreak").build().unwrap_err();
    assert_eq!(broken.code(), Code::InvalidArgument);
}

#[tokio::test]
async fn what_grpc_keeps_for_itself_does_not_reach_the_handler() {
    let mirror = Mirror::default();
    let server = serve(mirror.clone()).await;
    let call = server.client().unary(ping("")).metadata("x-mine", "1");
    within(call.timeout(std::time::Duration::from_secs(60)).into_future()).await.unwrap();
    let names: Vec<_> = mirror.seen().iter().map(|(name, _)| name.to_owned()).collect();
    let mut sorted = names.clone();
    sorted.sort();
    assert_eq!(sorted, ["user-agent", "x-mine"]);
    for name in ["grpc-timeout", "te", "content-type", ":path", "grpc-encoding", "host"] {
        assert_eq!(mirror.seen().get(name), None);
    }
}

#[tokio::test]
async fn what_grpc_keeps_for_itself_does_not_reach_the_caller() {
    let server = RawServer::start(|request| async move {
        let mut request = request;
        let mut first = grpc_head();
        first.headers_mut().extend(headers(&[("grpc-encoding", "identity"), ("x-mine", "1")]));
        let mut stream = request.begin_with(first);
        stream.send_data(frame(&Pong::default()).into(), false).unwrap();
        stream
            .send_trailers(headers(&[("grpc-status", "0"), ("grpc-message", "x"), ("x-mine", "2")]))
            .unwrap();
    })
    .await;
    let (_, reply) = within(server.client().unary(ping("")).with_reply()).await.unwrap();
    let names = |metadata: &Metadata| metadata.iter().map(|(name, _)| name.to_owned()).collect::<Vec<_>>();
    assert_eq!(names(&reply.headers), ["x-mine"]);
    assert_eq!(names(&reply.trailers), ["x-mine"]);
    assert_eq!((reply.headers.get("x-mine"), reply.trailers.get("x-mine")), (Some("1"), Some("2")));
}

#[tokio::test]
async fn what_may_not_be_sent_fails_the_call_and_nothing_is_sent() {
    let server = RawServer::start(|request| request.answer(frame(&Pong::default()), well())).await;
    let echo = server.client();
    let names =
        ["Upper", "with space", "ü", "", "a:b", ":path", "grpc-timeout", "grpc-x", "te", "content-type"];
    for name in names.into_iter().chain(["user-agent", "host", "connection", "x-bin"]) {
        let status = within(echo.unary(ping("")).metadata(name, "1").into_future()).await.unwrap_err();
        assert_eq!(status.code(), Code::Internal, "{name:?}");
        assert!(status.message().contains(name), "{status}");
    }
    for value in ["line\nbreak", "ü", "\u{7f}", "\0"] {
        let status = within(echo.unary(ping("")).metadata("x", value).into_future()).await.unwrap_err();
        assert_eq!(status.code(), Code::Internal, "{value:?}");
    }
    let status =
        within(echo.unary(ping("")).metadata_bin("x-no-bytes", [1]).into_future()).await.unwrap_err();
    assert_eq!(status.code(), Code::Internal);
    let (mut tx, mut rx) = echo.bidi().metadata("Upper", "1").open();
    assert_eq!(within(rx.next()).await.unwrap_err().code(), Code::Internal);
    assert!(tx.send(ping("")).await.is_err(), "a call that has failed takes no requests");
    assert_eq!(server.connections(), 0);
}

/// Tries to answer with what gRPC keeps for itself.
struct Presumptuous;

impl Echo for Presumptuous {
    async fn unary(&self, cx: &Context, ping: Ping) -> Result<Pong> {
        let refused = cx.set_header(&ping.text, "1").and(cx.set_trailer(&ping.text, "1"));
        match refused {
            Err(MetadataError::ReservedName(name)) => Ok(Pong { text: name, ..Default::default() }),
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn a_handler_cannot_set_what_grpc_keeps_for_itself() {
    let server = serve(Presumptuous).await;
    for name in ["grpc-status", "grpc-message", "grpc-status-details-bin", "content-type", "te", "connection"]
    {
        let pong = within(server.client().unary(ping(name)).into_future()).await.unwrap();
        assert_eq!(pong.text, name);
    }
}

#[tokio::test]
async fn bytes_that_are_not_base64_fail_the_call_and_not_the_connection() {
    let server = serve(Parrot).await;
    let mut raw = RawClient::connect(server.address).await;
    for value in ["!!", "A", "AQ,!!"] {
        let head = with_header(echo_request("Unary"), "x-bin", value);
        let answer = within(raw.call(head, frame(&ping("")))).await;
        assert_eq!(answer.grpc_status(), Some(13), "{value:?}");
    }
    let sound = within(raw.call(echo_request("Unary"), frame(&ping("")))).await;
    assert_eq!(sound.grpc_status(), Some(0));
}

#[tokio::test]
async fn text_that_is_not_ascii_is_seen_as_bytes() {
    let mirror = Mirror::default();
    let server = serve(mirror.clone()).await;
    let mut raw = RawClient::connect(server.address).await;
    let answer = within(raw.call(with_header(echo_request("Unary"), "x-odd", "ü"), frame(&ping("")))).await;
    assert_eq!(answer.grpc_status(), Some(0));
    assert_eq!(mirror.seen().get("x-odd"), None);
    let odd: Vec<_> = mirror.seen().get_all("x-odd").map(|value| format!("{value:?}")).collect();
    assert_eq!(odd, [r#"Binary(b"\xc3\xbc")"#]);
}

#[tokio::test]
async fn a_hundred_names_go_through() {
    let mirror = Mirror::default();
    let server = serve(mirror.clone()).await;
    let mut call = server.client().unary(ping(""));
    for index in 0..100 {
        call = call.metadata(&format!("x-{index}"), index.to_string());
    }
    within(call.into_future()).await.unwrap();
    let seen = mirror.seen();
    for index in 0..100 {
        assert_eq!(seen.get(&format!("x-{index}")), Some(index.to_string().as_str()));
    }
}

#[tokio::test]
async fn more_than_a_server_takes_is_refused_and_the_connection_lives() {
    let server = serve(Parrot).await;
    let mut raw = RawClient::connect(server.address).await;
    let large = with_header(echo_request("Unary"), "x-large", &"a".repeat(20_000));
    let call = raw.start(large).await;
    if let Ok(answer) = within(call.try_answer()).await {
        assert!(answer.status == 431 || answer.grpc_status() == Some(8), "{answer:?}");
    }
    let sound = within(raw.call(echo_request("Unary"), frame(&ping("")))).await;
    assert_eq!(sound.grpc_status(), Some(0));
}

#[tokio::test]
async fn more_names_than_a_map_holds_fail_the_call_and_do_not_panic() {
    let server = serve(Parrot).await;
    let echo = server.client();
    let mut call = echo.unary(ping(""));
    for index in 0..40_000 {
        call = call.metadata(&format!("x-{index}"), "1");
    }
    within(call.into_future()).await.unwrap_err();
    within(echo.unary(ping("")).into_future()).await.unwrap();
}
