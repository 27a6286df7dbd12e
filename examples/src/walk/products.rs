//! The walk through `ProductService`: all four shapes of a call, an error and a deadline. Called by `walk`.

use std::time::Duration;

use protocall::{Code, Result, Status};

use super::paper::Paper;
use super::{WATCH, shown, soon};
use crate::ecommerce::v1::product_batch_request::Operation;
use crate::ecommerce::v1::product_batch_response::Result as Outcome;
use crate::ecommerce::v1::{
    CreateProductRequest, DeleteProductRequest, GetProductRequest, Inventory, ProductBatchRequest,
    ProductListRequest, ProductServiceClient, ProductUpdate, ProductWatchRequest, UpdateProductRequest,
};

/// What the walk makes is in a category of its own, where it finds it again.
const CATEGORY: &str = "walk";

const DEADLINE: Duration = Duration::from_millis(200);

pub(super) async fn walk(shop: &ProductServiceClient, paper: &mut Paper<'_>) -> Result<()> {
    let id = create(shop, paper).await?;
    read(shop, &id, paper).await?;
    let more = bulk_create(shop, paper).await?;
    list(shop, paper).await?;
    update_and_watch(shop, &id, paper).await?;
    batch(shop, &id, paper).await?;
    run_out_of_time(shop, &id, paper).await?;
    clear_away(shop, more.iter().chain([&id]), paper).await?;
    miss(shop, &id, paper).await
}

/// Unary: a message there, a message back.
async fn create(shop: &ProductServiceClient, paper: &mut Paper<'_>) -> Result<String> {
    let request =
        CreateProductRequest { tags: vec!["coffee".into(), "steel".into()], ..asked("Moka pot", 34.5) };
    let response = shop.create_product(request).await?;
    // Behind the first call: there is no walk to print where there is no shop.
    paper.heading("CreateProduct", "makes a product");
    paper.line(shown::product(response.product()));
    Ok(response.product.unwrap_or_default().id)
}

/// Unary, with metadata both ways.
async fn read(shop: &ProductServiceClient, id: &str, paper: &mut Paper<'_>) -> Result<()> {
    paper.heading("GetProduct", "finds it by its id");
    let request = GetProductRequest { id: id.to_owned(), ..Default::default() };
    let (product, reply) = shop.get_product(request).metadata("x-request-id", "walk-1").with_reply().await?;
    paper.line(shown::product(&product));
    if let Some(echo) = reply.headers.get("x-request-id") {
        paper.line(format_args!("the server echoes x-request-id: {echo}"));
    }
    Ok(())
}

/// Client streaming: many messages there, one back.
async fn bulk_create(shop: &ProductServiceClient, paper: &mut Paper<'_>) -> Result<Vec<String>> {
    paper.heading("BulkCreateProducts", "makes all that are sent, and refuses one without a name");
    let wanted = [("Coffee mill", 89.0), ("", 1.0), ("Milk jug", 14.2), ("Tea towel", 5.5)];
    let requests = wanted.into_iter().map(|(name, price)| asked(name, price));
    let response = shop.bulk_create_products().send_all(requests).await?;
    paper.line(format_args!("made {}", response.ids.join(", ")));
    for (position, reason) in &response.refused {
        paper.line(format_args!("refused request {position}: {reason}"));
    }
    Ok(response.ids)
}

/// Server streaming: one message there, many back; the token of the next page comes behind them, in the trailers.
async fn list(shop: &ProductServiceClient, paper: &mut Paper<'_>) -> Result<()> {
    paper.heading("ListProducts", "pages of three");
    let mut request =
        ProductListRequest { page_size: 3, category_filter: CATEGORY.into(), ..Default::default() };
    for page in 1.. {
        let mut products = shop.list_products(request.clone()).await?;
        paper.line(format_args!("page {page}"));
        while let Some(product) = products.next().await? {
            paper.line(shown::product(&product));
        }
        match products.trailers().and_then(|trailers| trailers.get("next-page-token")) {
            Some(token) if !token.is_empty() => request.page_token = token.to_owned(),
            _ => break,
        }
    }
    Ok(())
}

