//! What a client drops ends on the server: a call's future, its reply, its replies, or a sender that has not finished.
//! On the wire that is RST_STREAM with CANCEL, and never END_STREAM: half of a stream must not be taken for all of it.

use std::future::poll_fn;
use std::task::Poll;
use std::time::Duration;

use h2::Reason;
use protocall::client::Sender;
use protocall::{Code, Context, Result, Stream, Streaming, produce, stream};
use protocall_tests::echo::{Echo, Lives, Parrot, Ping, Pong, heavy_ping, ping, pong, serve, within};
use protocall_tests::raw::{Ending, RawClient, RawServer, echo_request, frame, grpc_head, well};
use tokio::sync::mpsc;

/// Runs until it is dropped.
struct Stuck(Lives);

impl Echo for Stuck {
    async fn unary(&self, _: &Context, _: Ping) -> Result<Pong> {
        let _life = self.0.begin();
        std::future::pending().await
    }

    async fn client_stream(&self, _: &Context, _: Streaming<Ping>) -> Result<Pong> {
        let _life = self.0.begin();
        std::future::pending().await
    }

    async fn server_stream(&self, _: &Context, _: Ping) -> Result<impl Stream<Item = Result<Pong>>> {
        let life = self.0.begin();
        Ok(produce(async move |out| {
            let _life = life;
            out.send(pong(1)).await?;
            std::future::pending().await
        }))
    }

    async fn bidi(&self, _: &Context, _: Streaming<Ping>) -> Result<impl Stream<Item = Result<Pong>>> {
        let _life = self.0.begin();
        std::future::pending::<()>().await;
        Ok(stream::empty())
    }
}

/// Polls a future until `event`, then drops it.
async fn until(event: impl Future<Output = ()>, future: impl Future) {
    tokio::select! {
        () = event => {}
        _ = future => panic!("the call has ended by itself"),
    }
}

#[tokio::test]
async fn dropping_what_a_call_returned_drops_its_handler() {
    let lives = Lives::default();
    let server = serve(Stuck(lives.clone())).await;
    let echo = server.client();
    until(lives.began(1), echo.unary(ping("")).into_future()).await;
    lives.ended(1).await;
    until(lives.began(2), echo.unary(ping("")).with_reply()).await;
    lives.ended(2).await;
    let mut replies = within(echo.server_stream(ping("")).into_future()).await.unwrap();
    assert_eq!(within(replies.next()).await.unwrap(), Some(pong(1)));
    assert_eq!(lives.count_ended(), 2);
    drop(replies);
    lives.ended(3).await;
    until(
        lives.began(4),
        poll_fn::<(), _>({
            let mut opened = Some(echo.bidi().open());
            move |_| {
                let _ = &mut opened;
                Poll::Pending
            }
        }),
    )
    .await;
    lives.ended(4).await;
}

#[tokio::test]
async fn dropping_a_sender_before_finish_cancels() {
    let lives = Lives::default();
    let server = serve(Stuck(lives.clone())).await;
    let (mut tx, reply) = server.client().client_stream().open();
    tx.send(ping("half")).await.unwrap();
    lives.began(1).await;
    drop(tx);
    lives.ended(1).await;
    let status = within(reply.into_future()).await.unwrap_err();
    assert_eq!(status.code(), Code::Cancelled, "{status}");
}

#[tokio::test]
async fn dropping_the_reply_cancels_and_the_sender_learns_of_it() {
    let lives = Lives::default();
    let server = serve(Stuck(lives.clone())).await;
    let (mut tx, reply) = server.client().client_stream().open();
    tx.send(ping("half")).await.unwrap();
    lives.began(1).await;
    drop(reply);
    lives.ended(1).await;
    let status = within(tx.send(ping("more"))).await.unwrap_err();
    assert_eq!(status.code(), Code::Cancelled, "{status}");
}

