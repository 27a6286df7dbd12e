//! Health checking by gRPC's protocol, `grpc.health.v1`: what load balancers, Kubernetes' probes and clients ask.
//!
//! [`Server::health`](crate::Server::health) adds the service; a [`Health`] sets what it tells.

mod generated;
#[cfg(feature = "server")]
mod service;
#[cfg(feature = "server")]
mod status;

#[cfg(feature = "client")]
pub use generated::grpc::health::v1::HealthClient;
pub use generated::grpc::health::v1::health_check_response::ServingStatus;
pub use generated::grpc::health::v1::{
    HealthCheckRequest, HealthCheckResponse, HealthListRequest, HealthListResponse,
};
#[cfg(feature = "server")]
pub use status::Health;
