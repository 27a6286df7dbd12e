//! Our client, as our users write one, under the same work as tonic's. Called by `main`.

use std::error::Error;

use crate::meter::{self, Meter};
use crate::sample::{product, small};
use crate::schema::rpc::v1::{BenchClient, Received, Wanted};
use crate::server::large;

/// The bytes of a large message.
const LARGE: usize = 64 * 1024;

pub(crate) async fn drive(
    address: &str,
    work: &str,
    count: usize,
    concurrency: usize,
) -> Result<(), Box<dyn Error>> {
    let client = BenchClient::connect(format!("http://{address}")).build()?;
    match work {
        "tiny" => meter::drive(concurrency, count, move || tiny(client.clone())).await?,
        "product" => meter::drive(concurrency, count, move || reprice(client.clone())).await?,
        _ => stream(client, work, count).await?,
    }
    Ok(())
}

async fn tiny(client: BenchClient) {
    let reply = client.tiny(small(1)).await.expect("the server answers");
    assert_eq!(reply.a, 2);
}

async fn reprice(client: BenchClient) {
    let reply = client.reprice(product()).await.expect("the server answers");
    assert!(reply.price > 130.0 && reply.tags.len() == 4);
}

async fn stream(client: BenchClient, work: &str, count: usize) -> Result<(), Box<dyn Error>> {
    // Connects, as the other clients do before they start.
    tiny(client.clone()).await;
    let wanted = Wanted { count: i32::try_from(count)?, size: LARGE as i32, ..Default::default() };
    let meter = Meter::start();
    let received = match work {
        "down-small" => {
            let mut replies = client.down_small(wanted).await?;
            let mut received = Received::default();
            while let Some(small) = replies.next().await? {
                received.count += 1;
                received.bytes += small.text.len() as i64;
            }
            received
        }
        "down-large" => {
            let mut replies = client.down_large(wanted).await?;
            let mut received = Received::default();
            while let Some(large) = replies.next().await? {
                received.count += 1;
                received.bytes += large.data.len() as i64;
            }
            received
        }
        "up-small" => client.up_small().send_all((0..wanted.count).map(small)).await?,
        "up-large" => client.up_large().send_all((0..count).map(|_| large(LARGE))).await?,
        _ => return Err(format!("unknown work {work}").into()),
    };
    assert_eq!(received.count, i64::try_from(count)?);
    if work.ends_with("large") {
        assert_eq!(received.bytes, i64::try_from(count * LARGE)?);
    }
    Ok(meter.report(count, Vec::new())?)
}
