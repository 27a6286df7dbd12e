//! tonic's server, as its users write one. Called by `main`.

use std::error::Error;
use std::pin::Pin;

use tokio::net::TcpListener;
use tokio_stream::{Stream, StreamExt, iter};
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;
use tonic::{Request, Response, Status, Streaming};

use crate::messages::ecommerce::v1::Product;
use crate::messages::rpc::v1::bench_server::{Bench, BenchServer};
use crate::messages::rpc::v1::{Large, Received, Small, Wanted};
use crate::sample::{large, small};

pub(crate) async fn serve(listener: TcpListener, window: Option<u32>) -> Result<(), Box<dyn Error>> {
    Server::builder()
        .initial_stream_window_size(window)
        .initial_connection_window_size(window)
        .add_service(BenchServer::new(Service))
        .serve_with_incoming(TcpIncoming::from(listener).with_nodelay(Some(true)))
        .await?;
    Ok(())
}

struct Service;

type Replies<M> = Pin<Box<dyn Stream<Item = Result<M, Status>> + Send>>;

#[tonic::async_trait]
impl Bench for Service {
    async fn tiny(&self, request: Request<Small>) -> Result<Response<Small>, Status> {
        let mut small = request.into_inner();
        small.a += 1;
        small.b += 1;
        Ok(Response::new(small))
    }

    async fn reprice(&self, request: Request<Product>) -> Result<Response<Product>, Status> {
        let mut product = request.into_inner();
        product.price += 1.0;
        Ok(Response::new(product))
    }

    type DownSmallStream = Replies<Small>;

    async fn down_small(&self, wanted: Request<Wanted>) -> Result<Response<Replies<Small>>, Status> {
        let count = wanted.into_inner().count;
        Ok(Response::new(Box::pin(iter((0..count).map(|number| Ok(small(number)))))))
    }

    type DownLargeStream = Replies<Large>;

    async fn down_large(&self, wanted: Request<Wanted>) -> Result<Response<Replies<Large>>, Status> {
        let Wanted { count, size } = wanted.into_inner();
        Ok(Response::new(Box::pin(iter((0..count).map(move |_| Ok(large(size as usize)))))))
    }

    async fn up_small(&self, requests: Request<Streaming<Small>>) -> Result<Response<Received>, Status> {
        let mut requests = requests.into_inner();
        let mut received = Received::default();
        while let Some(small) = requests.message().await? {
            received.count += 1;
            received.bytes += small.text.len() as i64;
        }
        Ok(Response::new(received))
    }

    async fn up_large(&self, requests: Request<Streaming<Large>>) -> Result<Response<Received>, Status> {
        let mut requests = requests.into_inner();
        let mut received = Received::default();
        while let Some(large) = requests.message().await? {
            received.count += 1;
            received.bytes += large.data.len() as i64;
        }
        Ok(Response::new(received))
    }

    type EchoStream = Replies<Small>;

    async fn echo(&self, requests: Request<Streaming<Small>>) -> Result<Response<Replies<Small>>, Status> {
        Ok(Response::new(Box::pin(requests.into_inner().map(|small| small))))
    }
}
