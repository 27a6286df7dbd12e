//! What a server does not have is UNIMPLEMENTED, and says which part of the path is wrong. Of two services with one name
//! the last is served; several live side by side.

use protocall::{Code, Context, Result, Server, Status};
use protocall_tests::echo::{
    Echo, EchoClient, EchoServer, Parrot, Ping, Pong, channel_to, ping, pong, serve, serve_with, within,
};
use protocall_tests::raw::{RawClient, frame, grpc_request};

mod other {
    protocall::include_proto!(
        inline = r#"
        syntax = "proto3";
        package test.v2;
        message Word { string text = 1; }
        service Echo {
            rpc Unary(Word) returns (Word);
            rpc ServerStream(Word) returns (stream Word);
            rpc ClientStream(stream Word) returns (Word);
            rpc Bidi(stream Word) returns (stream Word);
        }
    "#
    );
    pub(super) use test::v2::*;
}

#[tokio::test]
async fn every_part_of_the_path_counts() {
    let server = serve(Parrot).await;
    let mut raw = RawClient::connect(server.address).await;
    let mut texts = Vec::new();
    for path in [
        "/test.v1.Echo/Missing",
        "/test.v1.Missing/Unary",
        "/Missing",
        "/",
        "//",
        "/test.v1.Echo",
        "/test.v1.Echo/",
        "/test.v1.Echo/Unary/",
        "/test.v1.Echo/Unary/More",
        "//test.v1.Echo/Unary",
        "/Echo/Unary",
        "/test.v1.echo/Unary",
        "/test.v1.Echo/unary",
        "/test.v1.Echo/%55nary",
    ] {
        let answer = within(raw.call(grpc_request(path), frame(&ping("")))).await;
        assert_eq!((answer.status, answer.grpc_status()), (200, Some(12)), "{path}");
        assert!(answer.is_one_head, "{path}");
        texts.push(answer.ending("grpc-message").expect("there is a text").to_owned());
    }
    assert!(texts[0].contains("Missing") && texts[0].contains("test.v1.Echo"), "{}", texts[0]);
    assert!(texts[1].contains("test.v1.Missing"), "{}", texts[1]);
    assert!(texts[0] != texts[1] && texts[1] != texts[2] && texts[0] != texts[2], "{texts:?}");
    let sound = within(raw.call(grpc_request("/test.v1.Echo/Unary"), frame(&ping("")))).await;
    assert_eq!(sound.grpc_status(), Some(0));
}

#[tokio::test]
async fn a_method_that_is_not_written_is_unimplemented() {
    let server = serve(Parrot).await;
    let status = within(server.client().not_written(ping("")).into_future()).await.unwrap_err();
    assert_eq!(status.code(), Code::Unimplemented);
    assert!(status.message().contains("NotWritten"), "{status}");
}

/// Has no method at all.
struct Mute;

impl Echo for Mute {}

fn unimplemented(status: &Status) {
    assert_eq!(status.code(), Code::Unimplemented, "{status}");
}

#[tokio::test]
async fn a_method_of_any_shape_may_be_left_out() {
    let server = serve(Mute).await;
    let echo = server.client();
    unimplemented(&within(echo.unary(ping("")).into_future()).await.unwrap_err());
    unimplemented(&within(echo.server_stream(ping("")).open().next()).await.unwrap_err());
    let (tx, reply) = echo.client_stream().open();
    unimplemented(&within(reply.into_future()).await.unwrap_err());
    drop(tx);
    let (mut tx, mut rx) = echo.bidi().open();
    unimplemented(&within(rx.next()).await.unwrap_err());
    assert_eq!(within(tx.send(ping(""))).await.unwrap_err().code(), Code::Cancelled);
}

#[tokio::test]
async fn a_server_without_services_knows_none() {
    let bound = Server::new().bind("127.0.0.1:0").await.unwrap();
    let echo = EchoClient::from(channel_to(bound.address()));
    let serving = tokio::spawn(bound.serve());
    unimplemented(&within(echo.unary(ping("")).into_future()).await.unwrap_err());
    serving.abort();
}

/// Answers a number.
struct Answers(i32);

impl Echo for Answers {
    async fn unary(&self, _: &Context, _: Ping) -> Result<Pong> {
        Ok(pong(self.0))
    }
}

impl other::Echo for Answers {
    async fn unary(&self, cx: &Context, _: other::Word) -> Result<other::Word> {
        let method = cx.method();
        Ok(other::Word { text: format!("{} of {}", method.name(), method.service()), ..Default::default() })
    }
}

#[tokio::test]
async fn the_last_service_of_a_name_is_served() {
    let server = serve_with(Server::new().service(EchoServer::new(Answers(1))), Answers(2)).await;
    assert_eq!(within(server.client().unary(ping("")).into_future()).await.unwrap(), pong(2));
}

#[tokio::test]
async fn services_live_side_by_side() {
    let server = serve_with(Server::new().service(other::EchoServer::new(Answers(1))), Answers(2)).await;
    let channel = server.channel();
    assert_eq!(
        within(EchoClient::from(channel.clone()).unary(ping("")).into_future()).await.unwrap(),
        pong(2)
    );
    let word =
        within(other::EchoClient::from(channel).unary(other::Word::default()).into_future()).await.unwrap();
    assert_eq!(word.text, "Unary of test.v2.Echo");
}
