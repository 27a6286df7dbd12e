//! Messages over a limit are RESOURCE_EXHAUSTED: 4 MiB by default for what comes in, judged by the prefix before the
//! message is there. Over the limit to send, nothing is sent, and a stream goes on.

use protocall::{Channel, Code, Message, Result, Server, Status};
use protocall_tests::echo::{
    Echo, EchoClient, Lives, Parrot, Ping, Pong, heavy_ping, ping, pong, serve, serve_with, within,
};
use protocall_tests::raw::{Ending, RawClient, RawServer, echo_request, frame, grpc_head, well};
use tokio::sync::mpsc;

const DEFAULT: usize = 4 * 1024 * 1024;

/// A request of exactly `size` bytes on the wire.
fn request_of(size: usize) -> Ping {
    let overhead = heavy_ping(size).encoded_len() - size;
    let request = heavy_ping(size - overhead);
    assert_eq!(request.encoded_len(), size);
    request
}

#[track_caller]
fn assert_exhausted<T: std::fmt::Debug>(outcome: Result<T>) -> Status {
    let status = outcome.unwrap_err();
    assert_eq!(status.code(), Code::ResourceExhausted, "{status}");
    status
}

#[tokio::test]
async fn four_mebibytes_are_received_and_not_a_byte_more() {
    let server = serve(Parrot).await;
    let echo = server.client();
    let reply = within(echo.unary(request_of(DEFAULT)).into_future()).await.unwrap();
    assert_eq!(reply.encoded_len(), DEFAULT, "the reply has the same fields: both limits are met exactly");
    let status = assert_exhausted(within(echo.unary(request_of(DEFAULT + 1)).into_future()).await);
    assert!(status.message().contains(&DEFAULT.to_string()), "the text names the limit: {status}");
    assert!(status.message().contains(&(DEFAULT + 1).to_string()), "the text names the size: {status}");
    let (mut tx, mut rx) = echo.bidi().open();
    tx.send(request_of(DEFAULT + 1)).await.unwrap();
    assert_exhausted(within(rx.next()).await);
    within(echo.unary(ping("alive")).into_future()).await.unwrap();
}

#[tokio::test]
async fn a_reply_over_the_default_limit_is_refused_by_the_client() {
    let server = serve_with(Server::new().max_receive_message_size(usize::MAX), Parrot).await;
    let echo = server.client();
    assert_exhausted(within(echo.unary(request_of(DEFAULT + 1)).into_future()).await);
    let large = echo.unary(request_of(DEFAULT + 1)).max_receive_message_size(DEFAULT + 1);
    assert_eq!(within(large.into_future()).await.unwrap().encoded_len(), DEFAULT + 1);
}

const PREFIX_OVER: [u8; 5] = [0, 0, 0x40, 0, 1];
const PREFIX_EQUAL: [u8; 5] = [0, 0, 0x40, 0, 0];

#[tokio::test]
async fn a_server_judges_by_the_prefix_alone() {
    let server = serve(Parrot).await;
    let mut raw = RawClient::connect(server.address).await;
    for method in ["Unary", "ClientStream", "ServerStream", "Bidi"] {
        for prefix in [PREFIX_OVER, [0, 0xff, 0xff, 0xff, 0xff]] {
            let mut call = raw.start(echo_request(method)).await;
            call.send(prefix.to_vec(), false);
            assert_eq!(within(call.answer()).await.grpc_status(), Some(8), "{method} {prefix:?}");
        }
        let answer = within(raw.call(echo_request(method), PREFIX_EQUAL.to_vec())).await;
        assert_eq!(answer.grpc_status(), Some(13), "{method}: within the limit, but cut short");
    }
}

#[tokio::test]
async fn a_client_judges_by_the_prefix_alone_and_resets() {
    let (tell, mut told) = mpsc::unbounded_channel();
    let server = RawServer::start(move |mut request| {
        let tell = tell.clone();
        async move {
            assert_eq!(request.ending().await, Ending::Finished);
            let mut stream = request.begin_with(grpc_head());
            stream.send_data(PREFIX_OVER.to_vec().into(), false).unwrap();
            let _ = tell.send(std::future::poll_fn(|cx| stream.poll_reset(cx)).await.unwrap());
        }
    })
    .await;
    assert_exhausted(within(server.client().unary(ping("")).into_future()).await);
    assert_eq!(within(told.recv()).await, Some(h2::Reason::CANCEL));
}

