//! The instruments of gRFC A66, and what one attempt or call adds to them. Made once for each client and server.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use opentelemetry::KeyValue;
use opentelemetry::metrics::{Counter, Histogram, Meter};
use tokio::time::Instant;

use crate::grpc::Code;

/// A66's bounds of seconds.
const LATENCIES: [f64; 41] = [
    0.0, 0.00001, 0.00005, 0.0001, 0.0003, 0.0006, 0.0008, 0.001, 0.002, 0.003, 0.004, 0.005, 0.006, 0.008,
    0.01, 0.013, 0.016, 0.02, 0.025, 0.03, 0.04, 0.05, 0.065, 0.08, 0.1, 0.13, 0.16, 0.2, 0.25, 0.3, 0.4,
    0.5, 0.65, 0.8, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0,
];

/// A66's bounds of bytes.
const SIZES: [f64; 14] = [
    0.0,
    1024.0,
    2048.0,
    4096.0,
    16384.0,
    65536.0,
    262144.0,
    1048576.0,
    4194304.0,
    16777216.0,
    67108864.0,
    268435456.0,
    1073741824.0,
    4294967296.0,
];

/// Of a client's attempts, or of a server's calls.
#[derive(Debug)]
pub(crate) struct Instruments {
    started: Counter<u64>,
    duration: Histogram<f64>,
    sent: Histogram<u64>,
    received: Histogram<u64>,
}

impl Instruments {
    pub(crate) fn of_attempts(meter: &Meter) -> Self {
        Self::new(meter, "grpc.client.attempt", "attempt")
    }

    pub(crate) fn of_calls(meter: &Meter) -> Self {
        Self::new(meter, "grpc.server.call", "call")
    }

    fn new(meter: &Meter, prefix: &str, what: &str) -> Self {
        let size = |way: &str, verb: &str| {
            meter
                .u64_histogram(format!("{prefix}.{way}_total_compressed_message_size"))
                .with_description(format!(
                    "Bytes of all messages that were {verb}, compressed or not, by {what}."
                ))
                .with_unit("By")
                .with_boundaries(SIZES.to_vec())
                .build()
        };
        Self {
            started: meter
                .u64_counter(format!("{prefix}.started"))
                .with_description(format!("How many were begun, by {what}."))
                .with_unit(format!("{{{what}}}"))
                .build(),
            duration: seconds(meter, format!("{prefix}.duration")),
            sent: size("sent", "sent"),
            received: size("rcvd", "received"),
        }
    }

    /// One begins now. `labels` are those that it has from the beginning.
    pub(crate) fn begin(self: &Arc<Self>, labels: Vec<KeyValue>, deadline: Option<Instant>) -> Tally {
        self.started.add(1, &labels);
        let flow = Arc::new(Sizes::default());
        Tally { instruments: Arc::clone(self), began: Instant::now(), labels, deadline, flow, is_over: false }
    }
}

fn seconds(meter: &Meter, name: String) -> Histogram<f64> {
    meter
        .f64_histogram(name)
        .with_description("From the begin to the end.")
        .with_unit("s")
        .with_boundaries(LATENCIES.to_vec())
        .build()
}

/// How many bytes of messages have gone each way.
#[derive(Debug, Default)]
pub(crate) struct Sizes {
    pub(crate) sent: AtomicU64,
    pub(crate) received: AtomicU64,
}

/// One attempt or call, until it ends. Dropped before, it was given up.
#[derive(Debug)]
pub(crate) struct Tally {
    instruments: Arc<Instruments>,
    began: Instant,
    labels: Vec<KeyValue>,
    deadline: Option<Instant>,
    pub(crate) flow: Arc<Sizes>,
    is_over: bool,
}

impl Tally {
    /// It has ended; only the first end counts.
    pub(crate) fn end(&mut self, code: Code) {
        if std::mem::replace(&mut self.is_over, true) {
            return;
        }
        let mut labels = std::mem::take(&mut self.labels);
        labels.push(KeyValue::new("grpc.status", code.name()));
        let bytes = |count: &AtomicU64| count.load(Ordering::Relaxed);
        self.instruments.duration.record(self.began.elapsed().as_secs_f64(), &labels);
        self.instruments.sent.record(bytes(&self.flow.sent), &labels);
        self.instruments.received.record(bytes(&self.flow.received), &labels);
    }
}

impl Drop for Tally {
    fn drop(&mut self) {
        self.end(abandoned(self.deadline));
    }
}

/// The code of what was given up.
pub(super) fn abandoned(deadline: Option<Instant>) -> Code {
    let is_late = deadline.is_some_and(|deadline| deadline <= Instant::now());
    if is_late { Code::DeadlineExceeded } else { Code::Cancelled }
}

/// `grpc.client.call.duration`: all attempts of a call, and the waits between.
#[derive(Clone, Debug)]
pub(crate) struct CallDuration(Histogram<f64>);

impl CallDuration {
    pub(crate) fn new(meter: &Meter) -> Self {
        Self(seconds(meter, "grpc.client.call.duration".to_owned()))
    }

    pub(crate) fn record(&self, began: Instant, mut labels: Vec<KeyValue>, code: Code) {
        labels.push(KeyValue::new("grpc.status", code.name()));
        self.0.record(began.elapsed().as_secs_f64(), &labels);
    }
}
