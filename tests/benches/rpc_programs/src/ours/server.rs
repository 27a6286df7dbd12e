//! Our server, as our users write one. Called by `main`.

use std::error::Error;
use std::io::{self, Write};

use protocall::{Context, Result, Server, Stream, Streaming, produce};

use crate::sample::small;
use crate::schema::ecommerce::v1::Product;
use crate::schema::rpc::v1::{Bench, BenchServer, Large, Received, Small, Wanted};

pub(crate) async fn serve() -> Result<(), Box<dyn Error>> {
    let server = Server::new().service(BenchServer::new(Service)).bind("127.0.0.1:0").await?;
    writeln!(io::stdout(), "listening on {}", server.address())?;
    Ok(server.serve().await?)
}

/// A message of bytes that are made for it, as most are.
pub(crate) fn large(size: usize) -> Large {
    Large { data: vec![7; size].into(), ..Default::default() }
}

struct Service;

impl Bench for Service {
    async fn tiny(&self, _: &Context, mut small: Small) -> Result<Small> {
        small.a += 1;
        small.b += 1;
        Ok(small)
    }

    async fn reprice(&self, _: &Context, mut product: Product) -> Result<Product> {
        product.price += 1.0;
        Ok(product)
    }

    async fn down_small(&self, _: &Context, wanted: Wanted) -> Result<impl Stream<Item = Result<Small>>> {
        Ok(protocall::stream::iter((0..wanted.count).map(small)))
    }

    async fn down_large(&self, _: &Context, wanted: Wanted) -> Result<impl Stream<Item = Result<Large>>> {
        Ok(protocall::stream::iter((0..wanted.count).map(move |_| large(wanted.size as usize))))
    }

    async fn up_small(&self, _: &Context, mut requests: Streaming<Small>) -> Result<Received> {
        let mut received = Received::default();
        while let Some(small) = requests.next().await? {
            received.count += 1;
            received.bytes += small.text.len() as i64;
        }
        Ok(received)
    }

    async fn up_large(&self, _: &Context, mut requests: Streaming<Large>) -> Result<Received> {
        let mut received = Received::default();
        while let Some(large) = requests.next().await? {
            received.count += 1;
            received.bytes += large.data.len() as i64;
        }
        Ok(received)
    }

    async fn echo(
        &self,
        _: &Context,
        mut requests: Streaming<Small>,
    ) -> Result<impl Stream<Item = Result<Small>>> {
        Ok(produce(async move |out| {
            while let Some(small) = requests.next().await? {
                out.send(small).await?;
            }
            Ok(())
        }))
    }
}
