//! A request in pieces to a whole server, whatever its headers are, and what may be answered. Called by `web`.

use std::convert::Infallible;
use std::pin::{Pin, pin};
use std::sync::LazyLock;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use http::{Method, Request, Response};
use http_body::{Body, Frame};
use protocall::tower::{ReplyBody, TowerServer};
use protocall::{Cors, Message, Server};
use tower_service::Service;

use crate::base64;
use crate::echo::{MOST, Parrot, pong};
use crate::pieces::cut;
use crate::schema::ours::test::v1::{EchoServer, Ping, Pong};
use crate::web::{Plain, lines_of};

const LIMIT: usize = 4 << 20;

static SERVER: LazyLock<TowerServer> = LazyLock::new(|| {
    let cors = Cors::origins(["https://shop.example", "http://localhost:3000"]).credentials();
    Server::new().service(EchoServer::new(Parrot)).cors(cors).into_tower()
});

const METHODS: [&str; 4] = ["Unary", "ClientStream", "ServerStream", "Bidi"];

/// Sends it, and looks at what comes.
pub(crate) fn run((mut headers, body): (HeaderMap, &[u8]), (kind, seed): (u8, u8)) {
    let is_written = !headers.contains_key(CONTENT_TYPE);
    let in_text = kind & 0x20 != 0;
    if is_written {
        let content = if in_text { "application/grpc-web-text" } else { "application/grpc-web+proto" };
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(content));
    }
    let method = usize::from(kind >> 2) % METHODS.len();
    let mut request = Request::new(Pieces(cut(body, seed).into()));
    *request.method_mut() = match kind >> 6 {
        3 if kind & 1 == 1 => Method::OPTIONS,
        2 if kind & 1 == 1 => Method::GET,
        _ => Method::POST,
    };
    let is_post = request.method() == Method::POST;
    *request.uri_mut() = format!("/test.v1.Echo/{}", METHODS[method]).parse().expect("it is a path");
    *request.version_mut() = if kind & 0x10 == 0 { http::Version::HTTP_2 } else { http::Version::HTTP_11 };
    *request.headers_mut() = headers.clone();
    let (head, answer, trailers) = answer(request);
    is_open_to_its_page(&headers, head.headers());
    if !is_post || protocall::__fuzz::web_content(&headers).is_none() {
        return;
    }
    let asked = headers.get("accept").is_some();
    let form = head.headers()[CONTENT_TYPE].to_str().expect("it is one of ours").to_owned();
    assert!(form.starts_with("application/grpc-web") && trailers.is_none());
    let (replies, code) = whole(&form, &answer, &head);
    if is_written && !asked && is_simple(&headers) {
        assert_eq!(form.starts_with("application/grpc-web-text"), in_text);
        let body = if in_text { base64::web(body) } else { (body.to_vec(), true) };
        are_right(METHODS[method], &body, (pongs(&replies), code));
    }
}

/// Whether nothing in them changes what a call comes to.
fn is_simple(headers: &HeaderMap) -> bool {
    headers
        .keys()
        .all(|name| matches!(name.as_str(), "content-type" | "origin" | "x-grpc-web" | "user-agent"))
}

/// The answer is whole, whatever it is: the replies behind their prefixes, and the code.
fn whole(form: &str, body: &[u8], head: &Response<()>) -> (Vec<u8>, u32) {
    let (body, is_sound) =
        if form.starts_with("application/grpc-web-text") { base64::web(body) } else { (body.to_vec(), true) };
    assert!(is_sound);
    let plain = Plain::of(&body, false);
    assert!(!plain.is_wrong);
    let trailers = match &plain.trailers {
        Some(lines) => lines_of(lines).expect("they are lines"),
        None => head.headers().clone(),
    };
    let code = trailers["grpc-status"].to_str().expect("it is a number").parse().expect("it is a number");
    (plain.data, code)
}

