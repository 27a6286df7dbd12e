//! The peers of the speed bench, one program: `peers serve PEER` prints where it listens,
//! `peers drive PEER ADDRESS WORK COUNT CONCURRENCY` calls a server and prints how fast. PEER is `tonic`, `wide` (tonic
//! with windows of 16 MiB) or `hyper` (a server only).

mod hyper_server;
#[path = "../meter.rs"]
mod meter;
#[path = "../../../rpc/processor.rs"]
mod processor;
mod sample;
mod tonic_client;
mod tonic_server;

use std::error::Error;
use std::io::{self, Write};

use tokio::net::TcpListener;

/// What tonic-build makes of the schema.
#[allow(dead_code, clippy::all)]
mod messages {
    include!(concat!(env!("OUT_DIR"), "/messages.rs"));
}

/// The windows of the peer `wide`, in bytes.
const WIDE: u32 = 16 << 20;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words[..] {
        ["serve", peer] => {
            let listener = TcpListener::bind("127.0.0.1:0").await?;
            writeln!(io::stdout(), "listening on {}", listener.local_addr()?)?;
            match peer {
                "hyper" => hyper_server::serve(listener).await,
                "wide" => tonic_server::serve(listener, Some(WIDE)).await,
                _ => tonic_server::serve(listener, None).await,
            }
        }
        ["drive", peer, address, work, count, concurrency] => {
            let client = tonic_client::connect(address, (peer == "wide").then_some(WIDE)).await?;
            tonic_client::drive(client, work, count.parse()?, concurrency.parse()?).await
        }
        _ => Err(format!("unknown arguments {words:?}").into()),
    }
}
