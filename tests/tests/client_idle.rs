//! A client that is not called for a while lets go of its connections and is idle, whichever way it balances; the next call
//! connects again. One that is called, or watched, keeps to that.

use std::time::Duration;

use protocall::{Channel, Connectivity, Server};
use protocall_tests::echo::{EchoClient, Parrot, ping, serve_with, within};
use protocall_tests::road::Road;

const LIMIT: Duration = Duration::from_millis(200);

#[tokio::test]
async fn connections_are_let_go_and_opened_again() {
    let server = serve_with(Server::new().grpc_web(), Parrot).await;
    for way in ["first", "round_robin", "least_request", "several", "http1"] {
        let mut road = Road::to(server.address).await;
        let connect = Channel::connect(format!("http://{}", road.address)).idle_timeout(LIMIT);
        let connect = match way {
            "round_robin" => connect.round_robin(),
            "least_request" => connect.least_request(),
            "several" => connect.connections(2..=3),
            "http1" => connect.http1(),
            _ => connect,
        };
        let channel = connect.build().unwrap();
        let echo = EchoClient::from(channel.clone());
        for _ in 0..3 {
            within(echo.unary(ping("again")).into_future()).await.unwrap();
            assert_eq!(channel.connectivity(), Connectivity::Ready, "{way}");
            within(async {
                while channel.connectivity() != Connectivity::Idle {
                    tokio::time::sleep(LIMIT / 20).await;
                }
            })
            .await;
            road.carries(0).await;
        }
        assert!(road.traffic().opened >= 3, "{way}");
    }
}

#[tokio::test]
async fn a_connection_with_calls_is_kept() {
    let server = serve_with(Server::new(), Parrot).await;
    let mut road = Road::to(server.address).await;
    let connect = EchoClient::connect(format!("http://{}", road.address)).idle_timeout(LIMIT);
    let echo = connect.build().unwrap();
    let (mut requests, mut replies) = echo.bidi().open();
    for _ in 0..3 {
        tokio::time::sleep(LIMIT * 3 / 2).await;
        requests.send(ping("")).await.unwrap();
        assert!(within(replies.next()).await.unwrap().is_some(), "the stream outlives the limit");
    }
    for _ in 0..6 {
        tokio::time::sleep(LIMIT / 2).await;
        within(echo.unary(ping("")).into_future()).await.unwrap();
    }
    assert_eq!(road.traffic().opened, 1);
    requests.finish();
    assert_eq!(within(replies.next()).await.unwrap(), None);
    road.carries(0).await;
}
