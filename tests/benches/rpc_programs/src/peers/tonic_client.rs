//! tonic's client, as its users write one, under the same work as ours. Called by `main`.

use std::error::Error;

use tokio_stream::iter;
use tonic::transport::{Channel, Endpoint};

use crate::messages::rpc::v1::bench_client::BenchClient;
use crate::messages::rpc::v1::{Received, Wanted};
use crate::meter::{self, Meter};
use crate::sample::{large, product, small};

/// The bytes of a large message.
const LARGE: usize = 64 * 1024;

pub(crate) async fn connect(
    address: &str,
    window: Option<u32>,
) -> Result<BenchClient<Channel>, Box<dyn Error>> {
    let endpoint = Endpoint::try_from(format!("http://{address}"))?
        .initial_stream_window_size(window)
        .initial_connection_window_size(window);
    Ok(BenchClient::new(endpoint.connect().await?))
}

pub(crate) async fn drive(
    client: BenchClient<Channel>,
    work: &str,
    count: usize,
    concurrency: usize,
) -> Result<(), Box<dyn Error>> {
    match work {
        "tiny" => meter::drive(concurrency, count, move || tiny(client.clone())).await?,
        "product" => meter::drive(concurrency, count, move || reprice(client.clone())).await?,
        _ => stream(client, work, count).await?,
    }
    Ok(())
}

async fn tiny(mut client: BenchClient<Channel>) {
    let reply = client.tiny(small(1)).await.expect("the server answers").into_inner();
    assert_eq!(reply.a, 2);
}

async fn reprice(mut client: BenchClient<Channel>) {
    let reply = client.reprice(product()).await.expect("the server answers").into_inner();
    assert!(reply.price > 130.0 && reply.tags.len() == 4);
}

async fn stream(mut client: BenchClient<Channel>, work: &str, count: usize) -> Result<(), Box<dyn Error>> {
    let wanted = Wanted { count: i32::try_from(count)?, size: LARGE as i32 };
    let meter = Meter::start();
    let received = match work {
        "down-small" => {
            let mut replies = client.down_small(wanted).await?.into_inner();
            let mut received = Received::default();
            while let Some(small) = replies.message().await? {
                received.count += 1;
                received.bytes += small.text.len() as i64;
            }
            received
        }
        "down-large" => {
            let mut replies = client.down_large(wanted).await?.into_inner();
            let mut received = Received::default();
            while let Some(large) = replies.message().await? {
                received.count += 1;
                received.bytes += large.data.len() as i64;
            }
            received
        }
        "up-small" => client.up_small(iter((0..wanted.count).map(small))).await?.into_inner(),
        "up-large" => client.up_large(iter((0..count).map(|_| large(LARGE)))).await?.into_inner(),
        _ => return Err(format!("unknown work {work}").into()),
    };
    assert_eq!(received.count, i64::try_from(count)?);
    if work.ends_with("large") {
        assert_eq!(received.bytes, i64::try_from(count * LARGE)?);
    }
    Ok(meter.report(count, Vec::new())?)
}
