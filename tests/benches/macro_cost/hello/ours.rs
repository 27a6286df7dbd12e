//! The service of the bench `macro_cost`, with protocall.

use protocall::{Context, Result, Server};

protocall::include_proto!("proto/greeter.proto");
use greeter::v1::{Greeter, GreeterClient, GreeterServer, HelloReply, HelloRequest};

struct Polite;

impl Greeter for Polite {
    async fn hello(&self, _: &Context, request: HelloRequest) -> Result<HelloReply> {
        Ok(HelloReply { text: format!("Hello, {}!", request.name), ..Default::default() })
    }
}

#[protocall::main]
async fn main() -> Result<()> {
    let server = Server::new().service(GreeterServer::new(Polite)).bind("127.0.0.1:0").await?;
    let greeter = GreeterClient::connect(format!("http://{}", server.address())).build()?;
    protocall::tokio::spawn(server.serve());
    println!("{}", greeter.hello(HelloRequest { name: "Ada".into(), ..Default::default() }).await?.text);
    Ok(())
}
