//! The shop by REST, JSON over HTTP/1.1 and HTTP/2 on one port, as axum's users write it. Called by `main`.

use std::collections::HashMap;
use std::error::Error;
use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::serve::ListenerExt;
use axum::{Json, Router};
use tokio::net::TcpListener;

use crate::plain_product::Product;
use crate::sample_product::product;

struct Store {
    products: HashMap<String, Product>,
    created: AtomicU32,
}

pub(crate) async fn serve() -> Result<(), Box<dyn Error>> {
    let product = Product::from(product());
    let store =
        Store { products: HashMap::from([(product.id.clone(), product)]), created: AtomicU32::new(0) };
    let router = Router::new()
        .route("/products/{id}", get(get_product))
        .route("/products", post(create_product))
        .with_state(Arc::new(store));
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    writeln!(io::stdout(), "listening on {}", listener.local_addr()?)?;
    let listener = listener.tap_io(|stream| {
        // A connection without it is slower, and as good.
        let _ = stream.set_nodelay(true);
    });
    Ok(axum::serve(listener, router).await?)
}

async fn get_product(
    State(store): State<Arc<Store>>,
    Path(id): Path<String>,
) -> Result<Json<Product>, (StatusCode, String)> {
    let product = store.products.get(&id).cloned().map(Json);
    product.ok_or_else(|| (StatusCode::NOT_FOUND, format!("there is no product {id}")))
}

async fn create_product(
    State(store): State<Arc<Store>>,
    Json(mut product): Json<Product>,
) -> (StatusCode, Json<Product>) {
    product.id = format!("prod-{:08x}", store.created.fetch_add(1, Ordering::Relaxed));
    (StatusCode::CREATED, Json(product))
}
