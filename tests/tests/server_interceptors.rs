//! Interceptors of a server stand around every call of every shape, in their order: they see both directions of it, change
//! what passes, answer by themselves, and neither panics nor deadlines get past them.

use std::sync::Arc;
use std::time::Duration;

use protocall::{
    Channel, Code, Context, InterceptedCall, Interceptor, Next, Result, Server, Status, Stream, Streaming,
    produce,
};
use protocall_tests::echo::{
    Echo, EchoClient, EchoServer, Lives, Parrot, Ping, Pong, ping, pong, serve_with, within,
};
use protocall_tests::raw::{RawClient, echo_request, frame, grpc_request, with_header};
use protocall_tests::recorder::{Log, Recorder};

/// A client of a parrot behind these interceptors, without a network.
fn parrot_behind(interceptor: impl Interceptor) -> EchoClient {
    Server::new().intercept(interceptor).service(EchoServer::new(Parrot)).local().into()
}

fn code<T: std::fmt::Debug>(outcome: Result<T>) -> Code {
    outcome.expect_err("the call should have failed").code()
}

#[tokio::test]
async fn each_shape_is_seen_from_its_first_message_to_its_status() {
    let log = Log::default();
    let echo = parrot_behind(Recorder::new("a", &log));
    within(echo.unary(ping("one")).into_future()).await.unwrap();
    let seen = log.take();
    let [begins, request, reply, ends, headers] = &seen[..] else { panic!("{seen:#?}") };
    assert_eq!(begins, "a begins /test.v1.Echo/Unary Some(Unary)");
    assert_eq!(request, r#"a request test.v1.Ping Some("one")"#);
    assert_eq!(reply, r#"a reply test.v1.Pong Some("one")"#);
    assert_eq!(ends, "a ends Ok(()) {}");
    assert_eq!(headers, "a headers {}");

    within(echo.client_stream().send_all([ping("x"), ping("y")])).await.unwrap();
    let seen = log.take();
    assert_eq!(seen.iter().filter(|line| line.contains("request test.v1.Ping")).count(), 2, "{seen:#?}");
    assert_eq!(seen.iter().filter(|line| line.contains("reply test.v1.Pong")).count(), 1, "{seen:#?}");

    let mut replies = echo.server_stream(Ping { count: 3, ..ping("z") }).open();
    while within(replies.next()).await.unwrap().is_some() {}
    let seen = log.take();
    assert_eq!(seen.iter().filter(|line| line.contains("reply test.v1.Pong")).count(), 3, "{seen:#?}");
    assert!(seen.contains(&"a ends Ok(()) {}".to_owned()), "{seen:#?}");

    let (mut tx, mut rx) = echo.bidi().open();
    for text in ["1", "2"] {
        tx.send(ping(text)).await.unwrap();
        assert_eq!(within(rx.next()).await.unwrap().unwrap().text, text);
    }
    assert!(!log.take().iter().any(|line| line.contains("ends")), "the call is still on");
    tx.finish();
    assert_eq!(within(rx.next()).await.unwrap(), None);
    assert_eq!(log.take(), ["a ends Ok(()) {}"]);
}

#[tokio::test]
async fn the_first_is_the_outermost_and_those_of_a_service_are_inside() {
    let log = Log::default();
    let service =
        EchoServer::new(Parrot).intercept(Recorder::new("c", &log)).intercept(Recorder::new("d", &log));
    let server = Server::new().intercept(Recorder::new("a", &log)).service(service);
    let echo = EchoClient::from(server.intercept(Recorder::new("b", &log)).local());
    within(echo.unary(ping("")).into_future()).await.unwrap();
    let order = |what: &str, seen: &[String]| -> String {
        seen.iter().filter(|line| line[1..].starts_with(what)).map(|line| &line[..1]).collect()
    };
    let seen = log.take();
    assert_eq!(order(" begins", &seen), "abcd");
    assert_eq!(order(" request", &seen), "abcd");
    assert_eq!(order(" reply", &seen), "dcba");
    assert_eq!(order(" headers", &seen), "dcba");
    assert_eq!(order(" ends", &seen), "dcba");
}

#[tokio::test]
async fn what_the_server_does_not_have_is_seen_too() {
    let log = Log::default();
    let server = serve_with(Server::new().intercept(Recorder::new("a", &log)), Parrot).await;
    let mut raw = RawClient::connect(server.address).await;
    for path in ["/no.Service/Method", "/test.v1.Echo/Nothing", "/odd"] {
        let answer = within(raw.call(grpc_request(path), frame(&ping("")))).await;
        assert_eq!(answer.grpc_status(), Some(12), "{path}");
        let begins = format!("a begins {path} None");
        assert_eq!(log.take(), [&begins, "a ends Err(Unimplemented) {}"]);
    }
    for (name, value, status, seen) in [
        ("grpc-timeout", "soon", 13, "Internal"),
        ("grpc-encoding", "lzma", 12, "Unimplemented"),
        ("x-odd-bin", "!!", 13, "Internal"),
    ] {
        let request = with_header(echo_request("Unary"), name, value);
        let answer = within(raw.call(request, frame(&ping("")))).await;
        assert_eq!(answer.grpc_status(), Some(status), "{name}");
        assert_eq!(log.take().last().unwrap(), &format!("a ends Err({seen}) {{}}"), "{name}");
    }
}

/// Tells what reaches it.
struct Told;

impl Echo for Told {
    async fn unary(&self, cx: &Context, ping: Ping) -> Result<Pong> {
        let added = cx.metadata().get("x-added").unwrap_or("nothing").to_owned();
        let left = cx.extensions().get::<u32>().copied().unwrap_or_default();
        cx.set_header("x-header", "handler")?;
        cx.set_trailer("x-trailer", "handler")?;
        Ok(Pong { text: format!("{added} {}", ping.text), index: left.try_into().unwrap_or(-1), ..pong(0) })
    }
}

#[tokio::test]
async fn all_that_passes_can_be_changed() {
    struct Change;
    impl Interceptor for Change {
        async fn intercept(&self, call: &mut InterceptedCall, next: Next<'_>) -> Result<()> {
            call.metadata_mut().insert("x-added", "by interceptor")?;
            call.metadata_mut().remove("x-theirs");
            call.extensions_mut().insert(7_u32);
            call.on_request(|message| {
                message.downcast_mut::<Ping>().ok_or_else(|| Status::internal("no ping"))?.text.push('!');
                Ok(())
            });
            call.on_reply(|message| {
                assert!(message.downcast_ref::<Ping>().is_none());
                let size = message.size();
                message.downcast_mut::<Pong>().unwrap().payload = vec![0; size].into();
                Ok(())
            });
            call.on_headers(|headers| headers.insert("x-late", "1").unwrap());
            next.run(call).await?;
            assert_eq!(call.metadata().get("x-added"), Some("by interceptor"));
            assert_eq!(call.extensions().get::<u32>(), Some(&7));
            assert_eq!(
                call.headers(|headers| headers.get("x-header").map(str::to_owned)).unwrap(),
                "handler"
            );
            call.trailers(|trailers| trailers.insert("x-trailer", "interceptor"))?;
            Ok(())
        }
    }
    let server = Server::new().intercept(Change).service(EchoServer::new(Told));
    let echo = EchoClient::from(server.local());
    let (told, reply) = within(echo.unary(ping("hello")).with_reply()).await.unwrap();
    assert_eq!((told.text.as_str(), told.index), ("by interceptor hello!", 7));
    assert_eq!(told.payload.len(), 2 + told.text.len() + 2, "the size that the reply had");
    assert_eq!((reply.headers.get("x-header"), reply.headers.get("x-late")), (Some("handler"), Some("1")));
    assert_eq!(reply.trailers.get("x-trailer"), Some("interceptor"));
}

#[tokio::test]
async fn a_closure_refuses_before_anything_of_the_handler_runs() {
    let lives = Lives::default();
    let server =
        Server::new().intercept(|call: &mut InterceptedCall| match call.metadata().get("authorization") {
            Some("Bearer swordfish") => Ok(()),
            _ => Err(Status::unauthenticated("who are you?")),
        });
    struct Counted(Lives);
    impl Echo for Counted {
        async fn unary(&self, _: &Context, _: Ping) -> Result<Pong> {
            let _life = self.0.begin();
            Ok(pong(1))
        }
    }
    let echo = EchoClient::from(server.service(EchoServer::new(Counted(lives.clone()))).local());
    assert_eq!(code(within(echo.unary(ping("")).into_future()).await), Code::Unauthenticated);
    assert_eq!(code(within(echo.bidi().open().1.next()).await), Code::Unauthenticated);
    assert_eq!(lives.count_began(), 0);
    let call = echo.unary(ping("")).metadata("authorization", "Bearer swordfish");
    assert_eq!(within(call.into_future()).await.unwrap(), pong(1));
}

#[tokio::test]
async fn replies_can_be_made_in_place_of_the_handlers() {
    struct Cache;
    impl Interceptor for Cache {
        async fn intercept(&self, call: &mut InterceptedCall, next: Next<'_>) -> Result<()> {
            match call.name() {
                "Unary" => call.reply(&pong(5)),
                "ServerStream" => (1..=3).try_for_each(|index| call.reply(&pong(index))),
                "Nothing" => call.reply(&pong(9)),
                "ClientStream" => Ok(()),
                // Not written: the fallback behind a failure.
                _ => {
                    assert_eq!(code(next.run(call).await), Code::Unimplemented);
                    call.reply(&pong(6))
                }
            }
        }
    }
    let server = serve_with(Server::new().intercept(Cache), Parrot).await;
    let echo = server.client();
    assert_eq!(within(echo.unary(ping("")).into_future()).await.unwrap(), pong(5));
    assert_eq!(within(echo.not_written(ping("")).into_future()).await.unwrap(), pong(6));
    let mut replies = echo.server_stream(ping("")).open();
    for index in 1..=3 {
        assert_eq!(within(replies.next()).await.unwrap(), Some(pong(index)));
    }
    assert_eq!(within(replies.next()).await.unwrap(), None);
    let mut raw = RawClient::connect(server.address).await;
    let answer = within(raw.call(echo_request("Nothing"), frame(&ping("")))).await;
    assert_eq!((answer.grpc_status(), answer.data), (Some(0), frame(&pong(9))));
    let nothing = within(echo.client_stream().send_all([])).await;
    assert_eq!(code(nothing), Code::Internal, "a reply is missing");
}

#[tokio::test]
async fn a_reply_that_has_gone_through_is_not_replaced() {
    struct Twice;
    impl Interceptor for Twice {
        async fn intercept(&self, call: &mut InterceptedCall, next: Next<'_>) -> Result<()> {
            next.run(call).await?;
            assert_eq!(code(call.reply(&pong(2))), Code::Internal);
            Ok(())
        }
    }
    let reply = within(parrot_behind(Twice).unary(Ping { count: 1, ..ping("") }).into_future()).await;
    assert_eq!(reply.unwrap(), pong(1));
}

#[tokio::test]
async fn statuses_are_replaced_on_the_way_out() {
    struct Hide;
    impl Interceptor for Hide {
        async fn intercept(&self, call: &mut InterceptedCall, next: Next<'_>) -> Result<()> {
            match next.run(call).await {
                Err(status) if status.code() == Code::Unimplemented => {
                    Err(Status::not_found(format!("hidden: {}", status.message())))
                }
                Ok(()) => Err(Status::data_loss("too good")),
                other => other,
            }
        }
    }
    let echo = parrot_behind(Hide);
    let status = within(echo.not_written(ping("")).into_future()).await.unwrap_err();
    assert!(
        status.code() == Code::NotFound && status.message().starts_with("hidden: NotWritten"),
        "{status}"
    );
    let status = within(echo.unary(ping("")).into_future()).await.unwrap_err();
    assert_eq!(status.code(), Code::DataLoss, "and the reply is not sent");
    let mut replies = echo.server_stream(Ping { count: 1, ..ping("") }).open();
    assert!(within(replies.next()).await.unwrap().is_some(), "what was streamed before is not taken back");
    assert_eq!(code(within(replies.next()).await), Code::DataLoss);
}

#[tokio::test]
async fn an_error_at_a_message_ends_the_call() {
    struct Picky;
    impl Interceptor for Picky {
        async fn intercept(&self, call: &mut InterceptedCall, next: Next<'_>) -> Result<()> {
            let bad = |what: &'static str| {
                move |message: &mut protocall::InterceptedMessage<'_>| {
                    let text = message.downcast_ref::<Ping>().map(|ping| ping.text.as_str());
                    let text = text.or(message.downcast_ref::<Pong>().map(|pong| pong.text.as_str()));
                    if text == Some(what) { Err(Status::aborted(what)) } else { Ok(()) }
                }
            };
            call.on_request(bad("in"));
            call.on_reply(bad("out"));
            next.run(call).await
        }
    }
    let echo = parrot_behind(Picky);
    for text in ["in", "out"] {
        assert_eq!(code(within(echo.unary(ping(text)).into_future()).await), Code::Aborted, "{text}");
        let (mut tx, mut rx) = echo.bidi().open();
        tx.send(ping("good")).await.unwrap();
        assert_eq!(within(rx.next()).await.unwrap().unwrap().text, "good");
        tx.send(ping(text)).await.unwrap();
        assert_eq!(code(within(rx.next()).await), Code::Aborted, "{text}");
    }
}

