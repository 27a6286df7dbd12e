//! What waits for a peer that opens all windows and reads nothing is bounded for each of its calls, however many there are.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use protocall::{Context, Result, Server, Stream, produce};
use protocall_tests::echo::{Echo, Ping, Pong, ping};
use protocall_tests::frames::{DATA, END_STREAM, FrameClient, SETTINGS, WINDOW_UPDATE};
use protocall_tests::raw::frame;

const CALLS: usize = 50;
const REPLY: usize = 16 * 1024;
/// What hyper and h2 hold of a stream, and a message at each of the places on its way there.
const MOST: usize = 128 * 1024 + 4 * REPLY;

/// Replies without end.
#[derive(Clone, Default)]
struct Endless {
    sent: Arc<AtomicUsize>,
}

impl Echo for Endless {
    async fn server_stream(&self, _: &Context, _: Ping) -> Result<impl Stream<Item = Result<Pong>>> {
        let sent = Arc::clone(&self.sent);
        Ok(produce(async move |out| {
            loop {
                out.send(Pong { payload: vec![7; REPLY].into(), ..Default::default() }).await?;
                sent.fetch_add(1, Ordering::Relaxed);
            }
        }))
    }
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_reads_nothing() {
    let service = Endless::default();
    let sent = Arc::clone(&service.sent);
    let mut client = FrameClient::connect(Server::new(), service).await;
    client.send(SETTINGS, 0, 0, &[0, 4, 0x7f, 0xff, 0xff, 0xff]).await;
    client.send(WINDOW_UPDATE, 0, 0, &[0x7f, 0, 0, 0]).await;
    for call in 0..CALLS {
        let stream = u32::try_from(2 * call + 1).expect("they are few");
        client.call(stream, "ServerStream").await;
        client.send(DATA, END_STREAM, stream, &frame(&ping("go on"))).await;
    }
    // Less than a peer has that takes nothing.
    tokio::time::sleep(Duration::from_secs(5)).await;
    let bytes = sent.load(Ordering::Relaxed) * REPLY;
    assert!(bytes >= CALLS * REPLY, "each had its turn: {bytes}");
    assert!(bytes <= CALLS * MOST, "{bytes} bytes wait");
}
