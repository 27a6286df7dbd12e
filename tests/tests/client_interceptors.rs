//! Interceptors of a client stand around every call of every shape, once per call and in their order: they see both
//! directions of it, change what passes, answer by themselves, and have the last word on how the call has ended.

use std::sync::Arc;
use std::time::Duration;

use protocall::client::Outcome;
use protocall::{
    Code, Context, Idempotency, InterceptedCall, InterceptedMessage, Interceptor, Next, Result, Server,
    Status, Stream, Streaming, produce,
};
use protocall_tests::echo::{
    Echo, EchoClient, EchoServer, Lives, Parrot, Patient, Ping, Pong, ping, pong, serve, serve_with, within,
};
use protocall_tests::recorder::{Log, Recorder};

fn code<T: std::fmt::Debug>(outcome: Result<T>) -> Code {
    outcome.expect_err("the call should have failed").code()
}

fn count(seen: &[String], what: &str) -> usize {
    seen.iter().filter(|line| line.contains(what)).count()
}

#[tokio::test]
async fn each_shape_is_seen_from_its_first_message_to_its_status() {
    let log = Log::default();
    let echo = EchoClient::local(Parrot).intercept(Recorder::new("a", &log));
    within(echo.unary(ping("one")).into_future()).await.unwrap();
    let seen = log.take();
    let [begins, request, headers, reply, ends] = &seen[..] else { panic!("{seen:#?}") };
    assert_eq!(begins, "a begins /test.v1.Echo/Unary Some(Unary)");
    assert_eq!(request, r#"a request test.v1.Ping Some("one")"#);
    assert_eq!(headers, "a headers {}");
    assert_eq!(reply, r#"a reply test.v1.Pong Some("one")"#);
    assert_eq!(ends, "a ends Ok(()) {}");

    within(echo.client_stream().send_all([ping("x"), ping("y")])).await.unwrap();
    let seen = log.take();
    assert_eq!(
        (count(&seen, "request"), count(&seen, "reply"), count(&seen, "ends Ok")),
        (2, 1, 1),
        "{seen:#?}"
    );

    let mut replies = within(echo.server_stream(Ping { count: 3, ..ping("z") }).into_future()).await.unwrap();
    while within(replies.next()).await.unwrap().is_some() {}
    let seen = log.take();
    assert_eq!(
        (count(&seen, "request"), count(&seen, "reply"), count(&seen, "ends Ok")),
        (1, 3, 1),
        "{seen:#?}"
    );

    let (mut tx, mut rx) = echo.bidi().open();
    for text in ["1", "2"] {
        within(tx.send(ping(text))).await.unwrap();
        assert_eq!(within(rx.next()).await.unwrap().unwrap().text, text);
    }
    let seen = log.take();
    assert_eq!(
        (count(&seen, "request"), count(&seen, "reply"), count(&seen, "ends")),
        (2, 2, 0),
        "{seen:#?}"
    );
    tx.finish();
    assert_eq!(within(rx.next()).await.unwrap(), None);
    assert_eq!(log.take(), ["a ends Ok(()) {}"]);

    assert_eq!(code(within(echo.not_written(ping("")).into_future()).await), Code::Unimplemented);
    assert_eq!(log.take().last().unwrap(), "a ends Err(Unimplemented) {}");
}

#[tokio::test]
async fn the_first_is_the_outermost() {
    let log = Log::default();
    let server = serve(Parrot).await;
    let connect = EchoClient::connect(server.target("http"));
    let echo =
        connect.intercept(Recorder::new("a", &log)).intercept(Recorder::new("b", &log)).build().unwrap();
    let plain = echo.clone();
    let echo = echo.intercept(Recorder::new("c", &log));
    within(echo.unary(ping("")).into_future()).await.unwrap();
    let seen = log.take();
    for (what, order) in
        [("begins", "abc"), ("request", "abc"), ("reply", "cba"), ("headers", "cba"), ("ends", "cba")]
    {
        let seen: String =
            seen.iter().filter(|line| line[2..].starts_with(what)).map(|line| &line[..1]).collect();
        assert_eq!(seen, order, "{what}");
    }
    within(plain.unary(ping("")).into_future()).await.unwrap();
    assert_eq!(count(&log.take(), "begins"), 2, "a clone from before has what it had");
}

/// Tells what reaches it.
struct Told;

impl Echo for Told {
    async fn unary(&self, cx: &Context, ping: Ping) -> Result<Pong> {
        cx.set_header("x-header", "server")?;
        cx.set_trailer("x-trailer", "server")?;
        let added = cx.metadata().get("x-added").unwrap_or("nothing");
        Ok(Pong { text: format!("{added} {}", ping.text), ..pong(0) })
    }
}

#[tokio::test]
async fn all_that_passes_can_be_changed() {
    struct Change;
    impl Interceptor for Change {
        async fn intercept(&self, call: &mut InterceptedCall, next: Next<'_>) -> Result<()> {
            assert!(call.is_client() && call.is_secure() && call.peer().is_none());
            assert_eq!((call.service(), call.name()), ("test.v1.Echo", "Unary"));
            assert_eq!(call.method().unwrap().idempotency(), Idempotency::Unknown);
            assert_eq!(call.metadata().get("x-mine"), Some("1"));
            // Delayed: nothing has been sent yet.
            tokio::time::sleep(Duration::from_millis(5)).await;
            call.metadata_mut().insert("x-added", "by interceptor")?;
            call.on_request(|message| {
                message.downcast_mut::<Ping>().unwrap().text.push('!');
                Ok(())
            });
            call.on_reply(|message| {
                let size = i32::try_from(message.size()).unwrap();
                message.downcast_mut::<Pong>().unwrap().index = size;
                Ok(())
            });
            call.on_headers(|headers| headers.insert("x-header", "interceptor").unwrap());
            next.run(call).await?;
            assert_eq!(
                call.trailers(|trailers| trailers.get("x-trailer").map(str::to_owned)).unwrap(),
                "server"
            );
            call.trailers(|trailers| trailers.insert("x-trailer", "interceptor"))?;
            Ok(())
        }
    }
    let echo = EchoClient::local(Told).intercept(Change);
    let call = echo.unary(ping("hello")).metadata("x-mine", "1");
    let (told, reply) = within(call.with_reply()).await.unwrap();
    assert_eq!(told.text, "by interceptor hello!");
    assert_eq!(usize::try_from(told.index).unwrap(), 2 + told.text.len(), "the size that the reply had");
    assert_eq!(reply.headers.get("x-header"), Some("interceptor"));
    assert_eq!(reply.trailers.get("x-trailer"), Some("interceptor"));
}

#[tokio::test]
async fn a_call_is_refused_or_answered_without_the_server() {
    struct Cache;
    impl Interceptor for Cache {
        async fn intercept(&self, call: &mut InterceptedCall, next: Next<'_>) -> Result<()> {
            match call.name() {
                "Unary" => {
                    call.headers(|headers| headers.insert("x-cache", "hit"))?;
                    call.trailers(|trailers| trailers.insert("x-age", "1"))?;
                    call.reply(&pong(5))
                }
                "ServerStream" => (1..=3).try_for_each(|index| call.reply(&pong(index))),
                "NotWritten" => {
                    assert_eq!(code(next.run(call).await), Code::Unimplemented);
                    call.reply(&pong(6))
                }
                _ => Err(Status::permission_denied("not by this client")),
            }
        }
    }
    let lives = Lives::default();
    let patient = Patient { lives: lives.clone(), ..Patient::default() };
    let echo = EchoClient::local(patient).intercept(Cache);
    let (reply, answer) = within(echo.unary(ping("")).with_reply()).await.unwrap();
    assert_eq!(
        (reply, answer.headers.get("x-cache"), answer.trailers.get("x-age")),
        (pong(5), Some("hit"), Some("1"))
    );
    let mut replies = within(echo.server_stream(ping("")).into_future()).await.unwrap();
    for index in 1..=3 {
        assert_eq!(within(replies.next()).await.unwrap(), Some(pong(index)));
    }
    assert_eq!(within(replies.next()).await.unwrap(), None);
    assert_eq!(within(echo.not_written(ping("")).into_future()).await.unwrap(), pong(6));
    let (mut tx, mut rx) = echo.bidi().open();
    let sent = within(tx.send(ping(""))).await;
    assert_eq!(code(sent), Code::Cancelled, "a sender is not kept waiting by a call that never begins");
    assert_eq!(code(within(rx.next()).await), Code::PermissionDenied);
    assert_eq!(code(within(echo.client_stream().send_all([ping("")])).await), Code::PermissionDenied);
    assert_eq!(lives.count_began(), 0);
}

#[tokio::test]
async fn a_token_does_not_go_where_others_can_read_it() {
    let token = |call: &mut InterceptedCall| {
        if !call.is_secure() {
            return Err(Status::unauthenticated("a token does not go over plaintext"));
        }
        Ok(call.metadata_mut().insert("x-added", "token")?)
    };
    let server = serve(Told).await;
    let echo = server.client().intercept(token);
    assert_eq!(code(within(echo.unary(ping("")).into_future()).await), Code::Unauthenticated);
    let told = within(EchoClient::local(Told).intercept(token).unary(ping("")).into_future()).await.unwrap();
    assert_eq!(told.text, "token ");
}

#[tokio::test]
async fn the_last_word_on_the_status_is_theirs() {
    struct Rename;
    impl Interceptor for Rename {
        async fn intercept(&self, call: &mut InterceptedCall, next: Next<'_>) -> Result<()> {
            match next.run(call).await {
                Err(status) => Err(Status::aborted(format!("was {}", status.code().name()))),
                Ok(()) if call.metadata().get("x-fail").is_some() => Err(Status::data_loss("so it says")),
                Ok(()) => Ok(()),
            }
        }
    }
    let echo = EchoClient::local(Parrot).intercept(Rename);
    let Outcome { result, .. } = within(echo.not_written(ping("")).outcome()).await;
    assert_eq!(result.unwrap_err().message(), "was UNIMPLEMENTED");
    assert_eq!(
        code(within(echo.unary(ping("")).metadata("x-fail", "1").into_future()).await),
        Code::DataLoss
    );
    // What this side finds wrong goes through them as well.
    let status =
        within(echo.unary(ping("long")).max_receive_message_size(1).into_future()).await.unwrap_err();
    assert_eq!(status.message(), "was RESOURCE_EXHAUSTED");
    let status = within(echo.unary(ping("long")).max_send_message_size(1).into_future()).await.unwrap_err();
    assert_eq!(status.message(), "was RESOURCE_EXHAUSTED");
    let status = within(echo.unary(ping("")).metadata("BAD", "1").into_future()).await.unwrap_err();
    assert_eq!(status.message(), "was INTERNAL");
    let absent = EchoClient::connect("http://127.0.0.1:1").intercept(Rename).build().unwrap();
    let status = within(absent.unary(ping("")).into_future()).await.unwrap_err();
    assert_eq!(status.message(), "was UNAVAILABLE");
}

#[tokio::test]
async fn a_deadline_is_seen_inside_and_ends_an_interceptor_that_waits() {
    struct Slow(&'static str);
    impl Interceptor for Slow {
        async fn intercept(&self, call: &mut InterceptedCall, next: Next<'_>) -> Result<()> {
            assert!(call.time_left().unwrap() <= Duration::from_millis(50));
            if self.0 == "before" {
                std::future::pending::<()>().await;
            }
            let ended = next.run(call).await;
            if self.0 == "behind" {
                std::future::pending::<()>().await;
            }
            ended
        }
    }
    for place in ["never", "before", "behind"] {
        let log = Log::default();
        let echo =
            EchoClient::local(Patient::default()).intercept(Recorder::new("a", &log)).intercept(Slow(place));
        let limit = Duration::from_millis(50);
        assert_eq!(
            code(within(echo.unary(ping("")).timeout(limit).into_future()).await),
            Code::DeadlineExceeded
        );
        let (mut tx, mut rx) = echo.bidi().timeout(limit).open();
        let _ = within(tx.send(ping(""))).await;
        while let Ok(Some(_)) = within(rx.next()).await {}
        assert_eq!(code(within(rx.next()).await), Code::DeadlineExceeded);
        let told = count(&log.take(), "a ends Err(DeadlineExceeded)");
        assert_eq!(told, if place == "never" { 2 } else { 0 }, "{place}");
    }
}

#[tokio::test]
async fn a_request_that_is_not_let_through_ends_the_call() {
    let strict = |call: &mut InterceptedCall| {
        call.on_request(|message: &mut InterceptedMessage<'_>| {
            let ping = message.downcast_ref::<Ping>().unwrap();
            if ping.text == "bad" { Err(Status::out_of_range("no such ping")) } else { Ok(()) }
        });
        Ok(())
    };
    let lives = Lives::default();
    let patient = Patient { lives: lives.clone(), ..Patient::default() };
    let echo = EchoClient::local(patient).intercept(strict);
    assert_eq!(code(within(echo.unary(ping("bad")).into_future()).await), Code::OutOfRange);
    assert_eq!(lives.count_began(), 0);
    let (mut tx, mut rx) = echo.bidi().open();
    within(tx.send(ping("good"))).await.unwrap();
    assert_eq!(within(rx.next()).await.unwrap(), Some(pong(2)));
    assert_eq!(code(within(tx.send(ping("bad"))).await), Code::OutOfRange);
    assert_eq!(code(within(rx.next()).await), Code::OutOfRange);
    lives.ended(1).await;
}

#[tokio::test]
async fn who_drops_a_call_drops_its_interceptors() {
    struct Alive(Lives);
    impl Interceptor for Alive {
        async fn intercept(&self, call: &mut InterceptedCall, next: Next<'_>) -> Result<()> {
            let _life = self.0.begin();
            next.run(call).await
        }
    }
    let (lives, patient) = (Lives::default(), Patient::default());
    let echo = EchoClient::local(patient.clone()).intercept(Arc::new(Alive(lives.clone())));
    assert!(
        tokio::time::timeout(Duration::from_millis(30), echo.unary(ping("")).into_future()).await.is_err()
    );
    lives.ended(1).await;
    let (mut tx, mut rx) = echo.bidi().open();
    within(tx.send(ping(""))).await.unwrap();
    assert!(within(rx.next()).await.unwrap().is_some());
    drop((tx, rx));
    lives.ended(2).await;
    patient.lives.ended(2).await;
}

#[tokio::test]
async fn a_panic_is_a_status_of_its_call() {
    let fragile = |call: &mut InterceptedCall| -> Result<()> {
        assert!(call.metadata().get("x-panic").is_none(), "the interceptor panics, as the test wants");
        Ok(())
    };
    let echo = EchoClient::local(Parrot).intercept(fragile);
    let status = within(echo.unary(ping("")).metadata("x-panic", "1").into_future()).await.unwrap_err();
    assert_eq!((status.code(), status.message()), (Code::Unknown, "an interceptor panicked"));
    let (_tx, mut rx) = echo.bidi().metadata("x-panic", "1").open();
    assert_eq!(code(within(rx.next()).await), Code::Unknown);
    within(echo.unary(ping("")).into_future()).await.unwrap();
}

#[tokio::test]
async fn those_of_both_sides_work_together() {
    /// Ends at once, without having read its requests.
    struct Hasty;
    impl Echo for Hasty {
        async fn bidi(&self, _: &Context, _: Streaming<Ping>) -> Result<impl Stream<Item = Result<Pong>>> {
            Ok(produce(async move |out| out.send(pong(1)).await))
        }
    }
    let log = Log::default();
    let server = Server::new().intercept(Recorder::new("s", &log));
    let server = serve_with(server, Hasty).await;
    let echo = server.client().intercept(Recorder::new("c", &log));
    let (mut tx, mut rx) = echo.bidi().open();
    assert_eq!(within(rx.next()).await.unwrap(), Some(pong(1)));
    assert_eq!(within(rx.next()).await.unwrap(), None);
    assert_eq!(code(within(tx.send(ping(""))).await), Code::Cancelled);
    let seen = log.take();
    let ends: Vec<_> = seen.iter().filter(|line| line.contains("ends")).collect();
    assert_eq!(ends, ["s ends Ok(()) {}", "c ends Ok(()) {}"]);
    let local = EchoClient::from(Server::new().service(EchoServer::new(Parrot)).local());
    within(local.unary(ping("")).into_future()).await.unwrap();
}
