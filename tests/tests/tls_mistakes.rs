//! What everybody gets wrong once with TLS is told in words that say what to do.

use protocall::{ClientTls, Code, Origin, Server, Status, Tls};
use protocall_tests::authority::{Authority, Identity};
use protocall_tests::echo::{EchoClient, Parrot, ping, serve, serve_with, within};

/// What `openssl x509 -req` makes without `-extfile`: a certificate of X.509 version 1. For `localhost`, good until 2126.
const VERSION_1: &str = "\
-----BEGIN CERTIFICATE-----
MIIBJDCBywIULNRTmqCRXg/WNfe8PMemVLWh1K8wCgYIKoZIzj0EAwIwFDESMBAG
A1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyODA3NDE1OVoYDzIxMjYxMTA0MDc0MTU5
WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNC
AARqXrxoM1bLESIyvCkJaaOa9xCts3KEr+cyx+mTYOIn9acG8EqsRW1mFpFr38Mg
ffdvqHFkK8abq4Q0e5m79z7hMAoGCCqGSM49BAMCA0gAMEUCIQCijS3DYR7i3I3G
LPhpE/aYNpQlvfF3f+3ErlbSzN9F2gIgSuRgY874gI9INOPP2vAXMpBAgkE2Gvlk
QttIAbiJECA=
-----END CERTIFICATE-----
";
const VERSION_1_KEY: &str = "\
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgHRrAQ1vzlPgHJ/7g
w9y87wOa4282T/TOwNRvI0mjzNmhRANCAARqXrxoM1bLESIyvCkJaaOa9xCts3KE
r+cyx+mTYOIn9acG8EqsRW1mFpFr38MgffdvqHFkK8abq4Q0e5m79z7h
-----END PRIVATE KEY-----
";

async fn failure(target: String, tls: Option<ClientTls>) -> Status {
    let connect = EchoClient::connect(target);
    let connect = match tls {
        Some(tls) => connect.tls(tls),
        None => connect,
    };
    let client = connect.build().expect("the settings are good");
    within(client.unary(ping("hi")).into_future()).await.expect_err("there must be no answer")
}

#[tokio::test]
async fn a_certificate_without_extensions_is_named_before_anything_is_served() {
    let status =
        Server::new().tls(Tls::pem(VERSION_1, VERSION_1_KEY)).serve("127.0.0.1:0").await.unwrap_err();
    assert_eq!(status.code(), Code::InvalidArgument);
    assert!(
        status.message().contains("X.509 version 1") && status.message().contains("-extfile"),
        "{status}"
    );
    let tls = ClientTls::new().ca_pem(Authority::new().pem()).identity_pem(VERSION_1, VERSION_1_KEY);
    let status = EchoClient::connect("https://localhost:1").tls(tls).build().map(drop).unwrap_err();
    assert!(status.message().contains("X.509 version 1"), "{status}");
}

#[tokio::test]
async fn the_certificate_of_an_authority_is_none_of_a_server() {
    let authority = Authority::new();
    let Identity { certificate, key } = authority.identity();
    let server = serve_with(Server::new().tls(Tls::pem(certificate, key)), Parrot).await;
    let status = failure(server.target("https"), Some(ClientTls::new().ca_pem(authority.pem()))).await;
    assert_eq!(status.origin(), Origin::Tls, "{status}");
    assert!(status.message().contains("that of an authority (CA:TRUE)"), "{status}");
}

#[tokio::test]
async fn a_client_of_tls_at_a_server_without_it_is_told() {
    let plain = serve(Parrot).await;
    let status = failure(plain.target("https"), Some(ClientTls::new().ca_pem(Authority::new().pem()))).await;
    assert_eq!(status.origin(), Origin::Tls, "{status}");
    assert!(
        status.message().contains("does not speak TLS") && status.message().contains("http://"),
        "{status}"
    );
}

#[tokio::test]
async fn a_client_without_tls_at_a_server_of_it_is_told() {
    let own = Authority::new().sign("localhost");
    let server = serve_with(Server::new().tls(Tls::pem(own.certificate, own.key)), Parrot).await;
    let status = failure(server.target("http"), None).await;
    assert_eq!(status.origin(), Origin::Http2, "{status}");
    assert!(status.message().contains("not HTTP/2") && status.message().contains("https://"), "{status}");
}
