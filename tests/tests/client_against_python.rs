//! Generated clients against Python's grpcio (`tests/peers/shop_service.py`): every method in its shape, metadata both
//! ways, deadlines and cancellation that the server notices, error texts, lost connections.

use std::future::IntoFuture;
use std::time::{Duration, Instant};

use protocall::well_known::Empty;
use protocall::{Code, Result};
use protocall_tests::peer;
use protocall_tests::program::Running;
use protocall_tests::shop::order::Status as OrderStatus;
use protocall_tests::shop::product_batch_request::Operation;
use protocall_tests::shop::product_batch_response::Result as BatchResult;
use protocall_tests::shop::product_event::EventType;
use protocall_tests::shop::*;

/// Far above what any call takes: it turns a client that hangs into a failure.
const PATIENCE: Duration = Duration::from_secs(30);

struct Shop {
    /// Kept alive for the time of the test.
    server: Running,
    products: ProductServiceClient,
    orders: OrderServiceClient,
}

fn shop() -> Shop {
    let server = peer::shop_service();
    let target = format!("http://{}", server.address);
    let products = ProductServiceClient::connect(&target).build().expect("a sound target");
    let orders = OrderServiceClient::connect(&target).build().expect("a sound target");
    Shop { server, products, orders }
}

fn get(id: &str) -> GetProductRequest {
    GetProductRequest { id: id.to_owned(), ..Default::default() }
}

fn create(name: &str) -> CreateProductRequest {
    CreateProductRequest { name: name.to_owned(), price: 1.5, ..Default::default() }
}

fn rename(id: &str, name: &str) -> UpdateProductRequest {
    let update = ProductUpdate { name: name.to_owned(), ..Default::default() };
    UpdateProductRequest { id: id.to_owned(), update: Some(update), ..Default::default() }
}

fn batch(operation: Operation) -> ProductBatchRequest {
    ProductBatchRequest { operation: Some(operation), ..Default::default() }
}

impl Shop {
    /// A number that the server tells in the trailers of GetProduct.
    async fn told(&self, name: &str) -> u32 {
        let (_, reply) = self.products.get_product(get("p-1")).with_reply().await.expect("p-1 is there");
        let told = reply.trailers.get(name).unwrap_or_else(|| panic!("no {name} in {:?}", reply.trailers));
        told.parse().unwrap_or_else(|_| panic!("{name} is {told:?}"))
    }

