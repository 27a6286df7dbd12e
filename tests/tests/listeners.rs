//! Connections from elsewhere than a TCP port: Unix sockets, streams of connections, a listener of the user's own.

use std::io;
use std::task::{Context, Poll};

use protocall::{Accepted, Listener, Origin, Peer, Result, Server};
use protocall_tests::authority::Folder;
use protocall_tests::echo::{Echo, EchoClient, EchoServer, Parrot, Ping, Pong, ping, within};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

/// Answers with who called.
struct Who;

impl Echo for Who {
    async fn unary(&self, cx: &protocall::Context, _: Ping) -> Result<Pong> {
        Ok(Pong { text: cx.peer().to_string(), ..Default::default() })
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_unix_socket_is_served_and_called_and_removed_at_the_end() {
    let folder = Folder::new();
    let path = folder.path("shop.sock");
    // What a server that was killed has left behind.
    drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
    let (stop, stopped) = oneshot::channel::<()>();
    let server = Server::new().service(EchoServer::new(Who)).shutdown(async { drop(stopped.await) });
    let serving = tokio::spawn({
        let path = path.clone();
        async move { server.serve_unix(path).await }
    });
    for target in [format!("unix:{}", path.display()), format!("unix://{}", path.display())] {
        let client = EchoClient::connect(target).build().unwrap();
        let reply = loop {
            match within(client.unary(ping("")).into_future()).await {
                Ok(reply) => break reply,
                Err(status) if status.origin() == Origin::Connect => tokio::task::yield_now().await,
                Err(status) => panic!("{status}"),
            }
        };
        assert_eq!(reply.text, "on a Unix socket");
    }
    let taken = Server::new().serve_unix(&path).await.unwrap_err();
    assert!(taken.message().contains("shop.sock"), "a socket in use is left alone: {taken}");
    stop.send(()).unwrap();
    within(serving).await.unwrap().unwrap();
    assert!(!path.exists());
}

/// Tells who was accepted under an address of its own choice.
struct Proxied(TcpListener);

impl Listener for Proxied {
    type Connection = TcpStream;

    fn poll_accept(&mut self, cx: &mut Context<'_>) -> Poll<Accepted<TcpStream>> {
        let accepted = self.0.poll_accept(cx);
        accepted
            .map(|accepted| Some(accepted.map(|(stream, _)| (stream, Peer::at(([192, 0, 2, 7], 9).into())))))
    }
}

#[tokio::test]
async fn a_listener_of_ones_own_says_who_called() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let serving =
        tokio::spawn(Server::new().service(EchoServer::new(Who)).on(Proxied(listener)).unwrap().serve());
    let client = EchoClient::connect(format!("http://{address}")).build().unwrap();
    assert_eq!(within(client.unary(ping("")).into_future()).await.unwrap().text, "192.0.2.7:9");
    serving.abort();
}

#[tokio::test]
async fn a_stream_of_connections_is_served_to_its_end() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = EchoClient::connect(format!("http://{}", listener.local_addr().unwrap())).build().unwrap();
    let accepted = protocall::produce(async move |out| {
        let (stream, _) =
            listener.accept().await.map_err(|error| protocall::Status::internal(error.to_string()))?;
        out.send(stream).await?;
        Ok(())
    });
    let connections = futures_map(accepted);
    let serving = tokio::spawn(Server::new().service(EchoServer::new(Parrot)).serve_connections(connections));
    assert_eq!(within(client.unary(ping("one")).into_future()).await.unwrap().text, "one");
    drop(client);
    within(serving).await.unwrap().unwrap();
}

/// The same stream with errors of IO.
fn futures_map(
    stream: impl protocall::Stream<Item = Result<TcpStream>> + Send + 'static,
) -> impl protocall::Stream<Item = io::Result<TcpStream>> + Send + 'static {
    struct Mapped<S>(std::pin::Pin<Box<S>>);
    impl<S: protocall::Stream<Item = Result<TcpStream>>> protocall::Stream for Mapped<S> {
        type Item = io::Result<TcpStream>;
        fn poll_next(mut self: std::pin::Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
            self.0.as_mut().poll_next(cx).map(|next| next.map(|next| next.map_err(io::Error::other)))
        }
    }
    Mapped(Box::pin(stream))
}
