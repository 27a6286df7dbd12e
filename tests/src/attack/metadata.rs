//! Attacks by metadata: timeouts, paths and values that are none.

use std::net::SocketAddr;

use http::{HeaderName, HeaderValue, Request};
use protocall::Code;

use super::message::status;
use super::probe::{Outcome, Probe};
use crate::echo::ping;
use crate::raw::{RawClient, echo_request, frame, grpc_request, with_header};

const INTERNAL: Outcome = Outcome::Status(Code::Internal);
const EXPIRED: Outcome = Outcome::Status(Code::DeadlineExceeded);
const OK: Outcome = Outcome::Status(Code::Ok);
const NOWHERE: Outcome = Outcome::Status(Code::Unimplemented);

pub(super) fn probes() -> Vec<Probe> {
    vec![
        Probe::new("absurd timeout", "gives a call 11,000 years", OK, |at| {
            Box::pin(header(at, "grpc-timeout", &[b"99999999H"]))
        }),
        Probe::new("no time", "gives a call no time at all", EXPIRED, |at| {
            Box::pin(header(at, "grpc-timeout", &[b"0n"]))
        })
        .or(OK),
        Probe::new("malformed timeouts", "eight timeouts that are none", INTERNAL, |at| {
            let wrong: [&[u8]; 8] = [b"", b"S", b"1", b"-1S", b"1.5S", b"123456789S", b"1\xffS", b"1 S"];
            Box::pin(async move { header(at, "grpc-timeout", &wrong).await })
        }),
        Probe::new("metadata that is no text", "bytes above 127 in a header", OK, |at| {
            Box::pin(header(at, "x-text", &[b"\xff\xfe", b"\xc3\x28"]))
        }),
        Probe::new("malformed base64", "five binary headers that are no base64", INTERNAL, |at| {
            Box::pin(header(at, "x-bin", &[b"!!!!", b"A", b"AAAAA", b"AA=A", b"====="]))
        }),
        Probe::new("malformed percent-encoding", "paths with percents that mean nothing", NOWHERE, |at| {
            let paths = ["/test.v1.Echo/%", "/test.v1.Echo/%ZZ", "/%00%ff/Unary", "/test.v1.Echo/Unary%20"];
            Box::pin(async move { paths_of(at, &paths).await })
        }),
        Probe::new("malformed paths", "paths that name no method", NOWHERE, |at| {
            Box::pin(paths_of(
                at,
                &["/", "//", "/a", "///", "/../Unary", "/test.v1.Echo/", "//Unary", "/x?y=/z"],
            ))
        }),
        Probe::new("a long path", "a path of 12 KB", NOWHERE, |at| Box::pin(long_path(at))),
    ]
}

async fn called(at: SocketAddr, head: Request<()>) -> Outcome {
    let mut call = RawClient::connect(at).await.start(head).await;
    call.send(frame(&ping("hello")), true);
    status(call.try_answer().await)
}

async fn header(at: SocketAddr, name: &'static str, values: &[&[u8]]) -> Outcome {
    let mut outcomes = Vec::new();
    for value in values {
        let mut head = echo_request("Unary");
        let wrong = HeaderValue::from_bytes(value).expect("a value that HTTP can carry");
        head.headers_mut().insert(HeaderName::from_static(name), wrong);
        outcomes.push(("a value", called(at, head).await));
    }
    Outcome::of_all(outcomes)
}

async fn paths_of(at: SocketAddr, paths: &[&'static str]) -> Outcome {
    let mut outcomes = Vec::new();
    for path in paths {
        outcomes.push((*path, called(at, grpc_request(path)).await));
    }
    Outcome::of_all(outcomes)
}

async fn long_path(at: SocketAddr) -> Outcome {
    let head = grpc_request(&format!("/test.v1.Echo/{}", "x".repeat(12_000)));
    called(at, with_header(head, "x-more", "y")).await
}
