//! The calls that a handler makes end with the call that it handles, unless they are detached.

use std::time::Duration;

use protocall::{Context, Result, Status, Stream, produce};
use protocall_tests::echo::{Echo, EchoClient, Lives, Ping, Pong, ping, within};

const MINUTE: Duration = Duration::from_secs(60);

/// Answers with the milliseconds that its caller waits; without a deadline, with -1.
struct Clock;

impl Echo for Clock {
    async fn unary(&self, cx: &Context, _: Ping) -> Result<Pong> {
        let left = cx.time_left().map_or(-1, |left| i32::try_from(left.as_millis()).unwrap_or(i32::MAX));
        Ok(Pong { index: left, ..Default::default() })
    }
}

/// Asks the clock, in the way that the request says.
struct Asking {
    clock: EchoClient,
}

impl Asking {
    async fn ask(&self, way: &str) -> Result<Pong> {
        let call = self.clock.unary(ping(""));
        match way {
            "plain" => call.await,
            "shorter" => call.timeout(Duration::from_secs(1)).await,
            "longer" => call.timeout(60 * MINUTE).await,
            "detached" => call.detached().await,
            "spawned" => {
                let spawned = tokio::spawn(call.into_future()).await;
                spawned.map_err(|error| Status::internal(error.to_string()))?
            }
            way => Err(Status::invalid_argument(way)),
        }
    }
}

impl Echo for Asking {
    async fn unary(&self, _: &Context, ping: Ping) -> Result<Pong> {
        // Another task has the thread meanwhile.
        tokio::task::yield_now().await;
        self.ask(&ping.text).await
    }

    async fn server_stream(&self, _: &Context, ping: Ping) -> Result<impl Stream<Item = Result<Pong>>> {
        Ok(produce(async move |out| out.send(self.ask(&ping.text).await?).await))
    }
}

fn asking() -> EchoClient {
    EchoClient::local(Asking { clock: EchoClient::local(Clock) })
}

#[tokio::test]
async fn a_call_has_what_is_left_to_its_handler() {
    let minute = 50_000..=60_000;
    for (way, expected) in [
        ("plain", minute.clone()),
        ("longer", minute),
        ("shorter", 500..=1000),
        ("detached", -1..=-1),
        ("spawned", -1..=-1),
    ] {
        let left = within(asking().unary(ping(way)).timeout(MINUTE).into_future()).await.unwrap().index;
        assert!(expected.contains(&left), "{way}: {left}");
        let mut replies = asking().server_stream(ping(way)).timeout(MINUTE).await.unwrap();
        let left = within(replies.next()).await.unwrap().unwrap().index;
        assert!(expected.contains(&left), "{way} in a stream: {left}");
    }
}

#[tokio::test]
async fn without_a_deadline_there_is_nothing_to_inherit() {
    for way in ["plain", "detached", "spawned"] {
        let left = within(asking().unary(ping(way)).into_future()).await.unwrap().index;
        assert_eq!(left, -1, "{way}");
    }
}

/// Never answers.
#[derive(Clone, Default)]
struct Silent(Lives);

impl Echo for Silent {
    async fn unary(&self, _: &Context, _: Ping) -> Result<Pong> {
        let _life = self.0.begin();
        std::future::pending().await
    }
}

#[tokio::test]
async fn a_caller_that_leaves_takes_the_calls_of_its_handler_along() {
    let silent = Silent::default();
    let echo = EchoClient::local(Asking { clock: EchoClient::local(silent.clone()) });
    let call = tokio::spawn(echo.unary(ping("plain")).into_future());
    silent.0.began(1).await;
    call.abort();
    silent.0.ended(1).await;
}
