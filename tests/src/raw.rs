//! Peers that speak HTTP/2 and no gRPC: every header, frame and reset is in the hands of the test.

use std::future::poll_fn;
use std::net::SocketAddr;

use bytes::Bytes;
use h2::client::{self, ResponseFuture, SendRequest};
use h2::server::{self, SendResponse};
use h2::{Reason, RecvStream, SendStream};
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, request};
use protocall::Message;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::echo::{EchoClient, channel_to};

/// The content type of gRPC.
pub const GRPC: HeaderValue = HeaderValue::from_static("application/grpc");

/// A message behind its prefix.
pub fn frame(message: &impl Message) -> Vec<u8> {
    flagged(0, &message.encode_to_vec())
}

/// Bytes behind a prefix with `flag`.
pub fn flagged(flag: u8, bytes: &[u8]) -> Vec<u8> {
    let length = u32::try_from(bytes.len()).expect("tests are not that large").to_be_bytes();
    [&[flag], &length[..], bytes].concat()
}

/// The head of a gRPC request to a method of `test.v1.Echo`.
pub fn echo_request(method: &str) -> Request<()> {
    grpc_request(&format!("/test.v1.Echo/{method}"))
}

/// The head of a gRPC request to `path`.
pub fn grpc_request(path: &str) -> Request<()> {
    let uri = format!("http://raw.test{path}");
    Request::post(uri).header(CONTENT_TYPE, GRPC).header("te", "trailers").body(()).expect("a sound request")
}

/// Adds a header to a head.
pub fn with_header(mut request: Request<()>, name: &'static str, value: &str) -> Request<()> {
    let value = HeaderValue::from_bytes(value.as_bytes()).expect("a value that HTTP can carry");
    request.headers_mut().append(HeaderName::from_static(name), value);
    request
}

/// A client that sends what it is told.
#[derive(Debug)]
pub struct RawClient {
    requests: SendRequest<Bytes>,
    connection: JoinHandle<Result<(), h2::Error>>,
}

impl RawClient {
    /// Connects.
    pub async fn connect(address: SocketAddr) -> Self {
        Self::connect_with(&client::Builder::new(), address).await
    }

    /// Connects with HTTP/2 settings of its own.
    pub async fn connect_with(settings: &client::Builder, address: SocketAddr) -> Self {
        let socket = TcpStream::connect(address).await.expect("the server listens");
        let (requests, connection) = settings.handshake(socket).await.expect("the server speaks HTTP/2");
        Self { requests, connection: tokio::spawn(connection) }
    }

    /// Sends a head.
    pub async fn start(&mut self, head: Request<()>) -> RawCall {
        let mut ready = self.requests.clone().ready().await.expect("the connection is open");
        let (response, requests) = ready.send_request(head, false).expect("a head that may be sent");
        RawCall { requests, response }
    }

    /// Sends a whole request and reads the whole answer.
    pub async fn call(&mut self, head: Request<()>, body: impl Into<Bytes>) -> RawAnswer {
        let mut call = self.start(head).await;
        call.send(body, true);
        call.answer().await
    }

    /// Waits until the connection has ended.
    ///
    /// # Errors
    /// When it did not end well.
    pub async fn closed(self) -> Result<(), h2::Error> {
        drop(self.requests);
        self.connection.await.expect("the connection does not panic")
    }

    /// Whether a new request could be sent.
    pub async fn is_open(&self) -> bool {
        self.requests.clone().ready().await.is_ok()
    }

    /// Cuts the socket without a word of HTTP/2.
    pub fn cut(self) {
        self.connection.abort();
    }
}

/// A request that is being sent.
#[derive(Debug)]
pub struct RawCall {
    /// Where its body goes.
    pub requests: SendStream<Bytes>,
    /// What comes back.
    pub response: ResponseFuture,
}

impl RawCall {
    /// Sends bytes of the body, in one frame if flow control has room; the end of the stream with the last.
    pub fn send(&mut self, bytes: impl Into<Bytes>, last: bool) {
        self.requests.send_data(bytes.into(), last).expect("the stream is open");
    }

    /// Resets the stream.
    pub fn reset(mut self, reason: Reason) {
        self.requests.send_reset(reason);
    }

    /// Reads the whole answer.
    pub async fn answer(self) -> RawAnswer {
        self.try_answer().await.expect("the server answers without a reset")
    }

    /// Reads the whole answer.
    ///
    /// # Errors
    /// When the server resets the stream or the connection.
    pub async fn try_answer(self) -> Result<RawAnswer, h2::Error> {
        let (head, mut body) = self.response.await?.into_parts();
        let mut answer = RawAnswer {
            status: head.status.as_u16(),
            headers: head.headers,
            is_one_head: body.is_end_stream(),
            data: Vec::new(),
            trailers: None,
        };
        while let Some(data) = body.data().await {
            let data = data?;
            body.flow_control().release_capacity(data.len())?;
            answer.data.extend_from_slice(&data);
        }
        answer.trailers = body.trailers().await?;
        drop(self.requests);
        Ok(answer)
    }
}

