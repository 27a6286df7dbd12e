//! What the two testees of Connect's conformance suite share: its schema, how it speaks on stdin and stdout, and how it
//! writes headers and errors. Used by `src/bin/connect_conformance_server.rs` and `…_client.rs`.

mod answer;
mod caller;
mod dialogue;
mod error;
mod exchange;
mod header;

pub use answer::Conformance;
pub use caller::Caller;
pub use dialogue::{read, written};
pub use error::{any, error_of, status_of};
pub use header::{append, headers_of};
pub use schema::connectrpc::conformance::v1::*;

mod schema {
    protocall::include_proto!(
        [
            "../.cache/connect/proto/connectrpc/conformance/v1/client_compat.proto",
            "../.cache/connect/proto/connectrpc/conformance/v1/server_compat.proto",
            "../.cache/connect/proto/connectrpc/conformance/v1/service.proto",
        ],
        include = ["../.cache/connect/proto"],
    );
}
