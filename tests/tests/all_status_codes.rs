//! Each of the error codes crosses the wire whole, from all four shapes: code, message, details and trailing metadata.
//! What a peer may get wrong in a status costs no more than the part that is wrong.

use protocall::{Code, Context, Metadata, MetadataValue, Result, Status, Stream, Streaming, produce, stream};
use protocall_tests::echo::{Echo, EchoClient, Ping, Pong, ping, pong, serve, within};
use protocall_tests::raw::{RawClient, RawServer, echo_request, frame, grpc_head, head, headers};

/// Fails with the code in `count`, the message in `text` and the details in `payload`.
struct Refuses;

fn refusal(ping: &Ping) -> Status {
    let code = Code::from_number(ping.count.unsigned_abs()).expect("tests ask for codes that exist");
    let mut metadata = Metadata::new();
    metadata.append("x-why", "first").expect("a sound name");
    metadata.append("x-why", "second, with a comma").expect("a sound name");
    metadata.append_bin("x-why-bin", [0, 255, 10]).expect("a sound name");
    Status::new(code, ping.text.clone()).with_details(ping.payload.clone()).with_metadata(metadata)
}

impl Echo for Refuses {
    async fn unary(&self, _: &Context, ping: Ping) -> Result<Pong> {
        Err(refusal(&ping))
    }

    async fn client_stream(&self, _: &Context, mut pings: Streaming<Ping>) -> Result<Pong> {
        Err(refusal(&pings.next().await?.unwrap_or_default()))
    }

    async fn server_stream(&self, _: &Context, ping: Ping) -> Result<impl Stream<Item = Result<Pong>>> {
        Err::<stream::Iter<std::iter::Empty<Pong>>, _>(refusal(&ping))
    }

    async fn bidi(
        &self,
        _: &Context,
        mut pings: Streaming<Ping>,
    ) -> Result<impl Stream<Item = Result<Pong>>> {
        Ok(produce(async move |out| {
            out.send(pong(1)).await?;
            Err(refusal(&pings.next().await?.unwrap_or_default()))
        }))
    }
}

fn request(code: Code, text: &str, details: &'static [u8]) -> Ping {
    Ping { count: code.number() as i32, text: text.into(), payload: details.into(), ..Default::default() }
}

fn assert_is(status: &Status, code: Code, text: &str, details: &[u8]) {
    assert_eq!((status.code(), status.code_number(), status.message()), (code, code.number(), text));
    assert_eq!(&status.details()[..], details);
    let why: Vec<_> = status.metadata().get_all("x-why").collect();
    assert_eq!(why, [MetadataValue::Ascii("first"), MetadataValue::Ascii("second, with a comma")]);
    assert_eq!(status.metadata().get_bin("x-why-bin").as_deref(), Some(&[0, 255, 10][..]));
    let names: Vec<_> = status.metadata().iter().map(|(name, _)| name).collect();
    assert!(names.iter().all(|name| name.starts_with("x-why")), "{names:?}");
}

#[tokio::test]
async fn every_code_arrives_with_message_details_and_metadata() {
    let server = serve(Refuses).await;
    let echo = server.client();
    for code in Code::ALL.into_iter().skip(1) {
        for text in
            ["", "plain", "müsli ☃ 𝄞", "100 % %41 %", "line\nbreak\r\n\ttab", "\u{0}\u{7f}", " edges "]
        {
            for details in [&b""[..], &[0, 1, 255, 10], b"\x08\x05\x12\x01a"] {
                let status =
                    within(echo.unary(request(code, text, details)).into_future()).await.unwrap_err();
                assert_is(&status, code, text, details);
            }
        }
    }
}

/// The status that each shape ends with.
async fn of_every_shape(echo: &EchoClient, request: Ping) -> [Status; 4] {
    let unary = echo.unary(request.clone()).await.unwrap_err();
    let (mut tx, reply) = echo.client_stream().open();
    tx.send(request.clone()).await.expect("the server reads");
    let client_stream = reply.await.unwrap_err();
    let mut replies = echo.server_stream(request.clone()).open();
    let server_stream = replies.next().await.unwrap_err();
    let (mut tx, mut replies) = echo.bidi().open();
    tx.send(request).await.expect("the server reads");
    assert_eq!(replies.next().await.expect("one reply comes before the error"), Some(pong(1)));
    let bidi = replies.next().await.unwrap_err();
    assert_eq!(replies.trailers(), Some(bidi.metadata()));
    [unary, client_stream, server_stream, bidi]
}

