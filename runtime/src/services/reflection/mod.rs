//! Server reflection by gRPC's protocol, `grpc.reflection.v1` and `v1alpha`: what grpcurl, `buf curl` and other tools ask
//! to call a server without its schema at hand.
//!
//! [`Server::reflection`](crate::Server::reflection) adds both services; this module has the messages and a client.

#[cfg(feature = "server")]
mod files;
mod generated;
#[cfg(feature = "server")]
mod index;
#[cfg(feature = "server")]
mod service;

#[cfg(feature = "client")]
pub use generated::grpc::reflection::v1::ServerReflectionClient;
pub use generated::grpc::reflection::v1::{
    ErrorResponse, ExtensionNumberResponse, ExtensionRequest, FileDescriptorResponse, ListServiceResponse,
    ServerReflectionRequest, ServerReflectionResponse, ServiceResponse, server_reflection_request,
    server_reflection_response,
};