#[tokio::test]
async fn a_panic_ends_its_call_and_nothing_else() {
    struct Fragile;
    impl Interceptor for Fragile {
        async fn intercept(&self, call: &mut InterceptedCall, next: Next<'_>) -> Result<()> {
            let place = call.metadata().get("x-panic").map(str::to_owned);
            let place = place.as_deref();
            assert_ne!(place, Some("before"), "the interceptor panics, as the test wants");
            if place == Some("at a message") {
                call.on_reply(|_| panic!("the interceptor panics, as the test wants"));
            }
            let ended = next.run(call).await;
            assert_ne!(place, Some("behind"), "the interceptor panics, as the test wants");
            ended
        }
    }
    let echo = parrot_behind(Fragile);
    for place in ["before", "at a message", "behind"] {
        let status = within(echo.unary(ping("")).metadata("x-panic", place).into_future()).await.unwrap_err();
        assert!(status.code() == Code::Unknown && !status.message().contains("wants"), "{place}: {status}");
        let mut replies = echo.server_stream(Ping { count: 1, ..ping("") }).metadata("x-panic", place).open();
        while let Ok(Some(_)) = within(replies.next()).await {}
        assert_eq!(code(within(replies.next()).await), Code::Unknown, "{place}");
    }
    within(echo.unary(ping("")).into_future()).await.unwrap();
}