/// Server streaming that does not end by itself: dropping the stream tells the server that nobody watches any more.
async fn update_and_watch(shop: &ProductServiceClient, id: &str, paper: &mut Paper<'_>) -> Result<()> {
    let request = ProductWatchRequest { product_id: id.to_owned(), ..Default::default() };
    let mut events = shop.watch_product(request).timeout(WATCH).await?;
    let inventory = Inventory { quantity: 3, in_stock: true, ..Default::default() };
    let update = ProductUpdate {
        price: 29.9,
        update_inventory: true,
        inventory: Some(inventory),
        ..Default::default()
    };
    let request = UpdateProductRequest { id: id.to_owned(), update: Some(update), ..Default::default() };
    // Again if need be: not every server has the watcher on its list before it sends the headers.
    let (product, event) = loop {
        let product = shop.update_product(request.clone()).await?;
        if let Some(event) = soon(&mut events).await? {
            break (product, event);
        }
    };
    paper.heading("UpdateProduct", "a new price, and some in stock");
    paper.line(shown::product(&product));
    paper.heading("WatchProduct", "who watches is told of it");
    paper.line(shown::product_event(&event));
    Ok(())
}

/// Bidirectional: each request is sent when the answer to the one before is there.
async fn batch(shop: &ProductServiceClient, id: &str, paper: &mut Paper<'_>) -> Result<()> {
    paper.heading("ProcessProductBatch", "a conversation of several operations");
    let (mut requests, mut responses) = shop.process_product_batch().open();
    let update = ProductUpdate { name: "Moka pot XL".into(), ..Default::default() };
    let mut operations = vec![
        Operation::Delete(DeleteProductRequest { id: "p-none".into(), ..Default::default() }),
        Operation::Update(UpdateProductRequest { id: id.into(), update: Some(update), ..Default::default() }),
        Operation::Create(asked("Paper filters", 2.95)),
    ];
    while let Some(operation) = operations.pop() {
        requests.send(ProductBatchRequest { operation: Some(operation), ..Default::default() }).await?;
        let Some(response) = responses.next().await? else { break };
        match response.result {
            Some(Outcome::Product(product)) => {
                paper.line(shown::product(&product));
                if product.id != id {
                    let request = DeleteProductRequest { id: product.id, ..Default::default() };
                    operations.push(Operation::Delete(request));
                }
            }
            Some(Outcome::Deleted(_)) => paper.line("deleted"),
            Some(Outcome::Error(error)) => paper.line(format_args!("refused: {}", error.message)),
            None => paper.line("an answer that this client does not know"),
        }
    }
    requests.finish();
    while responses.next().await?.is_some() {}
    Ok(())
}

/// A deadline holds for streams, too.
async fn run_out_of_time(shop: &ProductServiceClient, id: &str, paper: &mut Paper<'_>) -> Result<()> {
    paper.heading("WatchProduct", "again, with a deadline in 200 ms");
    let request = ProductWatchRequest { product_id: id.to_owned(), ..Default::default() };
    let mut events = shop.watch_product(request).timeout(DEADLINE).open();
    loop {
        match events.next().await {
            Ok(Some(_)) => {}
            Ok(None) => return Err(Status::unknown("the server has ended a watch by itself")),
            Err(status) => return expected(Code::DeadlineExceeded, status, paper),
        }
    }
}

async fn clear_away(
    shop: &ProductServiceClient,
    ids: impl Iterator<Item = &String>,
    paper: &mut Paper<'_>,
) -> Result<()> {
    paper.heading("DeleteProduct", "leaves the shop as it was");
    for id in ids {
        shop.delete_product(DeleteProductRequest { id: id.clone(), ..Default::default() }).await?;
        paper.line(format_args!("deleted {id}"));
    }
    Ok(())
}

/// What goes wrong is a `Status`: a code to decide by, and a text to read.
async fn miss(shop: &ProductServiceClient, id: &str, paper: &mut Paper<'_>) -> Result<()> {
    paper.heading("GetProduct", "again, now that it is deleted");
    match shop.get_product(GetProductRequest { id: id.to_owned(), ..Default::default() }).await {
        Ok(_) => Err(Status::unknown(format!("the shop still has the product {id}"))),
        Err(status) => expected(Code::NotFound, status, paper),
    }
}

fn expected(code: Code, status: Status, paper: &mut Paper<'_>) -> Result<()> {
    if status.code() != code {
        return Err(status);
    }
    paper.line(status);
    Ok(())
}

fn asked(name: &str, price: f64) -> CreateProductRequest {
    CreateProductRequest {
        name: name.to_owned(),
        price,
        category_id: CATEGORY.to_owned(),
        ..Default::default()
    }
}
