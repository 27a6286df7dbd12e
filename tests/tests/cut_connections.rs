//! A connection that is cut at any frame of a call, or in the middle of one, by an end or by a reset: the call ends with
//! UNAVAILABLE, or well where the answer was whole; its handler ends; and nothing is left behind.

use std::net::SocketAddr;
use std::time::Duration;

use protocall::{Code, Context, Origin, Result, Stream, Streaming, produce};
use protocall_tests::cutter::{Cut, Cutter, Speaker};
use protocall_tests::echo::{
    Echo, EchoClient, FENCE, Lives, Parrot, Ping, Pong, channel_to, ping, serve, within,
};
use protocall_tests::process::Process;
use tokio::runtime::Handle;
use tokio::time::{Instant, sleep, timeout};

/// Answers as [`Parrot`] does, under watch.
#[derive(Clone, Debug, Default)]
struct Watched(Lives);

impl Echo for Watched {
    async fn unary(&self, cx: &Context, ping: Ping) -> Result<Pong> {
        let _life = self.0.begin();
        Parrot.unary(cx, ping).await
    }

    async fn client_stream(&self, cx: &Context, pings: Streaming<Ping>) -> Result<Pong> {
        let _life = self.0.begin();
        Parrot.client_stream(cx, pings).await
    }

    async fn server_stream(&self, _: &Context, ping: Ping) -> Result<impl Stream<Item = Result<Pong>>> {
        let life = self.0.begin();
        Ok(produce(async move |out| {
            let _life = life;
            for index in 0..ping.count {
                out.send(Pong { text: ping.text.clone(), index, ..Default::default() }).await?;
            }
            Ok(())
        }))
    }

    async fn bidi(
        &self,
        _: &Context,
        mut pings: Streaming<Ping>,
    ) -> Result<impl Stream<Item = Result<Pong>>> {
        let life = self.0.begin();
        Ok(produce(async move |out| {
            let _life = life;
            while let Some(ping) = pings.next().await? {
                out.send(Pong { text: ping.text, ..Default::default() }).await?;
            }
            Ok(())
        }))
    }
}

#[derive(Clone, Copy, Debug)]
enum Shape {
    Unary,
    ClientStream,
    ServerStream,
    Bidi,
}

const SHAPES: [Shape; 4] = [Shape::Unary, Shape::ClientStream, Shape::ServerStream, Shape::Bidi];

impl Shape {
    /// A call of this shape, and the texts of its replies.
    async fn call(self, echo: &EchoClient) -> Result<Vec<String>> {
        let mut texts = Vec::new();
        match self {
            Self::Unary => texts.push(echo.unary(ping("a")).await?.text),
            Self::ClientStream => {
                let (mut requests, reply) = echo.client_stream().open();
                for text in ["a", "b"] {
                    // What ends the call, its reply tells.
                    let _ = requests.send(ping(text)).await;
                }
                requests.finish();
                texts.push(reply.await?.text);
            }
            Self::ServerStream => {
                let mut replies = echo.server_stream(Ping { count: 3, ..ping("a") }).await?;
                while let Some(reply) = replies.next().await? {
                    texts.push(reply.text);
                }
            }
            Self::Bidi => {
                let (mut requests, mut replies) = echo.bidi().open();
                for text in ["a", "b"] {
                    let _ = requests.send(ping(text)).await;
                    texts.extend(replies.next().await?.map(|reply| reply.text));
                }
                requests.finish();
                while let Some(reply) = replies.next().await? {
                    texts.push(reply.text);
                }
            }
        }
        Ok(texts)
    }
}

/// All places where the line of a call may be cut, whose speakers have said so many frames.
fn cuts(client: usize, server: usize) -> Vec<Cut> {
    let of = |speaker, frames| {
        let ways = [(false, false), (false, true), (true, false), (true, true)];
        (0..frames).flat_map(move |whole| ways.map(|(half, reset)| Cut { speaker, whole, half, reset }))
    };
    of(Speaker::Client, client).chain(of(Speaker::Server, server)).collect()
}

/// What is to be counted of this process: tasks, and files.
fn held() -> (usize, usize) {
    (Handle::current().metrics().num_alive_tasks(), Process::own().files())
}

/// Waits until no more is held than before.
async fn nothing_is_left(before: (usize, usize)) {
    let until = Instant::now() + FENCE;
    while held() > before || held().1 > before.1 {
        assert!(Instant::now() < until, "tasks and files were {before:?} and are {:?}", held());
        sleep(Duration::from_millis(10)).await;
    }
}

/// Cuts the line of a call of each shape at each place; how often.
async fn cut_everywhere(server: SocketAddr, lives: &Lives) -> usize {
    let mut count = 0;
    for shape in SHAPES {
        let line = Cutter::start(server, None).await;
        let whole = within(shape.call(&channel_to(line.address).into())).await.unwrap();
        let places = cuts(line.frames(Speaker::Client), line.frames(Speaker::Server));
        assert!(places.len() > 40, "{shape:?} has {} places", places.len());
        for cut in places {
            let line = Cutter::start(server, Some(cut)).await;
            let outcome = timeout(FENCE, shape.call(&channel_to(line.address).into())).await;
            let context = format!("{shape:?} {cut:?} after {} connections: {outcome:?}", line.connections());
            let outcome = outcome.expect(&context);
            match outcome {
                Ok(texts) => {
                    assert!(line.answered(), "{context}");
                    assert_eq!(texts, whole, "{context}");
                }
                Err(status) => {
                    assert!(cut.reset || !line.answered(), "{context}");
                    assert_eq!(status.code(), Code::Unavailable, "{context}");
                    // A call that has not left by then is made again, on a connection that is soon cut as well.
                    let is_told = matches!(status.origin(), Origin::Connect | Origin::Http2);
                    assert!(is_told, "{context}");
                }
            }
            lives.ended(lives.count_began()).await;
            count += 1;
        }
    }
    count
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_ends_well_or_unavailable_wherever_its_connection_is_cut() {
    let service = Watched::default();
    let lives = service.0.clone();
    let server = serve(service).await;
    // What is made once for all calls is there after the first round.
    cut_everywhere(server.address, &lives).await;
    let (before, memory) = (held(), Process::own().memory());
    let cuts = cut_everywhere(server.address, &lives).await;
    nothing_is_left(before).await;
    let grown = Process::own().memory().saturating_sub(memory);
    assert!(grown < 8 * 1024, "{cuts} cuts have left {grown} KiB of memory");
    assert_eq!(within(server.client().unary(ping("after")).into_future()).await.unwrap().text, "after");
}
