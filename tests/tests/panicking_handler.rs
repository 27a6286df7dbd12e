//! A handler that panics fails its own call, wherever it stands, and nothing else: not the calls beside it, not their
//! connection, not the server.

use protocall::{Code, Context, Result, Status, Stream, Streaming, produce};
use protocall_tests::echo::{Echo, Lives, Ping, Pong, ping, pong, serve, within};

/// Panics where the request says.
struct Fragile(Lives);

impl Echo for Fragile {
    async fn unary(&self, cx: &Context, ping: Ping) -> Result<Pong> {
        let _life = self.0.begin();
        cx.set_trailer("x-trailer", "1")?;
        if ping.text == "later" {
            tokio::task::yield_now().await;
        }
        assert!(ping.text.is_empty(), "the handler panics, as the test wants");
        Ok(pong(1))
    }

    async fn client_stream(&self, _: &Context, mut pings: Streaming<Ping>) -> Result<Pong> {
        let _life = self.0.begin();
        let ping = pings.next().await?;
        assert!(ping.is_none(), "the handler panics, as the test wants");
        Ok(pong(1))
    }

    // No `async fn`, so that what is before the future panics too.
    fn server_stream(
        &self,
        _: &Context,
        ping: Ping,
    ) -> impl Future<Output = Result<impl Stream<Item = Result<Pong>> + Send>> + Send {
        assert_ne!(ping.text, "call", "the handler panics, as the test wants");
        let life = self.0.begin();
        async move {
            assert_ne!(ping.text, "start", "the handler panics, as the test wants");
            Ok(produce(async move |out| {
                let _life = life;
                out.send(pong(1)).await?;
                assert_ne!(ping.text, "stream", "the handler panics, as the test wants");
                Ok(())
            }))
        }
    }

    async fn bidi(
        &self,
        _: &Context,
        mut pings: Streaming<Ping>,
    ) -> Result<impl Stream<Item = Result<Pong>>> {
        let life = self.0.begin();
        Ok(produce(async move |out| {
            let _life = life;
            while let Some(ping) = pings.next().await? {
                assert!(ping.text.is_empty(), "the handler panics, as the test wants");
                out.send(pong(1)).await?;
            }
            Ok(())
        }))
    }
}

#[track_caller]
fn assert_panicked(status: &Status) {
    assert!(matches!(status.code(), Code::Unknown | Code::Internal), "{status}");
    assert!(
        !status.message().contains("as the test wants"),
        "the text of a panic is not for callers: {status}"
    );
}

#[tokio::test]
async fn each_shape_fails_alone() {
    let lives = Lives::default();
    let server = serve(Fragile(lives.clone())).await;
    let echo = server.client();
    // Lives through all of it, on the same connection.
    let (mut tx, mut rx) = echo.bidi().open();
    tx.send(ping("")).await.unwrap();
    assert_eq!(within(rx.next()).await.unwrap(), Some(pong(1)));

    for text in ["now", "later"] {
        assert_panicked(&within(echo.unary(ping(text)).into_future()).await.unwrap_err());
    }
    let (mut requests, reply) = echo.client_stream().open();
    requests.send(ping("")).await.unwrap();
    assert_panicked(&within(reply.into_future()).await.unwrap_err());
    for text in ["call", "start"] {
        assert_panicked(&within(echo.server_stream(ping(text)).open().next()).await.unwrap_err());
    }
    let (mut requests, mut replies) = echo.bidi().open();
    requests.send(ping("now")).await.unwrap();
    assert_panicked(&within(replies.next()).await.unwrap_err());
    // Of the six that began ("call" never did) only the first still lives.
    lives.ended(5).await;

    tx.send(ping("")).await.unwrap();
    assert_eq!(within(rx.next()).await.unwrap(), Some(pong(1)));
    tx.finish();
    assert_eq!(within(rx.next()).await.unwrap(), None);
    assert_eq!(within(echo.unary(ping("")).into_future()).await.unwrap(), pong(1));
}

#[tokio::test]
async fn what_was_sent_before_the_panic_arrives() {
    let server = serve(Fragile(Lives::default())).await;
    let mut replies = server.client().server_stream(ping("stream")).open();
    assert_eq!(within(replies.next()).await.unwrap(), Some(pong(1)));
    assert_panicked(&within(replies.next()).await.unwrap_err());
}
