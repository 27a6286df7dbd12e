//! A connection without calls is closed after a while, where the server is set so; one with calls is not.

use protocall::{Connections, Server};
use protocall_tests::echo::{Parrot, ping};
use protocall_tests::frames::{DATA, END_STREAM, FrameClient, GOAWAY, HEADERS, PING, seconds, secs};
use protocall_tests::raw::frame;

fn idle_for(seconds: u64) -> Server {
    Server::new().connections(Connections::new().max_idle(secs(seconds)))
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_was_never_used_is_closed_and_told_why() {
    let mut client = FrameClient::connect(idle_for(60), Parrot).await;
    let (after, told) = seconds(client.next_of(GOAWAY)).await;
    assert_eq!((after, told.farewell().2.as_str()), (60, "max_idle"));
    client.rest(true).await;
    client.ended().await;
}

#[tokio::test(start_paused = true)]
async fn it_counts_from_the_end_of_the_last_call() {
    let mut client = FrameClient::connect(idle_for(60), Parrot).await;
    client.call(1, "Bidi").await;
    for _ in 0..5 {
        tokio::time::sleep(secs(50)).await;
        client.send(DATA, 0, 1, &frame(&ping("here"))).await;
        client.next_of(DATA).await;
    }
    client.send(DATA, END_STREAM, 1, &[]).await;
    // The second is the end of the call.
    client.next_of(HEADERS).await;
    let (after, _) = seconds(client.next_of(GOAWAY)).await;
    assert_eq!(after, 60);
}

#[tokio::test(start_paused = true)]
async fn calls_that_are_open_keep_it_although_nothing_is_said() {
    let mut client = FrameClient::connect(idle_for(60), Parrot).await;
    client.call(1, "Bidi").await;
    let (after, _) = seconds(client.next_of(PING)).await;
    assert_eq!(after, 2 * 60 * 60, "the first word is the keepalive's");
}

#[tokio::test(start_paused = true)]
async fn without_the_setting_it_lives_on() {
    let mut client = FrameClient::connect(Server::new(), Parrot).await;
    let (after, _) = seconds(client.next_of(PING)).await;
    assert_eq!(after, 2 * 60 * 60, "the first word is the keepalive's");
}