/// An answer as it stood on the wire.
#[derive(Debug)]
pub struct RawAnswer {
    /// The HTTP status.
    pub status: u16,
    /// The first block of headers.
    pub headers: HeaderMap,
    /// Whether the stream ended with the first block of headers.
    pub is_one_head: bool,
    /// All data.
    pub data: Vec<u8>,
    /// The second block of headers.
    pub trailers: Option<HeaderMap>,
}

impl RawAnswer {
    /// A header of the block that ends the stream.
    pub fn ending(&self, name: &str) -> Option<&str> {
        let last = self.trailers.as_ref().unwrap_or(&self.headers);
        last.get(name).map(|value| value.to_str().expect("it is ASCII"))
    }

    /// The number of the gRPC status that ends the stream.
    pub fn grpc_status(&self) -> Option<u32> {
        self.ending("grpc-status").map(|number| number.parse().expect("it is a number"))
    }
}

/// How a client ended its request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// With END_STREAM.
    Finished,
    /// With RST_STREAM.
    Reset(Reason),
}

/// A request as it came to a [`RawServer`].
#[derive(Debug)]
pub struct RawRequest {
    /// The head.
    pub head: request::Parts,
    /// The body.
    pub body: RecvStream,
    /// Where the answer goes.
    pub reply: SendResponse<Bytes>,
}

impl RawRequest {
    /// Reads the body until the client ends it, one way or the other.
    pub async fn ending(&mut self) -> Ending {
        loop {
            match self.body.data().await {
                Some(Ok(data)) => {
                    let _ = self.body.flow_control().release_capacity(data.len());
                }
                Some(Err(error)) => return Ending::Reset(error.reason().expect("a reset has a reason")),
                None => return Ending::Finished,
            }
        }
    }

    /// Waits until the client resets the stream, without reading the body.
    pub async fn reset(&mut self) -> Reason {
        poll_fn(|cx| self.reply.poll_reset(cx)).await.expect("the client resets the stream alone")
    }

    /// Sends a head that the stream ends with.
    pub fn end_with(&mut self, head: Response<()>) {
        self.reply.send_response(head, true).expect("the stream is open");
    }

    /// Sends a head that more follows.
    pub fn begin_with(&mut self, head: Response<()>) -> SendStream<Bytes> {
        self.reply.send_response(head, false).expect("the stream is open")
    }

    /// Reads the request, and answers with a head, data and trailers.
    pub async fn answer(mut self, data: Vec<u8>, trailers: HeaderMap) {
        assert_eq!(self.ending().await, Ending::Finished);
        let mut stream = self.begin_with(grpc_head());
        stream.send_data(data.into(), false).expect("the stream is open");
        stream.send_trailers(trailers).expect("the stream is open");
    }
}

/// The head of a sound answer.
pub fn grpc_head() -> Response<()> {
    head(200, &[("content-type", "application/grpc")])
}

/// A head of an answer.
pub fn head(status: u16, entries: &[(&'static str, &str)]) -> Response<()> {
    let mut head = Response::builder().status(status).body(()).expect("a sound status");
    *head.headers_mut() = headers(entries);
    head
}

/// A block of headers.
pub fn headers(entries: &[(&'static str, &str)]) -> HeaderMap {
    let mut map = HeaderMap::new();
    for (name, value) in entries {
        let value = HeaderValue::from_bytes(value.as_bytes()).expect("a value that HTTP can carry");
        map.append(HeaderName::from_static(name), value);
    }
    map
}

/// The trailers of a call that went well.
pub fn well() -> HeaderMap {
    headers(&[("grpc-status", "0")])
}

/// A server that answers what it is told. Dropping it closes its port, not its connections.
#[derive(Debug)]
pub struct RawServer {
    /// Where it listens.
    pub address: SocketAddr,
    connections: watch::Receiver<usize>,
    accepting: JoinHandle<()>,
}

impl RawServer {
    /// Serves each request by `answer`.
    pub async fn start<F, W>(answer: F) -> Self
    where
        F: Fn(RawRequest) -> W + Clone + Send + 'static,
        W: Future<Output = ()> + Send + 'static,
    {
        Self::start_with(server::Builder::new(), answer).await
    }

    /// Serves each request by `answer`, with HTTP/2 settings of its own.
    pub async fn start_with<F, W>(settings: server::Builder, answer: F) -> Self
    where
        F: Fn(RawRequest) -> W + Clone + Send + 'static,
        W: Future<Output = ()> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("some port is free");
        let address = listener.local_addr().expect("it is bound");
        let (count, connections) = watch::channel(0);
        let accepting = tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                count.send_modify(|count| *count += 1);
                tokio::spawn(converse(settings.clone(), socket, answer.clone()));
            }
        });
        Self { address, connections, accepting }
    }

    /// A client of it.
    pub fn client(&self) -> EchoClient {
        channel_to(self.address).into()
    }

    /// How many connections were made so far.
    pub fn connections(&self) -> usize {
        *self.connections.borrow()
    }
}

impl Drop for RawServer {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn converse<F, W>(settings: server::Builder, socket: TcpStream, answer: F)
where
    F: Fn(RawRequest) -> W,
    W: Future<Output = ()> + Send + 'static,
{
    let Ok(mut connection) = settings.handshake(socket).await else { return };
    while let Some(Ok((request, reply))) = connection.accept().await {
        let (head, body) = request.into_parts();
        tokio::spawn(answer(RawRequest { head, body, reply }));
    }
}
