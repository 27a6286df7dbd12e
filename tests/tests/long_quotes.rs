//! What is said of a mistake quotes what was given, but no more of it than a person reads; and no status is too long for the
//! trailers of those who call.

use protocall::health::{HealthCheckRequest, HealthClient};
use protocall::{Code, Context, Json, Result, Server, Status, Text};
use protocall_tests::echo::{self, Echo, EchoServer, Parrot, Ping, Pong, within};

mod schema {
    protocall::include_proto!(
        inline = r#"
            syntax = "proto3";
            package test.v1;
            import "google/protobuf/any.proto";
            import "google/protobuf/duration.proto";
            message Order {
                enum Status { NONE = 0; }
                Status status = 1;
                map<int32, Order> parts = 2;
                google.protobuf.Duration after = 3;
                google.protobuf.Any more = 4;
                bytes seal = 5;
                float price = 6;
                map<string, Order> named = 7;
            }
        "#
    );
}
use schema::test::v1::Order;

/// What an error may say at most, with its path and its place.
const MOST: usize = 1000;

#[test]
fn in_errors_of_json() {
    for sign in ["9", "\u{7f}", "ä"] {
        let long = sign.repeat(100_000);
        for text in [
            format!(r#"{{"status":"{long}"}}"#),
            format!(r#"{{"parts":{{"{long}":{{}}}}}}"#),
            format!(r#"{{"after":"{long}s"}}"#),
            format!(r#"{{"more":{{"@type":"a/{long}"}}}}"#),
            format!(r#"{{"seal":"{long}!"}}"#),
            format!(r#"{{"price":"{long}!"}}"#),
            format!(r#"{{"{long}":1}}"#),
            format!(r#"{{"named":{{"{long}":7}}}}"#),
        ] {
            let error = Order::from_json(&text).expect_err("it is no order");
            assert!(error.to_string().len() <= MOST, "{error}");
            assert!(error.line() == 1 && error.column() > 0);
        }
    }
}

#[test]
fn in_errors_of_text() {
    let long = "9".repeat(100_000);
    for text in [
        format!("status: A{long}"),
        format!("price: 0x{long}"),
        format!("A{long}: 1"),
        format!("more {{ type_url: {long} }}"),
        format!("[a.b{long}]: 1"),
    ] {
        let error = Order::from_text(&text).expect_err("it is no order");
        assert!(error.to_string().len() <= MOST, "{error}");
    }
}

#[tokio::test]
async fn in_the_status_of_a_health_check() {
    let client: HealthClient = Server::new().health().service(EchoServer::new(Parrot)).local().into();
    let request = HealthCheckRequest { service: "\u{7f}".repeat(1 << 20), ..Default::default() };
    let status = within(async { client.check(request).await }).await.expect_err("there is no such service");
    assert_eq!(status.code(), Code::NotFound);
    assert!(status.message().starts_with("unknown service") && status.message().len() <= MOST, "{status}");
}

/// Fails with as many words as it is asked for.
struct Talkative;

impl Echo for Talkative {
    async fn unary(&self, _: &Context, ping: Ping) -> Result<Pong> {
        Err(Status::aborted(ping.text))
    }
}

#[tokio::test]
async fn in_the_trailers_of_a_call() {
    let served = echo::serve(Talkative).await;
    let client = served.client();
    for (words, whole) in [("short", true), (&"a".repeat(4096), true), (&"a".repeat(4097), false)] {
        let status = within(async { client.unary(echo::ping(words)).await }).await.expect_err("it fails");
        assert_eq!((status.code(), status.message() == words), (Code::Aborted, whole));
        let start = status.message().strip_suffix("...").unwrap_or(status.message());
        assert!(words.starts_with(start) && start.len() >= words.len().min(4090));
    }
}
