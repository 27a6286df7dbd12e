//! TLS: certificates, keys and whom to trust, as configurations of rustls. No sockets: `transport` shakes hands with
//! what is made here.
//!
//! The cryptography is ring's: it builds with a C compiler alone and fast, and is audited. A program that wants another
//! one, or FIPS, brings a configuration of its own.

#[cfg(feature = "client")]
mod client;
mod material;
mod reason;
mod renew;
#[cfg(feature = "server")]
mod server;

#[cfg(feature = "client")]
pub use client::ClientTls;
#[cfg(feature = "client")]
pub(crate) use client::Protocol;
pub(crate) use reason::reason;
pub(crate) use renew::Renewed;
#[cfg(feature = "server")]
pub(crate) use server::Refused;
#[cfg(feature = "server")]
pub use server::Tls;