#[tokio::test]
async fn a_client_that_goes_away_takes_its_calls_along() {
    let lives = Lives::default();
    let server = serve(Stuck(lives.clone())).await;
    let mut raw = RawClient::connect(server.address).await;
    let mut calls = Vec::new();
    for method in ["Unary", "ServerStream"] {
        let mut call = raw.start(echo_request(method)).await;
        call.send(frame(&ping("")), true);
        calls.push(call);
    }
    lives.began(2).await;
    raw.cut();
    lives.ended(2).await;
}

#[tokio::test]
async fn a_call_outlives_its_client() {
    let server = serve(Parrot).await;
    let echo = server.client();
    let (mut tx, mut rx) = echo.bidi().open();
    drop(echo);
    tx.send(ping("still here")).await.unwrap();
    assert_eq!(within(rx.next()).await.unwrap().map(|pong| pong.text), Some("still here".into()));
    tx.finish();
    assert_eq!(within(rx.next()).await.unwrap(), None);
}

/// A server that tells of each request that came, and how it ended; it answers with headers first if it is asked to.
struct Observer {
    server: RawServer,
    came: mpsc::UnboundedReceiver<()>,
    ended: mpsc::UnboundedReceiver<Ending>,
}

impl Observer {
    async fn start(answers: bool) -> Self {
        let (tell_came, came) = mpsc::unbounded_channel();
        let (tell_ended, ended) = mpsc::unbounded_channel();
        let server = RawServer::start(move |mut request| {
            let (came, ended) = (tell_came.clone(), tell_ended.clone());
            async move {
                let stream = answers.then(|| request.begin_with(grpc_head()));
                let _ = came.send(());
                let _ = ended.send(request.ending().await);
                drop(stream);
            }
        })
        .await;
        Self { server, came, ended }
    }

    /// Waits until the next request has come.
    async fn came(&mut self) {
        within(self.came.recv()).await.expect("the server runs");
    }

    #[track_caller]
    fn ended(&mut self) -> impl Future<Output = Option<Ending>> {
        within(self.ended.recv())
    }
}

const CANCELLED: Option<Ending> = Some(Ending::Reset(Reason::CANCEL));

async fn all_ways_to_drop_a_stream(mut observer: Observer) {
    let echo = observer.server.client();

    let (mut tx, reply) = echo.client_stream().open();
    tx.send(ping("half")).await.unwrap();
    until(observer.came(), reply.into_future()).await;
    assert_eq!(observer.ended().await, CANCELLED, "the reply was dropped");

    let (mut tx, reply) = echo.client_stream().open();
    tx.send(ping("half")).await.unwrap();
    observer.came().await;
    drop(tx);
    assert_eq!(observer.ended().await, CANCELLED, "the sender was dropped");
    within(reply.into_future()).await.unwrap_err();

    let (mut tx, rx) = echo.bidi().open();
    tx.send(ping("half")).await.unwrap();
    observer.came().await;
    drop(rx);
    assert_eq!(observer.ended().await, CANCELLED, "the replies were dropped");

    let opened = echo.bidi().open();
    observer.came().await;
    drop(opened);
    assert_eq!(observer.ended().await, CANCELLED, "all was dropped");

    let (tx, rx) = echo.bidi().open();
    observer.came().await;
    tx.finish();
    assert_eq!(observer.ended().await, Some(Ending::Finished), "the sender has finished");
    drop(rx);
}

#[tokio::test]
async fn on_the_wire_a_stream_dropped_before_its_headers_is_reset_and_not_ended() {
    all_ways_to_drop_a_stream(Observer::start(false).await).await;
}

#[tokio::test]
async fn on_the_wire_a_stream_dropped_after_its_headers_is_reset_and_not_ended() {
    all_ways_to_drop_a_stream(Observer::start(true).await).await;
}

