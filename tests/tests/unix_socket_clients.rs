//! Clients of other implementations call a server of ours on a Unix socket: their authority is its path, percent-encoded,
//! which `http` does not take. Python's grpcio (`tests/peers/unix_caller.py`), and bytes as others send them.
#![cfg(unix)]

use std::path::PathBuf;
use std::time::Duration;

use protocall::{Context, Result, Server, Stream, Streaming};
use protocall_tests::authority::Folder;
use protocall_tests::echo::{Echo, EchoServer, Parrot, Ping, Pong, within};
use protocall_tests::peer;
use protocall_tests::program::finish;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;
use tokio::task::JoinHandle;

/// A parrot that adds to the text of unary calls the authority that a layer has seen.
struct Told;

impl Echo for Told {
    async fn unary(&self, cx: &Context, ping: Ping) -> Result<Pong> {
        let authority = cx.extensions().get::<http::uri::Authority>().map_or("none", |seen| seen.as_str());
        Ok(Pong { text: format!("{} by {authority}", ping.text), ..Pong::default() })
    }

    async fn client_stream(&self, cx: &Context, pings: Streaming<Ping>) -> Result<Pong> {
        Parrot.client_stream(cx, pings).await
    }

    async fn server_stream(&self, cx: &Context, ping: Ping) -> Result<impl Stream<Item = Result<Pong>>> {
        Parrot.server_stream(cx, ping).await
    }

    async fn bidi(&self, cx: &Context, pings: Streaming<Ping>) -> Result<impl Stream<Item = Result<Pong>>> {
        Parrot.bidi(cx, pings).await
    }
}

/// Serves on a socket of this name in `folder`.
async fn serve(folder: &Folder, name: &str) -> (PathBuf, JoinHandle<Result<()>>) {
    let seen =
        tower::util::MapRequestLayer::new(|mut request: http::Request<protocall::tower::RequestBody>| {
            if let Some(authority) = request.uri().authority().cloned() {
                request.extensions_mut().insert(authority);
            }
            request
        });
    let path = folder.path(name);
    let server = Server::new().service(EchoServer::new(Told)).layer(seen);
    let serving = tokio::spawn({
        let path = path.clone();
        async move { server.serve_unix(path).await }
    });
    // Where it cannot listen, the clients say so.
    while !path.exists() && !serving.is_finished() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    (path, serving)
}

#[tokio::test]
async fn python_calls_a_socket_by_its_path() {
    let folder = Folder::new();
    let (path, serving) = serve(&folder, "shop.sock").await;
    let targets = ["unix:", "unix://"].map(|scheme| format!("{scheme}{}", path.display()));
    let called = tokio::task::spawn_blocking(|| finish(peer::command("unix_caller.py").args(targets)).stdout);
    let printed = String::from_utf8(called.await.unwrap()).unwrap();
    let authority = path.to_str().unwrap().trim_start_matches('/').replace('/', "-2F");
    let expected = [
        &*format!("unary: hello by {authority}"),
        &*format!("large: hello by {authority}"),
        "down: down down down",
        "up: abc",
        "both: a b c",
        "at once: 30",
    ];
    assert_eq!(printed.lines().collect::<Vec<_>>(), [expected, expected].concat());
    serving.abort();
}

/// A unary call of the echo, without a text.
fn call(stream: u8, authority: &[u8]) -> Vec<u8> {
    let path = b"\x83\x86\x04\x13/test.v1.Echo/Unary";
    let head = [path, authority, b"\x0f\x10\x10application/grpc\x00\x02te\x08trailers"].concat();
    let length = u8::try_from(head.len()).unwrap();
    [&[0, 0, length, 1, 4, 0, 0, 0, stream], &head[..], &[0, 0, 5, 0, 1, 0, 0, 0, stream, 0, 0, 0, 0, 0]]
        .concat()
}

/// grpc-go sends its authority so.
#[tokio::test]
async fn an_authority_in_huffman_s_code_is_known_from_the_table_later() {
    const AUTHORITY: &[u8] = b"\x41\x86\x4d\x35\xaa\x2c\x36\xb5";
    const NEWEST_OF_THE_TABLE: &[u8] = b"\xbe";
    let folder = Folder::new();
    let (path, serving) = serve(&folder, "raw.sock").await;
    let mut socket = UnixStream::connect(path).await.unwrap();
    socket.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0").await.unwrap();
    let mut heard = Vec::new();
    for (stream, authority) in [(1, AUTHORITY), (3, NEWEST_OF_THE_TABLE)] {
        for byte in call(stream, authority) {
            socket.write_all(&[byte]).await.unwrap();
            tokio::task::yield_now().await;
        }
        let told = b" by tmp-2Fu4";
        while !heard.windows(told.len()).any(|bytes| bytes == told) {
            let count = within(socket.read_buf(&mut heard)).await.unwrap();
            assert!(count > 0, "the server has hung up: {heard:x?}");
        }
        heard.clear();
    }
    serving.abort();
}
