//! Serving: from an HTTP request to a handler of one of the four shapes, and back. No sockets: `transport` listens.

mod builder;
mod connections;
mod foreign;
#[doc(hidden)]
pub mod handler;
mod intercept;
mod reply;
mod router;
mod service;
mod settings;
#[doc(hidden)]
pub mod unimplemented;

pub use builder::Server;
pub use connections::Connections;
pub(crate) use router::Router;
pub(crate) use service::Caller;
pub use service::{Exchange, Handling, Service};
