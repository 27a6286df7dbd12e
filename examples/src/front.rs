//! What the shop does around each call, whatever it is about: a line for the operator, and what tests want to see.
//! `server` puts a [`Front`] before each desk.
//!
//! Tests of metadata and of cancellation need a server that shows what reached it. So this one sends
//! `x-request-id` and `x-trace-bin` back, in the headers and in the trailers, and tells with each product how many
//! callers watch at that moment.

use std::fmt;
use std::io::{self, Write};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{self, Poll, ready};
use std::time::Instant;

use protocall::well_known::Empty;
use protocall::{Code, Context, Metadata, MetadataValue, Result, Stream, Streaming};

use crate::ecommerce::v1::*;

const ECHOED: [&str; 2] = ["x-request-id", "x-trace-bin"];

/// Whether the server prints a line for each call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Log {
    /// A line for each call, on standard output.
    Lines,
    /// Nothing.
    Quiet,
}

/// A service, and what happens around its calls.
#[derive(Debug)]
pub(crate) struct Front<S> {
    pub(crate) service: S,
    pub(crate) log: Log,
    /// How many streams of events are open, in all services of the shop.
    pub(crate) watchers: Arc<AtomicUsize>,
}

impl<S: ProductService> ProductService for Front<S> {
    async fn get_product(&self, cx: &Context, request: GetProductRequest) -> Result<Product> {
        cx.set_trailer("x-live-watchers", self.watchers.load(Ordering::SeqCst).to_string())?;
        self.one(cx, self.service.get_product(cx, request)).await
    }

    async fn create_product(
        &self,
        cx: &Context,
        request: CreateProductRequest,
    ) -> Result<CreateProductResponse> {
        self.one(cx, self.service.create_product(cx, request)).await
    }

    async fn update_product(&self, cx: &Context, request: UpdateProductRequest) -> Result<Product> {
        self.one(cx, self.service.update_product(cx, request)).await
    }

    async fn delete_product(&self, cx: &Context, request: DeleteProductRequest) -> Result<Empty> {
        self.one(cx, self.service.delete_product(cx, request)).await
    }

    async fn list_products(
        &self,
        cx: &Context,
        request: ProductListRequest,
    ) -> Result<impl Stream<Item = Result<Product>>> {
        self.many(cx, self.service.list_products(cx, request)).await
    }

    async fn watch_product(
        &self,
        cx: &Context,
        request: ProductWatchRequest,
    ) -> Result<impl Stream<Item = Result<ProductEvent>>> {
        self.watch(cx, self.service.watch_product(cx, request)).await
    }

    async fn bulk_create_products(
        &self,
        cx: &Context,
        requests: Streaming<CreateProductRequest>,
    ) -> Result<BulkCreateResponse> {
        self.one(cx, self.service.bulk_create_products(cx, requests)).await
    }

    async fn process_product_batch(
        &self,
        cx: &Context,
        requests: Streaming<ProductBatchRequest>,
    ) -> Result<impl Stream<Item = Result<ProductBatchResponse>>> {
        self.many(cx, self.service.process_product_batch(cx, requests)).await
    }
}

impl<S: OrderService> OrderService for Front<S> {
    async fn create_order(&self, cx: &Context, request: CreateOrderRequest) -> Result<Order> {
        self.one(cx, self.service.create_order(cx, request)).await
    }

    async fn get_order(&self, cx: &Context, request: GetOrderRequest) -> Result<Order> {
        self.one(cx, self.service.get_order(cx, request)).await
    }

    async fn list_orders(
        &self,
        cx: &Context,
        request: ListOrdersRequest,
    ) -> Result<impl Stream<Item = Result<Order>>> {
        self.many(cx, self.service.list_orders(cx, request)).await
    }

    async fn update_order_status(&self, cx: &Context, request: UpdateOrderStatusRequest) -> Result<Order> {
        self.one(cx, self.service.update_order_status(cx, request)).await
    }

    async fn stream_order_events(
        &self,
        cx: &Context,
        request: Empty,
    ) -> Result<impl Stream<Item = Result<OrderEvent>>> {
        self.watch(cx, self.service.stream_order_events(cx, request)).await
    }
}

