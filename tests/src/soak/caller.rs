//! The kinds of calls of a soak: all four shapes, with deadlines, given up at every point, hedged, from clients that are new.

use std::time::Duration;

use protocall::{Code, Hedge, Result, Status};

use super::Clients;
use crate::shop::product_batch_request::Operation;
use crate::shop::{
    CreateProductRequest, DeleteProductRequest, GetProductRequest, ProductBatchRequest, ProductListRequest,
    ProductServiceClient, ProductUpdate, ProductWatchRequest, UpdateProductRequest,
};

const MILLI: Duration = Duration::from_millis(1);

/// Longer than a server drains: some are cut off.
const WATCH: Duration = Duration::from_secs(4);

/// What nobody waits for who has no deadline of his own.
const PATIENCE: Duration = Duration::from_secs(30);

/// See the head of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Caller {
    /// One request, one reply.
    Get,
    /// The same, waiting for a server.
    Wait,
    /// The same, in several attempts at once.
    Hedge,
    /// The same, by a client that is made for it and dropped behind it.
    Fresh,
    /// The same, with hardly any time.
    Hurry,
    /// The same, dropped at any moment.
    Drop,
    /// A large request, which is refused.
    Large,
    /// One request, all replies.
    List,
    /// One request, and the stream dropped behind the first reply.
    Leave,
    /// One request, events up to the deadline.
    Watch,
    /// One request, and events until it is dropped.
    Glance,
    /// Many requests, one reply.
    Bulk,
    /// Many requests, and dropped without an end.
    BreakOff,
    /// Many requests, many replies.
    Batch,
}

impl Caller {
    /// All of them.
    pub const ALL: [Self; 14] = [
        Self::Get,
        Self::Wait,
        Self::Hedge,
        Self::Fresh,
        Self::Hurry,
        Self::Drop,
        Self::Large,
        Self::List,
        Self::Leave,
        Self::Watch,
        Self::Glance,
        Self::Bulk,
        Self::BreakOff,
        Self::Batch,
    ];

    /// Whether a call of this kind may fail like this. What is retried may not; a stream is not, once it has begun, and may
    /// fall with its server.
    pub fn allows(self, code: Code) -> bool {
        use Code::{Cancelled, DeadlineExceeded, InvalidArgument, ResourceExhausted, Unavailable};
        match self {
            Self::Get | Self::Wait | Self::Fresh | Self::Drop => false,
            Self::Hurry => code == DeadlineExceeded,
            Self::Large => code == InvalidArgument,
            Self::Hedge | Self::List | Self::Leave | Self::Bulk | Self::Batch => code == Unavailable,
            // Whoever reads events too slowly is let go.
            Self::Watch => [DeadlineExceeded, Unavailable, ResourceExhausted].contains(&code),
            Self::Glance => [Unavailable, ResourceExhausted].contains(&code),
            Self::BreakOff => [Cancelled, Unavailable].contains(&code),
        }
    }

    /// Makes the call with this number.
    ///
    /// # Errors
    /// What it fails with; `INTERNAL` where it ends well, but not as it should.
    pub async fn call(self, clients: &Clients, number: usize) -> Result<()> {
        let any = &clients.all[number % clients.all.len()];
        let http2 = &clients.http2[number % clients.http2.len()];
        let moment = MILLI * u32::try_from(number % 20).unwrap_or_default();
        match self {
            Self::Get if number.is_multiple_of(2) => told(any.get_product(teapot()).await),
            Self::Get => told(any.get_product(teapot()).timeout(PATIENCE).await),
            Self::Wait => told(any.get_product(teapot()).wait_for_ready(true).timeout(PATIENCE).await),
            Self::Hedge => {
                let hedge = Hedge::after(5 * MILLI).attempts(3);
                told(http2.get_product(teapot()).hedge(hedge).timeout(PATIENCE).await)
            }
            Self::Fresh => told(clients.fresh(number.is_multiple_of(4)).get_product(teapot()).await),
            Self::Hurry => told(any.get_product(teapot()).timeout(moment).await),
            Self::Drop => {
                let call = any.get_product(teapot()).into_future();
                tokio::time::timeout(moment / 4, call).await.map_or(Ok(()), told)
            }
            Self::Large => told(any.create_product(nameless(256 * 1024)).timeout(PATIENCE).await),
            Self::List => list(any, usize::MAX).await,
            Self::Leave => list(any, 1).await,
            Self::Watch => watch(http2, WATCH).await,
            Self::Glance => tokio::time::timeout(moment, watch(http2, PATIENCE)).await.unwrap_or(Ok(())),
            Self::Bulk => bulk(http2).await,
            Self::BreakOff => break_off(http2, number % 3).await,
            Self::Batch => batch(http2).await,
        }
    }
}

