//! Deadlines, and calls that nobody waits for: `cargo run -p protocall-examples --example deadlines`. The guide's chapter is
//! `deadlines`.

use std::error::Error;
use std::io::{self, Write};
use std::time::Duration;

use protocall::tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use protocall::tokio::time::{sleep, timeout};
use protocall::{Context, Result, Server, tokio};

mod schema {
    protocall::include_proto!(
        inline = r#"
        syntax = "proto3";
        message Nap { string who = 1; uint32 millis = 2; }
        message Rested {}
        service Bed { rpc Sleep(Nap) returns (Rested); }
    "#
    );
}
use schema::{Bed, BedClient, BedServer, Nap, Rested};

/// Says when the handler that holds it ends, however it does.
struct Sleeper {
    who: String,
    woken: UnboundedSender<String>,
    rested: bool,
}

impl Drop for Sleeper {
    fn drop(&mut self) {
        let how = if self.rested { "rested" } else { "was woken" };
        let _ = self.woken.send(format!("{} {how}", self.who));
    }
}

struct Room(UnboundedSender<String>);

impl Bed for Room {
    async fn sleep(&self, context: &Context, nap: Nap) -> Result<Rested> {
        let deadline = context.time_left().map_or("no deadline", |_| "a deadline");
        let mut sleeper =
            Sleeper { who: format!("{}, with {deadline},", nap.who), woken: self.0.clone(), rested: false };
        sleep(Duration::from_millis(nap.millis.into())).await; // where the future is dropped, if it is
        sleeper.rested = true;
        Ok(Rested::default())
    }
}

#[protocall::main]
async fn main() -> Result<(), Box<dyn Error>> {
    tell(&mut io::stdout()).await
}

pub(crate) async fn tell(out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    let (woken, mut seen) = unbounded_channel();
    let server = Server::new().service(BedServer::new(Room(woken))).bind("127.0.0.1:0").await?;
    let bed = BedClient::connect(format!("http://{}", server.address())).build()?;
    tokio::spawn(server.serve());
    let nap = |who: &str, millis| bed.sleep(Nap { who: who.into(), millis, ..Default::default() });
    let mut server_saw = async || seen.recv().await.unwrap_or_default();

    writeln!(out, "Ada naps for 10 ms, and has a minute")?;
    nap("Ada", 10).timeout(Duration::from_secs(60)).await?;
    writeln!(out, "  server: {}", server_saw().await)?;

    writeln!(out, "Bob naps for ten minutes, and has 100 ms")?;
    let status =
        nap("Bob", 600_000).timeout(Duration::from_millis(100)).await.err().ok_or("no time was left")?;
    writeln!(out, "  client: {:?}", status.code())?;
    writeln!(out, "  server: {}", server_saw().await)?;

    writeln!(out, "Eve naps for ten minutes, and her client goes away")?;
    let gone = timeout(Duration::from_millis(100), nap("Eve", 600_000)).await; // drops the call
    writeln!(out, "  client: {}", if gone.is_err() { "dropped the call" } else { "got a reply" })?;
    writeln!(out, "  server: {}", server_saw().await)?;
    Ok(())
}
