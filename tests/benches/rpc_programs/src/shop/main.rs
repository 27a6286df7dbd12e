//! The shop of the bench `rest`, by gRPC and by REST, in one program: `shop serve grpc` and `shop serve rest` print where they
//! listen.

mod grpc;
#[path = "../../../rest/plain_product.rs"]
mod plain_product;
mod rest;
#[path = "../../../codec/sample_product.rs"]
mod sample_product;

use std::error::Error;

/// Our messages and server.
mod ours {
    protocall::include_proto!(
        ["../proto/rest.proto", "../../../examples/proto/ecommerce/v1/product.proto"],
        include = ["../proto", "../../../examples/proto"],
        client = false,
    );
    pub(crate) use ecommerce::v1 as shop;
}

#[protocall::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words[..] {
        ["serve", "grpc"] => grpc::serve().await,
        ["serve", "rest"] => rest::serve().await,
        _ => Err(format!("unknown arguments {words:?}").into()),
    }
}