#[tokio::test]
async fn every_shape_fails_with_the_same_status() {
    let server = serve(Refuses).await;
    let request = request(Code::DataLoss, "lost: ü", b"details");
    for status in within(of_every_shape(&server.client(), request)).await {
        assert_is(&status, Code::DataLoss, "lost: ü", b"details");
    }
}

#[tokio::test]
async fn an_error_that_says_ok_becomes_unknown_in_every_shape() {
    let server = serve(Refuses).await;
    for status in within(of_every_shape(&server.client(), request(Code::Ok, "no error", b""))).await {
        assert_eq!(status.code(), Code::Unknown);
    }
}

#[tokio::test]
async fn on_the_wire_message_and_details_are_encoded_as_specified() {
    let server = serve(Refuses).await;
    let mut raw = RawClient::connect(server.address).await;
    let body = frame(&request(Code::NotFound, "ü 50%\n~", &[0, 255, 1, 2]));
    let answer = within(raw.call(echo_request("Unary"), body)).await;
    assert_eq!(answer.grpc_status(), Some(5));
    assert_eq!(answer.ending("grpc-message"), Some("%C3%BC 50%25%0A~"));
    assert_eq!(answer.ending("grpc-status-details-bin"), Some("AP8BAg"));
    assert_eq!(answer.ending("x-why-bin"), Some("AP8K"));
}

/// The status that a client makes of a trailers-only answer.
async fn read(entries: &'static [(&'static str, &'static str)]) -> Status {
    let server = RawServer::start(move |mut request| async move {
        let mut whole = head(200, &[("content-type", "application/grpc")]);
        whole.headers_mut().extend(headers(entries));
        request.end_with(whole);
    })
    .await;
    within(server.client().unary(ping("")).into_future()).await.unwrap_err()
}

#[tokio::test]
async fn a_number_that_no_code_has_stays_visible() {
    for (text, number) in [("17", 17), ("77", 77), ("4294967295", u32::MAX)] {
        let server = RawServer::start(move |request| async move {
            request.answer(Vec::new(), headers(&[("grpc-status", text), ("grpc-message", "odd")])).await;
        })
        .await;
        let status = within(server.client().unary(ping("")).into_future()).await.unwrap_err();
        assert_eq!((status.code(), status.code_number(), status.message()), (Code::Unknown, number, "odd"));
        assert!(status.to_string().contains(text), "{status}");
    }
}

#[tokio::test]
async fn what_is_no_number_is_unknown() {
    assert_eq!(read(&[("grpc-status", "NOT_FOUND")]).await.code(), Code::Unknown);
    assert_eq!(read(&[("grpc-status", "05")]).await.code(), Code::Unknown);
    assert_eq!(read(&[("grpc-status", "-1")]).await.code(), Code::Unknown);
    assert_eq!(read(&[("grpc-status", "99999999999")]).await.code(), Code::Unknown);
    assert_eq!(read(&[("grpc-status", "")]).await.code(), Code::Unknown);
}

#[tokio::test]
async fn a_malformed_message_is_read_as_far_as_it_goes() {
    let status = read(&[("grpc-status", "5"), ("grpc-message", "50% %zz %e2%98%83 %ff!")]).await;
    assert_eq!((status.code(), status.message()), (Code::NotFound, "50% %zz ☃ \u{fffd}!"));
    let raw_utf8 = read(&[("grpc-status", "5"), ("grpc-message", "ü")]).await;
    assert_eq!((raw_utf8.code(), raw_utf8.message()), (Code::NotFound, "ü"));
}

#[tokio::test]
async fn details_are_read_padded_or_not_and_dropped_when_broken() {
    let details = |text: &'static str| async move {
        let server = RawServer::start(move |mut request| async move {
            let mut whole = grpc_head();
            whole.headers_mut().extend(headers(&[
                ("grpc-status", "9"),
                ("grpc-message", "kept"),
                ("grpc-status-details-bin", text),
            ]));
            request.end_with(whole);
        })
        .await;
        let status = within(server.client().unary(ping("")).into_future()).await.unwrap_err();
        assert_eq!((status.code(), status.message()), (Code::FailedPrecondition, "kept"), "{text:?}");
        status.details().clone()
    };
    assert_eq!(&details("AP8BAg").await[..], [0, 255, 1, 2]);
    assert_eq!(&details("AP8BAg==").await[..], [0, 255, 1, 2]);
    assert!(details("!not base64!").await.is_empty());
    // A google.rpc.Status whose code is 5: the number in grpc-status is the one that counts.
    assert_eq!(&details("CAU").await[..], [8, 5]);
}
