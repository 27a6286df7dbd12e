//! What a client tells of its calls, and whom: see [`Telemetry`]. Held by `channel`, asked by `told` and `attempt`.

use std::sync::Arc;

use http::uri::Authority;
use opentelemetry::KeyValue;
use tokio::time::Instant;

use crate::grpc::{
    Answer, CallDuration, Code, Incoming, Instruments, Method, OutgoingCall, Result, Tally, Telemetry,
};

/// See the head of the file.
#[derive(Debug)]
pub(crate) struct Observer {
    attempts: Option<Arc<Instruments>>,
    calls: Option<CallDuration>,
    spans: bool,
    server: Option<Authority>,
    /// `grpc.target`.
    target: Arc<str>,
}

/// `shop.v1.Shop/GetProduct`.
fn name(method: &'static Method) -> &'static str {
    method.path().trim_start_matches('/')
}

impl Observer {
    pub(super) fn new(telemetry: Telemetry, target: &str, server: Option<Authority>) -> Self {
        let Telemetry { meter, spans } = telemetry;
        Self {
            attempts: meter.as_ref().map(|meter| Arc::new(Instruments::of_attempts(meter))),
            calls: meter.as_ref().map(CallDuration::new),
            spans,
            server,
            target: target.into(),
        }
    }

    /// What the span of a call is made of.
    pub(super) fn outgoing(&self, method: &'static Method, inherits: bool) -> OutgoingCall<'_> {
        OutgoingCall { method: name(method), server: self.server.as_ref(), inherits, span: self.spans }
    }

    /// A call has ended.
    pub(super) fn ended(&self, method: &'static Method, began: Instant, code: Code) {
        if let Some(calls) = &self.calls {
            calls.record(began, self.labels(method), code);
        }
    }

    fn labels(&self, method: &'static Method) -> Vec<KeyValue> {
        vec![
            KeyValue::new("grpc.method", name(method)),
            KeyValue::new("grpc.target", Arc::clone(&self.target)),
        ]
    }

    /// An attempt begins.
    pub(super) fn attempt(&self, method: &'static Method, deadline: Option<Instant>) -> Option<Tally> {
        Some(self.attempts.as_ref()?.begin(self.labels(method), deadline))
    }
}

/// The outcome of an attempt, which goes on with the body of its answer.
pub(super) fn judged(outcome: Result<Answer>, tally: Option<Tally>) -> Result<Answer> {
    let Some(mut tally) = tally else { return outcome };
    match outcome {
        Ok(Answer { headers, body }) => {
            let body = Incoming::answer(&headers, body, tally);
            Ok(Answer { headers, body })
        }
        Err(status) => {
            tally.end(status.code());
            Err(status)
        }
    }
}
