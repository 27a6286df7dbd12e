//! Limits of single methods stand in for those of the server or the client, and a call's own for either.

use protocall::{Code, Limits, Result, Server};
use protocall_tests::echo::{EchoClient, Parrot, echo, heavy_ping, serve_with, within};

const LARGE: Limits = Limits { receive: 5000, send: 5000 };
const SMALL: usize = 1000;

fn code<T: std::fmt::Debug>(outcome: Result<T>) -> Code {
    outcome.expect_err("the call should have failed").code()
}

#[tokio::test]
async fn a_server_has_limits_for_single_methods() {
    let server = Server::new().max_receive_message_size(SMALL).method_limits(&echo::UNARY, LARGE);
    let server = serve_with(server, Parrot).await;
    let client = server.client();
    within(client.unary(heavy_ping(4000)).into_future()).await.unwrap();
    assert_eq!(code(within(client.unary(heavy_ping(6000)).into_future()).await), Code::ResourceExhausted);
    let other = within(client.client_stream().send_all([heavy_ping(4000)])).await;
    assert_eq!(code(other), Code::ResourceExhausted);
    let tight = Server::new().method_limits(&echo::UNARY, Limits { send: 10, ..Limits::default() });
    let tight = serve_with(tight, Parrot).await;
    assert_eq!(
        code(within(tight.client().unary(heavy_ping(100)).into_future()).await),
        Code::ResourceExhausted
    );
}

#[tokio::test]
async fn a_client_has_limits_for_single_methods_and_a_call_its_own() {
    let server = serve_with(Server::new(), Parrot).await;
    let client = EchoClient::connect(server.target("http"))
        .max_send_message_size(SMALL)
        .method_limits(&echo::UNARY, LARGE)
        .build()
        .unwrap();
    within(client.unary(heavy_ping(4000)).into_future()).await.unwrap();
    assert_eq!(code(within(client.unary(heavy_ping(6000)).into_future()).await), Code::ResourceExhausted);
    let own = client.unary(heavy_ping(6000)).max_send_message_size(7000).max_receive_message_size(7000);
    within(own.into_future()).await.unwrap();
    let other = client.server_stream(heavy_ping(4000)).open().next().await;
    assert_eq!(code(other), Code::ResourceExhausted);
}
