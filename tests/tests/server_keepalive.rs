//! A server asks a silent peer for a sign of life, and ends a connection whose peer gives none, or takes nothing.

use protocall::{Connections, Context, Keepalive, Result, Server, Stream, produce, stream};
use protocall_tests::echo::{Echo, Life, Lives, Parrot, Ping, Pong, heavy_ping, ping};
use protocall_tests::frames::{
    ACK, DATA, END_STREAM, FrameClient, PING, SETTINGS, WINDOW_UPDATE, seconds, secs,
};
use protocall_tests::raw::frame;

fn every(interval: u64) -> Server {
    Server::new().connections(Connections::new().keepalive(Keepalive::every(secs(interval))))
}

#[tokio::test(start_paused = true)]
async fn the_default_is_two_hours_and_twenty_seconds() {
    let mut client = FrameClient::connect(Server::new(), Parrot).await;
    let (asked, _) = seconds(client.next_of(PING)).await;
    let (ended, _) = seconds(client.rest(false)).await;
    assert_eq!((asked, ended), (2 * 60 * 60, 20));
    client.ended().await;
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_answers_is_kept() {
    let mut client = FrameClient::connect(every(30), Parrot).await;
    for _ in 0..10 {
        let (after, ping) = seconds(client.next_of(PING)).await;
        assert_eq!(after, 30);
        client.pong(&ping).await;
    }
}

#[tokio::test(start_paused = true)]
async fn whatever_the_peer_says_is_a_sign_of_life() {
    let mut client = FrameClient::connect(every(30), Parrot).await;
    client.next_of(SETTINGS).await;
    for _ in 0..10 {
        tokio::time::sleep(secs(29)).await;
        client.send(WINDOW_UPDATE, 0, 0, &1u32.to_be_bytes()).await;
    }
    let (after, _) = seconds(client.next_of(PING)).await;
    assert_eq!(after, 30);
    client.send(SETTINGS, 0, 0, &[]).await;
    let (after, _) = seconds(client.next_of(PING)).await;
    assert_eq!(after, 30, "something else than the answer serves as well");
}

#[tokio::test(start_paused = true)]
async fn an_answer_in_pieces_is_one_too() {
    let mut client = FrameClient::connect(every(30), Parrot).await;
    let ping = client.next_of(PING).await;
    let pong = protocall_tests::frames::frame(PING, ACK, 0, &ping.payload);
    for byte in pong {
        client.write(&[byte]).await;
        tokio::task::yield_now().await;
    }
    let (after, _) = seconds(client.next_of(PING)).await;
    assert_eq!(after, 30);
    let call = [frame(&protocall_tests::echo::ping("a")), frame(&protocall_tests::echo::ping("b"))].concat();
    client.call(1, "Bidi").await;
    client.send(DATA, END_STREAM, 1, &call).await;
    assert_eq!(client.next_of(DATA).await.stream, 1, "nothing was lost of what came behind it");
}

#[tokio::test(start_paused = true)]
async fn one_second_is_the_least_and_none_is_never() {
    let server =
        Server::new().connections(Connections::new().keepalive(Keepalive::every(secs(0)).timeout(secs(5))));
    let mut client = FrameClient::connect(server, Parrot).await;
    let (asked, _) = seconds(client.next_of(PING)).await;
    let (ended, _) = seconds(client.rest(false)).await;
    assert_eq!((asked, ended), (1, 5));

    let mut client =
        FrameClient::connect(Server::new().connections(Connections::new().keepalive(None)), Parrot).await;
    let year = tokio::time::timeout(secs(365 * 86400), client.rest(false)).await;
    assert!(year.is_err(), "it is neither asked nor ended");
}

/// Sends without end, and tells when it is dropped.
struct Chatty(Lives);

impl Echo for Chatty {
    async fn server_stream(&self, _: &Context, ping: Ping) -> Result<impl Stream<Item = Result<Pong>>> {
        let life: Life = self.0.begin();
        Ok(stream::iter(std::iter::repeat_with(move || {
            let _ = &life;
            Pong { payload: ping.payload.clone(), ..Default::default() }
        })))
    }
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_takes_nothing_is_cut_off() {
    let lives = Lives::default();
    let mut client = FrameClient::connect(Server::new(), Chatty(lives.clone())).await;
    // More than the pipe holds: SETTINGS_INITIAL_WINDOW_SIZE, and the connection's.
    client.send(SETTINGS, 0, 0, &[0, 4, 0x10, 0, 0, 0]).await;
    client.send(WINDOW_UPDATE, 0, 0, &0x1000_0000u32.to_be_bytes()).await;
    client.call(1, "ServerStream").await;
    client.send(DATA, END_STREAM, 1, &frame(&heavy_ping(10_000))).await;
    let (after, ()) = seconds(client.ended()).await;
    assert_eq!(after, 20);
    lives.ended(1).await;
}

/// Sends so many messages, one each second, and then nothing.
struct Measured(u64);

impl Echo for Measured {
    async fn server_stream(&self, _: &Context, ping: Ping) -> Result<impl Stream<Item = Result<Pong>>> {
        let count = self.0;
        Ok(produce(async move |out| {
            for _ in 0..count {
                tokio::time::sleep(secs(1)).await;
                out.send(Pong { payload: ping.payload.clone(), ..Default::default() }).await?;
            }
            std::future::pending().await
        }))
    }
}

#[tokio::test(start_paused = true)]
async fn so_is_one_that_does_not_take_the_last_word() {
    // A bit more than a pipe holds, in frames that are gathered, and in others, of which more is left or less.
    for (count, size) in [(11, 6_000), (7, 10_000), (2, 36_000), (2, 40_000), (2, 60_000)] {
        let mut client = FrameClient::connect(Server::new(), Measured(count)).await;
        // SETTINGS_INITIAL_WINDOW_SIZE and SETTINGS_MAX_FRAME_SIZE.
        client.send(SETTINGS, 0, 0, &[0, 4, 0x10, 0, 0, 0, 0, 5, 0, 1, 0, 0]).await;
        client.send(WINDOW_UPDATE, 0, 0, &0x1000_0000u32.to_be_bytes()).await;
        client.call(1, "ServerStream").await;
        client.send(DATA, END_STREAM, 1, &frame(&heavy_ping(size))).await;
        let (after, ()) = seconds(client.ended()).await;
        assert_eq!(after, count + 20, "{count} times {size}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_takes_little_by_little_is_not() {
    let mut client = FrameClient::connect(Server::new(), Chatty(Lives::default())).await;
    client.send(SETTINGS, 0, 0, &[0, 4, 0x10, 0, 0, 0]).await;
    client.send(WINDOW_UPDATE, 0, 0, &0x1000_0000u32.to_be_bytes()).await;
    client.call(1, "ServerStream").await;
    client.send(DATA, END_STREAM, 1, &frame(&heavy_ping(10_000))).await;
    for _ in 0..50 {
        tokio::time::sleep(secs(15)).await;
        client.next_of(DATA).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_is_not_read_is_no_reason() {
    let server = Server::new().connections(Connections::new().keepalive(None));
    let mut client = FrameClient::connect(server, Chatty(Lives::default())).await;
    client.call(1, "ServerStream").await;
    client.send(DATA, END_STREAM, 1, &frame(&ping("x"))).await;
    client.next_of(DATA).await;
    let rest = tokio::time::timeout(secs(10_000), client.rest(false)).await;
    assert!(rest.is_err(), "the connection is alive, only the stream's window is used up");
}
