//! What is told of calls: metrics by gRFC A66, spans and the trace that they belong to. Set by users on a client or a
//! server, used by both.

mod flow;
mod incoming;
mod metrics;
#[cfg(feature = "server")]
mod observed;
mod settings;
mod trace;
mod trace_context;

pub(crate) use flow::{Flow, code};
pub(crate) use incoming::Incoming;
#[cfg(feature = "client")]
pub(crate) use metrics::CallDuration;
pub(crate) use metrics::{Instruments, Tally};
#[cfg(feature = "server")]
pub(crate) use observed::Observed;
pub use settings::Telemetry;
pub(crate) use trace::Trace;
#[cfg(feature = "client")]
pub(crate) use trace::{Outgoing as OutgoingCall, finish};
