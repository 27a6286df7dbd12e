//! What goes wrong on a connection, as a status. Called wherever hyper answers with an error.

use std::error::Error;

#[cfg(feature = "client")]
use h2::Reason;

use crate::grpc::Status;
#[cfg(feature = "client")]
use crate::grpc::{Code, Origin, Reach};

/// The status of a request that broke off.
#[cfg(feature = "server")]
pub(super) fn caller_gone(error: hyper::Error) -> Status {
    Status::cancelled(format!("the caller is gone: {}", describe(&error))).with_source(error)
}

/// The status of a call of HTTP/1.1 that broke off.
#[cfg(all(feature = "web", feature = "client"))]
pub(super) fn broken(error: hyper::Error) -> Status {
    Status::unavailable(describe(&error)).with_origin(Origin::Http).with_source(error)
}

/// The status of a call that HTTP/2 ended. A stream that was reset is told apart from a connection that broke.
#[cfg(feature = "client")]
pub(super) fn status(error: h2::Error) -> Status {
    let code = match error.reason() {
        Some(reason) if error.is_reset() => code_of(reason),
        _ => Code::Unavailable,
    };
    let status = Status::new(code, describe(&error)).with_origin(Origin::Http2);
    // "REFUSED_STREAM: processing never happened"; a server that goes away, for whatever reason, names the last stream that
    // it handles, and h2 ends those above it with this error while those below run on.
    let refused = error.is_reset() && error.reason() == Some(Reason::REFUSED_STREAM);
    let gone = error.is_go_away() && error.is_remote();
    let status = if refused || gone { status.with_reach(Reach::Refused) } else { status };
    status.with_source(error)
}

/// The status of a call that has no answer. One that was still waiting for its turn when the server went away (`!has_left`)
/// is no load on the wire, however often it is made again.
#[cfg(feature = "client")]
pub(super) fn unanswered(error: h2::Error, has_left: bool) -> Status {
    let status = status(error);
    let is_unseen = status.reach() == Reach::Refused && !has_left;
    if is_unseen { status.with_reach(Reach::NotSent) } else { status }
}

/// The status of a call that found its connection ended when it was to be sent.
#[cfg(feature = "client")]
pub(super) fn not_sent(error: h2::Error) -> Status {
    let has_ended = error.is_go_away() || error.is_io();
    let status = status(error);
    // Anything else is a mistake in the request, which another attempt would repeat.
    if has_ended { status.with_reach(Reach::NotSent) } else { status }
}

/// The codes of HTTP/2's reset reasons, by gRPC's `PROTOCOL-HTTP2.md`.
#[cfg(feature = "client")]
fn code_of(reason: Reason) -> Code {
    match reason {
        Reason::REFUSED_STREAM => Code::Unavailable,
        Reason::CANCEL => Code::Cancelled,
        Reason::ENHANCE_YOUR_CALM => Code::ResourceExhausted,
        Reason::INADEQUATE_SECURITY => Code::PermissionDenied,
        _ => Code::Internal,
    }
}

fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |error: &&'a (dyn Error + 'static)| (*error).source())
}

/// An error and its causes in one line.
pub(super) fn describe(error: &(dyn Error + 'static)) -> String {
    let mut text = String::new();
    for cause in causes(error) {
        let cause = cause.to_string();
        // Many errors repeat their cause in their own text.
        if !text.contains(&cause) {
            let separator = if text.is_empty() { "" } else { ": " };
            text = format!("{text}{separator}{cause}");
        }
    }
    text
}
