//! What all calls of a server have in common. Set by `builder`, read by `router` and `service`.

use std::sync::Arc;

use super::Connections;
#[cfg(feature = "web")]
use super::cors::Web;
use crate::grpc::{
    Accepted, Admission, Interceptors, Limits, MIN_COMPRESSED, MethodLimits, ReplyCompression,
};

/// See the head of the file.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(super) limits: Limits,
    /// Of methods that have their own.
    pub(super) method_limits: MethodLimits,
    pub(super) accepted: Accepted,
    pub(super) replies: ReplyCompression,
    /// Replies of fewer bytes are not compressed.
    pub(super) minimum: usize,
    pub(super) connections: Arc<Connections>,
    /// Where there is a limit to the calls that are handled at a time.
    pub(super) admission: Option<Arc<Admission>>,
    /// Around every call.
    pub(super) interceptors: Interceptors,
    /// What is told of the calls.
    #[cfg(feature = "telemetry")]
    pub(super) telemetry: Option<crate::grpc::Telemetry>,
    /// Where the server speaks gRPC-Web.
    #[cfg(feature = "web")]
    pub(super) web: Option<Web>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            limits: Limits::default(),
            method_limits: MethodLimits::default(),
            accepted: Accepted::default(),
            replies: ReplyCompression::default(),
            minimum: MIN_COMPRESSED,
            connections: Arc::default(),
            admission: None,
            interceptors: Interceptors::default(),
            #[cfg(feature = "telemetry")]
            telemetry: None,
            #[cfg(feature = "web")]
            web: None,
        }
    }
}
