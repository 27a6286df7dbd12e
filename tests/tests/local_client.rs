//! A client of a service in the same process: the same type, the same rules, and no network. Clients and their futures go
//! where their users take them.

use std::time::Duration;

use protocall::client::{Call, CallFuture, Many, One, ReplyFuture, Sender};
use protocall::{Channel, Code, Context, Result, Server, Status, Stream, Streaming, produce};
use protocall_tests::echo::{
    Echo, EchoClient, EchoServer, Lives, Parrot, Ping, Pong, heavy_ping, ping, pong, within,
};

fn is_free<T: Send + Sync + 'static>() {}
fn is_cheap<T: Clone + Send + Sync + 'static>() {}
fn is_mobile<T: Send + 'static>() {}
fn is_sendable<T: Send>(value: T) -> T {
    value
}

#[test]
fn clients_and_what_they_return_go_to_any_task() {
    is_cheap::<EchoClient>();
    is_cheap::<Channel>();
    is_cheap::<Status>();
    is_free::<Context>();
    is_free::<Sender<Ping>>();
    is_mobile::<Call<One<Ping>, One<Pong>>>();
    is_mobile::<Call<Many<Ping>, Many<Pong>>>();
    is_mobile::<CallFuture<Pong>>();
    is_mobile::<Streaming<Pong>>();
    is_mobile::<ReplyFuture<Pong>>();
}

#[tokio::test]
async fn every_future_of_a_client_is_send() {
    let echo = EchoClient::local(Parrot);
    is_sendable(echo.unary(ping("")).into_future()).await.unwrap();
    is_sendable(echo.unary(ping("")).with_reply()).await.unwrap();
    is_sendable(echo.server_stream(ping("")).into_future()).await.unwrap();
    let (mut tx, reply) = echo.client_stream().open();
    is_sendable(tx.send(ping(""))).await.unwrap();
    tx.finish();
    is_sendable(reply.with_reply()).await.unwrap();
    let (tx, mut rx) = echo.bidi().open();
    is_sendable(tx.send_all([ping("")])).await.unwrap();
    is_sendable(rx.headers()).await.unwrap();
    is_sendable(rx.next()).await.unwrap();
    is_sendable(echo.client_stream().send_all([ping(""), ping("")])).await.unwrap();
}

#[tokio::test]
async fn clones_are_used_by_many_tasks_at_once() {
    let echo = EchoClient::local(Parrot);
    let tasks: Vec<_> = (0..100)
        .map(|count| {
            let echo = echo.clone();
            tokio::spawn(async move { echo.unary(Ping { count, ..ping("") }).await.map(|pong| pong.index) })
        })
        .collect();
    for (index, task) in tasks.into_iter().enumerate() {
        assert_eq!(within(task).await.unwrap().unwrap(), index as i32);
    }
}

#[tokio::test]
async fn several_clients_stand_on_one_channel() {
    let channel = Server::new().service(EchoServer::new(Parrot)).local();
    let (one, other) = (EchoClient::from(channel.clone()), EchoClient::from(channel));
    assert_eq!(within(one.unary(ping("1")).into_future()).await.unwrap().text, "1");
    assert_eq!(within(other.unary(ping("2")).into_future()).await.unwrap().text, "2");
    drop(one);
    assert_eq!(within(other.unary(ping("3")).into_future()).await.unwrap().text, "3");
}

/// Never ends, and says who called.
struct Curious(Lives);

impl Echo for Curious {
    async fn unary(&self, cx: &Context, ping: Ping) -> Result<Pong> {
        let _life = self.0.begin();
        if ping.text == "who" {
            assert_eq!(cx.peer().address(), None);
            return Ok(Pong { text: cx.peer().to_string(), ..Default::default() });
        }
        std::future::pending().await
    }

    async fn bidi(
        &self,
        _: &Context,
        mut pings: Streaming<Ping>,
    ) -> Result<impl Stream<Item = Result<Pong>>> {
        let life = self.0.begin();
        Ok(produce(async move |out| {
            let _life = life;
            while pings.next().await?.is_some() {
                out.send(pong(1)).await?;
            }
            Ok(())
        }))
    }
}

#[tokio::test]
async fn deadlines_and_cancellation_are_real() {
    let lives = Lives::default();
    let echo = EchoClient::local(Curious(lives.clone()));
    let call = echo.unary(ping("")).timeout(Duration::from_millis(50)).into_future();
    assert_eq!(within(call).await.unwrap_err().code(), Code::DeadlineExceeded);
    lives.ended(1).await;
    let opened = echo.bidi().open();
    lives.began(2).await;
    drop(opened);
    lives.ended(2).await;
}

#[tokio::test]
async fn metadata_limits_and_reserved_names_are_real() {
    let echo = EchoClient::local(Parrot);
    let status = within(echo.unary(ping("")).metadata("grpc-x", "1").into_future()).await.unwrap_err();
    assert_eq!(status.code(), Code::Internal);
    let status = within(echo.unary(heavy_ping(5 << 20)).into_future()).await.unwrap_err();
    assert_eq!(status.code(), Code::ResourceExhausted);
}

#[tokio::test]
async fn the_peer_is_this_process() {
    let echo = EchoClient::local(Curious(Lives::default()));
    let pong = within(echo.unary(ping("who")).into_future()).await.unwrap();
    assert_eq!(pong.text, "in process");
}

#[tokio::test]
async fn a_call_outlives_its_client() {
    let echo = EchoClient::local(Curious(Lives::default()));
    let (mut tx, mut rx) = echo.bidi().open();
    tx.send(ping("")).await.unwrap();
    assert_eq!(within(rx.next()).await.unwrap(), Some(pong(1)));
    drop(echo);
    tx.send(ping("")).await.unwrap();
    assert_eq!(within(rx.next()).await.unwrap(), Some(pong(1)));
    tx.finish();
    assert_eq!(within(rx.next()).await.unwrap(), None);
}

#[test]
fn a_client_may_be_made_outside_of_a_runtime_and_called_in_one() {
    let echo = EchoClient::local(Parrot);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    assert_eq!(runtime.block_on(echo.unary(ping("in")).into_future()).unwrap().text, "in");
}
