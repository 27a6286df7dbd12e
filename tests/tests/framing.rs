//! Messages in DATA frames: where frames begin and end means nothing, padding means nothing, and what is not a message is
//! INTERNAL. On both ends.

use protocall::{Code, Message, Result};
use protocall_tests::echo::{Parrot, Ping, Pong, heavy_ping, ping, pong, serve, within};
use protocall_tests::raw::{
    Ending, RawAnswer, RawClient, RawServer, echo_request, flagged, frame, grpc_head, well,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// Three requests, of which one is empty: "a", "" and "bc".
fn requests() -> Vec<u8> {
    [frame(&ping("a")), frame(&ping("")), frame(&ping("bc"))].concat()
}

fn reply(answer: &RawAnswer) -> Pong {
    assert_eq!(answer.grpc_status(), Some(0), "{answer:?}");
    Pong::decode(&answer.data[5..]).expect("it is a reply")
}

#[tokio::test]
async fn a_server_reads_messages_wherever_frames_end() {
    let server = serve(Parrot).await;
    let mut raw = RawClient::connect(server.address).await;
    let all = requests();
    for size in [1, 2, 3, 4, 5, 6, 7, 11, all.len()] {
        let mut call = raw.start(echo_request("ClientStream")).await;
        for part in all.chunks(size) {
            call.send(part.to_vec(), false);
        }
        call.send(Vec::new(), true);
        let reply = reply(&within(call.answer()).await);
        assert_eq!((reply.text.as_str(), reply.index), ("abc", 3), "frames of {size} bytes");
    }
}

#[tokio::test]
async fn a_server_reads_a_last_message_that_ends_the_stream_itself() {
    let server = serve(Parrot).await;
    let mut raw = RawClient::connect(server.address).await;
    let answer = within(raw.call(echo_request("ClientStream"), requests())).await;
    assert_eq!(reply(&answer).text, "abc");
    let answer = within(raw.call(echo_request("Unary"), frame(&ping("one")))).await;
    assert_eq!(reply(&answer).text, "one");
}

#[tokio::test]
async fn an_empty_message_is_a_message() {
    let server = serve(Parrot).await;
    let mut raw = RawClient::connect(server.address).await;
    let answer = within(raw.call(echo_request("Unary"), flagged(0, b""))).await;
    assert_eq!((reply(&answer), answer.data.len()), (Pong::default(), 5));
}

#[tokio::test]
async fn a_client_reads_messages_wherever_frames_end() {
    for size in [1, 2, 5, 6, 1000] {
        let server = RawServer::start(move |mut request| async move {
            assert_eq!(request.ending().await, Ending::Finished);
            let mut stream = request.begin_with(grpc_head());
            for part in [frame(&pong(1)), frame(&pong(0)), frame(&pong(2))].concat().chunks(size) {
                stream.send_data(part.to_vec().into(), false).unwrap();
            }
            stream.send_data(bytes::Bytes::new(), false).unwrap();
            stream.send_trailers(well()).unwrap();
        })
        .await;
        let mut replies = server.client().server_stream(ping("")).open();
        for index in [1, 0, 2] {
            assert_eq!(within(replies.next()).await.unwrap(), Some(pong(index)), "frames of {size} bytes");
        }
        assert_eq!(within(replies.next()).await.unwrap(), None);
    }
}

/// What a server says to the body of a request.
async fn refused(method: &str, body: Vec<u8>) -> RawAnswer {
    let server = serve(Parrot).await;
    let mut raw = RawClient::connect(server.address).await;
    let answer = within(raw.call(echo_request(method), body)).await;
    let sound = within(raw.call(echo_request("Unary"), frame(&ping("sound")))).await;
    assert_eq!(reply(&sound).text, "sound", "a bad call leaves its connection alone");
    answer
}

#[tokio::test]
async fn what_is_no_message_is_internal_on_a_server() {
    let bad = [
        ("compressed without an encoding", flagged(1, &ping("a").encode_to_vec())),
        ("an unknown flag", flagged(2, &ping("a").encode_to_vec())),
        ("another unknown flag", flagged(0x80, &ping("a").encode_to_vec())),
        ("an end inside the prefix", vec![0, 0, 0]),
        ("an end inside the message", frame(&ping("abc"))[..7].to_vec()),
        ("bytes that are no protobuf", flagged(0, &[0xff; 3])),
        ("text that is no UTF-8", flagged(0, &[0x0a, 1, 0xff])),
    ];
    for (what, body) in bad {
        for method in ["Unary", "ClientStream", "ServerStream", "Bidi"] {
            let answer = refused(method, body.clone()).await;
            assert_eq!(answer.grpc_status(), Some(13), "{what} for {method}");
            assert!(
                answer.ending("grpc-message").is_some_and(|text| !text.is_empty()),
                "{what} for {method}"
            );
        }
    }
}

async fn read(body: Vec<u8>) -> Result<Pong> {
    let server = RawServer::start(move |request| request.answer(body.clone(), well())).await;
    within(server.client().unary(ping("")).into_future()).await
}

#[tokio::test]
async fn what_is_no_message_is_internal_on_a_client() {
    let bad = [
        ("compressed without an encoding", flagged(1, &pong(1).encode_to_vec())),
        ("an unknown flag", flagged(2, &pong(1).encode_to_vec())),
        ("an end inside the prefix", vec![0, 0, 0]),
        ("an end inside the message", frame(&pong(1))[..6].to_vec()),
        ("an end inside a second message", [frame(&pong(1)), vec![0, 0]].concat()),
        ("bytes that are no protobuf", flagged(0, &[0xff; 3])),
    ];
    for (what, body) in bad {
        let status = read(body).await.unwrap_err();
        assert_eq!(status.code(), Code::Internal, "{what}: {status}");
    }
    assert_eq!(read(frame(&pong(3))).await.unwrap(), pong(3));
}

#[tokio::test]
async fn messages_before_the_broken_one_are_read() {
    let body = [frame(&pong(1)), flagged(2, b"")].concat();
    let server = RawServer::start(move |request| request.answer(body.clone(), well())).await;
    let mut replies = server.client().server_stream(ping("")).open();
    assert_eq!(within(replies.next()).await.unwrap(), Some(pong(1)));
    for _ in 0..3 {
        assert_eq!(within(replies.next()).await.unwrap_err().code(), Code::Internal);
    }
}

#[tokio::test]
async fn large_messages_cross_many_frames_both_ways() {
    let server = serve(Parrot).await;
    let request = Ping { text: "large".into(), ..heavy_ping(3 << 20) };
    let reply = within(server.client().unary(request.clone()).into_future()).await.unwrap();
    assert_eq!((reply.text, reply.payload), (request.text, request.payload));
}

/// A frame of HTTP/2.
fn http2(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = (payload.len() as u32).to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes()[..], payload].concat()
}