impl<S> Front<S> {
    /// A call with one reply.
    async fn one<T>(&self, cx: &Context, handler: impl Future<Output = Result<T>>) -> Result<T> {
        echo(cx);
        let mut visit = Visit::begin(cx, self.log);
        let outcome = handler.await;
        visit.end(&outcome);
        outcome
    }

    /// A call with many replies: it is over when the stream is.
    async fn many<'a, T>(
        &self,
        cx: &'a Context,
        handler: impl Future<Output = Result<T>>,
    ) -> Result<Replies<'a, T>> {
        echo(cx);
        let mut visit = Visit::begin(cx, self.log);
        let outcome = handler.await;
        if outcome.is_err() {
            visit.end(&outcome);
        }
        Ok(Replies { stream: Box::pin(outcome?), visit, watching: None })
    }

    /// As [`Front::many`], for a stream that lasts until the caller leaves.
    async fn watch<'a, T>(
        &self,
        cx: &'a Context,
        handler: impl Future<Output = Result<T>>,
    ) -> Result<Replies<'a, T>> {
        let mut replies = self.many(cx, handler).await?;
        self.watchers.fetch_add(1, Ordering::SeqCst);
        replies.watching = Some(Watching(Arc::clone(&self.watchers)));
        Ok(replies)
    }
}

/// The replies of a desk on their way out.
struct Replies<'a, T> {
    stream: Pin<Box<T>>,
    visit: Visit<'a>,
    watching: Option<Watching>,
}

impl<T, R> Stream for Replies<'_, T>
where
    T: Stream<Item = Result<R>>,
{
    type Item = Result<R>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<Option<Result<R>>> {
        let item = ready!(self.stream.as_mut().poll_next(cx));
        match &item {
            None => self.visit.end(&Ok(())),
            Some(outcome @ Err(_)) => self.visit.end(outcome),
            Some(Ok(_)) => {}
        }
        Poll::Ready(item)
    }
}

/// Counts a watcher until it is dropped, which is when the caller leaves, its deadline passes or the stream ends.
struct Watching(Arc<AtomicUsize>);

impl Drop for Watching {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

/// A call from its beginning to its end: prints its line when it is dropped.
struct Visit<'a> {
    cx: &'a Context,
    log: Log,
    begun: Instant,
    outcome: Option<Code>,
}

impl<'a> Visit<'a> {
    fn begin(cx: &'a Context, log: Log) -> Self {
        Self { cx, log, begun: Instant::now(), outcome: None }
    }

    fn end<T>(&mut self, outcome: &Result<T>) {
        self.outcome = Some(outcome.as_ref().err().map_or(Code::Ok, |status| status.code()));
    }
}

impl fmt::Display for Visit<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let outcome = match self.outcome {
            Some(code) => code.name(),
            // A handler is dropped where it stands when nobody waits for it any more.
            None if self.cx.time_left().is_some_and(|left| left.is_zero()) => "DEADLINE_EXCEEDED",
            None => "CANCELLED",
        };
        let (method, peer, took) = (self.cx.method().name(), self.cx.peer(), self.begun.elapsed());
        write!(f, "{method:<20} {outcome:<20} {peer:<22} {took:.1?}")
    }
}

impl Drop for Visit<'_> {
    fn drop(&mut self) {
        if self.log == Log::Lines {
            // A closed pipe is no reason to stop serving.
            let _ = writeln!(io::stdout(), "{self}");
        }
    }
}

fn echo(cx: &Context) {
    for name in ECHOED {
        for value in cx.metadata().get_all(name) {
            cx.headers(|headers| append(headers, name, &value));
            cx.trailers(|trailers| append(trailers, name, &value));
        }
    }
}

fn append(metadata: &mut Metadata, name: &str, value: &MetadataValue<'_>) {
    // A peer may send text that is not ASCII, which may not be sent back: the call is worth more than its echo.
    let _ = match value {
        MetadataValue::Ascii(text) => metadata.append(name, text),
        MetadataValue::Binary(bytes) => metadata.append_bin(name, bytes),
    };
}
