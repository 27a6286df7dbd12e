//! A client of HTTP/1.1 that speaks gRPC-Web as a browser does, with every byte in the hands of the test.
//!
//! Called by the tests of gRPC-Web.

use std::net::SocketAddr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, HeaderName, HeaderValue};
use protocall::Message;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

use crate::echo::within;
use crate::raw::frame;

/// A connection.
#[derive(Debug)]
pub struct Browser(BufReader<TcpStream>);

/// What a server answered.
#[derive(Debug)]
pub struct WebAnswer {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The chunks of the body; one, where it has a length.
    pub chunks: Vec<Vec<u8>>,
}

impl Browser {
    /// Connects.
    pub async fn at(address: SocketAddr) -> Self {
        Self(BufReader::new(TcpStream::connect(address).await.expect("the server listens")))
    }

    /// Sends bytes as they are.
    pub async fn write(&mut self, bytes: &[u8]) {
        self.0.write_all(bytes).await.expect("the connection is open");
    }

    /// Sends a request with this line and these headers, and a body of this length.
    pub async fn send(&mut self, line: &str, headers: &[(&str, &str)], body: &[u8]) {
        let mut head = format!("{line} HTTP/1.1\r\nHost: shop.test\r\nContent-Length: {}\r\n", body.len());
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        self.write(&[head.as_bytes(), b"\r\n", body].concat()).await;
    }

    /// Calls a method of the echo service with one message, in binary or in text.
    pub async fn call(&mut self, method: &str, content_type: &str, request: &impl Message) -> WebAnswer {
        let body = frame(request);
        let body = if content_type.contains("text") { STANDARD.encode(body).into_bytes() } else { body };
        self.send(&format!("POST /test.v1.Echo/{method}"), &[("Content-Type", content_type)], &body).await;
        self.answer().await
    }

    /// The head of an answer.
    pub async fn head(&mut self) -> WebAnswer {
        let first = self.line().await;
        let status = first.split(' ').nth(1).and_then(|status| status.parse().ok());
        let mut headers = HeaderMap::new();
        loop {
            let line = self.line().await;
            let Some((name, value)) = line.split_once(": ") else { break };
            let name: HeaderName = name.parse().expect("a name");
            headers.append(name, HeaderValue::from_str(value).expect("a value"));
        }
        WebAnswer { status: status.expect("a status line"), headers, chunks: Vec::new() }
    }

    /// The next chunk of an answer that is sent in chunks; `None` behind the last.
    pub async fn chunk(&mut self) -> Option<Vec<u8>> {
        let size = usize::from_str_radix(&self.line().await, 16).expect("the size of a chunk");
        let chunk = self.bytes(size).await;
        assert_eq!(self.line().await, "", "a chunk ends with a line");
        (size > 0).then_some(chunk)
    }

    /// An answer to its end.
    pub async fn answer(&mut self) -> WebAnswer {
        let mut answer = self.head().await;
        if let Some(length) = answer.headers.get("content-length") {
            let length = length.to_str().ok().and_then(|length| length.parse().ok()).expect("a length");
            answer.chunks.push(self.bytes(length).await);
        } else if answer.headers.contains_key("transfer-encoding") {
            while let Some(chunk) = self.chunk().await {
                answer.chunks.push(chunk);
            }
        }
        answer
    }

    /// Whatever the server says before it closes the connection.
    pub async fn rest(&mut self, rest: &mut Vec<u8>) {
        // Whether it is closed or reset.
        let _ = within(self.0.read_to_end(rest)).await;
    }

    /// Waits for the server to close the connection, with nothing more to say.
    pub async fn closed(&mut self) {
        let mut rest = Vec::new();
        self.rest(&mut rest).await;
        assert_eq!(rest, b"", "it says more");
    }

    async fn line(&mut self) -> String {
        let mut line = String::new();
        within(self.0.read_line(&mut line)).await.expect("a line");
        line.trim_end_matches("\r\n").to_owned()
    }

    async fn bytes(&mut self, size: usize) -> Vec<u8> {
        let mut bytes = vec![0; size];
        within(self.0.read_exact(&mut bytes)).await.expect("as many bytes as were announced");
        bytes
    }
}

impl WebAnswer {
    /// The value of a header, or nothing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("it is ASCII"))
    }

    /// The bytes of the body, decoded where they are text.
    pub fn body(&self) -> Vec<u8> {
        if self.header("content-type").contains("text") {
            let chunks = self.chunks.iter();
            chunks.flat_map(|chunk| STANDARD.decode(chunk).expect("each chunk is base64 by itself")).collect()
        } else {
            self.chunks.concat()
        }
    }

    /// The messages, and the lines of the trailers behind them.
    pub fn parts<M: Message>(&self) -> (Vec<M>, String) {
        let body = self.body();
        let mut rest = &body[..];
        let mut messages = Vec::new();
        loop {
            let (flag, length) = (rest[0], u32::from_be_bytes([rest[1], rest[2], rest[3], rest[4]]) as usize);
            let payload = &rest[5..5 + length];
            rest = &rest[5 + length..];
            if flag == 0x80 {
                assert!(rest.is_empty(), "the trailers are the last");
                return (messages, String::from_utf8(payload.to_vec()).expect("trailers are text"));
            }
            assert_eq!(flag, 0, "a message that is not compressed");
            messages.push(M::decode(payload).expect("a message"));
        }
    }
}