/// Its calls never end by themselves.
struct Endless;

impl Echo for Endless {
    async fn unary(&self, _: &Context, _: Ping) -> Result<Pong> {
        std::future::pending().await
    }

    async fn bidi(&self, _: &Context, _: Streaming<Ping>) -> Result<impl Stream<Item = Result<Pong>>> {
        Ok(produce(async move |out| {
            out.send(pong(1)).await?;
            std::future::pending().await
        }))
    }
}

#[tokio::test]
async fn a_deadline_is_seen_inside_and_ends_an_interceptor_that_waits() {
    struct Slow;
    impl Interceptor for Slow {
        async fn intercept(&self, call: &mut InterceptedCall, next: Next<'_>) -> Result<()> {
            let left = call.time_left().unwrap();
            assert!(left <= Duration::from_secs(1) && call.deadline().is_some());
            if call.metadata().get("x-slow").is_some() {
                std::future::pending::<()>().await;
            }
            next.run(call).await
        }
    }
    let log = Log::default();
    let server = Server::new().intercept(Recorder::new("a", &log)).intercept(Slow);
    let server = serve_with(server, Endless).await;
    let mut raw = RawClient::connect(server.address).await;
    for slow in [false, true] {
        for method in ["Unary", "Bidi"] {
            let mut request = with_header(echo_request(method), "grpc-timeout", "50m");
            if slow {
                request = with_header(request, "x-slow", "1");
            }
            let answer = within(raw.call(request, frame(&ping("")))).await;
            assert_eq!(answer.grpc_status(), Some(4), "{method} {slow}");
            let seen = log.take();
            let told = seen.last().unwrap() == "a ends Err(DeadlineExceeded) {}";
            assert_eq!(told, !slow, "an interceptor that keeps the call waiting is dropped: {seen:#?}");
        }
    }
}

#[tokio::test]
async fn a_caller_that_leaves_drops_interceptors_with_the_call() {
    struct Alive(Lives);
    impl Interceptor for Alive {
        async fn intercept(&self, call: &mut InterceptedCall, next: Next<'_>) -> Result<()> {
            let _life = self.0.begin();
            next.run(call).await
        }
    }
    let lives = Lives::default();
    let server = Server::new().intercept(Arc::new(Alive(lives.clone())));
    let server = serve_with(server, Endless).await;
    let channel: Channel = server.channel();
    let echo = EchoClient::from(channel);
    let (tx, mut rx) = echo.bidi().open();
    assert_eq!(within(rx.next()).await.unwrap(), Some(pong(1)));
    assert_eq!((lives.count_began(), lives.count_ended()), (1, 0));
    drop((tx, rx));
    lives.ended(1).await;
}
