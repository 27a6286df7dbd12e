//! A server that stops tells the calls that run; those that end by it are no loss, and what is cut off in the end is reported.

use std::sync::Arc;
use std::time::Duration;

use protocall::{Code, Connections, Context, Drained, Result, Server, Stream, Streaming, produce};
use protocall_tests::echo::{Echo, Lives, Ping, Pong, ping, pong, serve_with, within};
use protocall_tests::frames::{DATA, FrameClient, HEADERS, secs};
use tokio::sync::oneshot;

/// Its streams go on until they hear that it is time; its unary method hears nothing.
#[derive(Clone, Default)]
struct News(Lives);

impl Echo for News {
    async fn unary(&self, _: &Context, _: Ping) -> Result<Pong> {
        let _life = self.0.begin();
        std::future::pending().await
    }

    async fn bidi(&self, cx: &Context, _: Streaming<Ping>) -> Result<impl Stream<Item = Result<Pong>>> {
        let (draining, life) = (cx.draining(), self.0.begin());
        assert!(!cx.is_draining());
        Ok(produce(async move |out| {
            let _life = life;
            out.send(pong(1)).await?;
            draining.await;
            out.send(pong(2)).await
        }))
    }
}

type Report = oneshot::Receiver<Drained>;

/// A server that stops when something is sent, and what it reports.
fn stoppable(limit: Duration) -> (Server, oneshot::Sender<()>, Report) {
    let ((stop, stopped), (tell, report)) = (oneshot::channel(), oneshot::channel());
    let server = Server::new().shutdown(async { drop(stopped.await) }).drain(limit);
    (server.on_drained(move |drained| drop(tell.send(drained))), stop, report)
}

#[tokio::test]
async fn streams_hear_of_it_and_end_well() {
    let (server, stop, report) = stoppable(Duration::from_secs(3600));
    let server = serve_with(server, News::default()).await;
    let echo = server.client();
    let (_tx, mut rx) = echo.bidi().open();
    assert_eq!(within(rx.next()).await.unwrap(), Some(pong(1)));
    stop.send(()).unwrap();
    assert_eq!(within(rx.next()).await.unwrap(), Some(pong(2)));
    assert_eq!(within(rx.next()).await.unwrap(), None);
    within(server.stopped()).await;
    let drained = within(report).await.unwrap();
    assert!(drained.cut.is_empty(), "{drained:?}");
}

#[tokio::test]
async fn what_is_cut_off_is_told_with_who_called() {
    let (server, stop, report) = stoppable(Duration::from_millis(100));
    let news = News::default();
    let server = serve_with(server, news.clone()).await;
    let echo = server.client();
    let calls: Vec<_> = (0..3).map(|_| tokio::spawn(echo.unary(ping("")).into_future())).collect();
    let (_tx, mut rx) = echo.bidi().open();
    assert_eq!(within(rx.next()).await.unwrap(), Some(pong(1)));
    news.0.began(4).await;
    stop.send(()).unwrap();
    within(server.stopped()).await;
    let drained = within(report).await.unwrap();
    let methods: Vec<_> = drained.cut.iter().map(|call| call.method.path()).collect();
    assert_eq!(methods, ["/test.v1.Echo/Unary"; 3], "the stream has ended by itself");
    assert!(
        drained.cut.iter().all(|call| call.peer.address().is_some_and(|address| address.ip().is_loopback()))
    );
    assert!(
        drained.took >= Duration::from_millis(100) && drained.took < Duration::from_secs(5),
        "{drained:?}"
    );
    assert_eq!(news.0.count_ended(), 4, "all handlers have ended before the server returned");
    for call in calls {
        assert_eq!(within(call).await.unwrap().unwrap_err().code(), Code::Unavailable);
    }
}

#[tokio::test(start_paused = true)]
async fn the_age_of_a_connection_is_told_to_its_calls_too() {
    let server = Server::new().connections(Connections::new().max_age(secs(100)));
    let mut client = FrameClient::connect(server, News::default()).await;
    client.call(1, "Bidi").await;
    client.next_of(DATA).await;
    // The second message, and the end behind it.
    client.next_of(DATA).await;
    client.next_of(HEADERS).await;
    client.rest(true).await;
    client.ended().await;
}

#[tokio::test]
async fn a_context_without_a_connection_is_never_draining() {
    let context = Arc::new(Context::default());
    assert!(!context.is_draining());
    assert!(tokio::time::timeout(Duration::from_millis(20), context.draining()).await.is_err());
}
