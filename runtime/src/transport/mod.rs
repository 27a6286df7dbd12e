//! Sockets and HTTP/2: hyper and `tokio::net` live here and nowhere else.

mod adapt;
#[cfg(feature = "client")]
mod connect;
#[cfg(feature = "client")]
mod connection;
#[cfg(feature = "client")]
mod dial;
mod fault;
#[cfg(feature = "server")]
mod listen;
#[cfg(all(feature = "client", feature = "server"))]
mod memory;
mod run;
#[cfg(feature = "server")]
mod serve;
#[cfg(feature = "server")]
mod streams;
#[cfg(feature = "client")]
mod target;

#[cfg(feature = "client")]
pub use connect::Connect;
#[cfg(feature = "server")]
pub use listen::Bound;
#[cfg(all(feature = "client", feature = "server"))]
pub use memory::local;
pub use run::run;
#[cfg(feature = "server")]
pub use run::stop_signal;
#[cfg(feature = "client")]
pub use target::IntoTarget;
