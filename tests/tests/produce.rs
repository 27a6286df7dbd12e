//! Generators and streams of replies: order, end, errors, back-pressure and drop; and handlers tested by a direct call.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicI32, Ordering};
use std::task::{Context as Task, Poll, Waker};

use protocall::{Code, Context, Result, Status, Stream, Streaming, produce, stream};
use protocall_tests::echo::{Echo, Lives, Parrot, Ping, Pong, ping, pong, serve, within};

/// All that a stream has, polled once more behind its end.
async fn all<T>(stream: impl Stream<Item = Result<T>>) -> Vec<Result<T>> {
    let mut stream = pin!(stream);
    let mut items = Vec::new();
    while let Some(item) = poll_fn(|cx| stream.as_mut().poll_next(cx)).await {
        items.push(item);
    }
    assert!(poll_fn(|cx| stream.as_mut().poll_next(cx)).await.is_none(), "a stream that has ended has ended");
    items
}

fn values<T>(items: Vec<Result<T>>) -> Vec<T> {
    items.into_iter().map(|item| item.expect("no error was yielded")).collect()
}

#[tokio::test]
async fn items_come_in_order_and_then_the_end() {
    let numbers = produce(async |out| {
        for number in 0..1000 {
            if number % 10 == 0 {
                tokio::task::yield_now().await;
            }
            out.send(number).await?;
        }
        Ok(())
    });
    assert_eq!(values(within(all(numbers)).await), (0..1000).collect::<Vec<_>>());
    assert!(all(produce(async |_: protocall::Yield<()>| Ok(()))).await.is_empty());
    assert_eq!(values(all(stream::iter([1, 2])).await), [1, 2]);
    assert!(all(stream::empty::<i32>()).await.is_empty());
}

#[tokio::test]
async fn an_error_is_the_last_item() {
    let failing = produce(async |out| {
        out.send(1).await?;
        out.send(2).await?;
        Err(Status::aborted("enough"))
    });
    let items = all(failing).await;
    let codes: Vec<_> = items.iter().map(|item| item.as_ref().map_err(Status::code).copied()).collect();
    assert_eq!(codes, [Ok(1), Ok(2), Err(Code::Aborted)]);
}

#[test]
fn items_are_made_one_at_a_time() {
    let made = AtomicI32::new(0);
    let mut numbers = pin!(produce(async |out| {
        loop {
            let number = made.fetch_add(1, Ordering::Relaxed);
            out.send(number).await?;
        }
    }));
    let mut task = Task::from_waker(Waker::noop());
    assert_eq!(made.load(Ordering::Relaxed), 0, "nothing runs before it is asked");
    for number in 0..10 {
        assert!(
            matches!(numbers.as_mut().poll_next(&mut task), Poll::Ready(Some(Ok(item))) if item == number)
        );
        assert_eq!(made.load(Ordering::Relaxed), number + 1, "nothing is made ahead");
    }
}

#[tokio::test]
async fn dropping_the_stream_drops_its_body() {
    let lives = Lives::default();
    let watched = lives.clone();
    let mut endless: Pin<Box<dyn Stream<Item = Result<i32>>>> = Box::pin(produce(async move |out| {
        let _life = watched.begin();
        out.send(1).await?;
        std::future::pending().await
    }));
    assert!(poll_fn(|cx| endless.as_mut().poll_next(cx)).await.is_some());
    assert_eq!(lives.count_ended(), 0);
    drop(endless);
    assert_eq!(lives.count_ended(), 1);
}

#[tokio::test]
async fn a_way_out_that_outlives_its_stream_is_cancelled() {
    let (tell, told) = tokio::sync::oneshot::channel();
    let kept = produce(async move |out| {
        let _ = tell.send(out);
        std::future::pending().await
    });
    {
        let mut kept = pin!(kept);
        let mut task = Task::from_waker(Waker::noop());
        assert!(kept.as_mut().poll_next(&mut task).is_pending());
    }
    let out = told.await.unwrap();
    assert_eq!(within(out.send(1)).await.unwrap_err().code(), Code::Cancelled);
}

