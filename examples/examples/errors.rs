//! Errors with details that programs read: `cargo run -p protocall-examples --example errors`. The guide's chapter is `errors`.

use std::error::Error;
use std::io::{self, Write};
use std::time::Duration;

use protocall::rpc::{BadRequest, RetryInfo};
use protocall::{Context, Result, Server, Status, tokio};

mod schema {
    protocall::include_proto!(
        inline = r#"
        syntax = "proto3";
        message Order { string customer = 1; uint32 pieces = 2; }
        message Receipt { string id = 1; }
        service Shop { rpc Place(Order) returns (Receipt); }
    "#
    );
}
use schema::{Order, Receipt, Shop, ShopClient, ShopServer};

/// What goes wrong in the store itself.
enum StoreError {
    Full,
    Disk(io::Error),
}

/// The one place that decides what a stranger may read.
impl From<StoreError> for Status {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Full => Self::unavailable("the store is being cleared")
                .with_detail(RetryInfo::after(Duration::from_secs(2))),
            // The source is for our own logs: it is never sent.
            StoreError::Disk(source) => Self::internal("the store failed").with_source(source),
        }
    }
}

struct Counter;

impl Counter {
    fn store(&self, pieces: u32) -> Result<String, StoreError> {
        match pieces {
            101.. => Err(StoreError::Disk(io::Error::other("disk 3 is broken"))),
            51..=100 => Err(StoreError::Full),
            _ => Ok(format!("r-{pieces}")),
        }
    }
}

impl Shop for Counter {
    async fn place(&self, _: &Context, order: Order) -> Result<Receipt> {
        if order.customer.is_empty() {
            return Err(Status::invalid_argument("the order is not complete")
                .with_detail(BadRequest::violation("customer", "is missing")));
        }
        Ok(Receipt { id: self.store(order.pieces)?, ..Default::default() })
    }
}

#[protocall::main]
async fn main() -> Result<(), Box<dyn Error>> {
    tell(&mut io::stdout()).await
}

pub(crate) async fn tell(out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    let server = Server::new().service(ShopServer::new(Counter)).bind("127.0.0.1:0").await?;
    let shop = ShopClient::connect(format!("http://{}", server.address())).build()?;
    tokio::spawn(server.serve());

    for (customer, pieces) in [("Ada", 7), ("", 7), ("Ada", 60), ("Ada", 1000)] {
        writeln!(out, "{pieces} pieces for {customer:?}:")?;
        let order = Order { customer: customer.into(), pieces, ..Default::default() };
        match shop.place(order).await {
            Ok(receipt) => writeln!(out, "  receipt {}", receipt.id)?,
            Err(status) => explain(&status, out)?,
        }
    }
    Ok(())
}

/// The code is for programs, the message for people, the details for programs that want to know more.
fn explain(status: &Status, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "  {:?}: {}", status.code(), status.message())?;
    for violation in status.detail::<BadRequest>().unwrap_or_default().field_violations {
        writeln!(out, "  the field `{}` {}", violation.field, violation.description)?;
    }
    if let Some(delay) = status.detail::<RetryInfo>().and_then(|info| info.delay()) {
        writeln!(out, "  worth another try in {delay:?}")?;
    }
    Ok(())
}