#[tokio::test]
async fn limits_are_set_on_the_server() {
    let settings = Server::new().max_receive_message_size(100).max_send_message_size(50);
    let server = serve_with(settings, Parrot).await;
    let echo = server.client();
    assert_eq!(within(echo.unary(request_of(50)).into_future()).await.unwrap().encoded_len(), 50);
    let to_send = assert_exhausted(within(echo.unary(request_of(51)).into_future()).await);
    assert_exhausted(within(echo.unary(request_of(100)).into_future()).await);
    let to_receive = assert_exhausted(within(echo.unary(request_of(101)).into_future()).await);
    assert_ne!(to_send.message(), to_receive.message(), "the text tells which of the limits");
}

#[tokio::test]
async fn a_reply_over_the_limit_ends_its_stream_and_nothing_of_it_is_sent() {
    let server = serve_with(Server::new().max_send_message_size(50), Parrot).await;
    let mut raw = RawClient::connect(server.address).await;
    let body = [frame(&ping("fits")), frame(&request_of(60))].concat();
    let answer = within(raw.call(echo_request("Bidi"), body)).await;
    assert_eq!(answer.grpc_status(), Some(8));
    assert_eq!(answer.data, frame(&Pong { text: "fits".into(), ..Default::default() }));
}

#[tokio::test]
async fn limits_are_set_on_the_client_and_on_the_call() {
    let server = serve(Parrot).await;
    let target = format!("http://{}", server.address);
    let connect = || Channel::connect(&target);
    let receiving: EchoClient = connect().max_receive_message_size(50).build().unwrap().into();
    assert_eq!(within(receiving.unary(request_of(50)).into_future()).await.unwrap().encoded_len(), 50);
    assert_exhausted(within(receiving.unary(request_of(51)).into_future()).await);
    let wider = receiving.unary(request_of(51)).max_receive_message_size(51);
    assert_eq!(within(wider.into_future()).await.unwrap().encoded_len(), 51);

    let sending: EchoClient = connect().max_send_message_size(50).build().unwrap().into();
    assert_eq!(within(sending.unary(request_of(50)).into_future()).await.unwrap().encoded_len(), 50);
    assert_exhausted(within(sending.unary(request_of(51)).into_future()).await);
    let wider = sending.unary(request_of(51)).max_send_message_size(51);
    assert_eq!(within(wider.into_future()).await.unwrap().encoded_len(), 51);
}

#[tokio::test]
async fn a_request_over_the_limit_connects_nothing() {
    let server = RawServer::start(|request| request.answer(frame(&pong(0)), well())).await;
    let echo = server.client();
    assert_exhausted(within(echo.unary(request_of(51)).max_send_message_size(50).into_future()).await);
    assert_exhausted(
        within(echo.server_stream(request_of(51)).max_send_message_size(50).open().next()).await,
    );
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn a_request_over_the_limit_leaves_its_stream_as_it_was() {
    let server = serve(Parrot).await;
    let (mut tx, reply) = server.client().client_stream().max_send_message_size(50).open();
    tx.send(ping("a")).await.unwrap();
    assert_exhausted(tx.send(request_of(51)).await);
    tx.send(ping("b")).await.unwrap();
    tx.finish();
    let sum = within(reply.into_future()).await.unwrap();
    assert_eq!((sum.text.as_str(), sum.index), ("ab", 2));
}

/// Counts its handlers.
struct Counting(Lives);

impl Echo for Counting {
    async fn unary(&self, _: &protocall::Context, _: Ping) -> Result<Pong> {
        drop(self.0.begin());
        Ok(pong(1))
    }
}

#[tokio::test]
async fn no_handler_sees_a_request_over_the_limit() {
    let lives = Lives::default();
    let server = serve_with(Server::new().max_receive_message_size(0), Counting(lives.clone())).await;
    let echo = server.client();
    assert_exhausted(within(echo.unary(ping("a")).into_future()).await);
    assert_eq!(lives.count_ended(), 0);
    assert_eq!(
        within(echo.unary(Ping::default()).into_future()).await.unwrap(),
        pong(1),
        "nothing fits in nothing"
    );
}