#[tokio::test]
async fn a_body_may_wait_for_other_tasks() {
    let (tell, mut told) = tokio::sync::mpsc::channel(1);
    tokio::spawn(async move {
        for number in 0..100 {
            tokio::task::yield_now().await;
            let _ = tell.send(number).await;
        }
    });
    let relayed = produce(async move |out| {
        while let Some(number) = told.recv().await {
            out.send(number).await?;
        }
        Ok(())
    });
    assert_eq!(values(within(all(relayed)).await), (0..100).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_body_may_send_from_two_places_at_once() {
    let joined = produce(async |out| {
        let some = async |numbers: std::ops::Range<i32>| {
            for number in numbers {
                out.send(number).await?;
            }
            Ok::<(), Status>(())
        };
        let (first, second) = tokio::join!(some(0..50), some(50..100));
        first.and(second)
    });
    let mut numbers = values(within(all(joined)).await);
    numbers.sort_unstable();
    assert_eq!(numbers, (0..100).collect::<Vec<_>>());
}

/// Streams what it owns, by reference.
struct Shelf(Vec<String>);

impl Echo for Shelf {
    async fn server_stream(&self, cx: &Context, ping: Ping) -> Result<impl Stream<Item = Result<Pong>>> {
        cx.set_header("x-shelf", "1")?;
        Ok(produce(async move |out| {
            for text in self.0.iter().filter(|text| text.contains(&ping.text)) {
                out.send(Pong { text: text.clone(), ..Default::default() }).await?;
            }
            cx.set_trailer("x-shelf-end", self.0.len().to_string())?;
            Ok(())
        }))
    }

    async fn bidi(&self, _: &Context, pings: Streaming<Ping>) -> Result<impl Stream<Item = Result<Pong>>> {
        // `Streaming` is a stream itself: its items go out as they come in.
        let mut pings = Box::pin(pings);
        Ok(produce(async move |out| {
            while let Some(ping) = poll_fn(|cx| pings.as_mut().poll_next(cx)).await {
                out.send(Pong { text: ping?.text, ..Default::default() }).await?;
            }
            Ok(())
        }))
    }
}

fn shelf() -> Shelf {
    Shelf(["ash", "oak", "teak"].map(str::to_owned).into())
}

#[tokio::test]
async fn a_stream_may_borrow_the_service_and_the_context() {
    let server = serve(shelf()).await;
    let mut replies = within(server.client().server_stream(ping("a")).into_future()).await.unwrap();
    assert_eq!(within(replies.headers()).await.unwrap().get("x-shelf"), Some("1"));
    for text in ["ash", "oak", "teak"] {
        assert_eq!(within(replies.next()).await.unwrap().map(|pong| pong.text), Some(text.into()));
    }
    assert_eq!(within(replies.next()).await.unwrap(), None);
    assert_eq!(replies.trailers().and_then(|trailers| trailers.get("x-shelf-end")), Some("3"));
}

#[tokio::test]
async fn handlers_are_tested_by_calling_them() {
    let cx = Context::default();
    let shelf = shelf();
    let stream = shelf.server_stream(&cx, ping("k")).await.unwrap();
    let texts: Vec<_> = values(all(stream).await).into_iter().map(|pong| pong.text).collect();
    assert_eq!(texts, ["oak", "teak"]);
    assert_eq!(cx.headers(|headers| headers.get("x-shelf").map(str::to_owned)), Some("1".into()));
    assert_eq!(cx.trailers(|trailers| trailers.get("x-shelf-end").map(str::to_owned)), Some("3".into()));
    assert_eq!((cx.deadline(), cx.time_left(), cx.peer().address()), (None, None, None));
    assert!(cx.metadata().is_empty());
    let cancelled = cx.cancelled();
    drop(cx);
    within(cancelled).await;
}

#[tokio::test]
async fn replies_are_a_stream_and_requests_too() {
    let server = serve(shelf()).await;
    let (tx, rx) = server.client().bidi().open();
    within(tx.send_all([ping("a"), ping("b")])).await.unwrap();
    let texts: Vec<_> = values(within(all(rx)).await).into_iter().map(|pong| pong.text).collect();
    assert_eq!(texts, ["a", "b"]);
}

#[tokio::test]
async fn after_an_error_a_stream_ends_and_next_tells_it_again() {
    let server = serve(Parrot).await;
    let echo = server.client();
    let mut failing = echo.bidi().max_receive_message_size(3).open();
    failing.0.send(ping("a")).await.unwrap();
    failing.0.send(ping("abc")).await.unwrap();
    assert_eq!(within(failing.1.next()).await.unwrap(), Some(Pong { text: "a".into(), ..pong(0) }));
    for _ in 0..3 {
        assert_eq!(within(failing.1.next()).await.unwrap_err().code(), Code::ResourceExhausted);
    }
    let (mut tx, rx) = echo.bidi().max_receive_message_size(3).open();
    tx.send(ping("a")).await.unwrap();
    tx.send(ping("abc")).await.unwrap();
    let items = within(all(rx)).await;
    assert_eq!(items.len(), 2);
    assert!(
        items[0].is_ok() && items[1].as_ref().is_err_and(|status| status.code() == Code::ResourceExhausted)
    );
}
