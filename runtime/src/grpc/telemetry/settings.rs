//! What a client or a server is to tell of its calls. Set by users.

use std::fmt;

use opentelemetry::metrics::{Meter, MeterProvider};
use opentelemetry::{InstrumentationScope, global};

/// What a client or a server tells of its calls, on whichever of the two it is set: `Connect::telemetry`,
/// `Channel::telemetry` and `Server::telemetry`. Without it nothing is measured.
///
/// # Metrics
///
/// Those of gRFC A66, by its names, units, labels and bounds, to OpenTelemetry's meter provider: the global one as it is
/// when this is made, or [one that is given](Telemetry::meter_provider).
///
/// | instrument | unit | labels |
/// | --- | --- | --- |
/// | `grpc.client.attempt.started` | `{attempt}` | `grpc.method`, `grpc.target` |
/// | `grpc.client.attempt.duration` | `s` | `grpc.method`, `grpc.target`, `grpc.status` |
/// | `grpc.client.attempt.sent_total_compressed_message_size` | `By` | the same |
/// | `grpc.client.attempt.rcvd_total_compressed_message_size` | `By` | the same |
/// | `grpc.client.call.duration` | `s` | the same |
/// | `grpc.server.call.started` | `{call}` | `grpc.method` |
/// | `grpc.server.call.duration` | `s` | `grpc.method`, `grpc.status` |
/// | `grpc.server.call.sent_total_compressed_message_size` | `By` | the same |
/// | `grpc.server.call.rcvd_total_compressed_message_size` | `By` | the same |
///
/// `grpc.method` is `shop.v1.Shop/GetProduct`, and `other` for what a server does not have, so that no caller makes up
/// labels. Sizes are those of messages as they are sent, without their prefixes. A call that its caller gives up counts as
/// `CANCELLED`, one whose deadline passes as `DEADLINE_EXCEEDED`.
///
/// # Spans
///
/// One span of the crate `tracing` for each call, on either side, at the level of information and with the target
/// `protocall`. What they hold is named by OpenTelemetry's conventions for gRPC: `rpc.system.name`, `rpc.method`,
/// `rpc.response.status_code`, `server.address` and `server.port` on a client, `client.address` and `client.port` on a
/// server, `error.type` where the call has failed; `otel.name`, `otel.kind` and `otel.status_code` are for
/// `tracing-opentelemetry`. A handler runs inside of the span of its call.
///
/// # The trace
///
/// A call carries the trace that it is made in as W3C's `traceparent` and `tracestate`: that of OpenTelemetry's current
/// context, which is the current span's where `tracing-opentelemetry` exports spans. A server makes it the context of its
/// handler, so that the calls which that makes belong to the same trace, unless they are
/// [`detached`](crate::client::Call::detached); what a handler spawns inherits nothing. Where nobody exports spans, a
/// server passes on what it has got. A call whose metadata has a `traceparent` keeps that one.
///
/// ```
/// # mod schema { protocall::include_proto!(inline = r#"syntax = "proto3"; message Item {}
/// # service Till { rpc Add(Item) returns (Item); }"#); }
/// # use schema::{Item, Till, TillClient, TillServer};
/// use protocall::{Server, Telemetry};
///
/// # struct Drawer; impl Till for Drawer {}
/// // After `opentelemetry::global::set_meter_provider(…)`.
/// let telemetry = Telemetry::new();
/// let server = Server::new().service(TillServer::new(Drawer)).telemetry(telemetry.clone());
/// let till = TillClient::connect("http://127.0.0.1:50051").telemetry(telemetry).build()?;
/// # let _ = (server, till);
/// # Ok::<(), protocall::Status>(())
/// ```
#[derive(Clone)]
#[must_use = "it changes nothing before a client or a server takes it"]
pub struct Telemetry {
    pub(crate) meter: Option<Meter>,
    pub(crate) spans: bool,
}

impl Default for Telemetry {
    fn default() -> Self {
        Self::new()
    }
}

impl Telemetry {
    /// Metrics to the global meter provider, spans, and the trace.
    pub fn new() -> Self {
        Self { meter: None, spans: true }.meter_provider(&*global::meter_provider())
    }

    /// Who takes the metrics.
    pub fn meter_provider(mut self, provider: &(impl MeterProvider + ?Sized)) -> Self {
        let scope = InstrumentationScope::builder("protocall").with_version(env!("CARGO_PKG_VERSION"));
        self.meter = Some(provider.meter_with_scope(scope.build()));
        self
    }

    /// No metrics.
    pub fn without_metrics(mut self) -> Self {
        self.meter = None;
        self
    }

    /// No spans of its own. Calls belong to the trace of whoever makes them all the same.
    pub fn without_spans(mut self) -> Self {
        self.spans = false;
        self
    }
}

impl fmt::Debug for Telemetry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Telemetry")
            .field("metrics", &self.meter.is_some())
            .field("spans", &self.spans)
            .finish()
    }
}
