//! Code around every call, a log and a check of tokens: `cargo run -p protocall-examples --example interceptors`. The guide's
//! chapter is `interceptors`.

use std::error::Error;
use std::io::{self, Write};

use protocall::tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use protocall::{Context, InterceptedCall, Interceptor, Next, Result, Server, Status, tokio};

mod schema {
    protocall::include_proto!(
        inline = r#"
        syntax = "proto3";
        message Empty {}
        message Name { string text = 1; }
        service Desk { rpc WhoAmI(Empty) returns (Name); }
    "#
    );
}
use schema::{Desk, DeskClient, DeskServer, Empty, Name};

/// Tells of each call before and after it.
struct Log(UnboundedSender<String>);

impl Interceptor for Log {
    async fn intercept(&self, call: &mut InterceptedCall, next: Next<'_>) -> Result<()> {
        let method = call.name().to_owned();
        let _ = self.0.send(format!("log: {method} begins"));
        let ended = next.run(call).await;
        let how =
            ended.as_ref().err().map_or("well".to_owned(), |status| format!("with {:?}", status.code()));
        let _ = self.0.send(format!("log: {method} ended {how}"));
        ended
    }
}

/// What the check leaves for the handler.
#[derive(Clone)]
struct User(String);

struct Tokens(UnboundedSender<String>);

impl Interceptor for Tokens {
    async fn intercept(&self, call: &mut InterceptedCall, next: Next<'_>) -> Result<()> {
        // A real one may ask elsewhere here: it is async.
        let user = match call.metadata().get("authorization") {
            Some("Bearer swordfish") => User("Ada".into()),
            _ => return Err(Status::unauthenticated("this server wants a bearer token")),
        };
        let _ = self.0.send(format!("tokens: this is {}", user.0));
        call.extensions_mut().insert(user);
        next.run(call).await
    }
}

struct Front;

impl Desk for Front {
    async fn who_am_i(&self, context: &Context, _: Empty) -> Result<Name> {
        let user = context.extensions().get::<User>().ok_or_else(|| Status::internal("no user"))?;
        Ok(Name { text: user.0.clone(), ..Default::default() })
    }
}

#[protocall::main]
async fn main() -> Result<(), Box<dyn Error>> {
    tell(&mut io::stdout()).await
}

pub(crate) async fn tell(out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    let (said, mut told) = unbounded_channel();
    // The first is the outermost: it sees what the second refuses.
    let server =
        Server::new().intercept(Log(said.clone())).intercept(Tokens(said)).service(DeskServer::new(Front));
    let server = server.bind("127.0.0.1:0").await?;
    let target = format!("http://{}", server.address());
    tokio::spawn(server.serve());

    let stranger = DeskClient::connect(&target).build()?;
    let ada = DeskClient::connect(&target).intercept(|call: &mut InterceptedCall| {
        call.metadata_mut().insert("authorization", "Bearer swordfish")?;
        Ok(())
    });
    for (name, client) in
        [("a stranger", stranger), ("a client whose interceptor adds a token", ada.build()?)]
    {
        writeln!(out, "{name} calls")?;
        let answer = match client.who_am_i(Empty::default()).await {
            Ok(name) => format!("you are {}", name.text),
            Err(status) => format!("{:?}: {}", status.code(), status.message()),
        };
        writeln!(out, "  answer: {answer}")?;
        while let Some(line) = told.recv().await {
            writeln!(out, "  {line}")?;
            if line.contains("ended") {
                break;
            }
        }
    }
    Ok(())
}
