//! A client with keepalive finds out that its server is silently gone, and opens another connection. It pings as gRFC A8 has it:
//! not without calls unless told to, and half as often where the server, grpc-go's too, complains.
//!
//! The clock of the client is pushed forward, so that minutes pass at once; what comes of it happens at the machine's pace.

use std::process::Command;
use std::time::Duration;

use protocall::client::Sender;
use protocall::{Channel, Code, Connections, Keepalive, Origin, Server, Streaming};
use protocall_tests::echo::{EchoClient, Patient, Ping, Pong, channel_to, ping, pong, serve_with, within};
use protocall_tests::frames::{ACK, FrameServer, HEADERS, PING, secs};
use protocall_tests::go::program;
use protocall_tests::interop::TestServiceClient;
use protocall_tests::interop::peer;
use protocall_tests::road::Road;
use tokio::sync::watch;
use tokio::time::{Instant, advance, pause, resume, sleep};

/// Long enough for a ping to go around, on this machine.
const MOMENT: Duration = Duration::from_millis(30);

/// So much time passes.
async fn pass(time: Duration) {
    pause();
    advance(time).await;
    resume();
    sleep(MOMENT).await;
}

/// What a server has seen.
#[derive(Debug, Default)]
struct Seen {
    pings: usize,
    calls: usize,
}

/// A server that answers nothing but pings.
async fn counting() -> (FrameServer, watch::Receiver<Seen>) {
    let (count, seen) = watch::channel(Seen::default());
    let server = FrameServer::start(move |_, mut client| {
        let count = count.clone();
        async move {
            client.greet().await;
            while let Some(frame) = client.next().await {
                if frame.kind == PING && frame.flags & ACK == 0 {
                    count.send_modify(|seen| seen.pings += 1);
                    client.send(PING, ACK, 0, &frame.payload).await;
                } else if frame.kind == HEADERS {
                    count.send_modify(|seen| seen.calls += 1);
                }
            }
        }
    })
    .await;
    (server, seen)
}

/// Waits until the server has seen so much.
async fn until(seen: &mut watch::Receiver<Seen>, reached: impl Fn(&Seen) -> bool) {
    within(seen.wait_for(reached)).await.expect("the server is there");
}

fn kept(server: &FrameServer, keepalive: Keepalive) -> EchoClient {
    Channel::connect(format!("http://{}", server.address)).keepalive(keepalive).build().unwrap().into()
}

/// A stream whose first ping was answered.
async fn opened(echo: &EchoClient) -> (Sender<Ping>, Streaming<Pong>) {
    let (mut requests, mut replies) = echo.bidi().open();
    requests.send(ping("")).await.unwrap();
    assert_eq!(within(replies.next()).await.unwrap(), Some(pong(2)));
    (requests, replies)
}

#[tokio::test]
async fn a_server_that_is_silently_gone_fails_its_calls_and_the_next_one_is_heard() {
    let patient = Patient::default();
    let at_will = Connections::new().min_ping_interval(Duration::ZERO);
    let server = serve_with(Server::new().connections(at_will), patient.clone()).await;
    let road = Road::to(server.address).await;
    // Ten seconds are the least there is, and twenty for the answer the default.
    let often = Keepalive::every(secs(1));
    let echo = EchoClient::connect(format!("http://{}", road.address)).keepalive(often).build().unwrap();
    let (_requests, mut replies) = opened(&echo).await;
    let pending = tokio::spawn(echo.unary(ping("")).into_future());
    patient.lives.began(2).await;
    for _ in 0..5 {
        pass(secs(11)).await;
    }
    assert!(!pending.is_finished(), "who answers pings is there");
    road.hold();
    pass(secs(11)).await;
    pass(secs(18)).await;
    assert!(!pending.is_finished(), "asked, but not for so long");
    pass(secs(4)).await;
    for status in [replies.next().await.unwrap_err(), within(pending).await.unwrap().unwrap_err()] {
        assert_eq!((status.code(), status.origin()), (Code::Unavailable, Origin::Http2));
        assert!(status.message().contains("no sign of life within 20s"), "{status}");
    }
    let _another = opened(&echo).await;
    assert_eq!(road.traffic().opened, 2);
}

#[tokio::test]
async fn pings_are_sent_while_calls_run_or_always_where_that_is_wanted() {
    let (server, mut seen) = counting().await;
    let echo = kept(&server, Keepalive::every(secs(60)));
    let call = tokio::spawn(echo.unary(ping("")).into_future());
    until(&mut seen, |seen| seen.calls == 1).await;
    for count in 0..5 {
        pass(secs(59)).await;
        assert_eq!(seen.borrow().pings, count);
        pass(secs(2)).await;
        until(&mut seen, |seen| seen.pings == count + 1).await;
    }
    call.abort();
    sleep(MOMENT).await;
    for _ in 0..10 {
        pass(secs(61)).await;
    }
    assert_eq!(seen.borrow().pings, 5, "none without calls");
    let call = tokio::spawn(echo.unary(ping("")).into_future());
    // The first call after a long silence asks at once.
    until(&mut seen, |seen| (seen.calls, seen.pings) == (2, 6)).await;
    call.abort();

    let (server, mut seen) = counting().await;
    let echo = kept(&server, Keepalive::every(secs(60)).without_calls());
    let call = tokio::spawn(echo.unary(ping("")).into_future());
    until(&mut seen, |seen| seen.calls == 1).await;
    call.abort();
    for count in 1..=5 {
        pass(secs(61)).await;
        until(&mut seen, |seen| seen.pings == count).await;
    }
}

#[tokio::test]
async fn a_client_without_keepalive_never_pings() {
    let (server, mut seen) = counting().await;
    let call = tokio::spawn(EchoClient::from(channel_to(server.address)).unary(ping("")).into_future());
    until(&mut seen, |seen| seen.calls == 1).await;
    for _ in 0..10 {
        pass(secs(10_000)).await;
    }
    assert_eq!(seen.borrow().pings, 0);
    call.abort();
}

/// How long a stream lasts until grpc-go has had enough of the pings.
async fn cut_off(test: &TestServiceClient) -> u64 {
    let (_requests, mut replies) = test.full_duplex_call().open();
    sleep(10 * MOMENT).await;
    let mut waiting = tokio::spawn(async move { replies.next().await });
    let began = Instant::now();
    while !waiting.is_finished() {
        pass(secs(1)).await;
        assert!(began.elapsed() < secs(600), "the server does not mind");
    }
    let status = (&mut waiting).await.unwrap().unwrap_err();
    assert_eq!(status.code(), Code::Unavailable, "{status}");
    began.elapsed().as_secs()
}

#[tokio::test]
async fn grpc_go_complains_of_too_many_pings_and_gets_half_as_many() {
    let server = peer::Server::start(Command::new(program("interop_server")), None);
    let target = format!("http://127.0.0.1:{}", server.port);
    // It closes the connection a second behind its last word, in which half a minute passes for the client.
    let often = Keepalive::every(secs(10)).timeout(secs(200));
    let channel = Channel::connect(target).keepalive(often).build().unwrap();
    let test = TestServiceClient::from(channel);
    // By the server's clock the pings follow each other at once: the first is none too many, and the third strike ends it.
    let first = cut_off(&test).await;
    assert!((38..78).contains(&first), "{first} s: four pings, ten seconds apart");
    let second = cut_off(&test).await;
    assert!((78..120).contains(&second), "{second} s: four pings, twenty seconds apart");
}
