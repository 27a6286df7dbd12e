//! The service of the bench `macro_cost`, with tonic.

use std::error::Error;

use tokio::net::TcpListener;
use tokio_stream::wrappers::TcpListenerStream;
use tonic::transport::Server;
use tonic::{Request, Response, Status};

mod greeter {
    tonic::include_proto!("greeter.v1");
}
use greeter::greeter_client::GreeterClient;
use greeter::greeter_server::{Greeter, GreeterServer};
use greeter::{HelloReply, HelloRequest};

struct Polite;

#[tonic::async_trait]
impl Greeter for Polite {
    async fn hello(&self, request: Request<HelloRequest>) -> Result<Response<HelloReply>, Status> {
        Ok(Response::new(HelloReply { text: format!("Hello, {}!", request.into_inner().name) }))
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let server = Server::builder().add_service(GreeterServer::new(Polite));
    tokio::spawn(server.serve_with_incoming(TcpListenerStream::new(listener)));
    let mut greeter = GreeterClient::connect(format!("http://{address}")).await?;
    println!("{}", greeter.hello(HelloRequest { name: "Ada".into() }).await?.into_inner().text);
    Ok(())
}
