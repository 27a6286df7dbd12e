//! A client makes its calls in gRPC-Web, over HTTP/2 and over HTTP/1.1: all four shapes, metadata, errors and compression as in gRPC; and says so
//! where the server speaks something else.

use protocall::client::Outcome;
use protocall::{Channel, Code, Compression, Context, Origin, Result, Server, Status};
use protocall_tests::echo::{Echo, EchoClient, Parrot, Ping, Pong, Served, ping, serve, serve_with, within};
use protocall_tests::raw::{RawServer, head};

/// By HTTP/2, and by HTTP/1.1.
fn clients(served: &Served) -> [EchoClient; 2] {
    [false, true].map(|http1| {
        let connect = EchoClient::connect(format!("http://{}", served.address)).grpc_web();
        let connect = if http1 { connect.http1() } else { connect };
        let connect = connect.compress(Compression::Gzip).min_compress_size(0);
        connect.build().expect("an address makes a target")
    })
}

struct Failing;

impl Echo for Failing {
    async fn unary(&self, cx: &Context, ping: Ping) -> Result<Pong> {
        if cx.metadata().get("x-grpc-web") != Some("1") {
            return Err(Status::internal("this was no call of gRPC-Web"));
        }
        if !ping.text.is_empty() {
            cx.set_header("x-header", "h")?;
        }
        cx.set_trailer("x-trailer", "t")?;
        Err(Status::not_found("nothing\nthere").with_details("why"))
    }
}

async fn all_four_shapes(client: EchoClient) {
    assert_eq!(within(client.unary(ping("one")).into_future()).await.unwrap().text, "one");
    let mut replies =
        within(client.server_stream(Ping { count: 3, ..ping("") }).into_future()).await.unwrap();
    for index in 0..3 {
        assert_eq!(within(replies.next()).await.unwrap().unwrap().index, index);
    }
    assert!(within(replies.next()).await.unwrap().is_none());
    let (mut sender, reply) = client.client_stream().open();
    for text in ["a", "b"] {
        within(sender.send(ping(text))).await.unwrap();
    }
    sender.finish();
    assert_eq!(within(reply.into_future()).await.unwrap().text, "ab");
    let (mut sender, mut replies) = client.bidi().open();
    for text in ["x", "y"] {
        within(sender.send(ping(text))).await.unwrap();
        assert_eq!(within(replies.next()).await.unwrap().unwrap().text, text, "both ways at a time");
    }
    sender.finish();
    assert!(within(replies.next()).await.unwrap().is_none());
}

#[tokio::test]
async fn all_four_shapes_are_called() {
    let served = serve_with(Server::new().grpc_web(), Parrot).await;
    for client in clients(&served) {
        all_four_shapes(client).await;
    }
}

#[tokio::test]
async fn metadata_and_errors_come_from_the_head_and_from_the_last_frame() {
    let served = serve_with(Server::new().grpc_web(), Failing).await;
    for client in clients(&served) {
        for (text, header) in [("", None), ("with headers", Some("h"))] {
            let Outcome { result, headers, trailers, .. } = within(client.unary(ping(text)).outcome()).await;
            let status = result.unwrap_err();
            assert_eq!((status.code(), status.message()), (Code::NotFound, "nothing\nthere"));
            assert_eq!(status.details(), "why".as_bytes());
            assert_eq!((headers.get("x-header"), trailers.get("x-trailer")), (header, Some("t")));
        }
    }
}

#[tokio::test]
async fn a_server_that_speaks_no_grpc_web_is_told_of() {
    let served = serve(Parrot).await;
    let [http2, http1] = clients(&served);
    let status = within(http2.unary(ping("")).into_future()).await.unwrap_err();
    assert_eq!(status.code(), Code::Unknown);
    assert!(status.message().contains("415"), "{status}");
    let status = within(http1.unary(ping("")).into_future()).await.unwrap_err();
    assert_eq!((status.code(), status.origin()), (Code::Unavailable, Origin::Http), "{status}");
}

/// What comes of a call that is answered with these bytes.
async fn answered(body: &'static [u8]) -> (Code, String) {
    let server = RawServer::start(move |mut request| async move {
        let mut sent = request.begin_with(head(200, &[("content-type", "application/grpc-web+proto")]));
        sent.send_data(body.into(), true).expect("the stream is open");
    })
    .await;
    let connect = Channel::connect(format!("http://{}", server.address)).grpc_web();
    let client: EchoClient = connect.build().expect("an address makes a target").into();
    match within(client.unary(ping("")).into_future()).await {
        Ok(_) => (Code::Ok, String::new()),
        Err(status) => (status.code(), status.message().to_owned()),
    }
}

#[tokio::test]
async fn what_is_wrong_with_the_frames_is_told() {
    let cases: [(&[u8], Code); 7] = [
        (b"\0\0\0\0\0\x80\0\0\0\x0eGrpc-Status:0\n", Code::Ok),
        (b"\x80\0\0\0\x0fgrpc-status: 9\n", Code::FailedPrecondition),
        (b"\0\0\0\0\0", Code::Unknown),
        (b"\0\0\0\0\0\x80\0\0\0\x0fgrpc-status: 0\n\0\0\0\0\0", Code::Internal),
        (b"\0\0\0\0\0\x80\0\0\0\x0fgrpc-sta", Code::Internal),
        (b"\0\0\0\0\0\x81\0\0\0\x0fgrpc-status: 0\n", Code::Internal),
        (b"\0\0\0\0\0\x80\xff\xff\xff\xff", Code::Internal),
    ];
    for (body, code) in cases {
        let (found, message) = answered(body).await;
        assert_eq!(found, code, "{body:?}: {message}");
    }
}
