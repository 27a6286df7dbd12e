//! The heads and bodies of answers. Called by `handler` and `router`.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;

use bytes::Bytes;
use http::Response;
use http::header::{CONTENT_TYPE, HeaderMap, HeaderValue};

use crate::grpc::{
    Context, Direction, Driver, GRPC, GRPC_ENCODING, Lane, OutboundBody, Result, Status, append_frame,
    write_status,
};
use crate::message::Message;
use crate::reflect::Reflect;

type Answer = Response<OutboundBody>;

/// A reply behind its prefix.
pub(super) fn encode<M: Message + Reflect>(reply: &mut M, cx: &Context) -> Result<Bytes> {
    if let Some(record) = &cx.record {
        record.see(Direction::Replies, reply, None)?;
    }
    let mut frame = Vec::new();
    append_frame(&mut frame, reply, cx.framing())?;
    Ok(frame.into())
}

/// The answer of a method with one reply.
pub(super) fn one(cx: &Context, outcome: Result<Bytes>) -> Answer {
    let trailers = trailers(cx, &outcome);
    match outcome {
        Ok(reply) => head(cx, OutboundBody::whole(reply, trailers)),
        Err(_) => end(cx, trailers),
    }
}

/// The trailers of a call.
pub(super) fn trailers<T>(cx: &Context, outcome: &Result<T>) -> HeaderMap {
    let mut trailers = HeaderMap::with_capacity(4);
    cx.with_reply(|reply| reply.trailers.write_to(&mut trailers));
    write_status(&mut trailers, outcome.as_ref().err());
    trailers
}

/// An answer without messages: one block of headers, unless the handler has set headers of its own, which must not be
/// taken for trailers.
fn end(cx: &Context, trailers: HeaderMap) -> Answer {
    if cx.with_reply(|reply| reply.headers.is_empty()) {
        trailers_only(trailers, cx.content_type.clone())
    } else {
        head(cx, OutboundBody::trailers(trailers))
    }
}

/// The answer of a method with a stream of replies: once there is a first message, or an end, or the handler wants its
/// headers sent.
pub(super) async fn stream(cx: Arc<Context>, lane: Arc<Lane>, driver: Driver) -> Answer {
    let mut driver = Some(driver);
    poll_fn(|task| {
        if let Some(running) = &mut driver
            && running.as_mut().poll(task).is_ready()
        {
            driver = None;
        }
        let ready = driver.is_none() || lane.has_messages() || cx.with_reply(|reply| reply.flush);
        if ready { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    if driver.is_none()
        && let Some(trailers) = lane.only_trailers()
    {
        return end(&cx, trailers);
    }
    head(&cx, OutboundBody::driven(driver, lane))
}

/// An answer to a call that no handler sees.
pub(super) fn refused(status: &Status) -> Answer {
    let mut trailers = HeaderMap::with_capacity(4);
    write_status(&mut trailers, Some(status));
    trailers_only(trailers, GRPC)
}

/// "Trailers-Only": the status in the headers, and the stream ends with them.
fn trailers_only(trailers: HeaderMap, content_type: HeaderValue) -> Answer {
    let mut answer = Response::new(OutboundBody::default());
    *answer.headers_mut() = trailers;
    answer.headers_mut().insert(CONTENT_TYPE, content_type);
    answer
}

fn head(cx: &Context, body: OutboundBody) -> Answer {
    let mut answer = Response::new(body);
    if let Some(record) = &cx.record {
        record.see_headers();
    }
    cx.with_reply(|reply| reply.headers.write_to(answer.headers_mut()));
    answer.headers_mut().insert(CONTENT_TYPE, cx.content_type.clone());
    if let Some(compression) = cx.framing.compression {
        answer.headers_mut().insert(GRPC_ENCODING, compression.header());
    }
    answer
}
