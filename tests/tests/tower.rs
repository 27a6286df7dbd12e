//! A server of ours inside an axum router, beside REST on the same port; layers of tower around a server; and clients over
//! a service of tower instead of a connection.

use std::net::SocketAddr;
use std::time::Duration;

use axum::extract::Request;
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::get;
use protocall::{Channel, Code, Context, InterceptedCall, Peer, Result, Server, Status, Stream, stream};
use protocall_tests::echo::{
    Echo, EchoClient, EchoServer, Parrot, Patient, Ping, Pong, channel_to, ping, pong, serve_with, within,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// Tells who called, and what middleware has left.
struct Told;

impl Echo for Told {
    async fn unary(&self, cx: &Context, ping: Ping) -> Result<Pong> {
        let left = cx.extensions().get::<&'static str>().copied().unwrap_or("nothing");
        let text = format!("{} {left} {} {}", cx.peer(), cx.peer().is_secure(), ping.text);
        Ok(Pong { text, ..pong(0) })
    }

    async fn server_stream(&self, _: &Context, ping: Ping) -> Result<impl Stream<Item = Result<Pong>>> {
        Ok(stream::iter((0..ping.count).map(pong)))
    }
}

/// An axum router with REST and `server` in it.
fn router(server: Server) -> axum::Router {
    let rest = axum::Router::new().route("/health", get(|| async { "well" }));
    rest.route_service("/test.v1.Echo/{*method}", server.into_tower())
}

async fn serve_axum(router: axum::Router) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

#[tokio::test]
async fn rest_and_all_four_shapes_share_a_port() {
    let address = serve_axum(router(Server::new().service(EchoServer::new(Parrot)))).await;
    let echo = EchoClient::from(channel_to(address));
    assert_eq!(within(echo.unary(ping("hello")).into_future()).await.unwrap().text, "hello");
    assert_eq!(within(echo.client_stream().send_all([ping("a"), ping("b")])).await.unwrap().text, "ab");
    let mut replies = echo.server_stream(Ping { count: 3, ..ping("") }).open();
    for index in 0..3 {
        assert_eq!(within(replies.next()).await.unwrap().unwrap().index, index);
    }
    assert_eq!(within(replies.next()).await.unwrap(), None);
    let (mut tx, mut rx) = echo.bidi().open();
    for text in ["1", "2"] {
        tx.send(ping(text)).await.unwrap();
        assert_eq!(within(rx.next()).await.unwrap().unwrap().text, text);
    }
    tx.finish();
    assert_eq!(within(rx.next()).await.unwrap(), None);
    let status = within(echo.not_written(ping("")).into_future()).await.unwrap_err();
    assert_eq!(status.code(), Code::Unimplemented);

    let mut rest = TcpStream::connect(address).await.unwrap();
    rest.write_all(b"GET /health HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n").await.unwrap();
    let mut answer = String::new();
    within(rest.read_to_string(&mut answer)).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("well"), "{answer}");
}

#[tokio::test]
async fn deadlines_and_cancellation_reach_a_mounted_handler() {
    let patient = Patient::default();
    let server = Server::new().service(EchoServer::new(patient.clone()));
    let echo = EchoClient::from(channel_to(serve_axum(router(server)).await));
    let call = echo.unary(ping("")).timeout(Duration::from_millis(50));
    assert_eq!(within(call.into_future()).await.unwrap_err().code(), Code::DeadlineExceeded);
    patient.lives.ended(1).await;
    let (mut tx, mut rx) = echo.bidi().open();
    tx.send(ping("")).await.unwrap();
    assert_eq!(within(rx.next()).await.unwrap(), Some(pong(2)));
    drop((tx, rx));
    patient.lives.ended(2).await;
}

/// Leaves what it knows of the caller for the handler.
async fn introduce(mut request: Request, next: Next) -> Response {
    request.extensions_mut().insert("a word");
    request.extensions_mut().insert(Peer::at(SocketAddr::from(([192, 0, 2, 1], 7))));
    next.run(request).await
}

#[tokio::test]
async fn extensions_of_middleware_reach_the_handler() {
    let server = || Server::new().service(EchoServer::new(Told));
    let told = async |router: axum::Router| {
        let echo = EchoClient::from(channel_to(serve_axum(router).await));
        within(echo.unary(ping("x")).into_future()).await.unwrap().text
    };
    assert_eq!(told(router(server())).await, "unknown nothing false x");
    let introduced = router(server()).layer(middleware::from_fn(introduce));
    assert_eq!(told(introduced).await, "192.0.2.1:7 a word false x");
    let seen = server().intercept(|call: &mut InterceptedCall| {
        assert_eq!(call.extensions().get(), Some(&"a word"));
        call.extensions_mut().insert("another");
        Ok(())
    });
    assert_eq!(told(router(seen).layer(middleware::from_fn(introduce))).await, "192.0.2.1:7 another false x");
}

