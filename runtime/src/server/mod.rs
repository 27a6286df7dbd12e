//! Serving: from an HTTP request to a handler of one of the four shapes, and back. No sockets: `transport` listens.

mod builder;
mod connections;
#[cfg(feature = "web")]
mod cors;
mod foreign;
#[doc(hidden)]
pub mod handler;
mod intercept;
#[cfg(feature = "telemetry")]
mod observer;
mod reply;
mod router;
mod service;
mod settings;
#[cfg(feature = "tower")]
mod tower;
#[doc(hidden)]
pub mod unimplemented;
#[cfg(feature = "web")]
mod web;

pub use builder::Server;
pub use connections::Connections;
#[cfg(feature = "web")]
pub use cors::Cors;
pub(crate) use router::Router;
pub(crate) use service::Caller;
pub use service::{Exchange, Handling, Service};
#[cfg(feature = "tower")]
pub use tower::TowerServer;
