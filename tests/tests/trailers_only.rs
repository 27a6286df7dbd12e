//! A call without messages that fails is one block of headers; with headers of the handler's or with messages it is two.
//! A client takes the status from the block that ends the stream, and no status for a failure.

use h2::Reason;
use protocall::{Code, Context, Result, Status, Stream, Streaming, produce, stream};
use protocall_tests::echo::{Echo, Ping, Pong, ping, pong, serve, within};
use protocall_tests::raw::{
    Ending, RawAnswer, RawClient, RawRequest, RawServer, echo_request, frame, grpc_head, head, headers,
};

/// Fails; sets a header first if the request has a text, sends a reply first if it has a count.
struct Refuses;

fn prepare(cx: &Context, ping: &Ping) -> Result<Status> {
    if !ping.text.is_empty() {
        cx.set_header("x-first", &ping.text)?;
    }
    cx.set_trailer("x-last", "1")?;
    Ok(Status::not_found("nothing"))
}

impl Echo for Refuses {
    async fn unary(&self, cx: &Context, ping: Ping) -> Result<Pong> {
        Err(prepare(cx, &ping)?)
    }

    async fn client_stream(&self, cx: &Context, mut pings: Streaming<Ping>) -> Result<Pong> {
        let ping = pings.next().await?.unwrap_or_default();
        Err(prepare(cx, &ping)?)
    }

    async fn server_stream(&self, cx: &Context, ping: Ping) -> Result<impl Stream<Item = Result<Pong>>> {
        let status = prepare(cx, &ping)?;
        Ok(produce(async move |out| {
            for index in 0..ping.count {
                out.send(pong(index)).await?;
            }
            Err(status)
        }))
    }

    async fn bidi(
        &self,
        cx: &Context,
        mut pings: Streaming<Ping>,
    ) -> Result<impl Stream<Item = Result<Pong>>> {
        let ping = pings.next().await?.unwrap_or_default();
        Err::<stream::Iter<std::iter::Empty<Pong>>, _>(prepare(cx, &ping)?)
    }
}

const METHODS: [&str; 4] = ["Unary", "ClientStream", "ServerStream", "Bidi"];

async fn refused(raw: &mut RawClient, method: &str, request: Ping) -> RawAnswer {
    let answer = within(raw.call(echo_request(method), frame(&request))).await;
    assert_eq!((answer.status, &answer.headers["content-type"]), (200, &"application/grpc".parse().unwrap()));
    assert_eq!(answer.grpc_status(), Some(5), "{method}");
    assert_eq!(answer.ending("x-last"), Some("1"), "{method}");
    answer
}

#[tokio::test]
async fn an_error_before_all_messages_is_one_block() {
    let server = serve(Refuses).await;
    let mut raw = RawClient::connect(server.address).await;
    for method in METHODS {
        let answer = refused(&mut raw, method, ping("")).await;
        assert!(
            answer.is_one_head && answer.trailers.is_none() && answer.data.is_empty(),
            "{method}: {answer:?}"
        );
    }
}

#[tokio::test]
async fn headers_of_the_handler_come_apart_from_the_status() {
    let server = serve(Refuses).await;
    let mut raw = RawClient::connect(server.address).await;
    for method in METHODS {
        let answer = refused(&mut raw, method, ping("set")).await;
        assert!(answer.trailers.is_some() && answer.data.is_empty(), "{method}: {answer:?}");
        assert_eq!(
            answer.headers.get("x-first").map(|value| value.as_bytes()),
            Some(&b"set"[..]),
            "{method}"
        );
        assert_eq!(
            (answer.headers.get("x-last"), answer.headers.get("grpc-status")),
            (None, None),
            "{method}"
        );
        assert_eq!(answer.ending("x-first"), None, "{method}");
    }
    let (mut tx, mut rx) = server.client().bidi().open();
    tx.send(ping("set")).await.unwrap();
    assert_eq!(within(rx.headers()).await.unwrap().get("x-first"), Some("set"));
    let status = within(rx.next()).await.unwrap_err();
    assert_eq!((status.code(), status.metadata().get("x-last")), (Code::NotFound, Some("1")));
    assert_eq!(rx.trailers().and_then(|trailers| trailers.get("x-last")), Some("1"));
}

#[tokio::test]
async fn an_error_behind_messages_is_in_the_trailers() {
    let server = serve(Refuses).await;
    let mut raw = RawClient::connect(server.address).await;
    let answer = refused(&mut raw, "ServerStream", Ping { count: 2, ..ping("") }).await;
    assert_eq!(answer.data, [frame(&pong(0)), frame(&pong(1))].concat());
    assert!(answer.trailers.is_some());
}

/// What a client makes of an answer.
async fn unary<W>(answer: fn(RawRequest) -> W) -> Result<Pong>
where
    W: Future<Output = ()> + Send + 'static,
{
    let server = RawServer::start(answer).await;
    within(server.client().unary(ping("")).into_future()).await
}

fn refusing_head() -> http::Response<()> {
    head(
        200,
        &[("content-type", "application/grpc"), ("grpc-status", "5"), ("grpc-message", "early"), ("x", "1")],
    )
}

