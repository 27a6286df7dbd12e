//! A server is told of each client that did not come through TLS, and why.

use std::time::Duration;

use protocall::{ClientTls, Connections, Origin, Server, Status, Tls};
use protocall_tests::authority::{Authority, Identity};
use protocall_tests::echo::{EchoClient, Parrot, Served, ping, serve_with, within};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

/// A server that takes clients of an authority only, and what it hears of the others.
struct Gate {
    server: Served,
    authority: Authority,
    refusals: UnboundedReceiver<String>,
}

async fn gate(connections: Connections) -> Gate {
    let authority = Authority::new();
    let own = authority.sign("localhost");
    let (told, refusals) = unbounded_channel();
    let tls = Tls::pem(own.certificate, own.key).client_ca_pem(authority.pem());
    let tls = tls.on_refused(move |why: &Status| {
        assert_eq!(why.origin(), Origin::Tls);
        told.send(why.message().to_owned()).expect("the test listens");
    });
    let server = serve_with(Server::new().tls(tls).connections(connections), Parrot).await;
    Gate { server, authority, refusals }
}

impl Gate {
    async fn call(&self, identity: Option<Identity>) -> Result<(), Status> {
        let tls = ClientTls::new().ca_pem(self.authority.pem());
        let tls = match identity {
            Some(identity) => tls.identity_pem(identity.certificate, identity.key),
            None => tls,
        };
        let client = EchoClient::connect(self.server.target("https")).tls(tls).build()?;
        within(client.unary(ping("")).into_future()).await.map(drop)
    }

    async fn assert_told(&mut self, why: &str) {
        let told = within(self.refusals.recv()).await.expect("the server runs");
        assert!(told.starts_with("no TLS with 127.0.0.1:") && told.contains(why), "{told}");
        assert!(self.refusals.try_recv().is_err(), "it is told once");
    }
}

#[tokio::test]
async fn it_hears_of_each_client_once_and_why() {
    let mut gate = gate(Connections::default()).await;
    gate.call(None).await.unwrap_err();
    gate.assert_told("no certificates").await;
    gate.call(Some(gate.authority.sign_expired("till.test"))).await.unwrap_err();
    gate.assert_told("certificate expired").await;
    gate.call(Some(Authority::new().sign("till.test"))).await.unwrap_err();
    gate.assert_told("UnknownIssuer").await;
    let Identity { certificate, key } = gate.authority.identity();
    gate.call(Some(Identity { certificate, key })).await.unwrap_err();
    gate.assert_told("CA:TRUE").await;
    gate.call(Some(gate.authority.sign("till.test"))).await.expect("this one is let in");
    assert!(gate.refusals.try_recv().is_err(), "who is let in is not told of");
}

#[tokio::test]
async fn it_hears_of_what_is_no_tls() {
    let mut gate = gate(Connections::default()).await;
    let mut socket = TcpStream::connect(gate.server.address).await.unwrap();
    socket.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
    gate.assert_told("does not speak TLS").await;
    drop(within(socket.read_to_end(&mut Vec::new())).await);
}

#[tokio::test]
async fn it_hears_of_who_says_nothing() {
    let mut gate = gate(Connections::default().handshake_timeout(Duration::from_millis(100))).await;
    let mut socket = TcpStream::connect(gate.server.address).await.unwrap();
    gate.assert_told("within 100ms").await;
    assert_eq!(within(socket.read(&mut [0; 16])).await.unwrap(), 0, "it is closed");
}
