//! A client that pings more often than it may is told to be calm, in the words that gRPC's clients know, and sent away.

use protocall::{Connections, Server};
use protocall_tests::echo::{Parrot, ping};
use protocall_tests::frames::{ACK, DATA, END_STREAM, FrameClient, GOAWAY, HEADERS, PING, RST_STREAM, secs};
use protocall_tests::raw::frame;

const ENHANCE_YOUR_CALM: u32 = 11;

/// Pings `count` times, `interval` seconds apart, until the server is gone: how many pings were answered, and how the server
/// said goodbye.
async fn pinged(
    client: &mut FrameClient,
    count: usize,
    interval: u64,
) -> (usize, Option<(u32, u32, String)>) {
    for answered in 0..count {
        tokio::time::sleep(secs(interval)).await;
        client.try_send(PING, 0, 0, &[1; 8]).await;
        loop {
            match client.next().await {
                Some(frame) if frame.kind == GOAWAY => return (answered, Some(frame.farewell())),
                Some(frame) if frame.kind == PING && frame.flags == ACK => break,
                Some(_) => {}
                None => return (answered, None),
            }
        }
    }
    (count, None)
}

fn calm(last: u32) -> Option<(u32, u32, String)> {
    Some((last, ENHANCE_YOUR_CALM, "too_many_pings".to_owned()))
}

#[tokio::test(start_paused = true)]
async fn the_third_strike_is_one_too_many() {
    let mut client = FrameClient::connect(Server::new(), Parrot).await;
    // The first is no strike, and hyper answers before the fourth is judged.
    let (answered, goodbye) = pinged(&mut client, 100, 60).await;
    assert!((3..=4).contains(&answered), "{answered}");
    assert_eq!(goodbye, calm(0));
    assert_eq!(client.rest(false).await, [], "and that is the last word");
    client.ended().await;
}

#[tokio::test(start_paused = true)]
async fn a_flood_in_one_piece_is_as_bad() {
    let mut client = FrameClient::connect(Server::new(), Parrot).await;
    client.call(1, "Bidi").await;
    client.write(&protocall_tests::frames::frame(PING, 0, 0, &[1; 8]).repeat(1000)).await;
    let rest = client.rest(false).await;
    let goodbye = rest.iter().find(|frame| frame.kind == GOAWAY).unwrap();
    assert_eq!(Some(goodbye.farewell()), calm(1), "the calls that have begun are named");
    client.ended().await;
}

#[tokio::test(start_paused = true)]
async fn with_a_call_every_five_minutes_is_fine_and_without_one_it_is_not() {
    let mut client = FrameClient::connect(Server::new(), Parrot).await;
    assert_eq!(pinged(&mut client, 100, 301).await.1, calm(0));
    let mut client = FrameClient::connect(Server::new(), Parrot).await;
    assert_eq!(pinged(&mut client, 10, 2 * 60 * 60 + 1).await, (10, None));
    let mut client = FrameClient::connect(Server::new(), Parrot).await;
    client.call(1, "Bidi").await;
    assert_eq!(pinged(&mut client, 20, 301).await, (20, None));
    assert_eq!(pinged(&mut client, 20, 299).await.1, calm(1));
}

#[tokio::test(start_paused = true)]
async fn what_is_allowed_is_set() {
    let often = Connections::new().min_ping_interval(secs(10)).permit_pings_without_calls();
    let mut client = FrameClient::connect(Server::new().connections(often.clone()), Parrot).await;
    assert_eq!(pinged(&mut client, 20, 11).await, (20, None));
    assert_eq!(pinged(&mut client, 20, 9).await.1, calm(0));
    let at_will = often.min_ping_interval(secs(0));
    let mut client = FrameClient::connect(Server::new().connections(at_will), Parrot).await;
    assert_eq!(pinged(&mut client, 100, 0).await, (100, None));
}

#[tokio::test(start_paused = true)]
async fn pings_that_answer_messages_are_no_flood() {
    let mut client = FrameClient::connect(Server::new(), Parrot).await;
    client.call(1, "Bidi").await;
    for _ in 0..20 {
        client.send(DATA, 0, 1, &frame(&ping("more"))).await;
        client.next_of(DATA).await;
        assert_eq!(pinged(&mut client, 1, 0).await, (1, None), "as grpc-go's clients do to measure the link");
    }
}

#[tokio::test(start_paused = true)]
async fn calls_that_run_end_with_the_connection() {
    let mut client = FrameClient::connect(Server::new(), Parrot).await;
    client.call(1, "Bidi").await;
    client.send(DATA, 0, 1, &frame(&ping("one"))).await;
    client.next_of(DATA).await;
    assert_eq!(pinged(&mut client, 100, 0).await.1, calm(1));
    // What it says meanwhile is not heard.
    client.try_send(DATA, END_STREAM, 1, &frame(&ping("two"))).await;
    let rest = client.rest(false).await;
    assert!(rest.iter().all(|frame| ![DATA, HEADERS, RST_STREAM].contains(&frame.kind)), "{rest:?}");
    client.ended().await;
}
