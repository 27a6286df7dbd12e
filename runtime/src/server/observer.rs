//! What a server tells of its calls: see [`Telemetry`]. Put by `router` around the handling of each.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use http::{Method, Request};
use opentelemetry::{KeyValue, Value};
use tokio::time::Instant;

use super::service::{Caller, Handling, Service};
use crate::grpc::{
    Code, InboundBody, Incoming, Instruments, Observed, Telemetry, Trace, code, content_subtype,
};

/// What A66 calls a method that the server does not have.
const OTHER: &str = "other";

/// See the head of the file.
pub(super) struct Observer {
    calls: Option<Arc<Instruments>>,
    spans: bool,
    /// The methods that there are: by their paths, with their labels.
    methods: HashMap<String, Value>,
}

impl Observer {
    pub(super) fn new(telemetry: &Telemetry, services: &[Arc<dyn Service>]) -> Self {
        let calls = telemetry.meter.as_ref().map(|meter| Arc::new(Instruments::of_calls(meter)));
        let mut methods = HashMap::new();
        for service in services {
            let name = service.name();
            let Some(descriptor) = service.files().pool().service(name) else { continue };
            for method in descriptor.methods() {
                let label = format!("{name}/{}", method.name());
                methods.insert(format!("/{label}"), Value::from(label));
            }
        }
        Self { calls, spans: telemetry.spans, methods }
    }

    /// Around the handling of a request with this deadline. One that is no call is none of its business.
    pub(super) fn around(
        &self,
        mut request: Request<InboundBody>,
        caller: Caller,
        deadline: Option<Instant>,
        handle: impl FnOnce(Request<InboundBody>, Caller) -> Handling,
    ) -> Handling {
        if request.method() != Method::POST || content_subtype(request.headers()).is_none() {
            return handle(request, caller);
        }
        let method = self.methods.get(request.uri().path());
        let trace = if self.spans {
            let name = method.map(Value::as_str);
            Trace::of_request(request.headers(), name.as_deref(), caller.peer.address())
        } else {
            Trace::unseen(request.headers())
        };
        let tally = self.calls.as_ref().map(|calls| {
            let label = method.cloned().unwrap_or_else(|| OTHER.into());
            calls.begin(vec![KeyValue::new("grpc.method", label)], deadline)
        });
        if let Some(tally) = &tally {
            request = request.map(|body| Incoming::requests(body, tally));
        }
        let mut observed = Observed::new(trace.clone(), tally, deadline);
        let handling = trace.within(|| handle(request, caller));
        let work = trace.around(handling.work);
        let work = async move {
            let answer = work.await;
            let is_whole = http_body::Body::is_end_stream(answer.body());
            if is_whole {
                observed.end(code(answer.headers()).unwrap_or(Code::Unknown));
                return answer;
            }
            answer.map(|body| body.observed(observed))
        };
        Handling { work: Box::pin(work), deadline: handling.deadline }
    }
}

impl fmt::Debug for Observer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Observer").field("calls", &self.calls.is_some()).finish_non_exhaustive()
    }
}
