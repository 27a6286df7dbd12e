//! The span of a call, and the trace that it belongs to. Begun by `client` and `server` with each call.

use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context as Task, Poll};

use http::HeaderMap;
use http::uri::Authority;
use opentelemetry::Context;
use pin_project_lite::pin_project;
use tracing::field::Empty;
use tracing::{Span, info_span};

use super::trace_context;
use crate::grpc::{Code, Metadata};

/// What the span of a method says that a server does not have: its name is the caller's invention.
const OTHER: &str = "_OTHER";

/// See the head of the file.
#[derive(Clone, Debug)]
pub(crate) struct Trace {
    /// The remote caller's, or empty.
    context: Context,
    span: Span,
}

impl Trace {
    /// A call that arrives at a server. `method` is the one that is called, without its first slash, if there is such.
    pub(crate) fn of_request(headers: &HeaderMap, method: Option<&str>, peer: Option<SocketAddr>) -> Self {
        let context = trace_context::read(headers);
        // The caller's span is the parent, and no span that this server's own tasks may run in.
        let _caller = context.clone().attach();
        let method = method.unwrap_or(OTHER);
        let span = info_span!(
            target: "protocall",
            "rpc.server",
            otel.name = method,
            otel.kind = "server",
            otel.status_code = Empty,
            rpc.system.name = "grpc",
            rpc.method = method,
            rpc.response.status_code = Empty,
            client.address = peer.map(|peer| tracing::field::display(peer.ip())),
            client.port = peer.map(|peer| peer.port()),
            "error.type" = Empty,
        );
        Self { context, span }
    }

    /// One without a span.
    pub(crate) fn unseen(headers: &HeaderMap) -> Self {
        Self { context: trace_context::read(headers), span: Span::none() }
    }

    /// Does `work` as a part of the call.
    pub(crate) fn within<R>(&self, work: impl FnOnce() -> R) -> R {
        let _context = self.context.clone().attach();
        let _span = self.span.enter();
        work()
    }

    /// A future that is a part of the call.
    pub(crate) fn around<F>(&self, work: F) -> Within<F> {
        Within { trace: self.clone(), work }
    }

    /// The code that a call has ended with on a server.
    pub(crate) fn end(&self, code: Code) {
        let is_error = matches!(
            code,
            Code::Unknown
                | Code::DeadlineExceeded
                | Code::Unimplemented
                | Code::Internal
                | Code::Unavailable
                | Code::DataLoss
        );
        finish(&self.span, code, is_error);
    }

    /// A call that a client makes: its span, and what it carries of the trace. One that `inherits` nothing begins a trace
    /// of its own.
    pub(crate) fn begin(call: Outgoing<'_>, metadata: &mut Metadata) -> Span {
        let _root = (!call.inherits).then(|| Context::new().attach());
        let span = match call.span {
            false => Span::none(),
            true => call.span(),
        };
        let context = span.in_scope(Context::current);
        trace_context::write(&context, metadata);
        span
    }
}

/// A call that a client is about to make.
pub(crate) struct Outgoing<'a> {
    /// Without its first slash.
    pub(crate) method: &'a str,
    pub(crate) server: Option<&'a Authority>,
    pub(crate) inherits: bool,
    /// Whether it is to have a span.
    pub(crate) span: bool,
}

impl Outgoing<'_> {
    fn span(&self) -> Span {
        macro_rules! span {
            ($($parent:tt)*) => {
                info_span!(
                    target: "protocall",
                    $($parent)*
                    "rpc.client",
                    otel.name = self.method,
                    otel.kind = "client",
                    otel.status_code = Empty,
                    rpc.system.name = "grpc",
                    rpc.method = self.method,
                    rpc.response.status_code = Empty,
                    server.address = self.server.map(|server| server.host()),
                    server.port = self.server.and_then(|server| server.port_u16()),
                    "error.type" = Empty,
                )
            };
        }
        if self.inherits { span!() } else { span!(parent: None,) }
    }
}

/// Notes how a call has ended.
pub(crate) fn finish(span: &Span, code: Code, is_error: bool) {
    span.record("rpc.response.status_code", code.name());
    if is_error {
        span.record("error.type", code.name());
        span.record("otel.status_code", "ERROR");
    }
}

pin_project! {
    /// See [`Trace::around`].
    pub(crate) struct Within<F> {
        trace: Trace,
        #[pin]
        work: F,
    }
}

impl<F: Future> Future for Within<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Task<'_>) -> Poll<F::Output> {
        let this = self.project();
        this.trace.within(|| this.work.poll(cx))
    }
}
