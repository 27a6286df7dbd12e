//! The options `client`, `server` and `warnings`: what a call need not make. Each module has types of the names that would
//! be made, and would not compile if they were.

#![deny(deprecated)]

use protocall::{Context, Result};

mod served {
    protocall::include_proto!(
        inline = r#"syntax = "proto3"; service Pinger { rpc Send(Ping) returns (Ping); } message Ping { int32 number = 1; }"#,
        client = false,
        crate = ::protocall
    );
    pub(crate) struct PingerClient;
}

mod called {
    protocall::include_proto!(
        inline = r#"syntax = "proto3"; service Pinger { rpc Send(Ping) returns (Ping); } message Ping { int32 number = 1; }"#,
        server = false
    );
    pub(crate) struct PingerServer;
    pub(crate) trait Pinger {}
}

mod silent {
    protocall::include_proto!(
        inline =
            r#"syntax = "proto3"; import "google/protobuf/any.proto"; message Event { string name = 1; }"#,
        warnings = false
    );
}

struct Counter;

impl served::Pinger for Counter {
    async fn send(&self, _: &Context, ping: served::Ping) -> Result<served::Ping> {
        Ok(served::Ping { number: ping.number + 1, ..ping })
    }
}

#[test]
fn a_call_without_clients_makes_none() {
    let _ = served::PingerClient;
    let server = protocall::Server::new().service(served::PingerServer::new(Counter));
    drop(server);
}

#[test]
fn a_call_without_servers_makes_none() {
    fn takes(_: impl called::Pinger) {}
    struct Other;
    impl called::Pinger for Other {}
    takes(Other);
    let _ = called::PingerServer;
    let answer = protocall::run(async {
        let server = protocall::Server::new().service(served::PingerServer::new(Counter));
        let server = server.bind("127.0.0.1:0").await?;
        let client = called::PingerClient::connect(format!("http://{}", server.address())).build()?;
        protocall::tokio::spawn(server.serve());
        client.send(called::Ping { number: 1, ..Default::default() }).await
    });
    assert!(answer.is_ok_and(|ping| ping.number == 2));
}

#[test]
fn a_call_without_warnings_gives_none() {
    assert_eq!(silent::Event::default().name, "");
}
