//! hyper's HTTP/2 server with a handler that does what a gRPC call needs and no more, on prost's codec: the limit for
//! whatever stands on hyper in the ordinary way. Two methods only. Called by `main`.

use std::convert::Infallible;
use std::error::Error;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::{Buf, BufMut, Bytes, BytesMut};
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, Request, Response};
use http_body::{Body, Frame};
use hyper::body::Incoming;
use hyper::server::conn::http2::Builder;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use prost::Message;
use tokio::net::TcpListener;

use crate::messages::ecommerce::v1::Product;
use crate::messages::rpc::v1::Small;

const PREFIX: usize = 5;

pub(crate) async fn serve(listener: TcpListener) -> Result<(), Box<dyn Error>> {
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        tokio::spawn(async move {
            let connection = Builder::new(TokioExecutor::new());
            // A connection that breaks is its client's affair.
            let _ = connection.serve_connection(TokioIo::new(stream), service_fn(answer)).await;
        });
    }
}

async fn answer(request: Request<Incoming>) -> Result<Response<Reply>, Box<dyn Error + Send + Sync>> {
    let product = request.uri().path().ends_with("/Reprice");
    let message = only_message(request.into_body()).await?;
    let reply = if product {
        let mut product = Product::decode(message)?;
        product.price += 1.0;
        frame(&product)?
    } else {
        let mut small = Small::decode(message)?;
        small.a += 1;
        small.b += 1;
        frame(&small)?
    };
    let mut response = Response::new(Reply::Message(reply));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/grpc"));
    Ok(response)
}

async fn only_message(mut body: Incoming) -> Result<Bytes, Box<dyn Error + Send + Sync>> {
    let mut whole = Bytes::new();
    while let Some(frame) = poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await {
        let Ok(data) = frame?.into_data() else { continue };
        whole = if whole.is_empty() { data } else { [whole, data].concat().into() };
    }
    if whole.len() < PREFIX {
        return Err("no message".into());
    }
    whole.advance(PREFIX);
    Ok(whole)
}

/// A message behind its prefix.
fn frame(message: &impl Message) -> Result<Bytes, Box<dyn Error + Send + Sync>> {
    let length = message.encoded_len();
    let mut frame = BytesMut::with_capacity(PREFIX + length);
    frame.put_u8(0);
    frame.put_u32(u32::try_from(length)?);
    message.encode(&mut frame)?;
    Ok(frame.freeze())
}

/// What is left of an answer.
enum Reply {
    Message(Bytes),
    Trailers,
    Nothing,
}

impl Body for Reply {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let (frame, rest) = match std::mem::replace(&mut *self, Self::Nothing) {
            Self::Message(message) => (Some(Ok(Frame::data(message))), Self::Trailers),
            Self::Trailers => {
                let mut trailers = HeaderMap::with_capacity(1);
                trailers.insert("grpc-status", HeaderValue::from_static("0"));
                (Some(Ok(Frame::trailers(trailers))), Self::Nothing)
            }
            Self::Nothing => (None, Self::Nothing),
        };
        *self = rest;
        Poll::Ready(frame)
    }
}
