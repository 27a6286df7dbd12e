//! Who begins a request and does not go on with it is answered in the end: before its only message, within any, before the
//! end of the request. Who is slow is not, nor who pauses between the messages of a stream.

use std::time::Duration;

use protocall::{Connections, Server};
use protocall_tests::browser::Browser;
use protocall_tests::echo::{Parrot, ping, serve_with, within};
use protocall_tests::frames::{DATA, END_STREAM, FrameClient, HEADERS, RST_STREAM, seconds, secs};
use protocall_tests::raw::{RawClient, echo_request, frame};

const NO_ERROR: [u8; 4] = [0; 4];

/// Begins a call and sends so much of it: how long until the server has had enough.
async fn answered(server: Server, method: &str, said: &[u8]) -> u64 {
    let mut client = FrameClient::connect(server, Parrot).await;
    client.call(1, method).await;
    client.send(DATA, 0, 1, said).await;
    let (after, head) = seconds(client.next_of(HEADERS)).await;
    assert_eq!(head.flags & END_STREAM, END_STREAM, "headers and trailers in one");
    assert_eq!(client.next_of(RST_STREAM).await.payload, NO_ERROR, "the rest is not wanted");
    after
}

#[tokio::test(start_paused = true)]
async fn it_is_five_minutes_unless_set() {
    let message = frame(&ping("all of it"));
    let half = &message[..message.len() - 1];
    for method in ["Unary", "ServerStream"] {
        for said in [&[][..], &message[..3], half, &message] {
            assert_eq!(answered(Server::new(), method, said).await, 300, "{method}, {} bytes", said.len());
        }
    }
    for method in ["ClientStream", "Bidi"] {
        assert_eq!(answered(Server::new(), method, half).await, 300, "{method}");
    }
    let short = Server::new().connections(Connections::new().message_timeout(secs(7)));
    assert_eq!(answered(short, "Unary", half).await, 7);
}

#[tokio::test(start_paused = true)]
async fn it_can_be_for_ever() {
    let server = Server::new().connections(Connections::new().message_timeout(None));
    let mut client = FrameClient::connect(server, Parrot).await;
    client.call(1, "Unary").await;
    let (after, frames) = seconds(client.rest(false)).await;
    assert!(after > 7000, "it ends by the keepalive");
    assert!(frames.iter().all(|frame| frame.kind != HEADERS), "{frames:?}");
}

#[tokio::test(start_paused = true)]
async fn who_is_slow_is_served() {
    let mut client = FrameClient::connect(Server::new(), Parrot).await;
    client.call(1, "Unary").await;
    let message = frame(&ping("slow"));
    let (last, rest) = message.split_last().unwrap();
    for byte in rest {
        tokio::time::sleep(secs(299)).await;
        client.send(DATA, 0, 1, &[*byte]).await;
    }
    tokio::time::sleep(secs(299)).await;
    client.send(DATA, END_STREAM, 1, &[*last]).await;
    client.next_of(HEADERS).await;
    assert_eq!(client.next_of(DATA).await.payload[5..], message[5..], "the text comes back");
}

#[tokio::test(start_paused = true)]
async fn between_the_messages_of_a_stream_there_is_time() {
    let mut client = FrameClient::connect(Server::new(), Parrot).await;
    client.call(1, "Bidi").await;
    for _ in 0..3 {
        tokio::time::sleep(secs(2000)).await;
        client.send(DATA, 0, 1, &frame(&ping("still here"))).await;
        client.next_of(DATA).await;
    }
}

#[tokio::test]
async fn the_caller_is_told_why() {
    let limit = Connections::new().message_timeout(Duration::from_millis(200));
    let server = serve_with(Server::new().grpc_web().connections(limit), Parrot).await;
    let mut raw = RawClient::connect(server.address).await;
    let mut call = raw.start(echo_request("Unary")).await;
    call.send(vec![0, 0, 0], false);
    let answer = within(call.answer()).await;
    assert_eq!(answer.grpc_status(), Some(4));
    assert_eq!(answer.ending("grpc-message"), Some("nothing more came of a half-sent request for 200ms"));

    let mut browser = Browser::at(server.address).await;
    let head = "POST /test.v1.Echo/Unary HTTP/1.1\r\nHost: a\r\nContent-Type: application/grpc-web+proto\r\n";
    browser.write(format!("{head}Content-Length: 100\r\n\r\nhalf").as_bytes()).await;
    let answer = within(browser.answer()).await;
    assert_eq!((answer.status, answer.header("grpc-status")), (200, "4"));
}
