//! The answer of a server's call under observation: its span, its messages and its end. Made by `server`, asked by `body`.

use http_body::Frame;
use tokio::time::Instant;

use super::flow::{Flow, code};
use super::metrics::{Tally, abandoned};
use super::trace::Trace;
use crate::grpc::Code;

/// See the head of the file. Dropped before the answer has ended, the call was given up.
pub(crate) struct Observed {
    trace: Trace,
    tally: Option<Tally>,
    deadline: Option<Instant>,
    flow: Flow,
    is_over: bool,
}

impl Observed {
    pub(crate) fn new(trace: Trace, tally: Option<Tally>, deadline: Option<Instant>) -> Self {
        Self { trace, tally, deadline, flow: Flow::default(), is_over: false }
    }

    /// Does `work` as a part of the call.
    pub(crate) fn within<R>(&self, work: impl FnOnce() -> R) -> R {
        self.trace.within(work)
    }

    /// A piece of the answer leaves.
    pub(crate) fn pass(&mut self, frame: &Frame<bytes::Bytes>) {
        if let (Some(tally), Some(data)) = (&self.tally, frame.data_ref()) {
            self.flow.pass(data, &tally.flow.sent);
        }
        if let Some(trailers) = frame.trailers_ref() {
            self.end(code(trailers).unwrap_or(Code::Unknown));
        }
    }

    /// The call has ended; only the first end counts.
    pub(crate) fn end(&mut self, code: Code) {
        if std::mem::replace(&mut self.is_over, true) {
            return;
        }
        self.trace.end(code);
        if let Some(mut tally) = self.tally.take() {
            tally.end(code);
        }
    }
}

impl Drop for Observed {
    fn drop(&mut self) {
        self.end(abandoned(self.deadline));
    }
}
