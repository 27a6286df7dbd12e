//! Whoever does not read stops whoever sends, and only that one: sending waits after a bounded number of bytes, other
//! streams of the connection go on, and small messages by the hundred thousand neither lose one nor end a connection.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use protocall::{Context, Result, Stream, Streaming, produce};
use protocall_tests::echo::{Echo, EchoClient, Ping, Pong, heavy_ping, ping, pong, serve, within};
use protocall_tests::raw::{RawClient, RawRequest, RawServer, echo_request, frame, grpc_head, well};
use tokio::sync::Notify;

/// What may be on its way before someone has to wait: all windows and buffers together, with room to spare.
const MOST_ON_THE_WAY: usize = 8 << 20;
const MESSAGE: usize = 16 * 1024;
const TINY: i32 = 100_000;

/// Reads nothing before it is told to; counts what it has produced.
#[derive(Clone, Default)]
struct Slow {
    go: Arc<Notify>,
    produced: Arc<AtomicUsize>,
}

impl Echo for Slow {
    async fn unary(&self, _: &Context, _: Ping) -> Result<Pong> {
        Ok(pong(1))
    }

    async fn client_stream(&self, _: &Context, mut pings: Streaming<Ping>) -> Result<Pong> {
        self.go.notified().await;
        let mut count = 0;
        while let Some(ping) = pings.next().await? {
            if ping.payload.is_empty() {
                assert_eq!(ping.count, count, "requests come in order");
            }
            count += 1;
        }
        Ok(pong(count))
    }

    async fn server_stream(&self, _: &Context, ping: Ping) -> Result<impl Stream<Item = Result<Pong>>> {
        Ok(produce(async move |out| {
            for index in 0..ping.count {
                out.send(Pong { payload: ping.payload.clone(), ..pong(index) }).await?;
                self.produced.fetch_add(1, Ordering::Relaxed);
            }
            Ok(())
        }))
    }
}

/// Waits until a count stands still: nothing new for a while, though everything had its chance to run.
async fn settled(count: impl Fn() -> usize) -> usize {
    const WHILE: Duration = Duration::from_millis(300);
    loop {
        let before = count();
        tokio::time::sleep(WHILE).await;
        if before > 0 && count() == before {
            return before;
        }
    }
}

/// Sends until it has to wait; how many were sent.
async fn fill(
    echo: &EchoClient,
    sent: &Arc<AtomicUsize>,
) -> (tokio::task::JoinHandle<()>, protocall::client::ReplyFuture<Pong>) {
    let (mut tx, reply) = echo.client_stream().open();
    let counter = Arc::clone(sent);
    let sending = tokio::spawn(async move {
        while tx.send(heavy_ping(MESSAGE)).await.is_ok() {
            counter.fetch_add(1, Ordering::Relaxed);
        }
    });
    (sending, reply)
}

#[tokio::test]
async fn a_handler_that_does_not_read_stops_its_caller_and_no_one_else() {
    let slow = Slow::default();
    let server = serve(slow.clone()).await;
    let echo = server.client();
    let mut stuck = Vec::new();
    for _ in 0..4 {
        let sent = Arc::new(AtomicUsize::new(0));
        stuck.push(fill(&echo, &sent).await);
        let count = within(settled(|| sent.load(Ordering::Relaxed))).await;
        assert!(count * MESSAGE <= MOST_ON_THE_WAY, "{count} messages were sent to nobody");
        within(echo.unary(ping("")).into_future()).await.unwrap();
    }
    for (sending, _) in &stuck {
        assert!(!sending.is_finished(), "a sender waits for room, it does not fail");
    }
}

#[tokio::test]
async fn two_dozen_stuck_streams_do_not_stop_their_connection() {
    let server = serve(Slow::default()).await;
    let echo = server.client();
    let sent = Arc::new(AtomicUsize::new(0));
    let mut stuck = Vec::new();
    for _ in 0..24 {
        stuck.push(fill(&echo, &sent).await);
    }
    within(settled(|| sent.load(Ordering::Relaxed))).await;
    // A request with more than a few bytes: it needs room in the window that all streams share.
    within(echo.unary(heavy_ping(MESSAGE)).into_future()).await.unwrap();
}

