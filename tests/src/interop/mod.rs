//! gRPC's interoperability tests: the service, the cases that a client plays, and the flags of both programs. Used by
//! `src/bin/interop_server.rs`, `src/bin/interop_client.rs` and the tests that hold them against foreign peers.

mod case;
mod compressed;
mod flags;
pub mod misbehaving;
mod negative;
pub mod peer;
mod service;
mod wire;

pub use case::{CASES, play};
pub use compressed::COMPRESSED;
pub use flags::{Flags, Wrong};
pub use negative::NEGATIVE;
pub use schema::grpc::testing::*;
pub use service::Interop;

mod schema {
    protocall::include_proto!("proto/interop.proto");
}

/// Echoed by the server as a header.
const ECHO_INITIAL: &str = "x-grpc-test-echo-initial";
/// Echoed by the server as a trailer.
const ECHO_TRAILING: &str = "x-grpc-test-echo-trailing-bin";

/// So many zeros.
fn zeros(size: usize) -> Option<Payload> {
    Some(Payload { body: vec![0; size].into(), ..Default::default() })
}

/// A bool that is there.
fn some(value: bool) -> Option<BoolValue> {
    Some(BoolValue { value, ..Default::default() })
}
