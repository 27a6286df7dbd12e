//! Sockets and HTTP/2: hyper, h2 and `tokio::net` live here and nowhere else.
//!
//! The server stands on hyper. The client stands on h2, hyper's HTTP/2: a call that is dropped while it waits for the
//! peer to read must reset its stream at once, and behind hyper's client nothing can.

#[cfg(feature = "server")]
mod adapt;
#[cfg(feature = "server")]
mod authority;
#[cfg(feature = "client")]
mod balance;
#[cfg(feature = "client")]
mod busy;
#[cfg(feature = "client")]
mod connect;
#[cfg(feature = "client")]
mod connection;
#[cfg(any(feature = "client", feature = "server"))]
mod cork;
#[cfg(feature = "client")]
mod dial;
#[cfg(feature = "dns")]
mod dns;
#[cfg(all(feature = "web", feature = "server"))]
mod either;
#[cfg(all(feature = "web", feature = "server"))]
mod ending;
#[cfg(all(feature = "web", feature = "client"))]
mod exchange;
#[cfg(any(feature = "client", feature = "server"))]
mod fault;
#[cfg(any(feature = "client", feature = "server"))]
#[cfg_attr(not(feature = "server"), expect(dead_code, reason = "a client only asks which calls have passed"))]
mod frames;
#[cfg(feature = "client")]
mod health;
#[cfg(feature = "client")]
mod hosts;
#[cfg(feature = "server")]
mod hpack;
#[cfg(all(feature = "web", feature = "server"))]
mod http1;
#[cfg(feature = "client")]
mod http2;
#[cfg(any(feature = "client", feature = "server"))]
mod io;
#[cfg(feature = "server")]
mod life;
#[cfg(all(feature = "web", feature = "client"))]
mod line;
#[cfg(feature = "client")]
mod link;
#[cfg(feature = "server")]
mod listen;
#[cfg(feature = "server")]
mod listener;
#[cfg(all(feature = "client", feature = "server"))]
mod memory;
#[cfg(feature = "server")]
mod monitor;
#[cfg(feature = "client")]
mod picked;
#[cfg(feature = "client")]
mod plan;
#[cfg(feature = "client")]
mod pool;
#[cfg(feature = "client")]
mod pulse;
#[cfg(feature = "client")]
mod race;
#[cfg(feature = "client")]
mod resolve;
mod run;
#[cfg(all(feature = "tls", any(feature = "client", feature = "server")))]
mod secure;
#[cfg(feature = "client")]
mod sent;
#[cfg(feature = "server")]
mod serve;
#[cfg(all(feature = "web", feature = "client"))]
mod spares;
#[cfg(feature = "client")]
mod state;
#[cfg(feature = "client")]
mod stream;
#[cfg(feature = "server")]
mod streams;
#[cfg(feature = "client")]
mod target;
#[cfg(all(feature = "tower", feature = "client"))]
mod tower;
#[cfg(all(feature = "web", feature = "client"))]
mod turns;
#[cfg(feature = "client")]
mod upkeep;
#[cfg(all(feature = "web", feature = "server"))]
mod upload;
#[cfg(all(feature = "tls", feature = "client"))]
mod watched;
#[cfg(any(feature = "client", feature = "server"))]
mod window;

#[cfg(feature = "client")]
pub use connect::Connect;
#[cfg(feature = "__fuzz")]
pub(crate) use frames::{Frames as WireFrames, Passed};
#[cfg(feature = "server")]
pub use listen::Bound;
#[cfg(feature = "server")]
pub use listener::{Accepted, Listener};
#[cfg(all(feature = "client", feature = "server"))]
pub use memory::local;
#[cfg(feature = "client")]
pub use resolve::{Addresses, Resolver};
pub use run::run;
#[cfg(feature = "server")]
pub use run::stop_signal;
#[cfg(feature = "client")]
pub use target::IntoTarget;
#[cfg(all(feature = "tower", feature = "client"))]
pub use tower::TowerTransport;