fn told<T>(outcome: Result<T>) -> Result<()> {
    outcome.map(drop)
}

fn wrong(what: &str) -> Status {
    Status::internal(format!("it ended well, but {what}"))
}

fn teapot() -> GetProductRequest {
    GetProductRequest { id: "p-1".to_owned(), ..Default::default() }
}

/// A product that no shop takes: what is made would be missed as memory.
fn nameless(size: usize) -> CreateProductRequest {
    CreateProductRequest { description: "x".repeat(size), ..Default::default() }
}

async fn list(shop: &ProductServiceClient, most: usize) -> Result<()> {
    let request = ProductListRequest { page_size: 50, ..Default::default() };
    let mut products = shop.list_products(request).timeout(PATIENCE).await?;
    let mut count = 0;
    while count < most && products.next().await?.is_some() {
        count += 1;
    }
    if count == most.min(3) { Ok(()) } else { Err(wrong("not with all products")) }
}

async fn watch(shop: &ProductServiceClient, time: Duration) -> Result<()> {
    let request = ProductWatchRequest { product_id: "p-2".to_owned(), ..Default::default() };
    let mut events = shop.watch_product(request).timeout(time).await?;
    while events.next().await?.is_some() {}
    Err(wrong("nobody ends a watch"))
}

async fn bulk(shop: &ProductServiceClient) -> Result<()> {
    let requests = (0..20).map(|_| nameless(100));
    let response = shop.bulk_create_products().timeout(PATIENCE).send_all(requests).await?;
    if response.refused.len() == 20 { Ok(()) } else { Err(wrong("it has not refused all")) }
}

async fn break_off(shop: &ProductServiceClient, behind: usize) -> Result<()> {
    let (mut requests, reply) = shop.bulk_create_products().timeout(PATIENCE).open();
    for _ in 0..behind {
        requests.send(nameless(100)).await?;
    }
    drop(requests);
    reply.await.and(Err(wrong("it had no end")))
}

async fn batch(shop: &ProductServiceClient) -> Result<()> {
    let (mut requests, mut replies) = shop.process_product_batch().timeout(PATIENCE).open();
    for step in 0..5 {
        let update = ProductUpdate { price: 1.0, ..Default::default() };
        let operation = match step {
            0 => Operation::Update(UpdateProductRequest {
                id: "p-2".to_owned(),
                update: Some(update),
                ..Default::default()
            }),
            _ => Operation::Delete(DeleteProductRequest { id: "p-none".to_owned(), ..Default::default() }),
        };
        let request = ProductBatchRequest { operation: Some(operation), ..Default::default() };
        if requests.send(request).await.is_err() {
            // The call has ended in the meantime; its replies tell how.
            replies.next().await?;
            return Err(wrong("a call that has ended in good order before its requests"));
        }
        replies.next().await?.ok_or_else(|| wrong("there is a reply to each"))?;
    }
    requests.finish();
    replies.next().await?.map_or(Ok(()), |_| Err(wrong("there are no more replies")))
}
