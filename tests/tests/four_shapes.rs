//! Each of the four call shapes, in process and over a socket: messages in order, and the end.

use protocall::Result;
use protocall_tests::echo::{EchoClient, Parrot, Ping, ping, serve};

async fn all_shapes(echo: &EchoClient) -> Result<()> {
    assert_eq!(echo.unary(ping("hello")).await?.text, "hello");

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
    all_shapes(&serve(Parrot).await.client()).await
}
