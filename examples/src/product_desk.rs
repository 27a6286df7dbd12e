//! `ProductService`: from requests to the catalogue and back. Served by `server`.

use protocall::well_known::Empty;
use protocall::{Context, Result, Status, Stream, Streaming, produce, stream};

use crate::catalogue::Catalogue;
use crate::ecommerce::v1::product_batch_request::Operation;
use crate::ecommerce::v1::product_batch_response::Result as Outcome;
use crate::ecommerce::v1::{
    BatchError, BulkCreateResponse, CreateProductRequest, CreateProductResponse, DeleteProductRequest,
    GetProductRequest, Inventory, Product, ProductBatchRequest, ProductBatchResponse, ProductEvent,
    ProductListRequest, ProductService, ProductUpdate, ProductWatchRequest, UpdateProductRequest,
};
use crate::feed;

/// Answers for the catalogue.
#[derive(Debug, Default)]
pub struct ProductDesk {
    catalogue: Catalogue,
}

impl ProductService for ProductDesk {
    async fn get_product(&self, _: &Context, request: GetProductRequest) -> Result<Product> {
        self.catalogue.get(&request.id)
    }

    async fn create_product(
        &self,
        _: &Context,
        request: CreateProductRequest,
    ) -> Result<CreateProductResponse> {
        let product = self.catalogue.create(request)?;
        let message = format!("created {}", product.id);
        Ok(CreateProductResponse { product: Some(product), message, ..Default::default() })
    }

    async fn update_product(&self, _: &Context, request: UpdateProductRequest) -> Result<Product> {
        self.catalogue.update(request)
    }

    async fn delete_product(&self, _: &Context, request: DeleteProductRequest) -> Result<Empty> {
        self.catalogue.delete(&request.id)?;
        Ok(Empty::default())
    }

    async fn list_products(
        &self,
        cx: &Context,
        request: ProductListRequest,
    ) -> Result<impl Stream<Item = Result<Product>>> {
        let (products, next) = self.catalogue.page(&request)?;
        if let Some(token) = next {
            cx.set_trailer("next-page-token", token)?;
        }
        Ok(stream::iter(products))
    }

    async fn watch_product(
        &self,
        cx: &Context,
        request: ProductWatchRequest,
    ) -> Result<impl Stream<Item = Result<ProductEvent>>> {
        let changes = self.catalogue.watch(&request.product_id)?;
        // A caller that has the headers knows that it will miss nothing from here on.
        cx.flush_headers();
        Ok(feed::events(changes))
    }

    async fn bulk_create_products(
        &self,
        _: &Context,
        mut requests: Streaming<CreateProductRequest>,
    ) -> Result<BulkCreateResponse> {
        let mut response = BulkCreateResponse::default();
        let mut position = 0;
        while let Some(request) = requests.next().await? {
            match self.catalogue.create(request) {
                Ok(product) => response.ids.push(product.id),
                Err(refusal) => {
                    response.refused.insert(position, refusal.message().to_owned());
                }
            }
            position += 1;
        }
        Ok(response)
    }

    async fn process_product_batch(
        &self,
        _: &Context,
        mut requests: Streaming<ProductBatchRequest>,
    ) -> Result<impl Stream<Item = Result<ProductBatchResponse>>> {
        Ok(produce(async move |out| {
            while let Some(request) = requests.next().await? {
                let outcome = self.process(request).unwrap_or_else(|refusal| Outcome::Error(told(&refusal)));
                out.send(ProductBatchResponse { result: Some(outcome), ..Default::default() }).await?;
            }
            Ok(())
        }))
    }
}

impl ProductDesk {
    /// A desk with the three products that every new shop has.
    ///
    /// # Errors
    /// None at present: the three keep the catalogue's rules.
    pub fn stocked() -> Result<Self> {
        let desk = Self::default();
        for (name, price, category, tags, quantity) in [
            ("Teapot", 24.5, "kitchen", ["tea", "stoneware"], 12),
            ("Notebook", 7.9, "stationery", ["paper", "ruled"], 140),
            ("Desk lamp", 59.0, "lighting", ["led", "brass"], 5),
        ] {
            let product = desk.catalogue.create(CreateProductRequest {
                name: name.into(),
                price,
                category_id: category.into(),
                tags: tags.map(String::from).into(),
                ..Default::default()
            })?;
            let inventory = Inventory {
                quantity,
                in_stock: true,
                warehouse_location: "A-1".into(),
                ..Default::default()
            };
            let update =
                ProductUpdate { update_inventory: true, inventory: Some(inventory), ..Default::default() };
            let request = UpdateProductRequest { id: product.id, update: Some(update), ..Default::default() };
            desk.catalogue.update(request)?;
        }
        Ok(desk)
    }

    fn process(&self, request: ProductBatchRequest) -> Result<Outcome> {
        match request.operation {
            Some(Operation::Create(request)) => self.catalogue.create(request).map(Outcome::Product),
            Some(Operation::Update(request)) => self.catalogue.update(request).map(Outcome::Product),
            Some(Operation::Delete(request)) => {
                self.catalogue.delete(&request.id)?;
                Ok(Outcome::Deleted(Empty::default()))
            }
            None => Err(Status::invalid_argument("a request of a batch needs an operation")),
        }
    }
}

/// A refusal as a message: the stream goes on behind it.
fn told(refusal: &Status) -> BatchError {
    let code = refusal.code().into();
    BatchError { code, message: refusal.message().to_owned(), ..Default::default() }
}
