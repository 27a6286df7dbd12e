//! The shop by gRPC, as our users write it. Called by `main`.

use std::collections::HashMap;
use std::error::Error;
use std::io::{self, Write};
use std::sync::atomic::{AtomicU32, Ordering};

use protocall::{Context, Result, Server, Status};

use crate::ours::rest::v1::{Shop, ShopServer};
use crate::ours::shop::{GetProductRequest, Product};
use crate::sample_product::product;

pub(crate) async fn serve() -> Result<(), Box<dyn Error>> {
    let product = product();
    let store =
        Store { products: HashMap::from([(product.id.clone(), product)]), created: AtomicU32::new(0) };
    let server = Server::new().service(ShopServer::new(store)).bind("127.0.0.1:0").await?;
    writeln!(io::stdout(), "listening on {}", server.address())?;
    Ok(server.serve().await?)
}

struct Store {
    products: HashMap<String, Product>,
    created: AtomicU32,
}

impl Shop for Store {
    async fn get_product(&self, _: &Context, request: GetProductRequest) -> Result<Product> {
        let product = self.products.get(&request.id);
        product.cloned().ok_or_else(|| Status::not_found(format!("there is no product {}", request.id)))
    }

    async fn create_product(&self, _: &Context, mut product: Product) -> Result<Product> {
        product.id = format!("prod-{:08x}", self.created.fetch_add(1, Ordering::Relaxed));
        Ok(product)
    }
}
