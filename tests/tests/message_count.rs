//! Where there must be one message, none and two are both wrong: UNIMPLEMENTED, on both ends. An error status wins over
//! whatever message came with it.

use protocall::{Code, Result};
use protocall_tests::echo::{Parrot, Pong, ping, pong, serve, within};
use protocall_tests::raw::{
    Ending, RawClient, RawServer, echo_request, frame, grpc_head, head, headers, well,
};

#[tokio::test]
async fn a_server_wants_one_request_where_the_method_takes_one() {
    let server = serve(Parrot).await;
    let mut raw = RawClient::connect(server.address).await;
    let one = frame(&ping("one"));
    for method in ["Unary", "ServerStream"] {
        for (count, body) in [(0, Vec::new()), (2, [one.clone(), one.clone()].concat())] {
            let answer = within(raw.call(echo_request(method), body)).await;
            assert_eq!(answer.grpc_status(), Some(12), "{count} requests for {method}");
        }
        let answer = within(raw.call(echo_request(method), one.clone())).await;
        assert_eq!(answer.grpc_status(), Some(0), "one request for {method}");
    }
}

#[tokio::test]
async fn a_server_takes_a_stream_of_none() {
    let server = serve(Parrot).await;
    let mut raw = RawClient::connect(server.address).await;
    for method in ["ClientStream", "Bidi"] {
        let answer = within(raw.call(echo_request(method), Vec::new())).await;
        assert_eq!(answer.grpc_status(), Some(0), "{method}");
    }
}

#[tokio::test]
async fn a_server_waits_for_the_end_of_a_unary_request() {
    let server = serve(Parrot).await;
    let mut raw = RawClient::connect(server.address).await;
    let mut call = raw.start(echo_request("Unary")).await;
    call.send(frame(&ping("one")), false);
    // Another call goes all the way meanwhile, so that the first had its chance to be answered.
    within(raw.call(echo_request("Unary"), frame(&ping("two")))).await;
    call.send(Vec::new(), true);
    assert_eq!(within(call.answer()).await.grpc_status(), Some(0));
}

/// What a client makes of an answer with these replies.
async fn replies(count: i32, status: &'static str) -> (Result<Pong>, Result<Pong>) {
    let body: Vec<u8> = (1..=count).flat_map(|index| frame(&pong(index))).collect();
    let server = RawServer::start(move |request| {
        request.answer(body.clone(), headers(&[("grpc-status", status), ("grpc-message", "told")]))
    })
    .await;
    let echo = server.client();
    let unary = within(echo.unary(ping("")).into_future()).await;
    let (tx, reply) = echo.client_stream().open();
    tx.finish();
    (unary, within(reply.into_future()).await)
}

#[tokio::test]
async fn a_client_wants_one_reply_where_the_method_gives_one() {
    assert!(
        matches!(replies(1, "0").await, (Ok(unary), Ok(streamed)) if unary == pong(1) && streamed == pong(1))
    );
    for count in [0, 2, 3] {
        let (unary, streamed) = replies(count, "0").await;
        for status in [unary.unwrap_err(), streamed.unwrap_err()] {
            assert_eq!(status.code(), Code::Unimplemented, "{count} replies: {status}");
        }
    }
}

#[tokio::test]
async fn an_error_wins_over_the_reply_that_came_with_it() {
    for count in [0, 1] {
        let (unary, streamed) = replies(count, "10").await;
        for status in [unary.unwrap_err(), streamed.unwrap_err()] {
            assert_eq!((status.code(), status.message()), (Code::Aborted, "told"), "{count} replies");
        }
    }
}

#[tokio::test]
async fn a_second_reply_ends_the_call_at_once() {
    let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
    let server = RawServer::start(move |mut request| {
        let tell = tell.clone();
        async move {
            assert_eq!(request.ending().await, Ending::Finished);
            let mut stream = request.begin_with(grpc_head());
            stream.send_data([frame(&pong(1)), frame(&pong(2))].concat().into(), false).unwrap();
            let _ = tell.send(std::future::poll_fn(|cx| stream.poll_reset(cx)).await.unwrap());
        }
    })
    .await;
    let status = within(server.client().unary(ping("")).into_future()).await.unwrap_err();
    assert_eq!(status.code(), Code::Unimplemented, "{status}");
    assert_eq!(within(told.recv()).await, Some(h2::Reason::CANCEL));
}

#[tokio::test]
async fn interim_answers_are_passed_over() {
    let server = RawServer::start(|mut request| async move {
        assert_eq!(request.ending().await, Ending::Finished);
        request.reply.send_informational(head(103, &[("link", "</style.css>")])).unwrap();
        let mut stream = request.begin_with(grpc_head());
        stream.send_data(frame(&pong(4)).into(), false).unwrap();
        stream.send_trailers(well()).unwrap();
    })
    .await;
    assert_eq!(within(server.client().unary(ping("")).into_future()).await.unwrap(), pong(4));
}
