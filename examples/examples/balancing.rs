//! Calls spread over three servers, one of which goes away, and calls that are made again:
//! `cargo run -p protocall-examples --example balancing`. The guide's chapter is `balancing`.

use std::collections::BTreeSet;
use std::error::Error;
use std::io::{self, Write};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use protocall::tokio::sync::oneshot;
use protocall::{Context, MethodConfig, Result, Retry, Server, ServiceConfig, Status, tokio};

mod schema {
    protocall::include_proto!(
        inline = r#"
        syntax = "proto3";
        message Empty {}
        message Name { string text = 1; uint32 attempts = 2; }
        service Till {
            rpc Which(Empty) returns (Name);
            // Fails twice, then works.
            rpc Shaky(Empty) returns (Name);
        }
    "#
    );
}
use schema::{Empty, Name, Till, TillClient, TillServer, till};

struct Numbered {
    name: &'static str,
    shaken: AtomicUsize,
}

impl Till for Numbered {
    async fn which(&self, _: &Context, _: Empty) -> Result<Name> {
        Ok(Name { text: self.name.into(), ..Default::default() })
    }

    async fn shaky(&self, context: &Context, _: Empty) -> Result<Name> {
        if self.shaken.fetch_add(1, Ordering::Relaxed) < 2 {
            return Err(Status::unavailable("not just now"));
        }
        let before = context.metadata().get("grpc-previous-rpc-attempts").unwrap_or("0");
        let attempts = 1 + before.parse().unwrap_or(0);
        Ok(Name { text: self.name.into(), attempts, ..Default::default() })
    }
}

/// A server, until the sender is dropped; and its address.
async fn start(name: &'static str) -> Result<(String, oneshot::Sender<()>)> {
    let (running, closed) = oneshot::channel();
    let till = TillServer::new(Numbered { name, shaken: AtomicUsize::new(0) });
    let server =
        Server::new().service(till).shutdown(async { drop(closed.await) }).bind("127.0.0.1:0").await?;
    let address = server.address().to_string();
    tokio::spawn(server.serve());
    Ok((address, running))
}

#[protocall::main]
async fn main() -> Result<(), Box<dyn Error>> {
    tell(&mut io::stdout()).await
}

pub(crate) async fn tell(out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    let (one, _one) = start("one").await?;
    let (two, two_running) = start("two").await?;
    let (three, _three) = start("three").await?;
    // A name of DNS that stands for all of them does as well.
    let spread = TillClient::connect(format!("static:{one},{two},{three}")).round_robin().build()?;
    spread.which(Empty::default()).wait_for_ready(true).await?;
    writeln!(out, "until each has answered: {}", names(&spread, 3).await?)?;
    drop(two_running);
    writeln!(out, "server two ends, no call fails, and these go on: {}", without(&spread, "two").await?)?;

    let plain = TillClient::connect(format!("http://{one}")).build()?;
    let status = plain.shaky(Empty::default()).await.err().ok_or("the first call fails")?;
    writeln!(out, "a shaky call: {:?}, {}", status.code(), status.message())?;
    let millis = Duration::from_millis;
    let retry = Retry::standard().attempts(4).backoff(millis(5), millis(20));
    let config = ServiceConfig::new().method(&till::SHAKY, MethodConfig::new().retry(retry));
    let patient = TillClient::connect(format!("http://{three}")).service_config(config).build()?;
    let name = patient.shaky(Empty::default()).await?;
    writeln!(
        out,
        "a shaky call with up to four attempts: server {} answered attempt {}",
        name.text, name.attempts
    )?;
    Ok(())
}

/// Who answers, until so many different ones have.
async fn names(tills: &TillClient, count: usize) -> Result<String> {
    let mut names = BTreeSet::new();
    while names.len() < count {
        names.insert(tills.which(Empty::default()).await?.text);
    }
    Ok(names.into_iter().collect::<Vec<_>>().join(", "))
}

/// Who answers when ten calls in a row were not answered by the one that has gone.
async fn without(tills: &TillClient, gone: &str) -> Result<String> {
    let mut names = Vec::new();
    while names.len() < 10 {
        match tills.which(Empty::default()).await?.text {
            name if name == gone => names.clear(),
            name => names.push(name),
        }
    }
    names.sort();
    names.dedup();
    Ok(names.join(", "))
}
