//! A client and a service tried without a network, as tests do: `cargo run -p protocall-examples --example testing`. The
//! guide's chapter is `testing`.

use std::error::Error;
use std::io::{self, Write};

use protocall::{Context, InterceptedCall, Result, Server, Status, Streaming};

mod schema {
    protocall::include_proto!(
        inline = r#"
        syntax = "proto3";
        message Item { string name = 1; }
        message Price { int64 cents = 1; }
        service Prices {
            rpc Of(Item) returns (Price);
            rpc Total(stream Item) returns (Price);
        }
    "#
    );
}
use schema::{Item, Price, Prices, PricesClient, PricesServer};

/// What a program has: it takes a client, wherever that leads.
async fn cheaper(prices: &PricesClient, names: [&str; 2]) -> Result<String> {
    let [one, other] = names.map(item);
    let (one, other) = (prices.of(one).await?.cents, prices.of(other).await?.cents);
    Ok(names[usize::from(other < one)].to_owned())
}

fn item(name: &str) -> Item {
    Item { name: name.into(), ..Default::default() }
}

/// The other side, as these tests want it.
struct Fake;

impl Prices for Fake {
    async fn of(&self, _: &Context, item: Item) -> Result<Price> {
        match item.name.as_str() {
            "tea" => Ok(Price { cents: 950, ..Default::default() }),
            "milk" => Ok(Price { cents: 120, ..Default::default() }),
            other => Err(Status::not_found(format!("there is no {other}"))),
        }
    }

    async fn total(&self, context: &Context, mut items: Streaming<Item>) -> Result<Price> {
        let mut cents = 0;
        while let Some(item) = items.next().await? {
            cents += self.of(context, item).await?.cents;
        }
        Ok(Price { cents, ..Default::default() })
    }
}

#[protocall::main]
async fn main() -> Result<(), Box<dyn Error>> {
    tell(&mut io::stdout()).await
}

pub(crate) async fn tell(out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    // A client of a service in this process: HTTP/2 over a pipe, no port, nothing to wait for.
    let prices = PricesClient::local(Fake);
    writeln!(out, "of tea and milk is cheaper: {}", cheaper(&prices, ["tea", "milk"]).await?)?;
    let status = cheaper(&prices, ["tea", "gold"]).await.err().ok_or("gold has no price")?;
    writeln!(out, "of tea and gold: {:?}, {}", status.code(), status.message())?;

    // The whole server as the program makes it, with what stands around calls.
    let server = Server::new().service(PricesServer::new(Fake)).intercept(|call: &mut InterceptedCall| {
        let known = call.metadata().get("x-key").is_some();
        known.then_some(()).ok_or_else(|| Status::unauthenticated("the door is locked"))
    });
    let locked = PricesClient::from(server.local());
    let refused = locked.of(item("tea")).await.err().ok_or("the door is locked")?;
    writeln!(out, "through the interceptor, without a key: {:?}", refused.code())?;
    let taken = locked.of(item("tea")).metadata("x-key", "brass").await?;
    writeln!(out, "through the interceptor, with a key: {} cents", taken.cents)?;

    // The handler alone: nothing is encoded.
    let items = Streaming::of(["tea", "milk", "milk"].map(item));
    writeln!(out, "the handler by itself: {} cents", Fake.total(&Context::default(), items).await?.cents)?;
    Ok(())
}
