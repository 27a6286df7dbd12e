//! A handler may answer without reading all of its requests: the caller gets the answer, and its sending ends softly.

use protocall::{Code, Context, Result, Status, Stream, Streaming, stream};
use protocall_tests::echo::{Echo, Ping, Pong, heavy_ping, ping, pong, serve, within};
use protocall_tests::raw::{RawClient, RawServer, echo_request, frame, grpc_head, well};

/// Reads one request, and answers: well, or with an error if the request has a text.
struct Hasty;

async fn verdict(pings: &mut Streaming<Ping>) -> Result<Pong> {
    match pings.next().await?.unwrap_or_default().text.as_str() {
        "" => Ok(pong(1)),
        text => Err(Status::aborted(text)),
    }
}

impl Echo for Hasty {
    async fn client_stream(&self, _: &Context, mut pings: Streaming<Ping>) -> Result<Pong> {
        verdict(&mut pings).await
    }

    async fn bidi(
        &self,
        _: &Context,
        mut pings: Streaming<Ping>,
    ) -> Result<impl Stream<Item = Result<Pong>>> {
        Ok(stream::iter([verdict(&mut pings).await?]))
    }
}

#[tokio::test]
async fn the_reply_comes_although_requests_are_unread() {
    let server = serve(Hasty).await;
    let echo = server.client();
    for size in [0, 100_000] {
        let (mut tx, reply) = echo.client_stream().open();
        tx.send(ping("")).await.unwrap();
        // Stops when the server has answered, and without the answer would wait for room for ever.
        let sending = async {
            while tx.send(heavy_ping(size)).await.is_ok() {
                tokio::task::yield_now().await
            }
        };
        let (reply, ()) = within(async { tokio::join!(reply.into_future(), sending) }).await;
        assert_eq!(reply.unwrap(), pong(1), "requests of {size} bytes");
        assert_eq!(tx.send(ping("")).await.unwrap_err().code(), Code::Cancelled);
    }
}

#[tokio::test]
async fn the_error_comes_although_requests_are_unread() {
    let server = serve(Hasty).await;
    let echo = server.client();
    for _ in 0..20 {
        let (mut tx, reply) = echo.client_stream().open();
        tx.send(ping("enough")).await.unwrap();
        for _ in 0..10 {
            let _ = tx.send(heavy_ping(50_000)).await;
        }
        let status = within(reply.into_future()).await.unwrap_err();
        assert_eq!((status.code(), status.message()), (Code::Aborted, "enough"));
        let (mut tx, mut rx) = echo.bidi().open();
        tx.send(ping("enough")).await.unwrap();
        let status = within(rx.next()).await.unwrap_err();
        assert_eq!((status.code(), status.message()), (Code::Aborted, "enough"));
        assert!(tx.send(ping("")).await.is_err());
    }
}

#[tokio::test]
async fn sending_all_of_a_stream_gives_the_answer_and_not_the_failure_to_send() {
    let server = serve(Hasty).await;
    let echo = server.client();
    let requests = |first: &str| {
        let first = ping(first);
        std::iter::once(first).chain(std::iter::repeat_with(|| heavy_ping(50_000))).take(1000)
    };
    assert_eq!(within(echo.client_stream().send_all(requests(""))).await.unwrap(), pong(1));
    let status = within(echo.client_stream().send_all(requests("enough"))).await.unwrap_err();
    assert_eq!((status.code(), status.message()), (Code::Aborted, "enough"));
}

#[tokio::test]
async fn on_the_wire_the_answer_is_whole_before_the_stream_is_reset() {
    let server = serve(Hasty).await;
    let mut raw = RawClient::connect(server.address).await;
    for _ in 0..20 {
        let mut call = raw.start(echo_request("ClientStream")).await;
        call.send(frame(&ping("")), false);
        let answer = within(call.answer()).await;
        assert_eq!((answer.grpc_status(), answer.data), (Some(0), frame(&pong(1))));
    }
}

#[tokio::test]
async fn a_server_that_answers_and_resets_has_answered() {
    let server = RawServer::start(|mut request| async move {
        let mut stream = request.begin_with(grpc_head());
        stream.send_data(frame(&pong(1)).into(), false).unwrap();
        stream.send_trailers(well()).unwrap();
        // Dropping the rest resets the stream with NO_ERROR: the request has not ended.
    })
    .await;
    for _ in 0..20 {
        let (mut tx, reply) = server.client().client_stream().open();
        let _ = tx.send(ping("")).await;
        assert_eq!(within(reply.into_future()).await.unwrap(), pong(1));
    }
}
