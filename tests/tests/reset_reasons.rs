//! Each reason that a server may reset a stream with has its code, by gRPC's PROTOCOL-HTTP2; a connection that ends under
//! a call is UNAVAILABLE.

use h2::Reason;
use protocall::{Code, Result};
use protocall_tests::echo::{EchoClient, Pong, channel_to, ping, pong, within};
use protocall_tests::raw::{Ending, RawServer, frame, grpc_head};
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;

const REASONS: [(Reason, Code); 12] = [
    (Reason::PROTOCOL_ERROR, Code::Internal),
    (Reason::INTERNAL_ERROR, Code::Internal),
    (Reason::FLOW_CONTROL_ERROR, Code::Internal),
    (Reason::SETTINGS_TIMEOUT, Code::Internal),
    (Reason::FRAME_SIZE_ERROR, Code::Internal),
    (Reason::COMPRESSION_ERROR, Code::Internal),
    (Reason::CONNECT_ERROR, Code::Internal),
    (Reason::REFUSED_STREAM, Code::Unavailable),
    (Reason::CANCEL, Code::Cancelled),
    (Reason::ENHANCE_YOUR_CALM, Code::ResourceExhausted),
    (Reason::INADEQUATE_SECURITY, Code::PermissionDenied),
    // Reasons that HTTP/2 may define one day are as good as none.
    (Reason::HTTP_1_1_REQUIRED, Code::Internal),
];

#[derive(Clone, Copy, Debug, PartialEq)]
enum When {
    BeforeHeaders,
    AfterHeaders,
    AfterAMessage,
}

async fn reset(reason: Reason, when: When) -> Result<Pong> {
    let server = RawServer::start(move |mut request| async move {
        assert_eq!(request.ending().await, Ending::Finished);
        if when == When::BeforeHeaders {
            return request.reply.send_reset(reason);
        }
        let mut stream = request.begin_with(grpc_head());
        if when == When::AfterAMessage {
            stream.send_data(frame(&pong(1)).into(), false).unwrap();
        }
        stream.send_reset(reason);
    })
    .await;
    within(server.client().unary(ping("")).into_future()).await
}

#[tokio::test]
async fn a_reset_fails_the_call_with_the_code_of_its_reason() {
    for when in [When::BeforeHeaders, When::AfterHeaders, When::AfterAMessage] {
        for (reason, code) in REASONS {
            let status = reset(reason, when).await.unwrap_err();
            assert_eq!(status.code(), code, "{reason:?} {when:?}: {status}");
            assert!(!status.message().is_empty(), "{reason:?} {when:?}");
        }
    }
}

#[tokio::test]
async fn a_reset_without_an_error_fails_the_call_too() {
    let status = reset(Reason::NO_ERROR, When::BeforeHeaders).await.unwrap_err();
    assert_eq!(status.code(), Code::Internal, "{status}");
    for when in [When::AfterHeaders, When::AfterAMessage] {
        let status = reset(Reason::NO_ERROR, when).await.unwrap_err();
        assert!(matches!(status.code(), Code::Internal | Code::Unknown), "{when:?}: {status}");
    }
}

#[tokio::test]
async fn what_came_before_a_reset_is_read() {
    let server = RawServer::start(|mut request| async move {
        let mut stream = request.begin_with(grpc_head());
        stream.send_data(frame(&pong(1)).into(), false).unwrap();
        let _ = request.ending().await;
        stream.send_reset(Reason::INADEQUATE_SECURITY);
    })
    .await;
    let (tx, mut rx) = server.client().bidi().open();
    assert_eq!(within(rx.next()).await.unwrap(), Some(pong(1)));
    tx.finish();
    for _ in 0..3 {
        assert_eq!(within(rx.next()).await.unwrap_err().code(), Code::PermissionDenied);
    }
}

#[tokio::test]
async fn a_connection_that_ends_under_a_call_is_unavailable() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let echo = EchoClient::from(channel_to(listener.local_addr().unwrap()));
    let server = async {
        let (mut socket, _) = listener.accept().await.unwrap();
        // Reads the preface, so that the call is on its way; then the socket closes.
        socket.read_exact(&mut [0; 24]).await.unwrap();
    };
    let (reply, ()) = within(async { tokio::join!(echo.unary(ping("")).into_future(), server) }).await;
    assert_eq!(reply.unwrap_err().code(), Code::Unavailable);
}

#[tokio::test]
async fn a_peer_that_speaks_no_http2_is_unavailable() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let echo = EchoClient::from(channel_to(listener.local_addr().unwrap()));
    let server = async {
        let (mut socket, _) = listener.accept().await.unwrap();
        let answer = b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n";
        tokio::io::AsyncWriteExt::write_all(&mut socket, answer).await.unwrap();
        socket
    };
    let (reply, _socket) = within(async { tokio::join!(echo.unary(ping("")).into_future(), server) }).await;
    let status = reply.unwrap_err();
    assert!(matches!(status.code(), Code::Unavailable | Code::Internal), "{status}");
}