/// The payload of a DATA frame with padding.
fn padded(data: &[u8], padding: u8) -> Vec<u8> {
    [&[padding][..], data, &vec![0; usize::from(padding)]].concat()
}

/// A header as HPACK writes it without a table.
fn literal(name: &str, value: &str) -> Vec<u8> {
    let short = |text: &str| [&[u8::try_from(text.len()).unwrap()][..], text.as_bytes()].concat();
    [vec![0], short(name), short(value)].concat()
}

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const SETTINGS: u8 = 4;
const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;
const PADDED: u8 = 8;

/// Reads a frame: kind, flags, stream and payload.
async fn read_http2(socket: &mut TcpStream) -> (u8, u8, Vec<u8>) {
    let mut head = [0; 9];
    socket.read_exact(&mut head).await.expect("the peer still speaks");
    let mut payload = vec![0; u32::from_be_bytes([0, head[0], head[1], head[2]]) as usize];
    socket.read_exact(&mut payload).await.expect("the peer still speaks");
    (head[3], head[4], payload)
}

#[tokio::test]
async fn padding_means_nothing_to_a_server() {
    let server = serve(Parrot).await;
    let mut socket = TcpStream::connect(server.address).await.unwrap();
    let path = literal(":path", "/test.v1.Echo/ClientStream");
    let kind = literal("content-type", "application/grpc");
    // :method POST and :scheme http stand in HPACK's static table.
    let head = [vec![0x83, 0x86], path, literal(":authority", "raw"), kind].concat();
    let message = frame(&ping("padded"));
    let (front, back) = message.split_at(3);
    let all = [
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec(),
        http2(SETTINGS, 0, 0, &[]),
        http2(HEADERS, END_HEADERS, 1, &head),
        http2(DATA, PADDED, 1, &padded(front, 255)),
        http2(DATA, PADDED, 1, &padded(b"", 7)),
        http2(DATA, PADDED | END_STREAM, 1, &padded(back, 0)),
    ];
    socket.write_all(&all.concat()).await.unwrap();
    let data = within(async {
        loop {
            if let (DATA, _, payload) = read_http2(&mut socket).await {
                return payload;
            }
        }
    });
    assert_eq!(data.await, frame(&Pong { text: "padded".into(), ..pong(1) }));
}

#[tokio::test]
async fn padding_means_nothing_to_a_client() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = async {
        let (mut socket, _) = listener.accept().await.unwrap();
        socket.read_exact(&mut [0; 24]).await.unwrap();
        socket.write_all(&http2(SETTINGS, 0, 0, &[])).await.unwrap();
        // The request has come when its only message has.
        while !matches!(read_http2(&mut socket).await, (DATA, ..)) {}
        let message = frame(&pong(9));
        let head = [vec![0x88], literal("content-type", "application/grpc")].concat();
        let answer = [
            http2(HEADERS, END_HEADERS, 1, &head),
            http2(DATA, PADDED, 1, &padded(&message[..2], 200)),
            http2(DATA, PADDED, 1, &padded(&message[2..], 1)),
            http2(HEADERS, END_HEADERS | END_STREAM, 1, &literal("grpc-status", "0")),
        ];
        socket.write_all(&answer.concat()).await.unwrap();
        socket
    };
    let echo = protocall_tests::echo::EchoClient::from(protocall_tests::echo::channel_to(address));
    let (reply, _socket) = within(async { tokio::join!(echo.unary(ping("")).into_future(), server) }).await;
    assert_eq!(reply.unwrap(), pong(9));
}