#[tokio::test]
async fn a_caller_that_does_not_read_stops_its_handler_and_no_one_else() {
    let slow = Slow::default();
    let server = serve(slow.clone()).await;
    let echo = server.client();
    let mut unread = Vec::new();
    for streams in 1..=4 {
        let request = Ping { count: i32::MAX, ..heavy_ping(MESSAGE) };
        unread.push(within(echo.server_stream(request).into_future()).await.unwrap());
        let count = within(settled(|| slow.produced.load(Ordering::Relaxed))).await;
        assert!(count * MESSAGE <= streams * MOST_ON_THE_WAY, "{count} messages were made for nobody");
        within(echo.unary(ping("")).into_future()).await.unwrap();
    }
    let mut first = unread.remove(0);
    let before = slow.produced.load(Ordering::Relaxed);
    for index in 0..500 {
        let reply = within(first.next()).await.unwrap().expect("there are more");
        assert_eq!((reply.index, reply.payload.len()), (index, MESSAGE));
    }
    within(async {
        while slow.produced.load(Ordering::Relaxed) == before {
            tokio::task::yield_now().await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_stream_that_was_stuck_goes_on() {
    let slow = Slow::default();
    let server = serve(slow.clone()).await;
    let (mut tx, reply) = server.client().client_stream().open();
    let sending = tokio::spawn(async move {
        for _ in 0..1000 {
            tx.send(heavy_ping(MESSAGE)).await.expect("the handler reads in the end");
        }
        tx.finish();
    });
    // Of 16 MB only a part fits on the way: the sender waits for what follows.
    slow.go.notify_one();
    assert_eq!(within(reply.into_future()).await.unwrap(), pong(1000));
    sending.await.unwrap();
}

#[tokio::test]
async fn a_hundred_thousand_tiny_requests_reach_a_slow_handler() {
    let slow = Slow::default();
    let server = serve(slow.clone()).await;
    let echo = server.client();
    let (mut tx, reply) = echo.client_stream().open();
    let sending = tokio::spawn(async move {
        for count in 0..TINY {
            tx.send(Ping { count, ..Default::default() }).await.expect("the handler reads in the end");
        }
        tx.finish();
    });
    within(echo.unary(ping("")).into_future()).await.unwrap();
    slow.go.notify_one();
    let reply =
        tokio::time::timeout(Duration::from_secs(60), reply.into_future()).await.expect("it does not hang");
    assert_eq!(reply.unwrap(), pong(TINY));
    sending.await.unwrap();
}

#[tokio::test]
async fn a_hundred_thousand_tiny_replies_reach_a_slow_reader() {
    let slow = Slow::default();
    let server = serve(slow.clone()).await;
    let echo = server.client();
    let mut replies =
        within(echo.server_stream(Ping { count: TINY, ..ping("") }).into_future()).await.unwrap();
    within(settled(|| slow.produced.load(Ordering::Relaxed))).await;
    within(echo.unary(ping("")).into_future()).await.unwrap();
    for index in 0..TINY {
        assert_eq!(within(replies.next()).await.unwrap(), Some(pong(index)));
    }
    assert_eq!(within(replies.next()).await.unwrap(), None);
}

#[tokio::test]
async fn a_peer_that_frames_each_tiny_message_is_not_sent_away() {
    let slow = Slow::default();
    let server = serve(slow.clone()).await;
    let mut raw = RawClient::connect(server.address).await;
    let mut call = raw.start(echo_request("ClientStream")).await;
    const FRAMES: i32 = 20_000;
    for count in 0..FRAMES {
        call.send(frame(&Ping { count, ..Default::default() }), false);
        if count % 100 == 0 {
            tokio::task::yield_now().await;
        }
    }
    call.send(Vec::new(), true);
    // All of it fits into the window: it waits in the server, as its handler does not read.
    within(raw.call(echo_request("Unary"), frame(&ping("")))).await;
    slow.go.notify_one();
    let answer = within(call.try_answer()).await.expect("the connection lives");
    assert_eq!((answer.grpc_status(), answer.data), (Some(0), frame(&pong(FRAMES))));
}

/// Reads a window full before it makes room for more, as some servers do.
async fn read_window_by_window(mut request: RawRequest) {
    const WINDOW: usize = 65_535;
    let (mut unacknowledged, mut total) = (0, 0);
    while let Some(data) = request.body.data().await {
        let Ok(data) = data else { return };
        unacknowledged += data.len();
        total += data.len();
        if unacknowledged == WINDOW {
            request.body.flow_control().release_capacity(unacknowledged).expect("as much was received");
            unacknowledged = 0;
        }
    }
    let mut stream = request.begin_with(grpc_head());
    stream
        .send_data(frame(&pong(i32::try_from(total).expect("not that much"))).into(), false)
        .expect("it is open");
    stream.send_trailers(well()).expect("it is open");
}

#[tokio::test]
async fn a_stream_without_messages_takes_no_room_from_the_others() {
    let server = RawServer::start(read_window_by_window).await;
    let echo = server.client();
    let idle = echo.bidi().open();
    let (mut tx, reply) = echo.client_stream().open();
    // Three windows less the prefixes, so that the last one is not full either.
    for _ in 0..12 {
        within(tx.send(heavy_ping(MESSAGE))).await.unwrap();
    }
    tx.finish();
    let total = within(reply.into_future()).await.unwrap().index;
    assert!(total as usize > 12 * MESSAGE, "all of it was read: {total}");
    drop(idle);
}
