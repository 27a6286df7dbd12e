//! Who connects and does not say what it must is sent away: without a word, in the middle of the first word, in the middle
//! of TLS, in the middle of a request's headers.

use protocall::{Connections, Server, Tls};
use protocall_tests::authority::Authority;
use protocall_tests::echo::{Parrot, ping, serve_with, within};
use protocall_tests::frames::{
    DATA, END_HEADERS, END_STREAM, FrameClient, HEADERS, PREFACE, SETTINGS, frame, request, seconds, secs,
};
use protocall_tests::raw;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

#[tokio::test(start_paused = true)]
async fn it_is_twenty_seconds_unless_set() {
    let mut client = FrameClient::silent(Server::new(), Parrot);
    let (after, _) = seconds(client.rest(false)).await;
    assert_eq!(after, 20);
    let server = Server::new().connections(Connections::new().handshake_timeout(secs(3)));
    let mut client = FrameClient::silent(server, Parrot);
    let (after, ()) = seconds(client.ended()).await;
    assert_eq!(after, 3);
}

#[tokio::test(start_paused = true)]
async fn a_beginning_is_not_enough() {
    let settings = frame(SETTINGS, 0, 0, &[0, 3, 0, 0, 0, 9]);
    for said in [&PREFACE[..1], &PREFACE[..23], PREFACE, &[PREFACE, &settings[..settings.len() - 1]].concat()]
    {
        let mut client = FrameClient::silent(Server::new(), Parrot);
        client.write(said).await;
        let (after, _) = seconds(client.rest(false)).await;
        assert_eq!(after, 20, "after {} bytes", said.len());
    }
    let mut client = FrameClient::silent(Server::new(), Parrot);
    client.write(PREFACE).await;
    client.write(&settings).await;
    let (after, _) = seconds(client.rest(false)).await;
    assert!(after > 7000, "who has said it all may stay; it ends by the keepalive");
}

#[tokio::test(start_paused = true)]
async fn the_headers_of_a_request_have_as_long() {
    let head = request("Unary");
    let whole = frame(HEADERS, END_HEADERS, 1, &head);
    let open = frame(HEADERS, 0, 1, &head);
    for said in [&whole[..10], &whole[..whole.len() - 1], &open] {
        let mut client = FrameClient::connect(Server::new(), Parrot).await;
        tokio::time::sleep(secs(1000)).await;
        client.write(said).await;
        let (after, _) = seconds(client.rest(false)).await;
        assert_eq!(after, 20, "after {} bytes", said.len());
    }
    let mut client = FrameClient::connect(Server::new(), Parrot).await;
    for byte in whole {
        client.write(&[byte]).await;
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    client.send(DATA, END_STREAM, 1, &raw::frame(&ping("slow"))).await;
    assert_eq!(client.next_of(HEADERS).await.stream, 1, "what is slow, but not too slow, is answered");
}

#[tokio::test]
async fn tls_counts_as_well() {
    let identity = Authority::new().sign("localhost");
    let connections = Connections::new().handshake_timeout(std::time::Duration::from_millis(100));
    let tls = Tls::pem(identity.certificate, identity.key);
    let server = serve_with(Server::new().tls(tls).connections(connections), Parrot).await;
    // The beginning of a record of TLS: a handshake of 512 bytes that never come.
    for said in [&[][..], &[22, 3, 1, 2, 0, 1]] {
        let mut socket = TcpStream::connect(server.address).await.unwrap();
        socket.write_all(said).await.unwrap();
        assert_eq!(within(socket.read_to_end(&mut Vec::new())).await.unwrap(), 0);
    }
}
