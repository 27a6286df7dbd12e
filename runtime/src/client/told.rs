//! The calls of a channel that tells of them: see [`Telemetry`]. Set by users on a channel, and by `transport`; called with
//! each call by `intercept`.

use std::sync::Arc;

use http::uri::Authority;
use tokio::time::Instant;

use super::Channel;
use super::observer::Observer;
use super::start::Start;
use crate::grpc::{Code, OnEnd, Telemetry, Trace, finish};

impl Channel {
    /// Tells of the calls that are made by this channel from now on: see [`Telemetry`]. Clones made before it are without.
    ///
    /// Clients that are made by `connect` have it from their `Connect::telemetry`; this is for those that are made
    /// otherwise.
    ///
    /// Needs the feature `telemetry`.
    #[must_use]
    pub fn telemetry(self, telemetry: Telemetry) -> Self {
        self.observed(telemetry, "", None)
    }

    pub(crate) fn observed(mut self, telemetry: Telemetry, target: &str, server: Option<Authority>) -> Self {
        self.observer = Some(Arc::new(Observer::new(telemetry, target, server)));
        self
    }
}

impl Start {
    /// This call, with its span, its trace and its end.
    pub(super) fn told(mut self) -> Self {
        let Some(observer) = self.channel.observer.clone() else { return self };
        let method = self.method;
        let span = Trace::begin(observer.outgoing(method, self.inherits), &mut self.metadata);
        let began = Instant::now();
        self.on_end = Some(OnEnd::new(move |code| {
            finish(&span, code, code != Code::Ok);
            observer.ended(method, began, code);
        }));
        self
    }
}