#[tokio::test]
async fn a_client_takes_one_block_for_all() {
    let refused = unary(|mut request| async move { request.end_with(refusing_head()) }).await.unwrap_err();
    assert_eq!(
        (refused.code(), refused.message(), refused.metadata().get("x")),
        (Code::NotFound, "early", Some("1"))
    );
    let server = RawServer::start(|mut request| async move { request.end_with(refusing_head()) }).await;
    let mut replies = server.client().server_stream(ping("")).open();
    assert!(within(replies.headers()).await.unwrap().is_empty(), "the only block is that of the trailers");
    assert_eq!(within(replies.next()).await.unwrap_err().code(), Code::NotFound);
    assert_eq!(replies.trailers().and_then(|trailers| trailers.get("x")), Some("1"));
}

#[tokio::test]
async fn a_stream_without_messages_that_went_well_may_be_one_block() {
    let server = RawServer::start(|mut request| async move {
        request.end_with(head(200, &[("content-type", "application/grpc"), ("grpc-status", "0")]));
    })
    .await;
    let mut replies = server.client().server_stream(ping("")).open();
    assert_eq!(within(replies.next()).await.unwrap(), None);
    let status = within(server.client().unary(ping("")).into_future()).await.unwrap_err();
    assert!(
        matches!(status.code(), Code::Unimplemented | Code::Internal),
        "no reply is no success: {status}"
    );
}

#[tokio::test]
async fn a_status_in_the_headers_means_nothing_when_trailers_follow() {
    let pong = unary(|mut request| async move {
        assert_eq!(request.ending().await, Ending::Finished);
        let mut stream = request.begin_with(refusing_head());
        stream.send_data(frame(&pong(7)).into(), false).unwrap();
        stream.send_trailers(headers(&[("grpc-status", "0")])).unwrap();
    })
    .await;
    assert_eq!(pong.unwrap().index, 7);
    let status = unary(|mut request| async move {
        assert_eq!(request.ending().await, Ending::Finished);
        let mut stream = request.begin_with(refusing_head());
        stream.send_trailers(headers(&[("grpc-status", "9"), ("grpc-message", "late")])).unwrap();
    })
    .await
    .unwrap_err();
    assert_eq!((status.code(), status.message()), (Code::FailedPrecondition, "late"));
}

#[tokio::test]
async fn a_status_in_the_headers_means_nothing_when_a_body_follows() {
    for number in ["0", "5"] {
        let server = RawServer::start(move |mut request| async move {
            assert_eq!(request.ending().await, Ending::Finished);
            let head = head(200, &[("content-type", "application/grpc"), ("grpc-status", number)]);
            request.begin_with(head).send_data(frame(&pong(7)).into(), true).unwrap();
        })
        .await;
        let status = within(server.client().unary(ping("")).into_future()).await.unwrap_err();
        assert_eq!(status.code(), Code::Unknown, "{number}");
    }
}

#[tokio::test]
async fn no_status_at_all_is_a_failure() {
    let status = unary(|mut request| async move {
        assert_eq!(request.ending().await, Ending::Finished);
        request.begin_with(grpc_head()).send_data(frame(&pong(7)).into(), true).unwrap();
    });
    assert_eq!(status.await.unwrap_err().code(), Code::Unknown, "no trailers");
    let status = unary(|request| request.answer(frame(&pong(7)), headers(&[("x", "1")])));
    assert_eq!(status.await.unwrap_err().code(), Code::Unknown, "trailers without a status");
    let status = unary(|mut request| async move { request.end_with(grpc_head()) });
    assert_eq!(status.await.unwrap_err().code(), Code::Unknown, "one block without a status");
    let status = unary(|mut request| async move {
        assert_eq!(request.ending().await, Ending::Finished);
        let mut stream = request.begin_with(grpc_head());
        stream.send_data(frame(&pong(7)).into(), false).unwrap();
        stream.send_reset(Reason::NO_ERROR);
    });
    let status = status.await.unwrap_err();
    assert!(matches!(status.code(), Code::Unknown | Code::Internal), "a reset without an error: {status}");
}

/// Sends its headers at once, and its only reply when it is told to.
struct Flushes(std::sync::Arc<tokio::sync::Notify>);

impl Echo for Flushes {
    async fn server_stream(&self, cx: &Context, _: Ping) -> Result<impl Stream<Item = Result<Pong>>> {
        cx.set_header("x-first", "1")?;
        cx.flush_headers();
        Ok(produce(async move |out| {
            self.0.notified().await;
            out.send(pong(1)).await
        }))
    }
}

#[tokio::test]
async fn headers_may_leave_before_the_first_message() {
    let go = std::sync::Arc::new(tokio::sync::Notify::new());
    let server = serve(Flushes(std::sync::Arc::clone(&go))).await;
    let mut replies = within(server.client().server_stream(ping("")).into_future()).await.unwrap();
    assert_eq!(within(replies.headers()).await.unwrap().get("x-first"), Some("1"));
    go.notify_one();
    assert_eq!(within(replies.next()).await.unwrap(), Some(pong(1)));
    assert_eq!(within(replies.next()).await.unwrap(), None);
}
