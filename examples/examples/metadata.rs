//! What travels beside the messages: `cargo run -p protocall-examples --example metadata`. The guide's chapter is `metadata`.

use std::error::Error;
use std::io::{self, Write};

use protocall::{Context, Result, Server, Status, tokio};

mod schema {
    protocall::include_proto!(
        inline = r#"
        syntax = "proto3";
        message Empty {}
        message Time { string text = 1; }
        service Clock { rpc Tell(Empty) returns (Time); }
    "#
    );
}
use schema::{Clock, ClockClient, ClockServer, Empty, Time};

struct Tower;

impl Clock for Tower {
    async fn tell(&self, context: &Context, _: Empty) -> Result<Time> {
        let Some(language) = context.metadata().get("x-language") else {
            context.set_trailer("x-hint", "send x-language")?;
            return Err(Status::invalid_argument("in which language?"));
        };
        context.set_header("x-language", language)?; // before the reply
        if let Some(trace) = context.metadata().get_bin("x-trace-bin") {
            context.trailers(|trailers| trailers.insert_bin("x-trace-bin", trace))?; // after it
        }
        let text = if language == "de" { "zwölf Uhr" } else { "twelve o'clock" };
        Ok(Time { text: text.into(), ..Default::default() })
    }
}

#[protocall::main]
async fn main() -> Result<(), Box<dyn Error>> {
    tell(&mut io::stdout()).await
}

pub(crate) async fn tell(out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    let server = Server::new().service(ClockServer::new(Tower)).bind("127.0.0.1:0").await?;
    let clock = ClockClient::connect(format!("http://{}", server.address())).build()?;
    tokio::spawn(server.serve());

    writeln!(out, "sent: x-language: de, and three bytes as x-trace-bin")?;
    let call =
        clock.tell(Empty::default()).metadata("x-language", "de").metadata_bin("x-trace-bin", [1, 2, 255]);
    let (time, answer) = call.with_reply().await?;
    writeln!(out, "  header  x-language: {:?}", answer.headers.get("x-language"))?;
    writeln!(out, "  message {:?}", time.text)?;
    writeln!(out, "  trailer x-trace-bin: {:?}", answer.trailers.get_bin("x-trace-bin").as_deref())?;

    // `outcome` gives what came beside a failure, too.
    writeln!(out, "sent: nothing")?;
    let outcome = clock.tell(Empty::default()).outcome().await;
    let status = outcome.result.err().ok_or("the clock wants a language")?;
    writeln!(out, "  status  {:?}: {}", status.code(), status.message())?;
    writeln!(out, "  trailer x-hint: {:?}", outcome.trailers.get("x-hint"))?;
    Ok(())
}
