//! The gRPC protocol over HTTP types: statuses, metadata, deadlines, frames, and the two directions of a call.
//! No sockets and no HTTP/2 engine: those are `transport`'s. `server` and `client` are built on this.

mod admission;
mod backoff;
mod base64;
mod body;
mod code;
// Without any compression it is code about nothing.
#[cfg_attr(
    not(any(feature = "gzip", feature = "deflate", feature = "zstd")),
    allow(dead_code, unreachable_code, unused_imports, unused_variables, clippy::ptr_arg)
)]
mod compress;
mod context;
mod deadline;
mod detail;
mod drain;
mod encoding;
mod frame;
mod guard;
mod head;
mod inbound;
mod inherit;
mod intercept;
mod intercepted;
mod jitter;
mod keepalive;
mod lane;
mod limits;
mod metadata;
mod method;
mod origin;
mod patience;
mod peer;
mod percent;
mod produce;
mod record;
mod recycled;
mod seen;
mod status;
pub mod stream;
mod streaming;
#[cfg(feature = "telemetry")]
mod telemetry;
#[cfg(feature = "tower")]
mod tower;
mod watch;
#[cfg(feature = "web")]
mod web;

pub(crate) use admission::{Admission, Place};
pub(crate) use backoff::Backoff;
#[cfg(feature = "web")]
pub(crate) use body::text_body;
pub(crate) use body::{Driver, InboundBody, OutboundBody, memory_body};
pub use code::Code;
pub use context::{Cancelled, Context};
pub(crate) use deadline::{Expiry, decode_timeout, encode_timeout};
pub use drain::{CutCall, Drained, Draining};
pub(crate) use drain::{Drain, Leaving};
pub use encoding::Compression;
pub(crate) use encoding::{
    Accepted, Encoding, GRPC_ACCEPT_ENCODING, GRPC_ENCODING, MIN_COMPRESSED, ReplyCompression,
};
pub(crate) use frame::{FrameReader, Framing, append_frame};
pub(crate) use guard::Guard;
pub(crate) use head::{GRPC, GRPC_PROTO, content_subtype, header_list_size, read_status, write_status};
#[cfg(feature = "client")]
pub(crate) use inbound::Waiting;
pub(crate) use inbound::{Answer, Inbound, OnEnd, Replies};
pub(crate) use inherit::inherited;
pub use intercept::{Interceptor, Interceptors, Next};
pub use intercepted::InterceptedCall;
pub(crate) use intercepted::{Origins, Target};
pub(crate) use jitter::{about, random};
pub use keepalive::Keepalive;
pub(crate) use lane::{Broken, End, Lane, LaneReader, Outgoing};
pub use limits::Limits;
pub(crate) use limits::MethodLimits;
pub use metadata::{Metadata, MetadataError, MetadataIter, MetadataValue};
pub use method::{Idempotency, Method, Shape};
pub use origin::Origin;
pub(crate) use patience::Patience;
pub use peer::{Certificate, Peer};
pub use produce::{Yield, produce};
pub(crate) use record::{Direction, Record, ReplyMetadata, RequestParts, Sight};
pub use seen::InterceptedMessage;
pub(crate) use status::Reach;
pub use status::{Result, Status};
pub use streaming::Streaming;
#[cfg(feature = "server")]
pub(crate) use streaming::undecodable;
#[cfg(all(feature = "telemetry", feature = "server"))]
pub(crate) use telemetry::Observed;
#[cfg(feature = "telemetry")]
pub use telemetry::Telemetry;
#[cfg(all(feature = "telemetry", feature = "client"))]
pub(crate) use telemetry::{CallDuration, OutgoingCall, finish};
#[cfg(feature = "telemetry")]
pub(crate) use telemetry::{Flow, Incoming, Instruments, Tally, Trace, code};
#[cfg(all(feature = "tower", feature = "client"))]
pub(crate) use tower::answer_body;
#[cfg(feature = "tower")]
pub(crate) use tower::{BoxError, status_of};
#[cfg(feature = "tower")]
pub use tower::{ReplyBody, RequestBody};
pub(crate) use watch::{FAREWELL, Watch};
#[cfg(all(feature = "web", feature = "client"))]
pub(crate) use web::web_answer;
#[cfg(feature = "web")]
pub(crate) use web::{TextDecoder, WebContent, WebForm, encode_text, trailers_frame};
