//! Mutual TLS: a client without a certificate, with one of another authority, and with an expired one are each refused
//! and told why; a handler sees who called.

use protocall::{ClientTls, Code, Context, Origin, Result, Server, Status, Tls};
use protocall_tests::authority::{Authority, Identity};
use protocall_tests::echo::{Echo, EchoClient, Ping, Pong, Served, ping, serve_with, within};

/// Answers with the names in the caller's certificate.
struct Doorman;

impl Echo for Doorman {
    async fn unary(&self, cx: &Context, _: Ping) -> Result<Pong> {
        let names: Vec<String> =
            cx.peer().certificates().iter().flat_map(protocall::Certificate::dns_names).collect();
        Ok(Pong { text: names.join(","), ..Default::default() })
    }
}

/// A server with an authority of its own, and one for its clients.
struct Site {
    server: Served,
    servers: Authority,
    clients: Authority,
}

async fn site(optional: bool) -> Site {
    let (servers, clients) = (Authority::new(), Authority::new());
    let own = servers.sign("localhost");
    let tls = Tls::pem(own.certificate, own.key).client_ca_pem(clients.pem());
    let tls = if optional { tls.client_certificate_optional() } else { tls };
    Site { server: serve_with(Server::new().tls(tls), Doorman).await, servers, clients }
}

impl Site {
    async fn call(&self, identity: Option<Identity>) -> Result<Pong> {
        let tls = ClientTls::new().ca_pem(self.servers.pem());
        let tls = match identity {
            Some(identity) => tls.identity_pem(identity.certificate, identity.key),
            None => tls,
        };
        let client = EchoClient::connect(self.server.target("https")).tls(tls).build()?;
        within(client.unary(ping("")).into_future()).await
    }

    async fn refused(&self, identity: Option<Identity>) -> Status {
        self.call(identity).await.expect_err("the server must refuse this client")
    }
}

fn assert_told(status: &Status, why: &str) {
    assert_eq!((status.code(), status.origin()), (Code::Unavailable, Origin::Tls), "{status}");
    assert!(status.message().contains(why), "{status}");
    assert!(status.message().contains("localhost"), "{status}");
}

#[tokio::test]
async fn a_client_that_the_authority_has_signed_is_seen_by_the_handler() {
    let site = site(false).await;
    let client = site.clients.sign("till.shop.test");
    assert_eq!(site.call(Some(client)).await.unwrap().text, "till.shop.test");
}

#[tokio::test]
async fn a_client_without_a_certificate_is_refused() {
    let site = site(false).await;
    // Many times: the reason must not be lost to a connection that is reset.
    for _ in 0..20 {
        assert_told(&site.refused(None).await, "asks for a client certificate");
    }
}

#[tokio::test]
async fn a_client_of_another_authority_is_refused() {
    let site = site(false).await;
    for _ in 0..20 {
        let stranger = Authority::new().sign("till.shop.test");
        assert_told(&site.refused(Some(stranger)).await, "does not know the authority");
    }
}

#[tokio::test]
async fn an_expired_client_is_refused() {
    let site = site(false).await;
    for _ in 0..20 {
        let old = site.clients.sign_expired("till.shop.test");
        assert_told(&site.refused(Some(old)).await, "has expired");
    }
}

#[tokio::test]
async fn where_it_is_optional_a_certificate_must_still_be_good() {
    let site = site(true).await;
    assert_eq!(site.call(None).await.unwrap().text, "");
    assert_eq!(site.call(Some(site.clients.sign("a.test"))).await.unwrap().text, "a.test");
    assert_told(&site.refused(Some(site.clients.sign_expired("a.test"))).await, "has expired");
}
