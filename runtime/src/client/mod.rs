//! Calling: from a message and a method to an HTTP request, and back. No sockets: `transport` connects.
//!
//! # Balancing
//!
//! A client connects when it is first called. All its calls go to the first address of its target that takes a connection,
//! unless they are to be spread over all of them. A server that is lost gets no more calls, and is connected to again after
//! waits that grow; the addresses are asked for anew. As long as no server can be connected to, calls fail, or wait.
//!
//! ```
//! # mod schema { protocall::include_proto!(inline = r#"syntax = "proto3"; message Item {}
//! # service Till { rpc Add(Item) returns (Item); }"#); }
//! # use schema::{Item, TillClient};
//! use std::net::SocketAddr;
//! use protocall::Addresses;
//!
//! // All pods of a headless service, by turns.
//! let till = TillClient::connect("dns:///till.prod:50051").round_robin().build()?;
//!
//! // Addresses that are known here, and may change: each call to the less busy of two.
//! let servers = Addresses::new(["10.0.0.1:50051", "10.0.0.2:50051"].map(|text| text.parse().unwrap()));
//! let till = TillClient::connect("http://till.prod").resolver(servers.clone()).least_request().build()?;
//! servers.set([SocketAddr::from(([10, 0, 0, 3], 50051))]);
//!
//! # async fn calls(till: TillClient) -> protocall::Result<()> {
//! // This call does not mind to wait for a server.
//! till.add(Item::default()).wait_for_ready(true).await?;
//! # Ok(()) }
//! # Ok::<(), protocall::Status>(())
//! ```
//!
//! # Retries
//!
//! A call that no handler has seen, because its stream was refused or its server was going away, is sent again without a
//! word, once; one that found its connection closed as often as it takes. Everything else is a matter of policy: of a
//! client, a method or a call.
//!
//! ```
//! # mod schema { protocall::include_proto!(inline = r#"syntax = "proto3"; message Item {}
//! # service Till { rpc Add(Item) returns (Item); rpc Show(Item) returns (Item); }"#); }
//! # use schema::{Item, TillClient, till};
//! use std::time::Duration;
//! use protocall::{Hedge, MethodConfig, Retry, ServiceConfig};
//!
//! // All calls: up to five attempts of those that fail with UNAVAILABLE.
//! let till = TillClient::connect("http://127.0.0.1:50051").retry(Retry::standard()).build()?;
//!
//! // By method, with a brake: where calls fail more often than about one in ten, retries stop.
//! let config = ServiceConfig::new()
//!     .all(MethodConfig::new().retry(Retry::standard()).timeout(Duration::from_secs(5)))
//!     .method(&till::SHOW, MethodConfig::new().hedge(Hedge::after(Duration::from_millis(30))))
//!     .throttle(100, 0.1);
//! let till = TillClient::connect("http://127.0.0.1:50051").service_config(config).build()?;
//!
//! # async fn calls(till: TillClient) -> protocall::Result<()> {
//! // By call.
//! till.add(Item::default()).no_retry().await?;
//! # Ok(()) }
//! # Ok::<(), protocall::Status>(())
//! ```
//!
//! A call is settled on one attempt as soon as the server has sent headers, or when its requests no longer fit into what
//! [`Connect::retry_buffer`](crate::Connect::retry_buffer) allows to keep. Its deadline covers all attempts.

mod answer;
mod attempt;
mod buffer;
mod call;
mod channel;
mod config;
mod connectivity;
mod credentials;
#[cfg(feature = "json")]
mod document;
mod head;
mod health;
mod hedge;
mod intercept;
#[cfg(feature = "json")]
mod node;
#[cfg(feature = "telemetry")]
mod observer;
mod policy;
mod replay;
mod reply;
mod retry;
mod sender;
mod start;
mod throttle;
#[cfg(feature = "telemetry")]
mod told;
#[cfg(feature = "web")]
mod web;

#[cfg(feature = "__fuzz")]
pub(crate) use attempt::{Pushback, pushback};
pub use call::{Bidi, Call, ClientStream, Many, One, ServerStream, Unary};
pub use channel::{Channel, Connectivity};
pub(crate) use channel::{Options, Requests, Sending, Transport};
pub(crate) use config::{Control, Spread};
pub use config::{MethodConfig, ServiceConfig};
pub use connectivity::ConnectivityWatch;
pub(crate) use credentials::Credentials;
pub use credentials::{Audience, Bearer, CallCredentials};
pub(crate) use head::{RequestDeadline, WaitForReady};
pub(crate) use health::watch_health;
pub use policy::{Hedge, Retry};
pub(crate) use replay::RequestReader;
pub use reply::{CallFuture, Outcome, Reply, ReplyFuture};
pub use sender::Sender;
#[cfg(feature = "web")]
pub(crate) use web::Web;
#[cfg(feature = "__fuzz")]
pub(crate) use web::in_grpc;
