//! Each of the four call shapes, in process and over a socket: messages in order, headers, trailers and the end.

use protocall::{Channel, Context, Result, Server, Status, Stream, Streaming, produce, stream};

protocall::include_proto!("proto/echo.proto");
use test::v1::{Echo, EchoClient, EchoServer, Ping, Pong};

struct Parrot;

impl Echo for Parrot {
    async fn unary(&self, cx: &Context, ping: Ping) -> Result<Pong> {
        if let Some(value) = cx.metadata().get("x-echo") {
            cx.set_header("x-echo", value)?;
            cx.set_trailer("x-echo-end", value)?;
        }
        if ping.text.is_empty() {
            return Err(Status::invalid_argument("nothing to say: müsli ☃"));
        }
        Ok(Pong { text: ping.text, payload: ping.payload, ..Default::default() })
    }

    async fn client_stream(&self, _: &Context, mut pings: Streaming<Ping>) -> Result<Pong> {
        let mut pong = Pong::default();
        while let Some(ping) = pings.next().await? {
            pong.text.push_str(&ping.text);
            pong.index += 1;
        }
        Ok(pong)
    }

    async fn server_stream(&self, _: &Context, ping: Ping) -> Result<impl Stream<Item = Result<Pong>>> {
        Ok(stream::iter((0..ping.count).map(move |index| Pong {
            text: ping.text.clone(),
            index,
            ..Default::default()
        })))
    }

    async fn bidi(
        &self,
        _: &Context,
        mut pings: Streaming<Ping>,
    ) -> Result<impl Stream<Item = Result<Pong>>> {
        Ok(produce(async move |out| {
            let mut index = 0;
            while let Some(ping) = pings.next().await? {
                out.send(Pong { text: ping.text, index, ..Default::default() }).await?;
                index += 1;
            }
            Ok(())
        }))
    }
}

fn ping(text: &str) -> Ping {
    Ping { text: text.into(), ..Default::default() }
}

async fn all_shapes(echo: &EchoClient) -> Result<()> {
    assert_eq!(echo.unary(ping("hello")).await?.text, "hello");
    let (pong, reply) = echo.unary(ping("meta")).metadata("x-echo", "7").with_reply().await?;
    assert_eq!(pong.text, "meta");
    assert_eq!(reply.headers.get("x-echo"), Some("7"));
    assert_eq!(reply.trailers.get("x-echo-end"), Some("7"));
    let refused = echo.unary(ping("")).await.unwrap_err();
    assert_eq!(refused.message(), "nothing to say: müsli ☃");

    let (mut tx, pong) = echo.client_stream().open();
    for text in ["a", "b", "c"] {
        tx.send(ping(text)).await?;
    }
    tx.finish();
    let pong = pong.await?;
    assert_eq!((pong.text.as_str(), pong.index), ("abc", 3));

    // More than waits anywhere on the way, before anyone asks for the reply.
    let (mut tx, pong) = echo.client_stream().open();
    for _ in 0..2000 {
        tx.send(ping(&"x".repeat(1000))).await?;
    }
    tx.finish();
    assert_eq!(pong.await?.index, 2000);

    let mut pongs = echo.server_stream(Ping { count: 1000, ..ping("x") }).await?;
    for index in 0..1000 {
        assert_eq!(pongs.next().await?.map(|pong| pong.index), Some(index));
    }
    assert_eq!(pongs.next().await?, None);

    let (mut tx, mut rx) = echo.bidi().open();
    for index in 0..100 {
        tx.send(ping("turn")).await?;
        assert_eq!(rx.next().await?.map(|pong| pong.index), Some(index));
    }
    tx.finish();
    assert_eq!(rx.next().await?, None);
    Ok(())
}

#[tokio::test]
async fn in_process() -> Result<()> {
    all_shapes(&EchoClient::local(Parrot)).await
}

#[tokio::test]
async fn over_a_socket() -> Result<()> {
    let server = Server::new().service(EchoServer::new(Parrot)).bind("127.0.0.1:0").await?;
    let channel = Channel::connect(format!("http://{}", server.address())).build()?;
    tokio::spawn(server.serve());
    all_shapes(&EchoClient::from(channel)).await
}