    /// Waits for the server, which learns of what we did in its own time.
    async fn until_told(&self, name: &str, wanted: u32) {
        let end = Instant::now() + PATIENCE;
        while self.told(name).await != wanted {
            assert!(Instant::now() < end, "{name} never became {wanted}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

#[tokio::test]
async fn unary_methods_of_products() -> Result<()> {
    let shop = shop();
    let created = shop.products.create_product(create("Löffel ☕")).await?;
    let product = created.product.expect("a created product");
    assert_eq!(shop.products.get_product(get(&product.id)).await?, product);
    let renamed = shop.products.update_product(rename(&product.id, "Gabel")).await?;
    assert_eq!((&*renamed.name, renamed.price), ("Gabel", 1.5));
    let delete = DeleteProductRequest { id: product.id.clone(), ..Default::default() };
    assert_eq!(shop.products.delete_product(delete).await?, Empty::default());
    let gone = shop.products.get_product(get(&product.id)).await.expect_err("it is deleted");
    assert_eq!(gone.code(), Code::NotFound);
    Ok(())
}

#[tokio::test]
async fn unary_methods_of_orders() -> Result<()> {
    let shop = shop();
    let item = OrderItem { product_id: "p-1".into(), quantity: 3, unit_price: 2.5, ..Default::default() };
    let request = CreateOrderRequest { items: vec![item.clone()], ..Default::default() };
    let order = shop.orders.create_order(request).await?;
    assert_eq!((order.total_amount, order.status, &order.items), (7.5, OrderStatus::Pending, &vec![item]));
    assert_eq!(shop.orders.get_order(GetOrderRequest { id: order.id, ..Default::default() }).await?, order);
    let change = |status| UpdateOrderStatusRequest { id: order.id, status, ..Default::default() };
    let refused =
        shop.orders.update_order_status(change(OrderStatus::Delivered)).await.expect_err("too early");
    assert_eq!(refused.code(), Code::FailedPrecondition);
    let changed = shop.orders.update_order_status(change(OrderStatus::Processing)).await?;
    assert_eq!(changed.status, OrderStatus::Processing);
    Ok(())
}

#[tokio::test]
async fn server_streams_end_with_their_trailers() -> Result<()> {
    let shop = shop();
    let request = ProductListRequest { page_size: 2, ..Default::default() };
    let mut page = shop.products.list_products(request).await?;
    let mut ids = Vec::new();
    while let Some(product) = page.next().await? {
        ids.push(product.id);
    }
    assert_eq!(ids, ["p-1", "p-2"]);
    let token = page.trailers().and_then(|trailers| trailers.get("next-page-token")).expect("a next page");
    let request = ProductListRequest { page_size: 2, page_token: token.to_owned(), ..Default::default() };
    let mut page = shop.products.list_products(request).await?;
    assert_eq!(page.next().await?.expect("a third product").id, "p-3");
    assert_eq!(page.next().await?, None);

    let mut orders = shop.orders.list_orders(ListOrdersRequest::default()).await?;
    assert_eq!(orders.next().await?, None);
    Ok(())
}

#[tokio::test]
async fn a_client_stream_is_answered_once() -> Result<()> {
    let shop = shop();
    let (mut requests, reply) = shop.products.bulk_create_products().open();
    for name in ["first", "", "third"] {
        requests.send(create(name)).await?;
    }
    requests.finish();
    let reply = reply.await?;
    assert_eq!(reply.ids.len(), 2);
    assert_eq!(reply.refused.keys().collect::<Vec<_>>(), [&1]);
    Ok(())
}

#[tokio::test]
async fn a_large_client_stream_arrives_whole() -> Result<()> {
    let shop = shop();
    let (mut requests, reply) = shop.products.bulk_create_products().open();
    let all = async {
        for number in 0..3000 {
            requests.send(create(&format!("n{number}"))).await?;
        }
        requests.finish();
        reply.await
    };
    let reply =
        tokio::time::timeout(PATIENCE, all).await.expect("sending goes on while no one awaits the reply")?;
    assert_eq!(reply.ids.len(), 3000);
    let request = ProductListRequest { page_size: 1000, ..Default::default() };
    let mut page = shop.products.list_products(request).await?;
    let mut count = 0;
    while page.next().await?.is_some() {
        count += 1;
    }
    assert_eq!(count, 1000);
    Ok(())
}

#[tokio::test]
async fn a_bidirectional_stream_answers_each_request_in_turn() -> Result<()> {
    let shop = shop();
    let (mut requests, mut answers) = shop.products.process_product_batch().open();
    let mut made = String::new();
    for name in ["a", "", "c"] {
        requests.send(batch(Operation::Create(create(name)))).await?;
        match answers.next().await?.and_then(|answer| answer.result) {
            Some(BatchResult::Product(product)) => made = product.id,
            Some(BatchResult::Error(error)) => assert_eq!((error.code, name), (3, "")),
            other => panic!("answer {other:?} to {name:?}"),
        }
    }
    requests.send(batch(Operation::Delete(DeleteProductRequest { id: made, ..Default::default() }))).await?;
    let answer = answers.next().await?.expect("an answer");
    assert_eq!(answer.result, Some(BatchResult::Deleted(Empty::default())));
    requests.finish();
    assert_eq!(answers.next().await?, None);
    Ok(())
}

#[tokio::test]
async fn a_watcher_hears_of_changes_until_it_is_dropped() -> Result<()> {
    let shop = shop();
    let request = ProductWatchRequest { product_id: "p-2".into(), ..Default::default() };
    let mut events = shop.products.watch_product(request).await?;
    shop.until_told("x-live-watchers", 1).await;
    shop.products.update_product(rename("p-2", "Mug")).await?;
    let event = events.next().await?.expect("an event");
    assert_eq!((&*event.product_id, event.r#type), ("p-2", EventType::Updated));
    drop(events);
    shop.until_told("x-live-watchers", 0).await;
    Ok(())
}

#[tokio::test]
async fn order_events_come_as_statuses_change() -> Result<()> {
    let shop = shop();
    let order = shop.orders.create_order(CreateOrderRequest::default()).await?;
    let mut events = shop.orders.stream_order_events(Empty::default()).await?;
    shop.until_told("x-live-watchers", 1).await;
    let status = OrderStatus::Cancelled;
    shop.orders
        .update_order_status(UpdateOrderStatusRequest { id: order.id, status, ..Default::default() })
        .await?;
    let event = events.next().await?.expect("an event");
    assert_eq!((event.order_id, event.previous, event.current), (order.id, OrderStatus::Pending, status));
    Ok(())
}

#[tokio::test]
async fn metadata_goes_both_ways() -> Result<()> {
    let shop = shop();
    let bytes: Vec<u8> = (0..=255).collect();
    let call = shop.products.get_product(get("p-1")).metadata("x-request-id", "one, two");
    let (_, reply) = call.metadata_bin("x-trace-bin", &bytes).with_reply().await?;
    for metadata in [&reply.headers, &reply.trailers] {
        assert_eq!(metadata.get("x-request-id"), Some("one, two"));
        assert_eq!(metadata.get_bin("x-trace-bin").as_deref(), Some(&*bytes));
    }

    let request = ProductListRequest { page_size: 1, ..Default::default() };
    let mut page = shop.products.list_products(request).metadata_bin("x-trace-bin", &bytes).await?;
    assert_eq!(page.headers().await?.get_bin("x-trace-bin").as_deref(), Some(&*bytes));
    while page.next().await?.is_some() {}
    let trailers = page.trailers().expect("the stream has ended");
    assert_eq!(trailers.get_bin("x-trace-bin").as_deref(), Some(&*bytes));
    Ok(())
}

#[tokio::test]
async fn metadata_of_an_error_comes_with_its_status() {
    let shop = shop();
    let call = shop.products.get_product(get("missing")).metadata("x-request-id", "seven");
    let status = call.await.expect_err("it is missing");
    assert_eq!(status.metadata().get("x-request-id"), Some("seven"));
}

#[tokio::test]
async fn an_error_message_keeps_its_letters() {
    let shop = shop();
    for id in ["müsli-☃", "100%", "🦀 %41", "a\nb"] {
        let status = shop.products.get_product(get(id)).await.expect_err("no such product");
        assert_eq!((status.code(), status.message()), (Code::NotFound, &*format!("product {id} not found")));
    }
}

#[tokio::test]
async fn an_expired_deadline_ends_the_call_on_both_sides() {
    let shop = shop();
    let started = Instant::now();
    let call = shop.products.get_product(get("slow")).timeout(Duration::from_millis(300));
    let status = call.await.expect_err("it takes five seconds");
    assert_eq!(status.code(), Code::DeadlineExceeded);
    assert!((200..2000).contains(&started.elapsed().as_millis()), "took {:?}", started.elapsed());
    shop.until_told("x-cancelled-calls", 1).await;
}

#[tokio::test]
async fn an_expired_deadline_ends_a_stream_too() -> Result<()> {
    let shop = shop();
    let started = Instant::now();
    let call = shop.orders.stream_order_events(Empty::default());
    let mut events = call.timeout(Duration::from_millis(300)).await?;
    let status = events.next().await.expect_err("nothing happens");
    assert_eq!(status.code(), Code::DeadlineExceeded);
    assert!((200..2000).contains(&started.elapsed().as_millis()), "took {:?}", started.elapsed());
    shop.until_told("x-live-watchers", 0).await;
    Ok(())
}

#[tokio::test]
async fn a_dropped_call_is_cancelled_on_the_server() {
    let shop = shop();
    let call = shop.products.get_product(get("slow")).into_future();
    assert!(tokio::time::timeout(Duration::from_millis(300), call).await.is_err(), "it takes five seconds");
    shop.until_told("x-cancelled-calls", 1).await;
}

#[tokio::test]
async fn a_reply_over_the_limit_is_refused_by_us() {
    let shop = shop();
    let mut request = create("long");
    request.description = "x".repeat(2000);
    let call = shop.products.create_product(request).max_receive_message_size(1000);
    assert_eq!(call.await.expect_err("the reply is too long").code(), Code::ResourceExhausted);
    assert!(shop.products.get_product(get("p-1")).await.is_ok());
}

#[tokio::test]
async fn a_request_over_the_servers_limit_is_refused_by_it() {
    let shop = shop();
    let mut request = create("long");
    request.description = "x".repeat(4 * 1024 * 1024);
    let status = shop.products.create_product(request).await.expect_err("the request is too long");
    assert_eq!(status.code(), Code::ResourceExhausted);
    assert!(shop.products.get_product(get("p-1")).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn one_client_makes_many_calls_at_once() {
    let shop = shop();
    let calls: Vec<_> = (0..300)
        .map(|number| {
            let products = shop.products.clone();
            tokio::spawn(async move {
                let id = format!("missing-{number}");
                let status = products.get_product(get(&id)).await.expect_err("no such product");
                assert_eq!(status.message(), format!("product {id} not found"));
            })
        })
        .collect();
    for call in calls {
        call.await.expect("every call gets its own answer");
    }
}

#[tokio::test]
async fn a_lost_server_is_unavailable_and_found_again() {
    let Shop { server, products, .. } = shop();
    assert!(products.get_product(get("p-1")).await.is_ok());
    let address = server.address.clone();
    drop(server);
    let status = products.get_product(get("p-1")).await.expect_err("the server is gone");
    assert_eq!(status.code(), Code::Unavailable);

    let (_, port) = address.rsplit_once(':').expect("an address has a port");
    let _server = peer::shop_service_at(port);
    let end = Instant::now() + PATIENCE;
    while let Err(status) = products.get_product(get("p-1")).await {
        assert!(Instant::now() < end, "never found again: {status}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
