//! TLS: a client verifies the server's name and its authority, and says in which phase a connection failed.

use protocall::{ClientTls, Code, Origin, Server, Status, Tls};
use protocall_tests::authority::Authority;
use protocall_tests::echo::{EchoClient, Parrot, Served, ping, serve, serve_with, within};

async fn served(authority: &Authority, name: &str) -> Served {
    let identity = authority.sign(name);
    serve_with(Server::new().tls(Tls::pem(identity.certificate, identity.key)), Parrot).await
}

fn client(target: String, tls: ClientTls) -> EchoClient {
    EchoClient::connect(target).tls(tls).build().expect("the settings are good")
}

async fn failure(client: EchoClient) -> Status {
    within(client.unary(ping("hi")).into_future()).await.expect_err("there must be no answer")
}

#[tokio::test]
async fn calls_of_every_shape_go_over_tls() {
    let authority = Authority::new();
    let server = served(&authority, "localhost").await;
    let client = client(server.target("https"), ClientTls::new().ca_pem(authority.pem()));
    assert_eq!(client.unary(ping("hello")).await.unwrap().text, "hello");
    let mut many = ping("again");
    many.count = 3;
    many.payload = vec![1; 300_000].into();
    let mut replies = client.server_stream(many).await.unwrap();
    let mut count = 0;
    while let Some(reply) = within(replies.next()).await.unwrap() {
        assert_eq!((reply.payload.len(), reply.text.as_str()), (300_000, "again"));
        count += 1;
    }
    assert_eq!(count, 3);
    let (mut requests, mut replies) = client.bidi().open();
    for text in ["a", "b"] {
        requests.send(ping(text)).await.unwrap();
        assert_eq!(within(replies.next()).await.unwrap().unwrap().text, text);
    }
    requests.finish();
    assert_eq!(within(replies.next()).await.unwrap(), None);
}

#[tokio::test]
async fn a_server_of_another_authority_is_not_trusted() {
    let server = served(&Authority::new(), "localhost").await;
    let tls = ClientTls::new().ca_pem(Authority::new().pem());
    let status = failure(client(server.target("https"), tls)).await;
    assert_eq!((status.code(), status.origin()), (Code::Unavailable, Origin::Tls), "{status}");
    assert!(status.message().contains("localhost") && status.message().contains("UnknownIssuer"), "{status}");
    assert!(status.is_retryable(), "nothing has reached the server");
}

#[tokio::test]
async fn the_platform_does_not_trust_an_authority_of_our_own() {
    let authority = Authority::new();
    let server = served(&authority, "localhost").await;
    let status = failure(EchoClient::connect(server.target("https")).build().unwrap()).await;
    assert_eq!(status.origin(), Origin::Tls, "{status}");
}

#[tokio::test]
async fn a_certificate_for_another_name_is_refused_unless_that_name_is_asked_for() {
    let authority = Authority::new();
    let server = served(&authority, "shop.test").await;
    let tls = || ClientTls::new().ca_pem(authority.pem());
    let status = failure(client(server.target("https"), tls())).await;
    assert_eq!(status.origin(), Origin::Tls, "{status}");
    assert!(status.message().contains("shop.test"), "{status}");
    for client in [
        client(server.target("https"), tls().server_name("shop.test")),
        EchoClient::connect(server.target("https")).authority("shop.test").tls(tls()).build().unwrap(),
    ] {
        assert_eq!(client.unary(ping("named")).await.unwrap().text, "named");
    }
}

#[tokio::test]
async fn an_expired_server_is_refused() {
    let authority = Authority::new();
    let expired = authority.sign_expired("localhost");
    let server = serve_with(Server::new().tls(Tls::pem(expired.certificate, expired.key)), Parrot).await;
    let status = failure(client(server.target("https"), ClientTls::new().ca_pem(authority.pem()))).await;
    assert_eq!(status.origin(), Origin::Tls, "{status}");
    assert!(status.message().to_lowercase().contains("expired"), "{status}");
}

#[tokio::test]
async fn plain_and_tls_do_not_meet() {
    let authority = Authority::new();
    let plain = serve(Parrot).await;
    let status = failure(client(plain.target("https"), ClientTls::new().ca_pem(authority.pem()))).await;
    assert_eq!((status.code(), status.origin()), (Code::Unavailable, Origin::Tls), "{status}");
    let secure = served(&authority, "localhost").await;
    let status = failure(EchoClient::connect(secure.target("http")).build().unwrap()).await;
    assert_eq!((status.code(), status.origin()), (Code::Unavailable, Origin::Http2), "{status}");
}

#[tokio::test]
async fn settings_of_no_use_are_told_before_anything_is_served() {
    let authority = Authority::new();
    let (one, other) = (authority.sign("localhost"), authority.sign("localhost"));
    for (tls, why) in [
        (Tls::files("/nowhere/a.crt", "/nowhere/a.key"), "cannot read /nowhere/a.crt"),
        (Tls::pem("no pem", one.key.clone()), "no CERTIFICATE"),
        (Tls::pem(one.certificate.clone(), "no pem"), "no PRIVATE KEY"),
        (Tls::pem(one.certificate.clone(), other.key), "not the one of the certificate"),
        (Tls::pem(one.certificate.clone(), one.key.clone()).client_ca_pem("none"), "no CERTIFICATE"),
    ] {
        let status = Server::new().tls(tls).serve("127.0.0.1:0").await.unwrap_err();
        assert_eq!(status.code(), Code::InvalidArgument);
        assert!(status.message().contains(why), "{status}");
    }
    let build = |target: &str, tls| EchoClient::connect(target).tls(tls).build().map(drop).unwrap_err();
    let status = build("http://localhost:1", ClientTls::new());
    assert!(status.message().contains("https"), "{status}");
    let status = build("https://localhost:1", ClientTls::new().ca("/nowhere/ca.crt"));
    assert!(status.message().contains("/nowhere/ca.crt"), "{status}");
    let status = build("https://localhost:1", ClientTls::new().server_name("not a name"));
    assert!(status.message().contains("not a name"), "{status}");
}
