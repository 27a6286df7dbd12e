//! The gRPC protocol over HTTP types: statuses, metadata, deadlines, frames, and the two directions of a call.
//! No sockets and no HTTP/2 engine: those are `transport`'s. `server` and `client` are built on this.

mod base64;
mod body;
mod code;
mod context;
mod deadline;
mod frame;
mod head;
mod inbound;
mod lane;
mod metadata;
mod method;
mod percent;
mod produce;
mod status;
pub mod stream;

pub(crate) use body::{Driver, InboundBody, OutboundBody, memory_body};
pub use code::Code;
pub use context::{Cancelled, Context, Peer};
pub(crate) use deadline::{Expiry, decode_timeout, encode_timeout};
pub use frame::Limits;
pub(crate) use frame::{FrameReader, append_frame};
pub(crate) use head::{GRPC, GRPC_PROTO, content_subtype, read_status, write_status};
pub use inbound::Streaming;
#[cfg(feature = "server")]
pub(crate) use inbound::undecodable;
pub(crate) use inbound::{Answer, Inbound};
pub(crate) use lane::{Broken, End, Lane, LaneReader, Outgoing};
pub use metadata::{Metadata, MetadataError, MetadataIter, MetadataValue};
pub use method::{Method, Shape};
pub use produce::{Yield, produce};
pub use status::{Result, Status};