#[tokio::test]
async fn on_the_wire_a_dropped_unary_call_is_reset() {
    let (tell, mut told) = mpsc::unbounded_channel();
    let (arrived, mut arrivals) = mpsc::unbounded_channel();
    let server = RawServer::start(move |mut request| {
        let (tell, arrived) = (tell.clone(), arrived.clone());
        async move {
            let _ = arrived.send(());
            let _ = tell.send(request.reset().await);
        }
    })
    .await;
    let echo = server.client();
    // One that is sent whole, and one that waits for flow control: 64 KiB is HTTP/2's first window.
    for size in [0, 1 << 20] {
        let arrival = async { within(arrivals.recv()).await.expect("the server runs") };
        until(arrival, echo.unary(heavy_ping(size)).into_future()).await;
        assert_eq!(within(told.recv()).await, Some(Reason::CANCEL), "{size} bytes");
    }
}

/// A server that reads nothing, and tells of what is reset. Headers go first if it is asked to.
async fn deaf(answers: bool) -> (RawServer, mpsc::UnboundedReceiver<Reason>) {
    let (tell, told) = mpsc::unbounded_channel();
    let server = RawServer::start(move |mut request| {
        let tell = tell.clone();
        async move {
            let reason = if answers {
                let mut stream = request.begin_with(grpc_head());
                poll_fn(|cx| stream.poll_reset(cx)).await.unwrap()
            } else {
                request.reset().await
            };
            let _ = tell.send(reason);
        }
    })
    .await;
    (server, told)
}

/// Sends until flow control has stopped the sender: nobody reads at the other end.
async fn fill(tx: &mut Sender<Ping>) {
    let full = async { while tx.send(heavy_ping(16 * 1024)).await.is_ok() {} };
    let waits = tokio::time::timeout(Duration::from_millis(500), full).await.is_err();
    assert!(waits, "a sender that nobody reads from has to wait");
}

#[tokio::test]
async fn a_call_that_waits_for_flow_control_is_reset_when_it_is_dropped() {
    for answers in [false, true] {
        let (server, mut told) = deaf(answers).await;
        let (mut tx, mut rx) = server.client().bidi().open();
        if answers {
            within(rx.headers()).await.unwrap();
        }
        fill(&mut tx).await;
        drop((tx, rx));
        assert_eq!(within(told.recv()).await, Some(Reason::CANCEL), "after its headers: {answers}");
    }
}

#[tokio::test]
async fn a_sender_that_waits_for_flow_control_cancels_when_it_is_dropped() {
    for answers in [false, true] {
        let (server, mut told) = deaf(answers).await;
        let (mut tx, mut rx) = server.client().bidi().open();
        if answers {
            within(rx.headers()).await.unwrap();
        }
        fill(&mut tx).await;
        drop(tx);
        assert_eq!(within(rx.next()).await.unwrap_err().code(), Code::Cancelled);
        assert_eq!(within(told.recv()).await, Some(Reason::CANCEL), "after its headers: {answers}");
    }
}

#[tokio::test]
async fn many_calls_dropped_at_once_leave_the_others_of_their_connection_alone() {
    let server = serve(Parrot).await;
    let echo = server.client();
    let (mut tx, mut rx) = echo.bidi().open();
    tx.send(ping("before")).await.unwrap();
    assert_eq!(within(rx.next()).await.unwrap().map(|pong| pong.text), Some("before".into()));
    for _ in 0..20 {
        let calls: Vec<_> = (0..50).map(|_| echo.bidi().open()).collect();
        tokio::task::yield_now().await;
        drop(calls);
    }
    tx.send(ping("after")).await.unwrap();
    assert_eq!(within(rx.next()).await.unwrap().map(|pong| pong.text), Some("after".into()));
    within(echo.unary(ping("")).into_future()).await.unwrap();
}

#[tokio::test]
async fn a_call_that_was_never_awaited_is_never_made() {
    let server = RawServer::start(|request| request.answer(frame(&pong(0)), well())).await;
    let echo = server.client();
    drop(echo.unary(ping("")));
    drop(echo.unary(ping("")).into_future());
    drop(echo.bidi());
    within(echo.unary(ping("")).into_future()).await.unwrap();
    assert_eq!(server.connections(), 1);
}
