//! gRPC-Web on the port of gRPC, as a page's browser would call it, and the same messages as JSON:
//! `cargo run -p protocall-examples --example grpc_web`. The guide's chapters are `grpc_web` and `json`.

use std::error::Error;
use std::io::{self, Write};

use protocall::{Context, Json, Result, Server, Status, tokio};

mod schema {
    protocall::include_proto!(
        inline = r#"
        syntax = "proto3";
        message Wanted { string item_name = 1; }
        message Price { string item_name = 1; int64 cents = 2; }
        service Prices { rpc Of(Wanted) returns (Price); }
    "#
    );
}
use schema::{Price, Prices, PricesClient, PricesServer, Wanted};

struct TeaOnly;

impl Prices for TeaOnly {
    async fn of(&self, context: &Context, wanted: Wanted) -> Result<Price> {
        let web = context.metadata().get("x-grpc-web").is_some();
        context.set_trailer("x-way", if web { "gRPC-Web" } else { "gRPC" })?;
        match wanted.item_name.as_str() {
            "tea" => Ok(Price { item_name: wanted.item_name, cents: 950, ..Default::default() }),
            other => Err(Status::not_found(format!("there is no {other}"))),
        }
    }
}

#[protocall::main]
async fn main() -> Result<(), Box<dyn Error>> {
    tell(&mut io::stdout()).await
}

pub(crate) async fn tell(out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    // Pages of this origin may call: `cors` implies `grpc_web`.
    let server = Server::new().service(PricesServer::new(TeaOnly)).cors(["https://shop.example"]);
    let server = server.bind("127.0.0.1:0").await?;
    let target = format!("http://{}", server.address());
    tokio::spawn(server.serve());

    let clients = [
        ("over HTTP/2", PricesClient::connect(&target).build()?),
        ("over HTTP/2", PricesClient::connect(&target).grpc_web().build()?),
        ("over HTTP/1.1", PricesClient::connect(&target).grpc_web().http1().build()?),
    ];
    for (way, client) in &clients {
        // What a page or a command line may give.
        let wanted = Wanted::from_json(r#"{"itemName": "tea"}"#)?;
        let (price, answer) = client.of(wanted).with_reply().await?;
        writeln!(out, "{} {way}: {}", answer.trailers.get("x-way").unwrap_or("?"), price.to_json()?)?;
    }
    let coffee = Wanted { item_name: "coffee".into(), ..Default::default() };
    let [.., (way, client)] = &clients;
    let status = client.of(coffee).await.err().ok_or("there is only tea")?;
    writeln!(out, "gRPC-Web {way}: {:?}, {}", status.code(), status.message())?;
    Ok(())
}