fn pongs(replies: &[u8]) -> Vec<Pong> {
    let (messages, are_whole) = messages(replies);
    assert!(are_whole);
    messages.iter().map(|bytes| Pong::decode(bytes).expect("it was encoded")).collect()
}

/// The messages in frames that are sound, and whether all are.
fn messages(mut bytes: &[u8]) -> (Vec<&[u8]>, bool) {
    let mut messages = Vec::new();
    while !bytes.is_empty() {
        let Some((&[0, a, b, c, d], rest)) = bytes.split_first_chunk::<5>() else { return (messages, false) };
        let length = u32::from_be_bytes([a, b, c, d]) as usize;
        let Some((message, rest)) = rest.split_at_checked(length).filter(|_| length <= LIMIT) else {
            return (messages, false);
        };
        messages.push(message);
        bytes = rest;
    }
    (messages, true)
}

fn are_right(method: &str, (body, is_base64): &(Vec<u8>, bool), (pongs, code): (Vec<Pong>, u32)) {
    let (messages, is_framed) = messages(body);
    let pings: Vec<Ping> = messages.iter().map_while(|bytes| Ping::decode(bytes).ok()).collect();
    let is_sound = *is_base64 && is_framed && pings.len() == messages.len();
    let one = pings.first().filter(|_| is_sound && pings.len() == 1).cloned();
    let expected: Option<Vec<Pong>> = match method {
        "Unary" => one.map(|ping| vec![pong(ping, 0)]),
        "ServerStream" => {
            one.map(|ping| (0..ping.count.clamp(0, MOST)).map(|index| pong(ping.clone(), index)).collect())
        }
        "ClientStream" => is_sound.then(|| vec![Pong { index: pings.len() as i32, ..Default::default() }]),
        _ => {
            is_sound.then(|| pings.iter().cloned().zip(0..).map(|(ping, index)| pong(ping, index)).collect())
        }
    };
    match expected {
        Some(expected) => assert!(code == 0 && pongs == expected, "{method}: {code}"),
        None => assert_ne!(code, 0, "{method}"),
    }
}

/// The Fetch standard: an origin that is not allowed is named to no one.
fn is_open_to_its_page(asked: &HeaderMap, answered: &HeaderMap) {
    if let Some(allowed) = answered.get("access-control-allow-origin") {
        let origin = asked.get("origin").expect("it was asked from somewhere");
        assert_eq!(allowed, origin);
        let origin = origin.to_str().expect("it is allowed").to_ascii_lowercase();
        assert!(["https://shop.example", "http://localhost:3000"].contains(&&*origin), "{origin}");
    }
}

struct Pieces(std::collections::VecDeque<Bytes>);

impl Body for Pieces {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(self.0.pop_front().map(|piece| Ok(Frame::data(piece))))
    }
}

/// The head of the answer, its body, and its trailers, where it has some of HTTP.
fn answer(request: Request<Pieces>) -> (Response<()>, Vec<u8>, Option<HeaderMap>) {
    thread_local! {
        static RUNTIME: tokio::runtime::Runtime =
            tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().expect("it starts");
    }
    RUNTIME.with(|runtime| {
        runtime.block_on(async {
            let answered = SERVER.clone().call(request).await;
            let (head, body) = answered.unwrap_or_else(|never| match never {}).into_parts();
            let (data, trailers) = collected(body).await;
            (Response::from_parts(head, ()), data, trailers)
        })
    })
}

async fn collected(body: ReplyBody) -> (Vec<u8>, Option<HeaderMap>) {
    let (mut body, mut data, mut trailers) = (pin!(body), Vec::new(), None);
    while let Some(frame) = std::future::poll_fn(|cx| body.as_mut().poll_frame(cx)).await {
        match frame.expect("nobody cancels it").into_data() {
            Ok(bytes) => data.extend_from_slice(&bytes),
            Err(frame) => trailers = frame.into_trailers().ok(),
        }
    }
    (data, trailers)
}
