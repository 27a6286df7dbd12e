//! A method may take the view of its request, over the buffer of the call; to the caller nothing changes.

use protocall::{Code, Context, Result, Server, Status, Stream, Streaming, produce};
use protocall_tests::echo::within;

protocall::include_proto!("proto/view_echo.proto", view_requests = ["view_echo.v1.Echo"]);
use view_echo::v1::*;

/// Keeps the longest text that it was sent, to show that a view's parts may be kept as owned ones.
struct Parrot;

fn pong(text: impl Into<String>) -> Pong {
    Pong { text: text.into(), ..Default::default() }
}

impl Echo for Parrot {
    async fn unary(&self, cx: &Context, ping: PingView<'_>) -> Result<Pong> {
        // Across an await: the buffer stays with the call.
        tokio::task::yield_now().await;
        match ping.text {
            "" => Err(Status::invalid_argument(format!("{} has no text", cx.method().name()))),
            text => Ok(pong(text)),
        }
    }

    async fn server_stream(
        &self,
        _: &Context,
        ping: PingView<'_>,
    ) -> Result<impl Stream<Item = Result<Pong>>> {
        // The stream borrows from the request.
        Ok(produce(async move |out| {
            for part in ping.parts {
                tokio::task::yield_now().await;
                out.send(pong(part)).await?;
            }
            Ok(())
        }))
    }

    async fn client_stream(&self, _: &Context, mut pings: Streaming<Ping>) -> Result<Pong> {
        let mut all = String::new();
        while let Some(ping) = pings.next().await? {
            all += &ping.text;
        }
        Ok(pong(all))
    }
}

fn ping(text: &str) -> Ping {
    Ping { text: text.into(), parts: vec!["a".into(), "b".into()], ..Default::default() }
}

async fn clients() -> [EchoClient; 2] {
    let server = Server::new().service(EchoServer::new(Parrot)).bind("127.0.0.1:0").await.unwrap();
    let client = EchoClient::connect(format!("http://{}", server.address())).build().unwrap();
    tokio::spawn(server.serve());
    [client, EchoClient::local(Parrot)]
}

#[tokio::test]
async fn a_unary_request() {
    for client in clients().await {
        assert_eq!(within(client.unary(ping("hello")).into_future()).await.unwrap().text, "hello");
        let refused = within(client.unary(ping("")).into_future()).await.unwrap_err();
        assert_eq!((refused.code(), refused.message()), (Code::InvalidArgument, "Unary has no text"));
    }
}

#[tokio::test]
async fn the_request_of_a_stream_of_replies() {
    for client in clients().await {
        let mut replies = within(client.server_stream(ping("")).into_future()).await.unwrap();
        let mut texts = Vec::new();
        while let Some(reply) = within(replies.next()).await.unwrap() {
            texts.push(reply.text);
        }
        assert_eq!(texts, ["a", "b"]);
    }
}

#[tokio::test]
async fn streams_of_requests_are_messages_as_ever() {
    for client in clients().await {
        let (mut requests, reply) = client.client_stream().open();
        for text in ["x", "y"] {
            requests.send(ping(text)).await.unwrap();
        }
        requests.finish();
        assert_eq!(within(reply.into_future()).await.unwrap().text, "xy");
        // Left out by the implementation.
        let refused = within(client.bidi().open().1.next()).await.unwrap_err();
        assert_eq!(refused.code(), Code::Unimplemented);
    }
}
