//! A connection runs so many calls at a time and no more: a client knows the number and waits; one that does not is refused.

use std::time::Duration;

use protocall::{Connections, Server};
use protocall_tests::echo::{Parrot, Patient, ping, pong, serve_with, within};
use protocall_tests::frames::{FrameClient, RST_STREAM, SETTINGS};

const MAX_CONCURRENT_STREAMS: u16 = 3;
const REFUSED_STREAM: [u8; 4] = [0, 0, 0, 7];

fn at_most(calls: u32) -> Server {
    Server::new().connections(Connections::new().max_concurrent_streams(calls))
}

#[tokio::test]
async fn the_number_is_told() {
    for (server, number) in [(Server::new(), 1024), (at_most(7), 7)] {
        let mut client = FrameClient::connect(server, Parrot).await;
        let settings = client.next_of(SETTINGS).await.settings();
        assert!(settings.contains(&(MAX_CONCURRENT_STREAMS, number)), "{settings:?}");
    }
}

#[tokio::test]
async fn further_calls_wait_in_the_client() {
    let patient = Patient::default();
    let server = serve_with(at_most(2), patient.clone()).await;
    let echo = server.client();
    let calls: Vec<_> = (0..5).map(|_| tokio::spawn(echo.unary(ping("")).into_future())).collect();
    patient.lives.began(2).await;
    for ended in 1..=5 {
        tokio::time::sleep(Duration::from_millis(20)).await;
        assert_eq!(patient.lives.count_began(), (ended + 1).min(5), "never more than two at a time");
        patient.go.notify_one();
        patient.lives.ended(ended).await;
        patient.lives.began((ended + 2).min(5)).await;
    }
    for call in calls {
        assert_eq!(within(call).await.unwrap().unwrap(), pong(1));
    }
}

#[tokio::test]
async fn who_does_not_wait_is_refused_and_harms_no_other_call() {
    let mut client = FrameClient::connect(at_most(2), Parrot).await;
    for stream in [1, 3, 5] {
        client.call(stream, "Bidi").await;
    }
    let refused = within(client.next_of(RST_STREAM)).await;
    assert_eq!((refused.stream, &refused.payload[..]), (5, &REFUSED_STREAM[..]));
    let message = protocall_tests::raw::frame(&ping("on"));
    client.send(protocall_tests::frames::DATA, 0, 1, &message).await;
    assert_eq!(within(client.next_of(protocall_tests::frames::DATA)).await.stream, 1);
}
