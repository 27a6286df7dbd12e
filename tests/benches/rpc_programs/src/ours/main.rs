//! Our server and client of the speed bench, one program: `ours serve PEER` prints where it listens,
//! `ours drive PEER ADDRESS WORK COUNT CONCURRENCY` calls a server and prints how fast. PEER is of no account: it keeps
//! the words those of the other program.

mod client;
#[path = "../meter.rs"]
mod meter;
#[path = "../../../rpc/processor.rs"]
mod processor;
#[path = "../../../rpc/sample.rs"]
mod sample;
mod server;

use std::error::Error;

/// Our messages, server and client.
mod schema {
    protocall::include_proto!(
        ["../proto/rpc.proto", "../../../examples/proto/ecommerce/v1/product.proto"],
        include = ["../proto", "../../../examples/proto"],
    );
}

#[protocall::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words[..] {
        ["serve", _] => server::serve().await,
        ["drive", _, address, work, count, concurrency] => {
            client::drive(address, work, count.parse()?, concurrency.parse()?).await
        }
        _ => Err(format!("unknown arguments {words:?}").into()),
    }
}