#[tokio::test]
async fn layers_stand_around_a_server_of_ours() {
    let marked = |mark: &'static str| {
        tower::util::MapRequestLayer::new(move |mut request: http::Request<protocall::tower::RequestBody>| {
            let before = request.extensions().get::<&'static str>().copied();
            request.extensions_mut().insert(if before == Some("outer") {
                "inner behind outer"
            } else {
                mark
            });
            request
        })
    };
    let server = Server::new().layer(marked("outer")).layer(marked("inner"));
    let server = serve_with(server, Told).await;
    let told = within(server.client().unary(ping("x")).into_future()).await.unwrap().text;
    assert!(told.starts_with("127.0.0.1:") && told.ends_with(" inner behind outer false x"), "{told}");
    let mut replies = server.client().server_stream(Ping { count: 2, ..ping("") }).open();
    for index in 0..2 {
        assert_eq!(within(replies.next()).await.unwrap(), Some(pong(index)));
    }
    assert_eq!(within(replies.next()).await.unwrap(), None);
}

#[tokio::test]
async fn an_error_of_a_layer_is_the_status_of_the_call() {
    let refusing = tower::filter::FilterLayer::new(
        |request: http::Request<protocall::tower::RequestBody>| match request
            .headers()
            .get("x-pass")
            .map(|value| value.as_bytes())
        {
            Some(b"yes") => Ok(request),
            Some(_) => Err(tower::BoxError::from("odd")),
            None => Err(Status::permission_denied("not past this layer").into()),
        },
    );
    let server = serve_with(Server::new().layer(refusing), Parrot).await;
    let echo = server.client();
    let status = within(echo.unary(ping("")).into_future()).await.unwrap_err();
    assert_eq!((status.code(), status.message()), (Code::PermissionDenied, "not past this layer"));
    let status = within(echo.unary(ping("")).metadata("x-pass", "no").into_future()).await.unwrap_err();
    assert_eq!(status.code(), Code::Unknown);
    within(echo.unary(ping("")).metadata("x-pass", "yes").into_future()).await.unwrap();
}

#[tokio::test]
async fn a_client_calls_over_any_service() {
    let patient = Patient::default();
    let shop = router(Server::new().service(EchoServer::new(patient.clone())));
    let echo = EchoClient::from_tower("http://in.process", shop).unwrap();
    let (mut tx, mut rx) = echo.bidi().open();
    for _ in 0..3 {
        tx.send(ping("")).await.unwrap();
        assert_eq!(within(rx.next()).await.unwrap(), Some(pong(2)));
    }
    tx.finish();
    assert_eq!(within(rx.next()).await.unwrap(), None);
    let call = echo.unary(ping("")).timeout(Duration::from_millis(50));
    assert_eq!(within(call.into_future()).await.unwrap_err().code(), Code::DeadlineExceeded);
    let (mut tx, mut rx) = echo.bidi().open();
    tx.send(ping("")).await.unwrap();
    assert!(within(rx.next()).await.unwrap().is_some());
    drop(tx);
    assert_eq!(
        within(rx.next()).await.unwrap_err().code(),
        Code::Cancelled,
        "half of a stream is not all of it"
    );
    patient.lives.ended(3).await;

    let failing = tower::service_fn(async |_: http::Request<protocall::tower::RequestBody>| {
        Err::<http::Response<protocall::tower::ReplyBody>, _>(std::io::Error::other("no way there"))
    });
    let echo = EchoClient::from_tower("https://nowhere", failing).unwrap().intercept(
        |call: &mut InterceptedCall| {
            assert!(call.is_secure());
            Ok(())
        },
    );
    let status = within(echo.unary(ping("")).into_future()).await.unwrap_err();
    assert_eq!((status.code(), status.message()), (Code::Unavailable, "no way there"));
    for origin in ["", "nowhere", "http://a/path", "/path"] {
        let refused = Channel::from_tower(origin, failing).unwrap_err();
        assert_eq!(refused.code(), Code::InvalidArgument, "{origin:?}");
    }
}
