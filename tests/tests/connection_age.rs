//! A connection that is old enough is left in two steps, so that no call is lost: the client is told to begin no more, and
//! what it has begun goes on, up to the grace.

use protocall::{Connections, Context, Result, Server};
use protocall_tests::echo::{Echo, Lives, Parrot, Ping, Pong, ping, pong, serve_with, within};
use protocall_tests::frames::{
    DATA, END_STREAM, FrameClient, GOAWAY, HEADERS, PING, RST_STREAM, SETTINGS, seconds, secs,
};
use protocall_tests::raw::frame;

const LAST: u32 = i32::MAX.cast_unsigned();
const NO_ERROR: u32 = 0;

fn aging(seconds: u64) -> Connections {
    Connections::new().max_age(secs(seconds))
}

/// Never answers by itself.
#[derive(Clone, Default)]
struct Forever(Lives);

impl Echo for Forever {
    async fn unary(&self, _: &Context, _: Ping) -> Result<Pong> {
        let _life = self.0.begin();
        std::future::pending().await
    }
}

#[tokio::test(start_paused = true)]
async fn the_client_is_told_in_two_steps_and_why() {
    let mut client = FrameClient::connect(Server::new().connections(aging(1000)), Parrot).await;
    client.next_of(SETTINGS).await;
    let (after, told) = seconds(client.next_of(GOAWAY)).await;
    assert!((899..=1100).contains(&after), "a thousand seconds give or take a tenth, not {after}");
    assert_eq!(told.farewell(), (LAST, NO_ERROR, "max_age".to_owned()));
    assert_eq!(client.next_of(GOAWAY).await.farewell(), (LAST, NO_ERROR, String::new()));
    let ping = client.next_of(PING).await;
    // A call that was on its way when the client was told.
    client.call(1, "Unary").await;
    client.send(DATA, END_STREAM, 1, &frame(&protocall_tests::echo::ping("late"))).await;
    client.pong(&ping).await;
    let rest = client.rest(true).await;
    let last = rest.iter().find(|frame| frame.kind == GOAWAY).unwrap();
    assert_eq!(last.farewell(), (1, NO_ERROR, String::new()), "the second step names the last call");
    assert_eq!(rest.iter().filter(|frame| frame.kind == HEADERS).count(), 2, "the call ended well: {rest:?}");
    client.ended().await;
}

#[tokio::test(start_paused = true)]
async fn calls_that_run_go_on_without_a_grace() {
    let mut client = FrameClient::connect(Server::new().connections(aging(10)), Parrot).await;
    client.call(1, "Bidi").await;
    for _ in 0..2 {
        let ping = client.next_of(PING).await;
        client.pong(&ping).await;
        // The first is of the way out, the next of the keepalive, hours later: the connection lives.
        client.send(DATA, 0, 1, &frame(&protocall_tests::echo::ping("on"))).await;
        client.next_of(DATA).await;
    }
    client.send(DATA, END_STREAM, 1, &[]).await;
    client.rest(true).await;
    client.ended().await;
}

#[tokio::test(start_paused = true)]
async fn what_outlasts_the_grace_is_cut_off() {
    let forever = Forever::default();
    let server = Server::new().connections(aging(100).grace(secs(30)));
    let mut client = FrameClient::connect(server, forever.clone()).await;
    client.call(1, "Unary").await;
    client.send(DATA, END_STREAM, 1, &frame(&ping(""))).await;
    client.next_of(GOAWAY).await;
    let (after, rest) = seconds(client.rest(true)).await;
    assert_eq!(after, 30);
    assert!(rest.iter().all(|frame| !matches!(frame.kind, HEADERS | RST_STREAM)), "{rest:?}");
    forever.0.ended(1).await;
    client.ended().await;
}

#[tokio::test(start_paused = true)]
async fn a_client_that_ignores_all_of_it_is_closed_when_it_has_no_calls() {
    let server = Server::new().connections(aging(100).handshake_timeout(secs(7)).keepalive(None));
    let mut client = FrameClient::connect(server, Parrot).await;
    client.next_of(GOAWAY).await;
    let (after, _) = seconds(client.rest(false)).await;
    assert_eq!(after, 7, "it never answers the ping behind the first step");
    client.ended().await;
}

#[tokio::test]
async fn no_call_of_a_client_is_lost() {
    let server = Server::new().connections(Connections::new().max_age(std::time::Duration::from_millis(20)));
    let server = serve_with(server, Parrot).await;
    let echo = server.client();
    let began = std::time::Instant::now();
    let mut count = 0;
    while began.elapsed() < std::time::Duration::from_millis(500) {
        let calls: Vec<_> = (0..10).map(|_| tokio::spawn(echo.unary(ping("")).into_future())).collect();
        for call in calls {
            assert_eq!(within(call).await.unwrap().unwrap(), pong(0));
            count += 1;
        }
    }
    assert!(count > 100, "only {count} calls");
}
